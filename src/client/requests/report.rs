//! What an account reports of itself, typed. Every member may be missing: Maytapi's description, its examples and its answers differ.

use crate::json::Json;

/// A phone of the account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PhoneInfo {
    /// Its number at Maytapi, for [`Client::phone`](crate::client::Client::phone).
    pub id: Option<i64>,
    /// Its phone number, digits alone.
    pub number: Option<String>,
    /// The name that the account gave it.
    pub name: Option<String>,
    /// Maytapi's word for its state, such as `active`.
    pub status: Option<String>,
    /// Maytapi's word for what it is, such as `whatsapp`.
    pub phone_type: Option<String>,
    /// Whether it is linked as one of several devices.
    pub multi_device: Option<bool>,
}

/// Whether a phone is connected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PhoneStatus {
    /// Whether it is logged in to WhatsApp.
    pub logged_in: Option<bool>,
    /// Whether it shows a QR code that waits to be scanned.
    pub is_qr: Option<bool>,
    /// Whether it is still starting.
    pub loading: Option<bool>,
    /// Whether it can send now.
    pub can_send: Option<bool>,
    /// WhatsApp's word for its state, such as `CONNECTED`.
    pub state: Option<String>,
    /// Its phone number, digits alone.
    pub number: Option<String>,
    /// What Maytapi says of it.
    pub message: Option<String>,
}

/// The account's log.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Logs {
    /// How many entries there are in all.
    pub count: Option<i64>,
    /// The newest of them, newest first.
    pub entries: Vec<LogEntry>,
}

/// An entry of the account's log.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LogEntry {
    /// Its id.
    pub id: Option<Json>,
    /// What happened, such as `error`.
    pub entry_type: Option<String>,
    /// The phone that it is about.
    pub phone: Option<Json>,
    /// When, as Maytapi writes it.
    pub created_at: Option<String>,
    /// What else Maytapi tells.
    pub data: Json,
}

/// Whether a number is on WhatsApp.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckedNumber {
    /// The number as a JID: `12025550123@c.us`.
    pub id: String,
    /// Whether it is on WhatsApp.
    pub valid: bool,
}

impl PhoneInfo {
    pub(super) fn from_json(phone: &Json) -> Self {
        PhoneInfo {
            id: integer(phone, "id"),
            number: text(phone, "number"),
            name: text(phone, "name"),
            status: text(phone, "status"),
            phone_type: text(phone, "type"),
            multi_device: flag(phone, "multiDevice"),
        }
    }
}

impl PhoneStatus {
    pub(super) fn from_json(status: &Json) -> Self {
        PhoneStatus {
            logged_in: flag(status, "loggedIn"),
            is_qr: flag(status, "isQr"),
            loading: flag(status, "loading"),
            can_send: flag(status, "canSend"),
            state: text(status, "state"),
            number: text(status, "number"),
            message: text(status, "message"),
        }
    }
}

impl Logs {
    pub(super) fn from_json(logs: &Json) -> Self {
        let entries = match logs.get("entries") {
            Some(Json::Array(entries)) => entries.iter().map(LogEntry::from_json).collect(),
            _ => Vec::new(),
        };
        Logs { count: integer(logs, "count"), entries }
    }
}

impl LogEntry {
    fn from_json(entry: &Json) -> Self {
        LogEntry {
            id: entry.get("id").cloned(),
            entry_type: text(entry, "type"),
            phone: entry.get("phone").cloned(),
            created_at: text(entry, "createdAt"),
            data: entry.get("data").cloned().unwrap_or(Json::Null),
        }
    }
}

impl CheckedNumber {
    pub(super) fn from_json(checked: &Json) -> Self {
        CheckedNumber { id: text(checked, "id").unwrap_or_default(), valid: flag(checked, "valid").unwrap_or_default() }
    }
}

fn text(object: &Json, name: &str) -> Option<String> {
    object.text(name).map(str::to_owned)
}

fn integer(object: &Json, name: &str) -> Option<i64> {
    object.get(name)?.to_int()
}

fn flag(object: &Json, name: &str) -> Option<bool> {
    object.get(name)?.as_bool()
}
