//! Takes a request's body in, as JSON, within its bounds.

use js_sys::Uint8Array;
use maytapi::json::Json;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Request;

use crate::head::Head;
use crate::problem::{Kind, Problem};
use crate::{body, glue};

/// Reads the body.
///
/// # Errors
/// When it is too large, too slow, incomplete, or not JSON.
pub async fn json(request: &Request, head: &Head<'_>, limit: usize, ms: u32) -> Result<Json, Problem> {
    let sized = body::check(head, limit)?;
    let read = JsFuture::from(glue::read_body(request, limit as f64, sized, ms)).await.map_err(|_| incomplete())?;
    let bytes = match read.as_f64() {
        None => read.dyn_into::<Uint8Array>().map_err(|_| incomplete())?.to_vec(),
        Some(1.0) => return Err(body::too_large(limit)),
        Some(3.0) => return Err(Problem::new(Kind::BodyTimeout, "The body did not arrive in time.")),
        Some(_) => return Err(incomplete()),
    };
    // The line and column, not serde's sentence, which may repeat what it read.
    serde_json::from_slice(&bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Problem::new(Kind::NotJson, format!("The body is not JSON that is taken here (line {line}, column {column})."))
    })
}

fn incomplete() -> Problem {
    Problem::new(Kind::BodyIncomplete, "The body did not arrive to its end.")
}
