//! Text to JSON and back, with what is there already: serde_json where it is linked, else the host's `JSON`.
//!
//! serde_json beside serde-wasm-bindgen would add 13 KB to what a browser downloads, and every host of the package has a parser.
//! Plain data is read member by member here, because serde's deserializing half would cost another 6 KB.

use js_sys::JsString;
#[cfg(any(feature = "js", not(feature = "serde_json")))]
use {
    crate::json::MAX_DEPTH,
    js_sys::{Array, Object},
    wasm_bindgen::JsCast,
};

use wasm_bindgen::JsValue;

use super::error::{Error, ErrorKind};
use crate::json::Json;
use crate::message::Message;

/// What a string of the host's says; `None` where it is no JSON.
#[cfg(feature = "serde_json")]
pub(crate) fn parse(text: &JsValue) -> Option<Json> {
    serde_json::from_str(&text.as_string()?).ok()
}

/// What a string of the host's says; `None` where it is no JSON. The text itself stays with the host.
#[cfg(not(feature = "serde_json"))]
pub(crate) fn parse(text: &JsValue) -> Option<Json> {
    parse_host_string(text).ok().and_then(|value| read(&value))
}

#[cfg(not(feature = "serde_json"))]
#[wasm_bindgen::prelude::wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = JSON, js_name = parse)]
    fn parse_host_string(text: &JsValue) -> Result<JsValue, JsValue>;
}

/// Plain data, as `JSON.parse` makes it; `None` where it is nested deeper than [`MAX_DEPTH`]. Nothing else may be given: a getter or a
/// proxy could throw in the middle.
#[cfg(any(feature = "js", not(feature = "serde_json")))]
pub(crate) fn read(value: &JsValue) -> Option<Json> {
    read_level(value, MAX_DEPTH)
}

#[cfg(any(feature = "js", not(feature = "serde_json")))]
fn read_level(value: &JsValue, depth: usize) -> Option<Json> {
    if let Some(text) = value.as_string() {
        return Some(Json::String(text));
    }
    if let Some(number) = value.as_f64() {
        return Some(Json::from(number));
    }
    if let Some(flag) = value.as_bool() {
        return Some(Json::Bool(flag));
    }
    let Some(object) = value.dyn_ref::<Object>() else { return Some(Json::Null) };
    let below = depth.checked_sub(1)?;
    if let Some(items) = value.dyn_ref::<Array>() {
        return items.iter().map(|item| read_level(&item, below)).collect::<Option<_>>().map(Json::Array);
    }
    let member = |entry: JsValue| {
        let entry: Array = entry.unchecked_into();
        Some((entry.get(0).as_string()?, read_level(&entry.get(1), below)?))
    };
    Object::entries(object).iter().map(member).collect::<Option<_>>().map(Json::Object)
}

/// A message as the text that goes onto the wire.
#[cfg(feature = "serde_json")]
pub(crate) fn write(message: &Message) -> Result<JsString, Error> {
    serde_json::to_string(message).map(JsString::from).map_err(|_| unwritable())
}

/// A message as the text that goes onto the wire.
#[cfg(not(feature = "serde_json"))]
pub(crate) fn write(message: &Message) -> Result<JsString, Error> {
    use serde::Serialize;
    let object = message.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).map_err(|_| unwritable())?;
    js_sys::JSON::stringify(&object).map_err(|_| unwritable())
}

/// Neither writer fails on what a message is made of; should one ever, nothing was sent.
fn unwritable() -> Error {
    Error::new(ErrorKind::Validation, "not_json", "The message can't be written as JSON.")
}
