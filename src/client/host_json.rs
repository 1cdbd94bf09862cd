//! JSON between the host and the crate, as text: one crossing for a whole message, whatever it holds.

use js_sys::JsString;
use wasm_bindgen::JsValue;

use crate::json::Json;
use crate::json::text::{Floats, parse as parse_text};
use crate::message::Message;

/// Numbers with a fraction are the host's: its reading and writing of them is there already.
pub(crate) const FLOATS: Floats = Floats {
    read: |text| js_sys::JSON::parse(text).ok()?.as_f64(),
    write: |number| js_sys::JSON::stringify(&JsValue::from_f64(number)).map(String::from).unwrap_or_default(),
};

/// What a string of the host's says; `None` where it is no JSON.
pub(crate) fn parse(text: &JsValue) -> Option<Json> {
    parse_text(&text.as_string()?, FLOATS)
}

/// A message as the text that goes onto the wire.
pub(crate) fn write(message: &Message) -> JsString {
    JsString::from(message.to_text(FLOATS))
}
