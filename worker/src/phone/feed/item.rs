//! What callers see of the feed: an item per row, pages, and a live socket's frames.

use maytapi::delivery::Delivery;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::cursor::Cursor;
use super::message::{Message, STEPS};

/// How often a client of a live socket says that it is there, in milliseconds.
pub const HEARTBEAT_MS: u32 = 30_000;

/// Who may see a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Whoever watches.
    Everyone,
    /// The caller of this pseudonym, and those who watch the whole phone.
    Caller(String),
    /// Those alone who watch the whole phone.
    WholePhone,
}

impl Audience {
    /// The caller whom it is about.
    #[must_use]
    pub fn caller(&self) -> Option<&str> {
        match self {
            Audience::Caller(caller) => Some(caller),
            Audience::Everyone | Audience::WholePhone => None,
        }
    }

    /// Whether someone is part of it who may see but this caller's messages, or all.
    #[must_use]
    pub fn has(&self, only: Option<&str>) -> bool {
        match (self, only) {
            (Audience::Everyone, _) | (_, None) => true,
            (Audience::Caller(caller), Some(only)) => caller == only,
            (Audience::WholePhone, Some(_)) => false,
        }
    }
}

/// A change, with what it changed to.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Its number.
    pub seq: i64,
    /// Who may see it.
    pub audience: Audience,
    /// What it is.
    pub item: Value,
}

/// The state of the phone itself, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneState {
    /// Maytapi's word for it, such as `active`.
    pub status: String,
    /// When it was told, in milliseconds since 1970.
    pub at: i64,
    /// The number of this change.
    pub seq: i64,
}

impl From<&Message> for Change {
    fn from(message: &Message) -> Self {
        let audience = message.caller.clone().map_or(Audience::WholePhone, Audience::Caller);
        Change { seq: message.seq, audience, item: self::message(message) }
    }
}

impl From<&PhoneState> for Change {
    fn from(state: &PhoneState) -> Self {
        let item = json!({ "kind": "phone", "seq": state.seq, "status": state.status, "at": state.at });
        Change { seq: state.seq, audience: Audience::Everyone, item }
    }
}

/// A message's item.
#[must_use]
pub fn message(message: &Message) -> Value {
    let steps = STEPS.into_iter().zip(message.steps).chain([(message.state, message.ended)]);
    let at: Map<String, Value> = steps.filter_map(|(step, at)| Some((step.as_str().to_owned(), at?.into()))).collect();
    let (msg_id, state, seq) = (&message.msg_id, message.state.as_str(), message.seq);
    match message.code.as_deref().filter(|_| message.state == Delivery::Failed) {
        Some(code) => json!({ "kind": "message", "seq": seq, "msgId": msg_id, "state": state, "at": at, "code": code }),
        None => json!({ "kind": "message", "seq": seq, "msgId": msg_id, "state": state, "at": at }),
    }
}

/// A page of the feed.
#[must_use]
pub fn page(items: &[Value], cursor: &Cursor<'_>, more: bool) -> String {
    json!({ "items": items, "cursor": cursor.to_string(), "more": more }).to_string()
}

/// The first frame of a live socket.
#[must_use]
pub fn hello(cursor: &Cursor<'_>) -> String {
    json!({ "t": "hello", "cursor": cursor.to_string(), "heartbeatMs": HEARTBEAT_MS }).to_string()
}

/// A live socket's frame of changes.
#[must_use]
pub fn changes(items: &[Value], cursor: &Cursor<'_>) -> String {
    json!({ "t": "changes", "cursor": cursor.to_string(), "items": items }).to_string()
}

/// The frame that says that a cursor was not this storage's: what the client knows has to be looked up again.
#[must_use]
pub fn reset(cursor: &Cursor<'_>) -> String {
    json!({ "t": "reset", "cursor": cursor.to_string() }).to_string()
}

#[cfg(test)]
mod tests {
    use super::super::report::Report;
    use super::*;

    #[test]
    fn an_item_tells_every_step_and_no_number() {
        let mut message = Message { seq: 9, ..Message::queued("m-1", "0123456789abcdef", 5) };
        let report = |state, at| Report { msg_id: "m-1".into(), state, at_ms: Some(at), code: Some("F04".into()) };
        message.take(&report(Delivery::Sent, 6), 9);
        let text = self::message(&message).to_string();
        assert_eq!(text, r#"{"at":{"queued":5,"sent":6},"kind":"message","msgId":"m-1","seq":9,"state":"sent"}"#);
        message.take(&report(Delivery::Failed, 7), 9);
        let change = Change::from(&message);
        let wanted = json!({ "kind": "message", "seq": 9, "msgId": "m-1", "state": "failed", "at": { "queued": 5, "sent": 6, "failed": 7 }, "code": "F04" });
        assert_eq!((change.item, change.seq), (wanted, 9));
        assert!(change.audience.has(None) && change.audience.has(Some("0123456789abcdef")));
        assert!(!change.audience.has(Some("0123456789abcdee")));
        message.take(&report(Delivery::Read, 8), 9);
        assert_eq!(self::message(&message)["at"], json!({ "queued": 5, "sent": 6, "read": 8 }));
        assert!(self::message(&message).get("code").is_none());
    }

    #[test]
    fn frames_are_told_apart_by_their_t() {
        let cursor = Cursor { epoch: "e", seq: 7 };
        assert_eq!(hello(&cursor), r#"{"cursor":"e.7","heartbeatMs":30000,"t":"hello"}"#);
        assert_eq!(reset(&cursor), r#"{"cursor":"e.7","t":"reset"}"#);
        assert_eq!(changes(&[json!({})], &cursor), r#"{"cursor":"e.7","items":[{}],"t":"changes"}"#);
        assert_eq!(page(&[], &cursor, true), r#"{"cursor":"e.7","items":[],"more":true}"#);
    }
}
