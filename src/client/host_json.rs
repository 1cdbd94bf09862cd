//! JSON between the host and the crate, as text: one crossing for a whole message, whatever it holds.

use wasm_bindgen::JsValue;

use crate::json::text::{self, Floats};
use crate::json::{Json, Limits, Rejected};

/// Numbers with a fraction are the host's: its reading and writing of them is there already.
pub(crate) const FLOATS: Floats = Floats {
    read: |text| js_sys::JSON::parse(text).ok()?.as_f64(),
    write: |number| js_sys::JSON::stringify(&JsValue::from_f64(number)).map(String::from).unwrap_or_default(),
};

/// What a text says, within limits.
pub(crate) fn parse(json: &str, limits: Limits) -> Result<Json, Rejected> {
    text::parse(json, FLOATS, limits)
}

/// JSON as text.
pub(crate) fn write(value: &Json) -> String {
    let mut out = String::new();
    text::write(value, FLOATS, &mut out);
    out
}
