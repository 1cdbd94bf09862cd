//! A request's body: what its headers have to say before a byte is read, and how it is read.

use maytapi::json::{Json, Limits};
use serde::de::DeserializeSeed;

use crate::http::head::Head;
use crate::http::problem::{Problem, ProblemType};

/// Reads a body.
///
/// # Errors
/// When it is not declared as JSON, too large, too slow, or incomplete.
#[cfg(target_arch = "wasm32")]
pub async fn bytes(
    exchange: &crate::platform::http::Exchange<'_>,
    head: &Head<'_>,
    limit: usize,
    ms: u32,
) -> Result<Vec<u8>, Problem> {
    use crate::platform::http::BodyError;
    let sized = check(head, limit)?;
    exchange.body(limit, sized, ms).await.map_err(|error| match error {
        BodyError::TooLarge => too_large(limit),
        BodyError::Timeout => Problem::new(ProblemType::BodyTimeout, "The body did not arrive in time."),
        BodyError::Incomplete => Problem::new(ProblemType::BodyIncomplete, "The body did not arrive to its end."),
    })
}

/// Reads a body's bytes as JSON.
///
/// # Errors
/// When it isn't JSON, or more of it than is taken.
pub fn json(bytes: &[u8], limits: Limits) -> Result<Json, Problem> {
    // The line and column, not serde's sentence, which may repeat what it read.
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let json = limits.deserialize(&mut reader).and_then(|json| reader.end().map(|()| json));
    json.map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Problem::new(
            ProblemType::NotJson,
            format!("The body is not JSON that is taken here (line {line}, column {column})."),
        )
    })
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
