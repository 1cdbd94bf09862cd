//! Rust source as tokens, as far as a reader of paths needs them: names, `::`, punctuation. Comments and literals say nothing.

/// A token and its line, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    pub kind: Kind<'a>,
    pub line: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind<'a> {
    /// An identifier or keyword; `r#type` is `type`.
    Name(&'a str),
    /// `::`
    Colons,
    /// One character of punctuation.
    Mark(char),
    /// A string, character, number or lifetime.
    Literal,
}

/// Takes apart what rustc accepts; of anything else it makes something, and never fails.
pub fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut rest = source;
    let mut line = 1;
    while let Some(first) = rest.chars().next() {
        let (length, kind) = if first.is_whitespace() {
            (first.len_utf8(), None)
        } else if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), None)
        } else if rest.starts_with("/*") {
            (block_comment(rest), None)
        } else if let Some(length) = string(rest) {
            (length, Some(Kind::Literal))
        } else if first == '\'' {
            (character_or_lifetime(rest), Some(Kind::Literal))
        } else if first.is_ascii_digit() {
            (word(rest), Some(Kind::Literal))
        } else if word(rest) > 0 {
            let raw = if rest.starts_with("r#") { 2 } else { 0 };
            let length = raw + word(&rest[raw..]);
            (length, Some(Kind::Name(&rest[raw..length])))
        } else if rest.starts_with("::") {
            (2, Some(Kind::Colons))
        } else {
            (first.len_utf8(), Some(Kind::Mark(first)))
        };
        found.extend(kind.map(|kind| Token { kind, line }));
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    found
}

fn word(rest: &str) -> usize {
    rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
}

/// Block comments nest.
fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match &rest.as_bytes()[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// The length of the string literal that stands here, whatever its prefix (`b`, `c`, `r`, `r#`…).
fn string(rest: &str) -> Option<usize> {
    let prefix = rest.find(|c| !['b', 'c', 'r'].contains(&c))?;
    let body = &rest[prefix..];
    if rest[..prefix].contains('r') {
        let hashes = body.find(|c| c != '#')?;
        let content = body[hashes..].strip_prefix('"')?;
        let end = format!("\"{}", &body[..hashes]);
        let length = content.find(&end).map_or(content.len(), |at| at + end.len());
        return Some(prefix + hashes + 1 + length);
    }
    let content = body.strip_prefix('"')?;
    let mut escaped = false;
    let end = content.find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    Some(prefix + 1 + end.map_or(content.len(), |at| at + 1))
}

/// `'a'` and `'\n'` end with a quote, `'a` does not.
fn character_or_lifetime(rest: &str) -> usize {
    let content = &rest[1..];
    if let Some(escape) = content.strip_prefix('\\') {
        // The escaped character may itself be a quote.
        let skipped = escape.chars().next().map_or(0, char::len_utf8);
        return 2 + skipped + escape[skipped..].find('\'').map_or(0, |at| at + 1);
    }
    let first = content.chars().next().map_or(0, char::len_utf8);
    if content[first..].starts_with('\'') { first + 2 } else { 1 + word(content) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(source: &str) -> Vec<&str> {
        tokens(source)
            .into_iter()
            .filter_map(|token| if let Kind::Name(name) = token.kind { Some(name) } else { None })
            .collect()
    }

    #[test]
    fn comments_and_literals_hold_no_names() {
        assert_eq!(names("a // b\nc /* d /* e */ f */ g"), ["a", "c", "g"]);
        assert_eq!(names(r###"a("b \" c", r#"d " e"#, b"f", 'g', '\'', b'h', '\u{41}')"###), ["a", "b"]);
        assert_eq!(names("fn f<'a>(x: &'a str) -> r#type { 1u8 }"), ["fn", "f", "x", "str", "type"]);
    }

    #[test]
    fn a_token_knows_its_line() {
        let found = tokens("a\n\"two\nlines\" b::c");
        let lines: Vec<usize> = found.iter().map(|token| token.line).collect();
        assert_eq!(lines, [1, 2, 3, 3, 3]);
        assert_eq!(found[3].kind, Kind::Colons);
    }
}
