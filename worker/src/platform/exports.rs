//! What entry.js calls.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use crate::phone::object;
use crate::phone::store::Store;
use crate::platform::runtime;
use crate::platform::tasks::{self, Answer};
use crate::routes::handler;

/// Does nothing, but for what the bridge does at each call: begin with a new instance, where a trap ended the old one.
#[wasm_bindgen]
pub fn fresh() {}

/// Answers a request. It has no error to give: whatever goes wrong is an answer.
#[wasm_bindgen]
pub fn request(task: u32, now: f64, head: Vec<u8>, call: JsValue) -> JsValue {
    // As bytes: the bridge writes a text sign by sign.
    tasks::begin(task, now, async move { handler::handle(&call, &String::from_utf8_lossy(&head)).await })
}

/// Decides on a claim in a phone's object and, where it is to be sent, sends it.
#[wasm_bindgen]
pub fn claimed(task: u32, now: f64, phone: JsValue, claim: String, message: JsValue) -> JsValue {
    tasks::begin(task, now, async move { JsValue::from(object::answer(&Store::new(phone), &claim, &message).await) })
}

/// Opens the storage of an object that has just started.
#[wasm_bindgen]
pub fn open(phone: JsValue) -> bool {
    Store::new(phone).open()
}

/// Whether an object's storage answers.
#[wasm_bindgen]
pub fn able(phone: JsValue) -> bool {
    Store::new(phone).is_able()
}

/// Throws away what is too old, as far as one round goes. Tells whether nothing is left (0), what is too young (1), or more (2).
///
/// # Errors
/// When the storage fails.
#[wasm_bindgen]
pub fn clean(phone: JsValue, now: f64) -> Result<u8, JsError> {
    tasks::set_now(now);
    // Nothing is thrown away by a configuration that nobody can read.
    let retention_ms = runtime::config().as_ref().as_ref().map_or(i64::MAX, |config| config.retention_ms);
    Store::new(phone).clean(tasks::now_ms(), retention_ms).map_err(|_| JsError::new("the storage failed"))
}

/// A wait has come to a text.
#[wasm_bindgen]
pub fn told_text(task: u32, now: f64, text: String) -> JsValue {
    tasks::tell(task, now, Answer::Text(text))
}

/// A wait has come to bytes.
#[wasm_bindgen]
pub fn told_bytes(task: u32, now: f64, bytes: Uint8Array) -> JsValue {
    tasks::tell(task, now, Answer::Bytes(bytes))
}

/// A wait has come to a number; not a number where it failed.
#[wasm_bindgen]
pub fn told_number(task: u32, now: f64, number: f64) -> JsValue {
    tasks::tell(task, now, if number.is_nan() { Answer::Failed } else { Answer::Number(number) })
}
