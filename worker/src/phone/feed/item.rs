//! What callers see of the feed: an item per row, pages, and a live socket's frames.

use maytapi::delivery::Delivery;

use super::cursor::Cursor;
use super::message::{InBatch, Message, STEPS, quoted};

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

/// A change, with what it changed to.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Its number.
    pub seq: i64,
    /// Who may see it.
    pub audience: Audience,
    /// What it is, in JSON.
    pub item: String,
}

/// The state of the phone itself, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneState {
    /// Maytapi's word for it, such as `active`.
    pub status: String,
    /// When it was told, in milliseconds since 1970.
    pub at: i64,
    /// The number of this change.
    pub seq: i64,
}

impl PhoneState {
    /// As it is stored: a line for each field.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}", self.status, self.at, self.seq)
    }

    /// Reads what [`PhoneState::text`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let status = lines.next()?.to_owned();
        Some(PhoneState { status, at: lines.next()?.parse().ok()?, seq: lines.next()?.parse().ok()? })
    }
}

impl From<&Message> for Change {
    fn from(message: &Message) -> Self {
        let audience = message.caller.clone().map_or(Audience::WholePhone, Audience::Caller);
        Change { seq: message.seq, audience, item: self::message(message) }
    }
}

impl From<&PhoneState> for Change {
    fn from(state: &PhoneState) -> Self {
        let (status, at) = (quoted(&state.status), state.at);
        let item = format!(r#"{{"kind":"phone","seq":{},"status":{status},"at":{at}}}"#, state.seq);
        Change { seq: state.seq, audience: Audience::Everyone, item }
    }
}

/// The tag of the sockets of someone who may see but this caller's messages, or all of the phone.
#[must_use]
pub fn tag(only: Option<&str>) -> String {
    only.map_or_else(|| "all".to_owned(), |caller| format!("c:{caller}"))
}

/// The items of changes, by the tag of the sockets that are told; what everybody is told, without one.
#[must_use]
pub fn by_tag(changes: &[Change]) -> Vec<(String, Vec<&str>)> {
    let mut parts: Vec<(String, Vec<&str>)> = Vec::new();
    let mut add = |tag: String, item| match parts.iter_mut().find(|(known, _)| *known == tag) {
        Some((_, items)) => items.push(item),
        None => parts.push((tag, vec![item])),
    };
    for change in changes {
        let item = change.item.as_str();
        match &change.audience {
            Audience::Everyone => add(String::new(), item),
            Audience::WholePhone => add(tag(None), item),
            Audience::Caller(caller) => {
                add(tag(None), item);
                add(tag(Some(caller)), item);
            }
        }
    }
    parts
}

/// A message's item.
#[must_use]
pub fn message(message: &Message) -> String {
    let steps = STEPS.into_iter().zip(message.steps).chain([(message.state, message.ended)]);
    let at: Vec<String> = steps.filter_map(|(step, at)| Some(format!(r#""{}":{}"#, step.as_str(), at?))).collect();
    let code = match message.code.as_deref().filter(|_| message.state == Delivery::Failed) {
        Some(code) => format!(r#","code":{}"#, quoted(code)),
        None => String::new(),
    };
    let batch = match &message.batch {
        Some(InBatch { id: Some(id), row, .. }) => format!(r#","batch":{},"row":{row}"#, quoted(id)),
        _ => String::new(),
    };
    let (msg_id, state, at) = (quoted(&message.msg_id), message.state.as_str(), at.join(","));
    format!(
        r#"{{"kind":"message","seq":{},"msgId":{msg_id},"state":"{state}","at":{{{at}}}{code}{batch}}}"#,
        message.seq
    )
}

/// What was looked up.
#[must_use]
pub fn found(items: &[String], cursor: &Cursor<'_>) -> String {
    format!(r#"{{"items":[{}],"cursor":"{cursor}"}}"#, items.join(","))
}

/// A page of the feed.
#[must_use]
pub fn page(items: &[String], cursor: &Cursor<'_>, more: bool) -> String {
    format!(r#"{{"items":[{}],"cursor":"{cursor}","more":{more}}}"#, items.join(","))
}

/// The first frame of a live socket.
#[must_use]
pub fn hello(cursor: &Cursor<'_>) -> String {
    format!(r#"{{"t":"hello","cursor":"{cursor}","heartbeatMs":{HEARTBEAT_MS}}}"#)
}

/// A live socket's frame of changes.
#[must_use]
pub fn changes(items: &[String], cursor: &Cursor<'_>) -> String {
    format!(r#"{{"t":"changes","cursor":"{cursor}","items":[{}]}}"#, items.join(","))
}

/// The frame that says that a cursor was not this storage's: what the client knows has to be looked up again.
#[must_use]
pub fn reset(cursor: &Cursor<'_>) -> String {
    format!(r#"{{"t":"reset","cursor":"{cursor}"}}"#)
}

#[cfg(test)]
mod tests {
    use super::super::report::Report;
    use super::*;

    #[test]
    fn an_item_tells_every_step_and_no_number() {
        let mut message = Message { seq: 9, ..Message::queued("m-1", "0123456789abcdef", 5) };
        let report = |state, at| Report { msg_id: "m-1".into(), state, at_ms: Some(at), code: Some("F\"4".into()) };
        message.take(&report(Delivery::Sent, 6), 9);
        let wanted = r#"{"kind":"message","seq":9,"msgId":"m-1","state":"sent","at":{"queued":5,"sent":6}}"#;
        assert_eq!(self::message(&message), wanted);
        message.take(&report(Delivery::Failed, 7), 9);
        let change = Change::from(&message);
        let wanted = r#"{"kind":"message","seq":9,"msgId":"m-1","state":"failed","at":{"queued":5,"sent":6,"failed":7},"code":"F\"4"}"#;
        assert_eq!((change.item.as_str(), change.seq), (wanted, 9));
        assert_eq!(change.audience, Audience::Caller("0123456789abcdef".into()));
        message.take(&report(Delivery::Read, 8), 9);
        assert!(self::message(&message).ends_with(r#""at":{"queued":5,"sent":6,"read":8}}"#));
        for (id, wanted) in [(Some("b_1"), r#""read":8},"batch":"b_1","row":3}"#), (None, r#""read":8}}"#)] {
            message.batch = Some(InBatch { n: 7, id: id.map(str::to_owned), row: 3 });
            assert!(self::message(&message).ends_with(wanted), "{id:?}");
        }
    }

    #[test]
    fn each_is_told_what_is_theirs_and_who_sees_the_phone_is_told_all_of_it() {
        let change = |seq: i64, audience| Change { seq, audience, item: seq.to_string() };
        let caller = |caller: &str| Audience::Caller(caller.into());
        let changes = [
            change(1, caller("a")),
            change(2, caller("b")),
            change(3, Audience::WholePhone),
            change(4, caller("a")),
            change(5, Audience::Everyone),
        ];
        let parts: Vec<_> =
            by_tag(&changes).into_iter().map(|(tag, items)| format!("{tag} {}", items.join(","))).collect();
        assert_eq!(parts, ["all 1,2,3,4", "c:a 1,4", "c:b 2", " 5"]);
        assert_eq!(by_tag(&[]), []);
    }

    #[test]
    fn the_phone_s_state_is_read_as_it_was_written() {
        let state = PhoneState { status: "qr-code".into(), at: 5, seq: 7 };
        assert_eq!(PhoneState::parse(&state.text()), Some(state.clone()));
        assert_eq!(PhoneState::parse("active"), None);
        assert_eq!(Change::from(&state).item, r#"{"kind":"phone","seq":7,"status":"qr-code","at":5}"#);
    }

    #[test]
    fn frames_are_told_apart_by_their_t() {
        let (cursor, item) = (Cursor { epoch: "e", seq: 7 }, "{}".to_owned());
        assert_eq!(hello(&cursor), r#"{"t":"hello","cursor":"e.7","heartbeatMs":30000}"#);
        assert_eq!(reset(&cursor), r#"{"t":"reset","cursor":"e.7"}"#);
        assert_eq!(changes(&[item.clone(), item], &cursor), r#"{"t":"changes","cursor":"e.7","items":[{},{}]}"#);
        assert_eq!(page(&[], &cursor, true), r#"{"items":[],"cursor":"e.7","more":true}"#);
        assert_eq!(found(&["{}".to_owned()], &cursor), r#"{"items":[{}],"cursor":"e.7"}"#);
    }
}
