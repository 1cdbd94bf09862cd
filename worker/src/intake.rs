//! Takes a request's body in, as JSON, within its bounds.

use maytapi::json::{Json, Limits};
use serde::de::DeserializeSeed;
use wasm_bindgen::JsValue;

use crate::head::Head;
use crate::problem::{Kind, Problem};
use crate::tasks::{Answer, wait};
use crate::{body, glue};

/// Reads the body.
///
/// # Errors
/// When it is too large, too slow, incomplete, or not JSON.
pub async fn json(call: &JsValue, head: &Head<'_>, limit: usize, ms: u32) -> Result<Json, Problem> {
    let sized = body::check(head, limit)?;
    let bytes = match wait(glue::read_body(call, limit as f64, sized, ms)).await {
        Answer::Bytes(bytes) => bytes.to_vec(),
        Answer::Number(1.0) => return Err(body::too_large(limit)),
        Answer::Number(3.0) => return Err(Problem::new(Kind::BodyTimeout, "The body did not arrive in time.")),
        Answer::Number(_) | Answer::Text(_) | Answer::Failed => return Err(incomplete()),
    };
    // The line and column, not serde's sentence, which may repeat what it read.
    let mut reader = serde_json::Deserializer::from_slice(&bytes);
    Limits::MESSAGE.deserialize(&mut reader).and_then(|json| reader.end().map(|()| json)).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Problem::new(Kind::NotJson, format!("The body is not JSON that is taken here (line {line}, column {column})."))
    })
}

fn incomplete() -> Problem {
    Problem::new(Kind::BodyIncomplete, "The body did not arrive to its end.")
}
