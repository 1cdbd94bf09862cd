//! Time zones, as the runtime knows them: a database of our own would be larger than the rest of the Worker.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/platform/zone/zone.js")]
extern "C" {
    fn offset(zone: &str, ms: f64) -> f64;
}

/// By how many minutes the clocks of a zone are ahead of UTC at a time, in milliseconds since 1970; nothing where there is no such zone.
#[must_use]
pub fn offset_min(zone: &str, at_ms: i64) -> Option<i64> {
    Some(offset(zone, at_ms as f64)).filter(|minutes| !minutes.is_nan()).map(|minutes| minutes as i64)
}
