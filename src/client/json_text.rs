//! JSON of requests and answers, as text.

use crate::json::text::{self, Floats};
use crate::json::{Json, Limits, Rejected};

/// Numbers with a fraction: the host's reading and writing of them is there already, where there is a host.
#[cfg(all(target_arch = "wasm32", any(feature = "fetch", feature = "js")))]
pub(crate) const FLOATS: Floats = Floats {
    read: |text| Some(js_sys::Number::parse_float(text)),
    write: |number| js_sys::JSON::stringify(&number.into()).map(String::from).unwrap_or_default(),
};

/// Numbers with a fraction, as the standard library reads and writes them.
#[cfg(not(all(target_arch = "wasm32", any(feature = "fetch", feature = "js"))))]
pub(crate) const FLOATS: Floats = Floats { read: |text| text.parse().ok(), write: |number| number.to_string() };

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
