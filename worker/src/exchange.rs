//! One exchange with Maytapi: the address and every header made here, nothing of the caller's request passed on.

use js_sys::{Array, Uint8Array};
use maytapi::client::{Error, ErrorKind, Reply};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::config::Account;
use crate::{glue, runtime};

/// Asks, and reads the answer as text.
///
/// # Errors
/// When no answer came, in time or at all.
pub async fn text(account: &Account, method: &str, url: &str, body: &JsValue, ms: u32) -> Result<Reply, Error> {
    let answered = JsFuture::from(glue::exchange(method, url, &headers(account, body), body, ms)).await;
    let text = answered.ok().and_then(|answer| answer.as_string()).unwrap_or_default();
    runtime::reply(&text).ok_or_else(|| unanswered(&text))
}

/// Asks, and reads the answer as bytes.
///
/// # Errors
/// When no answer came, in time or at all.
pub async fn bytes(account: &Account, url: &str, ms: u32) -> Result<(Reply, Vec<u8>), Error> {
    let none = JsValue::NULL;
    let answered = JsFuture::from(glue::exchange_bytes("GET", url, &headers(account, &none), &none, ms)).await;
    let parts = answered.ok().and_then(|parts| parts.dyn_into::<Array>().ok()).unwrap_or_default();
    let head = parts.get(0).as_string().unwrap_or_default();
    let reply = runtime::reply(&head).ok_or_else(|| unanswered(&head))?;
    let bytes = parts.get(1).dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default();
    Ok((reply, bytes))
}

fn headers(account: &Account, body: &JsValue) -> String {
    let (name, value) = account.endpoint.credential_header();
    let content_type = if body.is_null() { "" } else { "\ncontent-type\napplication/json" };
    format!("{name}\n{value}{content_type}")
}

fn unanswered(word: &str) -> Error {
    match word {
        "timeout" => Error::new(ErrorKind::Timeout, "timeout", ""),
        _ => Error::new(ErrorKind::Connection, "connection_failed", ""),
    }
}
