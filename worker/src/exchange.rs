//! One exchange with Maytapi: the address and every header made here, nothing of the caller's request passed on.

use maytapi::client::{Error, ErrorKind, Response};
use wasm_bindgen::JsValue;

use crate::config::Account;
use crate::tasks::{Answer, wait};
use crate::{glue, runtime};

/// Asks, and reads the answer as text.
///
/// # Errors
/// When no answer came, in time or at all.
pub async fn text(account: &Account, method: &str, url: &str, body: &JsValue, ms: u32) -> Result<Response, Error> {
    let text = wait(glue::exchange(method, url, &headers(account, body), body, ms)).await.text().unwrap_or_default();
    runtime::reply(&text).ok_or_else(|| unanswered(&text))
}

/// Asks, and reads the answer as bytes.
///
/// # Errors
/// When no answer came, in time or at all.
pub async fn bytes(account: &Account, url: &str, ms: u32) -> Result<(Response, Vec<u8>), Error> {
    let none = JsValue::NULL;
    let mut bytes = match wait(glue::exchange_bytes("GET", url, &headers(account, &none), &none, ms)).await {
        Answer::Bytes(bytes) => bytes.to_vec(),
        Answer::Text(_) | Answer::Number(_) | Answer::Failed => Vec::new(),
    };
    // Two lines, then the answer's own bytes.
    let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at.saturating_add(1));
    let head_at = ends.take(2).last().unwrap_or(bytes.len());
    let body = bytes.split_off(head_at.min(bytes.len()));
    let head = String::from_utf8(bytes).unwrap_or_default();
    Ok((runtime::reply(&head).ok_or_else(|| unanswered(&head))?, body))
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
