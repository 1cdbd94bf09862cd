//! What Maytapi says of an account: its phones, their state and queue, the log, the catalogue, which numbers are on WhatsApp.
//!
//! The shapes differ between Maytapi's description, its examples and what was seen in use, so each is read tolerantly and given out in
//! one form, with camelCase names.

use crate::json::Json;

/// A question that changes nothing. Maytapi also has GETs that destroy (purgeQueue, logout, redeploy, factoryreset): none is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Read {
    /// The account's phones.
    ListPhones,
    /// Whether a phone is connected.
    Status,
    /// How many messages wait to be sent.
    Queue,
    /// The account's log, newest first.
    Logs,
    /// A picture of the phone's WhatsApp, as PNG.
    Screen,
    /// The phone's WhatsApp catalogue.
    Catalog,
    /// Which numbers are on WhatsApp.
    CheckPhones,
}

impl Read {
    /// Every question.
    pub const ALL: [Read; 7] =
        [Read::ListPhones, Read::Status, Read::Queue, Read::Logs, Read::Screen, Read::Catalog, Read::CheckPhones];

    /// Maytapi's name of it: the last part of the path.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Read::ListPhones => "listPhones",
            Read::Status => "status",
            Read::Queue => "queue",
            Read::Logs => "logs",
            Read::Screen => "screen",
            Read::Catalog => "catalog",
            Read::CheckPhones => "checkPhones",
        }
    }

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
    pub fn decode(self, body: &Json) -> Option<Json> {
        let data = body.get("data");
        match self {
            Read::ListPhones => list(data.unwrap_or(body), phone),
            Read::Status => status(body),
            Read::Queue => {
                let sending = body.get("stats").unwrap_or(body).get("sending").and_then(integer)?;
                Some(Json::object([("sending", Json::Int(sending))]))
            }
            Read::Logs => {
                let data = data.unwrap_or(body);
                let entries = list(data.get("list")?, log_entry)?;
                Some(Json::object([
                    ("count", data.get("count").and_then(integer).map_or(Json::Null, Json::Int)),
                    ("entries", entries),
                ]))
            }
            // A picture is no JSON: what is JSON here is a refusal.
            Read::Screen => None,
            Read::Catalog => list(data.unwrap_or(body), |product| Some(product.clone())),
            Read::CheckPhones => list(data.unwrap_or(body), checked_number),
        }
    }
}

/// Whether these bytes are a PNG picture.
#[must_use]
pub fn is_png(start: &[u8]) -> bool {
    start.starts_with(b"\x89PNG\r\n\x1a\n")
}

/// An integer, also one that was written as a string.
pub(crate) fn integer(value: &Json) -> Option<i64> {
    value.as_int().or_else(|| value.as_str()?.trim().parse().ok())
}

fn list(items: &Json, read: impl Fn(&Json) -> Option<Json>) -> Option<Json> {
    let Json::Array(items) = items else { return None };
    items.iter().map(read).collect::<Option<_>>().map(Json::Array)
}

fn text(object: &Json, name: &str) -> Json {
    object.get(name).and_then(Json::as_str).filter(|text| !text.is_empty()).into()
}

fn flag(object: &Json, name: &str) -> Json {
    object.get(name).and_then(Json::as_bool).map_or(Json::Null, Json::Bool)
}

fn phone(phone: &Json) -> Option<Json> {
    Some(Json::object([
        ("id", Json::Int(phone.get("id").and_then(integer)?)),
        ("number", text(phone, "number")),
        ("name", text(phone, "name")),
        ("status", text(phone, "status")),
        ("type", text(phone, "type")),
        ("multiDevice", flag(phone, "multi_device")),
    ]))
}

/// `{success, status: {…}, number?}`, and `{success, data: {status: …}}` as a third party describes it.
fn status(body: &Json) -> Option<Json> {
    let holder = if body.get("status").is_some() { body } else { body.get("data")? };
    let status = holder.get("status")?;
    if let Some(word) = status.as_str() {
        return Some(Json::object([("loggedIn", Json::Bool(word == "active")), ("state", word.into())]));
    }
    let inner = status.get("state");
    let number =
        [status, holder, body].into_iter().map(|object| text(object, "number")).find(|number| *number != Json::Null);
    Some(Json::object([
        ("loggedIn", flag(status, "loggedIn")),
        ("isQr", flag(status, "isQr")),
        ("loading", flag(status, "loading")),
        ("canSend", inner.map_or(Json::Null, |state| flag(state, "canSend"))),
        ("state", inner.map_or(Json::Null, |state| text(state, "state"))),
        ("number", number.unwrap_or(Json::Null)),
        ("message", text(status, "message")),
    ]))
}

fn log_entry(entry: &Json) -> Option<Json> {
    Some(Json::object([
        ("id", entry.get("id").cloned().unwrap_or(Json::Null)),
        ("type", text(entry, "type")),
        ("phone", entry.get("phone").cloned().unwrap_or(Json::Null)),
        ("createdAt", text(entry, "created_at")),
        ("data", entry.get("data")?.clone()),
    ]))
}

/// `id` is a JID, or the parts of one.
fn checked_number(entry: &Json) -> Option<Json> {
    let id = entry.get("id")?;
    let id = id.as_str().or_else(|| id.get("_serialized")?.as_str())?;
    Some(Json::object([("id", id.into()), ("valid", Json::Bool(entry.get("valid")?.as_bool()?))]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(read: Read, text: &str) -> Option<String> {
        let body: Json = serde_json::from_str(text).unwrap();
        read.decode(&body).map(|json| serde_json::to_string(&json).unwrap())
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
    fn a_picture_is_known_by_its_first_bytes() {
        assert!(is_png(b"\x89PNG\r\n\x1a\n\0\0"));
        assert!(!is_png(b"{\"success\":false}"));
    }
}
