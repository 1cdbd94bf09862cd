//! Text to JSON and back, with what is there already: serde_json where it is linked, else the host's `JSON`.
//!
//! serde_json beside serde-wasm-bindgen would add 13 KB to what a browser downloads, and every host of the package has a parser.

use js_sys::JsString;

use super::error::{Error, ErrorKind};
use crate::json::Json;
use crate::message::Message;

/// What a text says; `None` where it is no JSON.
#[cfg(feature = "serde_json")]
pub(crate) fn parse(text: &str) -> Option<Json> {
    serde_json::from_str(text).ok()
}

/// What a text says; `None` where it is no JSON.
#[cfg(not(feature = "serde_json"))]
pub(crate) fn parse(text: &str) -> Option<Json> {
    serde_wasm_bindgen::from_value(js_sys::JSON::parse(text).ok()?).ok()
}

/// A message as the text that goes onto the wire.
#[cfg(feature = "serde_json")]
pub(crate) fn write(message: &Message) -> Result<JsString, Error> {
    serde_json::to_string(message).map(|text| JsString::from(text)).map_err(|_| unwritable())
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
