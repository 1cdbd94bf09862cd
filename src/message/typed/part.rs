//! What the fields of typed messages hold: texts and flags here, anything else beside the messages that have it.

use serde::Serialize;

use crate::json::Json;

/// A value that a field of a typed message holds.
pub(super) trait Part: Sized + Serialize {
    /// As JSON.
    fn into_json(self) -> Json;

    /// From the JSON of a checked message, where it is there and of the right kind; anything else is as good as empty.
    fn of_checked(json: Json) -> Self;
}

impl Part for String {
    fn into_json(self) -> Json {
        Json::String(self)
    }

    fn of_checked(json: Json) -> Self {
        match json {
            Json::String(text) => text,
            _ => String::new(),
        }
    }
}

impl Part for bool {
    fn into_json(self) -> Json {
        Json::Bool(self)
    }

    fn of_checked(json: Json) -> Self {
        json.as_bool() == Some(true)
    }
}

/// The entries of a list; none where it is no list.
pub(super) fn entries(list: Json) -> Vec<Json> {
    match list {
        Json::Array(entries) => entries,
        _ => Vec::new(),
    }
}
