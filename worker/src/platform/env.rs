//! What the Worker's environment holds: settings, the phones' objects, the rate limiter, Analytics Engine.
//!
//! `worker::Stub` has no RPC, and its `Env` reads a setting in four crossings.

use wasm_bindgen::prelude::*;

use super::http::Deadline;
use super::pending::{Value, pending};

#[wasm_bindgen(module = "/src/platform/env.js")]
extern "C" {
    /// A variable or secret as a text.
    pub fn setting(name: &str) -> Option<String>;

    #[wasm_bindgen(js_name = send)]
    fn begin_send(id: u32, deadline: &Deadline, name: &str, claim: &str, message: &[u8], ms: u32);

    #[wasm_bindgen(js_name = ask)]
    fn begin_ask(id: u32, deadline: &Deadline, name: &str, question: &str, ms: u32);

    #[wasm_bindgen(js_name = health)]
    fn begin_health(id: u32, deadline: &Deadline, name: &str, ms: u32);

    #[wasm_bindgen(js_name = isWithinRateLimit)]
    fn begin_is_within_rate_limit(id: u32, key: &str);

    /// Writes a data point where Analytics Engine is bound.
    ///
    /// # Errors
    /// When it can't be written.
    #[wasm_bindgen(catch, js_name = writeDataPoint)]
    pub fn write_data_point(index: &str, blobs: &str, doubles: &[f64]) -> Result<(), JsValue>;
}

/// Has a phone's object send a message: its reply, where one came in time.
pub async fn send(deadline: &Deadline, phone: &str, claim: &str, message: Vec<u8>, ms: u32) -> Option<String> {
    let sending = pending(|id| begin_send(id, deadline, phone, claim, &message, ms));
    // The object has a copy. Kept here, it would stand in memory, which never shrinks, for as long as Maytapi takes.
    drop(message);
    sending.await.text()
}

/// Asks a phone's object about its feed: its answer, where one came in time.
pub async fn ask(deadline: &Deadline, phone: &str, question: &str, ms: u32) -> Option<String> {
    pending(|id| begin_ask(id, deadline, phone, question, ms)).await.text()
}

/// How a phone's object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// It or its storage does not answer.
    Failing,
    /// It does.
    Good,
    /// It does, but webhooks should have come that did not.
    Silent,
}

/// Asks a phone's object how it is.
pub async fn health(deadline: &Deadline, phone: &str, ms: u32) -> Health {
    match pending(|id| begin_health(id, deadline, phone, ms)).await {
        Value::Number(1.0) => Health::Good,
        Value::Number(11.0) => Health::Silent,
        _ => Health::Failing,
    }
}

/// Asks Cloudflare's rate limiter, where it is bound as `SHIELD`. Only a clear no counts.
pub async fn is_within_rate_limit(key: &str) -> bool {
    !matches!(pending(|id| begin_is_within_rate_limit(id, key)).await, Value::Number(0.0))
}
