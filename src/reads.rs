//! What Maytapi says of an account: its phones, their state and queue, the log, the catalogue, which numbers are on WhatsApp.
//!
//! The shapes differ between Maytapi's description, its examples and what was seen in use, so each is read tolerantly and given out in
//! one form, with camelCase names.

use crate::json::{Json, Object, Picked, Take};

named_enum! {
    /// A question that changes nothing. Its name is Maytapi's, the last part of the path. Maytapi also has GETs that destroy (purgeQueue,
    /// logout, redeploy, factoryreset): none is here.
    pub enum Read {
        /// The account's phones.
        ListPhones = "listPhones",
        /// Whether a phone is connected.
        Status = "status",
        /// How many messages wait to be sent.
        Queue = "queue",
        /// The account's log, newest first.
        Logs = "logs",
        /// A picture of the phone's WhatsApp, as PNG.
        Screen = "screen",
        /// The phone's WhatsApp catalogue.
        Catalog = "catalog",
        /// Which numbers are on WhatsApp.
        CheckPhones = "checkPhones",
    }
}

impl Read {
    /// Whether it is asked of one phone, or of the whole account.
    #[must_use]
    pub fn is_of_phone(self) -> bool {
        !matches!(self, Read::ListPhones | Read::Logs)
    }

    /// Whether it is asked with POST and a body.
    #[must_use]
    pub fn is_post(self) -> bool {
        self == Read::CheckPhones
    }

    /// The answer in one form; `None` where it has none of the known shapes. A refusal is to be looked for before.
    #[must_use]
    pub fn decode(self, body: Json) -> Option<Json> {
        match self {
            Read::ListPhones => list(data(body), |phone| {
                phone.get("id")?.to_int()?;
                Some(picked(phone, PHONE))
            }),
            Read::Status => status(&body),
            Read::Queue => {
                let stats = body.get("stats").unwrap_or(&body);
                stats.get("sending")?.to_int()?;
                Some(picked(stats, &[("sending", "sending", Take::Integer)]))
            }
            Read::Logs => {
                let mut data = data(body);
                let entries = list(data.take("list"), log_entry)?;
                let mut logs = Object::default();
                logs.pick(&data, &[("count", "count", Take::Integer)]);
                logs.set("entries", entries);
                Some(logs.into())
            }
            // A picture is no JSON: what is JSON here is a refusal.
            Read::Screen => None,
            Read::Catalog => Some(data(body)).filter(|products| matches!(products, Json::Array(_))),
            Read::CheckPhones => list(data(body), |entry| {
                // `id` is a JID, or the parts of one.
                let id = entry.get("id")?;
                let id = id.as_str().or_else(|| id.get("_serialized")?.as_str())?;
                let mut checked = Object::default();
                checked.set("id", id.into());
                checked.set("valid", Json::Bool(entry.get("valid")?.as_bool()?));
                Some(checked.into())
            }),
        }
    }
}

const PHONE: &[Picked<'_>] = &[
    ("id", "id", Take::Integer),
    ("number", "number", Take::Text),
    ("name", "name", Take::Text),
    ("status", "status", Take::Text),
    ("type", "type", Take::Text),
    ("multiDevice", "multi_device", Take::Flag),
];

/// Whether these bytes are a PNG picture.
#[must_use]
pub fn is_png(start: &[u8]) -> bool {
    start.starts_with(b"\x89PNG\r\n\x1a\n")
}

/// What the answer holds, in `data` or by itself.
fn data(mut body: Json) -> Json {
    if body.get("data").is_some() { body.take("data") } else { body }
}

/// The list with what `read` makes in the place of every entry; `None` where it can't make something of each.
#[inline(never)]
fn list(mut items: Json, read: fn(&mut Json) -> Option<Json>) -> Option<Json> {
    let Json::Array(entries) = &mut items else { return None };
    for entry in entries {
        *entry = read(entry)?;
    }
    Some(items)
}

fn picked(from: &Json, members: &[Picked<'_>]) -> Json {
    let mut object = Object::default();
    object.pick(from, members);
    object.into()
}

fn log_entry(entry: &mut Json) -> Option<Json> {
    entry.get("data")?;
    let mut object = Object::default();
    object.set("id", entry.take("id"));
    object.text("type", entry.text("type"));
    object.set("phone", entry.take("phone"));
    object.text("createdAt", entry.text("created_at"));
    object.set("data", entry.take("data"));
    Some(object.into())
}

/// `{success, status: {…}, number?}`, and `{success, data: {status: …}}` as a third party describes it.
fn status(body: &Json) -> Option<Json> {
    use Take::{Flag, Text};
    let holder = if body.get("status").is_some() { body } else { body.get("data")? };
    let status = holder.get("status")?;
    let mut object = Object::default();
    if let Some(word) = status.as_str() {
        object.set("loggedIn", Json::Bool(word == "active"));
        object.set("state", word.into());
        return Some(object.into());
    }
    object.pick(status, &[("loggedIn", "loggedIn", Flag), ("isQr", "isQr", Flag), ("loading", "loading", Flag)]);
    if let Some(state) = status.get("state") {
        object.pick(state, &[("canSend", "canSend", Flag), ("state", "state", Text)]);
    }
    // The number stands in one of three places.
    object.text("number", [status, holder, body].into_iter().find_map(|place| place.text("number")));
    object.text("message", status.text("message"));
    Some(object.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(read: Read, text: &str) -> Option<String> {
        let body: Json = serde_json::from_str(text).unwrap();
        read.decode(body).map(|json| serde_json::to_string(&json).unwrap())
    }

    #[test]
    fn every_shape_that_was_seen_is_read() {
        for (read, body, wanted) in [
            (
                Read::ListPhones,
                r#"[{"id":1150,"number":"12025550100","status":"active","type":"whatsapp","name":"Shop","data":{},"multi_device":true}]"#,
                r#"[{"id":1150,"number":"12025550100","name":"Shop","status":"active","type":"whatsapp","multiDevice":true}]"#,
            ),
            (Read::ListPhones, r#"{"success":true,"data":[{"id":"7"}]}"#, r#"[{"id":7}]"#),
            (
                Read::Status,
                r#"{"success":true,"status":{"loggedIn":true,"isQr":false,"loading":false,"connRetry":0,"message":"",
                   "state":{"state":"CONNECTED","canSend":true},"number":"12025550100"}}"#,
                r#"{"loggedIn":true,"isQr":false,"loading":false,"canSend":true,"state":"CONNECTED","number":"12025550100"}"#,
            ),
            (
                Read::Status,
                r#"{"success":true,"status":{"loggedIn":false,"isQr":true},"number":"12025550100"}"#,
                r#"{"loggedIn":false,"isQr":true,"number":"12025550100"}"#,
            ),
            (Read::Status, r#"{"success":true,"data":{"status":"active"}}"#, r#"{"loggedIn":true,"state":"active"}"#),
            (Read::Queue, r#"{"success":true,"stats":{"sending":3}}"#, r#"{"sending":3}"#),
            (
                Read::Logs,
                r#"{"success":true,"data":{"count":"1","list":[{"id":9,"pid":"p","phone":1150,"created_at":"2026-01-02","type":"error",
                   "data":{"body":{"code":"F04"}}}]}}"#,
                r#"{"count":1,"entries":[{"id":9,"type":"error","phone":1150,"createdAt":"2026-01-02","data":{"body":{"code":"F04"}}}]}"#,
            ),
            (
                Read::Catalog,
                r#"{"success":true,"data":[{"productId":"1","name":"Tea"}]}"#,
                r#"[{"productId":"1","name":"Tea"}]"#,
            ),
            (
                Read::CheckPhones,
                r#"{"success":true,"data":[{"id":"12025550123@c.us","valid":true},
                   {"id":{"_serialized":"12025550199@c.us","user":"12025550199","server":"c.us"},"valid":false}]}"#,
                r#"[{"id":"12025550123@c.us","valid":true},{"id":"12025550199@c.us","valid":false}]"#,
            ),
        ] {
            assert_eq!(decode(read, body).as_deref(), Some(wanted), "{read:?} {body}");
        }
    }

    #[test]
    fn another_shape_is_not_guessed_at() {
        for read in Read::ALL {
            for body in ["null", "7", "{}", r#"{"success":true}"#, r#"{"data":7}"#, r#"[{"x":1}]"#] {
                let decoded = decode(read, body);
                assert!(
                    decoded.is_none() || (read == Read::Catalog && body.starts_with('[')),
                    "{read:?} {body} {decoded:?}"
                );
            }
        }
    }

    #[test]
    fn phones_and_log_are_asked_of_the_account_and_numbers_are_posted() {
        let those = |is: fn(Read) -> bool| Read::ALL.into_iter().filter(|read| is(*read)).collect::<Vec<_>>();
        assert_eq!(those(|read| !read.is_of_phone()), [Read::ListPhones, Read::Logs]);
        assert_eq!(those(Read::is_post), [Read::CheckPhones]);
    }

    #[test]
    fn a_picture_is_known_by_its_first_bytes() {
        assert!(is_png(b"\x89PNG\r\n\x1a\n\0\0"));
        assert!(!is_png(b"{\"success\":false}"));
    }
}
