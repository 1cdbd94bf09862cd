//! The sentence in which an answer or a webhook says why, whatever it calls it.

use crate::json::Json;
use crate::strings::trim;

/// The names under which reasons are given, Maytapi's own first.
const NAMES: [&str; 7] = ["message", "error", "reason", "detail", "description", "title", "errors"];

/// The first reason that this object gives, or a text or list in one of its members.
#[must_use]
pub(crate) fn reason(body: &Json) -> Option<&str> {
    within(body, 4)
}

fn within(body: &Json, levels: u32) -> Option<&str> {
    let below = levels.checked_sub(1)?;
    match body {
        Json::String(text) => Some(trim(text)).filter(|text| !text.is_empty()),
        Json::Array(items) => items.iter().find_map(|item| within(item, below)),
        Json::Object(_) => NAMES.iter().find_map(|name| within(body.get(name)?, below)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_found_under_any_of_its_names() {
        for (body, wanted) in [
            (r#"{"message":" Lib not loaded "}"#, Some("Lib not loaded")),
            (r#"{"message":"","error":"Invalid number"}"#, Some("Invalid number")),
            (r#"{"error":{"code":1,"message":"bad"}}"#, Some("bad")),
            (r#"{"message":{"error":"bad"}}"#, Some("bad")),
            (r#"{"status":400,"error":"Bad Request","response":{"message":[{"exists":false}]}}"#, Some("Bad Request")),
            (r#"{"errors":[{"detail":"first"},{"detail":"second"}]}"#, Some("first")),
            (r#"{"title":"Not found","status":404}"#, Some("Not found")),
            (r#"{"success":false,"message":{"a":1}}"#, None),
            (r#"{"error":{"error":{"error":{"error":"too deep"}}}}"#, None),
            ("null", None),
            ("7", None),
        ] {
            let body: Json = serde_json::from_str(body).unwrap();
            assert_eq!(reason(&body), wanted, "{body:?}");
        }
    }
}
