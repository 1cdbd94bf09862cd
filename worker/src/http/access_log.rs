//! One line of JSON per request: what was asked and what came of it, without message text, key, token, or a recipient in clear.

use serde::Serialize;

/// What is known about a request by its end.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AccessLogEntry {
    /// The id that the caller was told.
    pub request_id: String,
    /// The route's name; never the path, which is the caller's words.
    pub route: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// `queued`, `ok`, or the problem's id.
    pub outcome: &'static str,
    /// The page's origin, where the configuration does not list it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// The account's name, once it is one of the configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The phone's id, once it is one of the configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The token's subject, once the token was found good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// The message type, once it is one that policy lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_type: Option<String>,
    /// The recipient's pseudonym.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
    /// What kind of event a webhook told of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<&'static str>,
    /// What stands behind the outcome, in words of ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The status of Maytapi's answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upstream_status: Option<u16>,
    /// How long Maytapi took, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upstream_ms: Option<u32>,
    /// How often Maytapi was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tries: Option<u32>,
    /// Whether the outcome was an earlier request's.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub replayed: bool,
    /// How long all of it took, in milliseconds.
    pub ms: u32,
}

impl AccessLogEntry {
    /// The entry as a line of JSON.
    #[must_use]
    pub fn text(&self) -> String {
        // Strings and numbers can always be written.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The method in words of ours: the caller may send any.
#[must_use]
pub fn method(name: &str) -> &'static str {
    ["GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"]
        .into_iter()
        .find(|known| *known == name)
        .unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_told_in_words_of_ours() {
        for known in ["GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"] {
            assert_eq!(method(known), known);
        }
        for other in ["", "get", "TRACE", "12025550123"] {
            assert_eq!(method(other), "other", "{other}");
        }
    }

    #[test]
    fn a_line_has_what_is_known_and_no_more() {
        let entry = AccessLogEntry {
            request_id: "r-1".into(),
            route: "send",
            method: "POST",
            status: 200,
            ..Default::default()
        };
        let wanted = r#"{"request_id":"r-1","route":"send","method":"POST","status":200,"outcome":"","ms":0}"#;
        assert_eq!(entry.text(), wanted);
        let replay = AccessLogEntry { caller: Some("ada".into()), outcome: "queued", replayed: true, ..entry };
        let wanted = r#"{"request_id":"r-1","route":"send","method":"POST","status":200,"outcome":"queued","caller":"ada","replayed":true,"ms":0}"#;
        assert_eq!(replay.text(), wanted);
    }
}
