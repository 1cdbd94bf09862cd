//! The rows of a piece: each checked, told from others to the same recipient, and laid out for storage.

use std::collections::HashSet;

use maytapi::json::{Json, Members};

use super::fault::RowFaults;
use crate::http::problem::{Problem, ProblemType};
use crate::phone::batches::content::{Row, Wrong};
use crate::phone::batches::model::RowState;
use crate::phone::feed::message::{list, quoted};

/// How many rows a piece has at most.
pub const MOST_ROWS: usize = 1000;
/// How many characters a row's own name has at most.
const REF_CHARS: usize = 64;
/// How much a segment holds: rows, and bytes before it is sealed.
const SEGMENT_ROWS: usize = 50;
const SEGMENT_BYTES: usize = 64 * 1024;

/// A row, checked.
#[derive(Debug)]
struct Checked {
    recipient: Option<String>,
    reference: Option<String>,
    /// Why it is not sent.
    skipped: Option<String>,
    content: Option<Row>,
}

/// A piece, checked.
#[derive(Debug)]
pub struct Piece {
    rows: Vec<Checked>,
    first_row: i64,
    /// What is wrong with its rows.
    pub faults: RowFaults,
}

/// A segment before it is sealed: its first and its last row, and its rows as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// Its first row.
    pub first_row: i64,
    /// Its last row.
    pub last_row: i64,
    /// Its rows: a list of row, recipient and fields for each.
    pub text: String,
}

/// Takes the list of rows out of a request's body.
///
/// # Errors
/// When there is none, or it is too long.
pub fn rows(body: Json) -> Result<Vec<Json>, Problem> {
    let Json::Object(members) = body else { return Err(no_rows()) };
    let mut members = members.into_iter();
    match (members.next(), members.next()) {
        (Some((name, Json::Array(rows))), None) if name == "rows" && (1..=MOST_ROWS).contains(&rows.len()) => Ok(rows),
        _ => Err(no_rows()),
    }
}

fn no_rows() -> Problem {
    Problem::new(ProblemType::InvalidQuestion, r#"Send {"rows": […]} with 1 to 1000 rows of to, fields and ref."#)
}

impl Piece {
    /// Checks rows, of which the first has this number. `judge` tells a row's recipient by pseudonym, or what is wrong with it.
    pub fn check(rows: Vec<Json>, first_row: i64, judge: &dyn Fn(&Row) -> Result<String, Wrong>) -> Self {
        let mut piece = Piece { rows: Vec::with_capacity(rows.len()), first_row, faults: RowFaults::default() };
        for (row, number) in rows.into_iter().zip(first_row..) {
            let row = piece.check_row(row, number, judge);
            piece.rows.push(row);
        }
        piece
    }

    fn check_row(&mut self, row: Json, number: i64, judge: &dyn Fn(&Row) -> Result<String, Wrong>) -> Checked {
        let mut checked = Checked { recipient: None, reference: None, skipped: None, content: None };
        let mut fault = |path: &str, code: &str, message: &str| {
            self.faults.add(Some(number), path, code, message);
            checked.skipped = Some(INVALID.to_owned());
        };
        let mut content = Row { to: Json::Null, fields: Json::Object(Members::new()) };
        let Json::Object(members) = row else {
            fault("", "not_an_object", "A row is an object with to, fields and ref.");
            return checked;
        };
        for (name, value) in members {
            match (name.as_str(), value) {
                (_, Json::Null) => {}
                ("to", to) => content.to = to,
                ("fields", fields @ Json::Object(_)) => content.fields = fields,
                ("fields", _) => {
                    fault("fields", "wrong_kind", "Give an object: a text or a number by each field's name.")
                }
                ("ref", value) => match reference(&value) {
                    Some(reference) => checked.reference = Some(reference),
                    None => fault("ref", "wrong_kind", "Give a text of 1 to 64 visible characters."),
                },
                _ => fault(&name, "unknown_field", "A row has to, fields and ref."),
            }
        }
        match judge(&content) {
            Ok(recipient) => (checked.recipient, checked.content) = (Some(recipient), Some(content)),
            Err(Wrong::Message(faults)) => {
                self.faults.add_all(Some(number), &faults);
                checked.skipped = Some(INVALID.to_owned());
            }
            Err(Wrong::NotAllowed(problem)) => {
                self.faults.add(Some(number), "", problem.kind.as_str(), &problem.detail);
                checked.skipped = Some(problem.kind.as_str().to_owned());
            }
        }
        checked
    }

    /// How many rows it has.
    #[must_use]
    pub fn len(&self) -> i64 {
        i64::try_from(self.rows.len()).unwrap_or(i64::MAX)
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The recipients, as a list in JSON.
    #[must_use]
    pub fn recipients(&self) -> String {
        list(self.rows.iter().filter_map(|row| row.recipient.as_deref()))
    }

    /// Has the rows skipped whose recipient is among these, or has an earlier row of the piece.
    pub fn skip_duplicates(&mut self, known: Vec<String>) {
        let mut seen: HashSet<String> = known.into_iter().collect();
        for row in self.rows.iter_mut().filter(|row| row.skipped.is_none()) {
            let Some(recipient) = row.recipient.clone() else { continue };
            if !seen.insert(recipient) {
                row.skipped = Some(DUPLICATE.to_owned());
            }
        }
    }

    /// How many rows are not sent.
    #[must_use]
    pub fn skipped(&self) -> i64 {
        i64::try_from(self.rows.iter().filter(|row| row.skipped.is_some()).count()).unwrap_or(i64::MAX)
    }

    /// As they are stored: a list of row, state, recipient, reference and code for each, in JSON.
    #[must_use]
    pub fn items(&self) -> String {
        let text = |text: Option<&str>| text.map_or_else(|| "null".to_owned(), quoted);
        let item = |(row, number): (&Checked, i64)| {
            let state = if row.skipped.is_some() { RowState::Skipped } else { RowState::Waiting };
            // One that is not sent counts as no one's, so that another row may be.
            let recipient = text(row.recipient.as_deref().filter(|_| row.skipped.is_none()));
            let (reference, code) = (text(row.reference.as_deref()), text(row.skipped.as_deref()));
            format!("[{number},{},{recipient},{reference},{code}]", state.number())
        };
        let items: Vec<String> = self.rows.iter().zip(self.first_row..).map(item).collect();
        format!("[{}]", items.join(","))
    }

    /// What they say, of those that are sent, by segments.
    #[must_use]
    pub fn segments(&self) -> Vec<Open> {
        let mut segments: Vec<Open> = Vec::new();
        let mut count = SEGMENT_ROWS;
        for (row, number) in self.rows.iter().zip(self.first_row..).filter(|(row, _)| row.skipped.is_none()) {
            let Some(content) = &row.content else { continue };
            // What was read as JSON can be written as such.
            let text = |value: &Json| serde_json::to_string(value).unwrap_or_default();
            let text = format!("[{number},{},{}]", text(&content.to), text(&content.fields));
            match segments.last_mut() {
                Some(open) if count < SEGMENT_ROWS && open.text.len().saturating_add(text.len()) <= SEGMENT_BYTES => {
                    open.text.push(',');
                    open.text.push_str(&text);
                    open.last_row = number;
                    count = count.saturating_add(1);
                }
                _ => {
                    segments.push(Open { first_row: number, last_row: number, text: format!("[{text}") });
                    count = 1;
                }
            }
        }
        segments.iter_mut().for_each(|open| open.text.push(']'));
        segments
    }
}

impl Open {
    /// The rows of a segment's text, each with its number.
    #[must_use]
    pub fn read(text: &str) -> Vec<(i64, Row)> {
        let Ok(Json::Array(rows)) = serde_json::from_str(text) else { return Vec::new() };
        let read = |row: Json| {
            let Json::Array(parts) = row else { return None };
            let mut parts = parts.into_iter();
            let number = parts.next()?.as_int()?;
            Some((number, Row { to: parts.next()?, fields: parts.next()? }))
        };
        rows.into_iter().filter_map(read).collect()
    }
}

/// Why a row is not sent: it can't be.
pub const INVALID: &str = "invalid";
/// Why a row is not sent: another to the same recipient is.
pub const DUPLICATE: &str = "duplicate";

/// A row's name of the caller's own.
fn reference(value: &Json) -> Option<String> {
    let text = value.to_text()?;
    let fits = text.chars().count() <= REF_CHARS && !text.chars().any(char::is_control);
    fits.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json {
        serde_json::from_str(text).unwrap()
    }

    /// Takes numbers that begin with 1 for valid, and leaves out those that end with 9.
    fn judge(content: &Row) -> Result<String, Wrong> {
        let to = content.to.as_str().unwrap_or_default();
        if to.ends_with('9') {
            return Err(Wrong::NotAllowed(Problem::new(ProblemType::RecipientNotAllowed, "no")));
        }
        match maytapi::message::Message::parse(json(&format!(r#"{{"type":"text","message":"m","toNumber":"{to}"}}"#))) {
            Ok(_) => Ok(format!("p{to}")),
            Err(faults) => Err(Wrong::Message(faults)),
        }
    }

    fn checked(rows: &str) -> Piece {
        Piece::check(rows_of(rows), 100, &judge)
    }

    fn rows_of(text: &str) -> Vec<Json> {
        rows(json(&format!(r#"{{"rows":[{text}]}}"#))).unwrap()
    }

    #[test]
    fn a_body_has_rows_and_nothing_else() {
        let many = format!("{{\"rows\":[{}]}}", vec!["{}"; 1001].join(","));
        for body in ["[]", "{}", r#"{"rows":[]}"#, r#"{"rows":{}}"#, r#"{"row":[{}]}"#, r#"{"rows":[{}],"x":1}"#, &many]
        {
            assert_eq!(rows(json(body)).unwrap_err().kind, ProblemType::InvalidQuestion, "{body}");
        }
    }

    #[test]
    fn every_fault_is_told_by_its_row() {
        let piece = checked(
            r#"{"to":"12025550123","ref":7},7,{"to":"x"},{"to":"12025550129"},{"to":"12025550124","ref":"","fields":[],"zone":"UTC"}"#,
        );
        let (count, Json::Array(faults)) = RowFaults::parse(&piece.faults.text()).unwrap() else { panic!("no list") };
        let told: Vec<_> = faults
            .iter()
            .map(|fault| (fault.get("row").unwrap().as_int().unwrap(), fault.text("code").unwrap()))
            .collect();
        let wanted = [
            (101, "not_an_object"),
            (102, "invalid_recipient"),
            (103, "recipient_not_allowed"),
            (104, "wrong_kind"),
            (104, "wrong_kind"),
            (104, "unknown_field"),
        ];
        assert_eq!((count, told.as_slice()), (6, wanted.as_slice()));
        let piece = checked(r#"{"to":"12025550123","ref":7},7,{"to":"12025550129"}"#);
        assert_eq!(
            piece.items(),
            r#"[[100,0,"p12025550123","7",null],[101,5,null,null,"invalid"],[102,5,null,null,"recipient_not_allowed"]]"#
        );
        assert_eq!((piece.len(), piece.skipped(), piece.segments().len()), (3, 2, 1));
        assert!(!piece.is_empty() && Piece::check(Vec::new(), 100, &judge).is_empty());
    }

    #[test]
    fn a_row_s_own_name_is_short_and_visible() {
        let (longest, longer) = ("é".repeat(64), "é".repeat(65));
        for (reference, wanted) in [
            (r#""A 1""#.to_owned(), Some("A 1")),
            ("7".to_owned(), Some("7")),
            (format!("\"{longest}\""), Some(longest.as_str())),
            ("null".to_owned(), None),
        ] {
            let piece = checked(&format!(r#"{{"to":"12025550123","ref":{reference},"zone":null}}"#));
            assert_eq!((piece.skipped(), piece.rows[0].reference.as_deref()), (0, wanted), "{reference}");
        }
        for wrong in [r#""""#.to_owned(), r#""a\tb""#.to_owned(), format!("\"{longer}\""), "true".to_owned()] {
            assert_eq!(checked(&format!(r#"{{"to":"12025550123","ref":{wrong}}}"#)).skipped(), 1, "{wrong}");
        }
    }

    #[test]
    fn a_recipient_is_written_to_once() {
        let mut piece =
            checked(r#"{"to":"12025550121"},{"to":"12025550122"},{"to":"12025550121"},{"to":"12025550123"}"#);
        assert_eq!(piece.recipients(), r#"["p12025550121","p12025550122","p12025550121","p12025550123"]"#);
        piece.skip_duplicates(vec!["p12025550123".to_owned()]);
        let rows: Vec<i64> =
            piece.segments().iter().flat_map(|open| Open::read(&open.text)).map(|(row, _)| row).collect();
        assert_eq!((piece.skipped(), rows.as_slice()), (2, [100, 101].as_slice()));
        assert!(piece.items().contains(r#"[102,5,null,null,"duplicate"]"#));
    }

    #[test]
    fn segments_hold_fifty_rows_or_so_many_bytes() {
        let row = |n: usize, fields: &str| format!(r#"{{"to":"1202555{n:04}","fields":{{"a":"{fields}"}}}}"#);
        let rows: Vec<String> = (0..120).map(|n| row(n * 10, "x")).collect();
        let piece = checked(&rows.join(","));
        let bounds: Vec<_> = piece.segments().iter().map(|open| (open.first_row, open.last_row)).collect();
        assert_eq!(bounds, [(100, 149), (150, 199), (200, 219)]);
        let long = "y".repeat(40_000);
        let piece = checked(&[row(10, &long), row(20, &long), row(30, "z")].join(","));
        let bounds: Vec<_> = piece.segments().iter().map(|open| (open.first_row, open.last_row)).collect();
        assert_eq!(bounds, [(100, 100), (101, 102)]);
        let read = Open::read(&piece.segments()[1].text);
        assert_eq!((read.len(), read[1].0, read[1].1.fields.text("a")), (2, 102, Some("z")));
        assert_eq!(Open::read("{}"), []);
    }
}
