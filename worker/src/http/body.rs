//! A request's body: what its headers have to say before a byte is read, and what is wrong with one that is not JSON.

use maytapi::json::{Json, Limits};
use serde::de::DeserializeSeed;
use serde_json::error::Category;

use crate::http::head::Head;
use crate::http::problem::{Problem, ProblemType};

/// Reads the whole of a body as one value.
///
/// # Errors
/// When it is not JSON, or more of it than is taken: where, and what is usually wrong there.
pub fn json(bytes: &[u8], limits: Limits) -> Result<Json, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let json = limits.deserialize(&mut reader).and_then(|json| reader.end().map(|()| json));
    json.map_err(|error| Problem::new(ProblemType::NotJson, complaint(bytes, &error)))
}

/// Not serde's sentence, which may repeat what it read.
fn complaint(bytes: &[u8], error: &serde_json::Error) -> String {
    let line = bytes.split(|byte| *byte == b'\n').nth(error.line().saturating_sub(1)).unwrap_or_default();
    // A line break that may not be there counts as the start of the next line.
    let at_break = error.column() == 0 && error.line() > 1;
    let found = if at_break { Some(b'\n') } else { line.get(error.column().saturating_sub(1)).copied() };
    let advice = match (error.classify(), found) {
        (Category::Eof, _) if bytes.trim_ascii().is_empty() => "it is empty",
        (Category::Eof, _) => "it ends before it is complete",
        (Category::Syntax, Some(b'\n' | b'\r')) => "a line break inside a text is written \\n",
        (Category::Syntax, Some(b'\t')) => "a tab inside a text is written \\t",
        (Category::Syntax, Some(0..0x20)) => "a control character inside a text is written \\u and four digits",
        (Category::Syntax, Some(b'\'')) => "names and texts stand in double quotes",
        (Category::Syntax, Some(0xEF)) => "no byte order mark may stand before it",
        (Category::Syntax, _) => {
            "look for a quotation mark inside a text, which is written \\\", and for a comma too many"
        }
        _ => "it holds too many values, is nested too deep, or has a name twice in one object",
    };
    let (line, column) = (error.line(), error.column());
    let place = if at_break {
        format!("at the end of line {}", line.saturating_sub(1))
    } else {
        format!("line {line}, column {column}")
    };
    format!("The body is not JSON that is taken here ({place}): {advice}.")
}

/// Checks the headers that speak of the body; tells whether its length is known.
///
/// # Errors
/// When it isn't JSON, is compressed, or says itself that it is too large.
pub fn check(head: &Head<'_>, limit: usize) -> Result<bool, Problem> {
    let essence = head.content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        let detail = "Send the message as JSON, with content-type: application/json.";
        return Err(Problem::new(ProblemType::UnsupportedContentType, detail));
    }
    if head.content_encoding.is_some_and(|encoding| !encoding.trim().eq_ignore_ascii_case("identity")) {
        let detail = "Send the body as it is, without content-encoding.";
        return Err(Problem::new(ProblemType::UnsupportedContentEncoding, detail));
    }
    match head.content_length {
        None => Ok(false),
        Some(text) => {
            // A number beyond u64 is a length all the same, and too large.
            let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            match text.parse::<u64>() {
                _ if !digits => Err(Problem::new(ProblemType::BodyIncomplete, "The content-length is no number.")),
                Ok(length) if length <= limit as u64 => Ok(true),
                _ => Err(too_large(limit)),
            }
        }
    }
}

/// The body has more bytes than this.
#[must_use]
pub fn too_large(limit: usize) -> Problem {
    Problem::new(ProblemType::BodyTooLarge, format!("The proxy takes bodies of up to {limit} bytes."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_json_is_told_where_and_what_is_usually_wrong_there() {
        for (text, says) in [
            ("", "(line 1, column 0): it is empty."),
            (" \n ", "(line 2, column 1): it is empty."),
            (r#"{"type":"text","message":"ab"#, "(line 1, column 28): it ends before it is complete."),
            ("{\"message\":\"line 1\nline 2\"}", "(at the end of line 1): a line break inside a text is written \\n."),
            ("{\"message\":\n\"line 1\r\nline 2\"}", "(line 2, column 8): a line break inside a text is written \\n."),
            ("{\"message\":\"a\tb\"}", "(line 1, column 14): a tab inside a text is written \\t."),
            (
                "{\"message\":\"a\0b\"}",
                "(line 1, column 14): a control character inside a text is written \\u and four digits.",
            ),
            ("{'type':'text'}", "(line 1, column 2): names and texts stand in double quotes."),
            ("\u{FEFF}{}", "(line 1, column 1): no byte order mark may stand before it."),
            (
                r#"{"message":"He said "hi""}"#,
                "(line 1, column 22): look for a quotation mark inside a text, which is written \\\", and for a comma too many.",
            ),
            (
                r#"{"type":"text","type":"media"}"#,
                "(line 1, column 21): it holds too many values, is nested too deep, or has a name twice in one object.",
            ),
        ] {
            let told = json(text.as_bytes(), Limits::MESSAGE).unwrap_err();
            assert_eq!(told.kind, ProblemType::NotJson);
            assert_eq!(told.detail, format!("The body is not JSON that is taken here {says}"), "{text:?}");
        }
        assert!(json(b" {\"type\":\"text\"}\r\n", Limits::MESSAGE).is_ok());
        // Bytes that are no text, and a place beyond a line that is long.
        assert!(json(b"{\"message\":\"\xff\"}", Limits::MESSAGE).is_err());
    }

    #[test]
    fn headers_tell_what_will_not_be_read() {
        let json = Some("application/json; charset=utf-8");
        for (content_type, content_encoding, content_length, wanted) in [
            (json, None, Some("100"), Ok(true)),
            (Some("Application/JSON"), None, None, Ok(false)),
            (json, Some("identity"), Some("0"), Ok(true)),
            (None, None, None, Err(ProblemType::UnsupportedContentType)),
            (Some("text/plain"), None, None, Err(ProblemType::UnsupportedContentType)),
            (Some("application/jsonp"), None, None, Err(ProblemType::UnsupportedContentType)),
            (
                Some("multipart/form-data; boundary=application/json"),
                None,
                None,
                Err(ProblemType::UnsupportedContentType),
            ),
            (json, Some("gzip"), None, Err(ProblemType::UnsupportedContentEncoding)),
            (json, Some("identity, br"), None, Err(ProblemType::UnsupportedContentEncoding)),
            (json, None, Some("101"), Err(ProblemType::BodyTooLarge)),
            (json, None, Some("99999999999999999999999999"), Err(ProblemType::BodyTooLarge)),
            (json, None, Some("-1"), Err(ProblemType::BodyIncomplete)),
            (json, None, Some(""), Err(ProblemType::BodyIncomplete)),
        ] {
            let head = Head { content_type, content_encoding, content_length, ..Head::default() };
            assert_eq!(check(&head, 100).map_err(|problem| problem.kind), wanted, "{head:?}");
        }
    }
}
