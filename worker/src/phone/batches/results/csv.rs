//! Lines of a CSV (RFC 4180), of which no cell is run as a formula where it is opened.

/// The names of the columns.
pub const HEAD: &str = "row,ref,state,code,msgId,at,delivery\r\n";

/// A line of these cells.
#[must_use]
pub fn line(cells: &[Option<&str>]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| self::cell(cell.unwrap_or_default())).collect();
    format!("{}\r\n", cells.join(","))
}

/// What begins with one of these is a formula to spreadsheets, to some also in full width; an apostrophe before it makes it a text.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

fn cell(text: &str) -> String {
    let apostrophe = if text.starts_with(FORMULA) { "'" } else { "" };
    if text.contains(['"', ',', '\n', '\r', ';']) {
        return format!("\"{apostrophe}{}\"", text.replace('"', "\"\""));
    }
    format!("{apostrophe}{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        for (text, wanted) in [
            ("", ""),
            ("a b", "a b"),
            ("a,b", "\"a,b\""),
            ("a;b", "\"a;b\""),
            ("a\"b", "\"a\"\"b\""),
            ("=1+1", "'=1+1"),
            ("+1 202", "'+1 202"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\n=1", "\"'\n=1\""),
            ("＝1+1", "'＝1+1"),
            ("＠SUM(A1)", "'＠SUM(A1)"),
            ("=HYPERLINK(\"a\",\"b\")", "\"'=HYPERLINK(\"\"a\"\",\"\"b\"\")\""),
        ] {
            assert_eq!(cell(text), wanted, "{text}");
        }
        assert_eq!(line(&[Some("7"), None, Some("x")]), "7,,x\r\n");
        assert_eq!(HEAD.split(',').count(), 7);
    }
}
