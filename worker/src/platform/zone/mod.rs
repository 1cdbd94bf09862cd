//! Time zones, as the runtime knows them: a database of our own would be larger than the rest of the Worker.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/platform/zone/zone.js")]
extern "C" {
    fn offset(zone: &str, ms: f64) -> f64;
}

/// What was asked for lately: a zone, a minute since 1970, and the answer.
type Known = (String, i64, Option<i64>);

const MINUTE_MS: i64 = 60_000;
/// A batch asks for the present minute of few zones with each of its messages.
const MOST_KNOWN: usize = 16;

thread_local! {
    static KNOWN: RefCell<Vec<Known>> = const { RefCell::new(Vec::new()) };
}

/// By how many minutes the clocks of a zone are ahead of UTC at a time, in milliseconds since 1970; nothing where there is no such zone.
#[must_use]
pub fn offset_min(zone: &str, at_ms: i64) -> Option<i64> {
    // No clock is put forward or back within a minute.
    let minute = at_ms.div_euclid(MINUTE_MS);
    KNOWN.with_borrow_mut(|known| {
        if let Some((_, _, ahead)) = known.iter().find(|(of, at, _)| *at == minute && of == zone) {
            return *ahead;
        }
        let told = offset(zone, minute.saturating_mul(MINUTE_MS) as f64);
        let ahead = Some(told).filter(|minutes| !minutes.is_nan()).map(|minutes| minutes as i64);
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        known.push((zone.to_owned(), minute, ahead));
        ahead
    })
}
