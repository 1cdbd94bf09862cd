//! Messages that came in, where policy keeps them: sealed, and found by an id that says nothing of who wrote.

use maytapi::json::Json;
use sha2::{Digest, Sha256};

#[cfg(target_arch = "wasm32")]
pub mod rows;
#[cfg(target_arch = "wasm32")]
pub mod sealing;

use super::feed::item::{Audience, Change};
use crate::config::pseudonym::{Pseudonyms, hex};

/// A message that came in, on its way to the phone's object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inbound {
    /// A digest of what it is known again by. It is stored nowhere: WhatsApp's ids hold numbers, which a plain digest doesn't hide.
    pub key: String,
    /// It, in JSON without line breaks.
    pub message: String,
}

/// A message that is kept, as the feed tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Under which it is found.
    pub id: String,
    /// The number of this change.
    pub seq: i64,
    /// When it was stored, in milliseconds since 1970.
    pub at: i64,
}

impl Inbound {
    /// A message as a webhook told it. The same one comes more than once; it is known by WhatsApp's id, else by all that it says.
    #[must_use]
    pub fn of(message: &Json) -> Self {
        // What was read as JSON can be written as such.
        let text = serde_json::to_string(message).unwrap_or_default();
        let known_by = message.text("id").filter(|id| !id.is_empty()).unwrap_or(&text);
        Inbound { key: hex(&Sha256::digest(known_by.as_bytes())), message: text }
    }

    /// Under which it is kept and found.
    #[must_use]
    pub fn id(&self, pseudonyms: &Pseudonyms) -> String {
        format!("in_{}", pseudonyms.of_text("inbound", &self.key))
    }
}

impl From<&Kept> for Change {
    fn from(kept: &Kept) -> Self {
        // An id is letters and digits.
        let item = format!(r#"{{"kind":"incoming","seq":{},"id":"{}","at":{}}}"#, kept.seq, kept.id, kept.at);
        Change { seq: kept.seq, audience: Audience::WholePhone, item }
    }
}

/// A message as it is told to who asks for it.
#[must_use]
pub fn item(kept: &Kept, message: &str) -> String {
    format!(r#"{{"id":"{}","at":{},"message":{message}}}"#, kept.id, kept.at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_known_again_by_its_id_and_tells_nothing_of_it() {
        let json = |text: &str| serde_json::from_str::<Json>(text).unwrap();
        let id = |text: &str| Inbound::of(&json(text)).id(&Pseudonyms::of_key(&[1; 32]));
        let first = id(r#"{"id":"false_12025550123@c.us_3EB0","text":"hi"}"#);
        assert_eq!(first, id(r#"{"id":"false_12025550123@c.us_3EB0","text":"hi","receiver":"x"}"#));
        assert_ne!(first, id(r#"{"id":"false_12025550124@c.us_3EB0","text":"hi"}"#));
        assert_ne!(id(r#"{"text":"a"}"#), id(r#"{"text":"b"}"#));
        assert!(first.len() == 19 && first.starts_with("in_") && !first.contains("2025550"));
        assert!(!Inbound::of(&json("{\"text\":\"a\\nb\"}")).message.contains('\n'));
    }

    #[test]
    fn the_feed_tells_of_it_to_who_sees_the_whole_phone() {
        let kept = Kept { id: "in_0".into(), seq: 7, at: 5 };
        let change = Change::from(&kept);
        assert_eq!(change.item, r#"{"kind":"incoming","seq":7,"id":"in_0","at":5}"#);
        assert_eq!(change.audience, Audience::WholePhone);
        assert_eq!(item(&kept, r#"{"text":"hi"}"#), r#"{"id":"in_0","at":5,"message":{"text":"hi"}}"#);
    }
}
