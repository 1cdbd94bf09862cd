//! One exchange with another server over the runtime's `fetch`, never redirected: that would carry a key elsewhere.

use wasm_bindgen::prelude::*;

use super::pending::pending;

#[wasm_bindgen(module = "/src/platform/exchange.js")]
extern "C" {
    #[wasm_bindgen(js_name = exchange)]
    fn begin_text(id: u32, method: &str, url: &str, headers: &str, body: &JsValue, ms: u32);

    #[wasm_bindgen(js_name = exchangeBytes)]
    fn begin_bytes(id: u32, method: &str, url: &str, headers: &str, body: &JsValue, ms: u32);
}

/// What is asked of another server.
#[derive(Clone, Copy, Debug)]
pub struct Question<'q> {
    /// The HTTP method.
    pub method: &'q str,
    /// The whole address.
    pub url: &'q str,
    /// Names and values in turn, a line each.
    pub headers: &'q str,
    /// A text, bytes, or null.
    pub body: &'q JsValue,
    /// How long the response may take, in milliseconds.
    pub timeout_ms: u32,
}

/// A response, its body read to the end.
#[derive(Clone, Debug)]
pub struct Response<B> {
    /// The HTTP status.
    pub status: u16,
    /// What `Retry-After` says, in milliseconds.
    pub retry_after_ms: Option<u32>,
    /// Empty where it was longer than any that is waited for here.
    pub body: B,
}

/// Why there was no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExchangeError {
    /// It did not come in time.
    Timeout,
    /// There was no connection, or it broke.
    Connection,
}

/// Asks, and reads the response as text.
///
/// # Errors
/// When there was none.
pub async fn text(question: Question<'_>) -> Result<Response<String>, ExchangeError> {
    let Question { method, url, headers, body, timeout_ms } = question;
    let asked = pending(|id| begin_text(id, method, url, headers, body, timeout_ms));
    let text = asked.await.text().unwrap_or_default();
    let (status, retry_after_ms, body) = parts(&text).ok_or_else(|| error(&text))?;
    Ok(Response { status, retry_after_ms, body: body.to_owned() })
}

/// Asks, and reads the response as bytes.
///
/// # Errors
/// When there was none.
pub async fn bytes(question: Question<'_>) -> Result<Response<Vec<u8>>, ExchangeError> {
    let Question { method, url, headers, body, timeout_ms } = question;
    let asked = pending(|id| begin_bytes(id, method, url, headers, body, timeout_ms));
    let mut bytes = asked.await.bytes().unwrap_or_default();
    let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at.saturating_add(1));
    let body_at = ends.take(2).last().unwrap_or(bytes.len());
    let body = bytes.split_off(body_at.min(bytes.len()));
    let head = String::from_utf8(bytes).unwrap_or_default();
    let (status, retry_after_ms, _) = parts(&head).ok_or_else(|| error(&head))?;
    Ok(Response { status, retry_after_ms, body })
}

/// Status, `Retry-After` and the rest.
fn parts(text: &str) -> Option<(u16, Option<u32>, &str)> {
    let (status, rest) = text.split_once('\n')?;
    let (retry_after, text) = rest.split_once('\n')?;
    Some((status.parse().ok()?, retry_after.parse().ok(), text))
}

fn error(word: &str) -> ExchangeError {
    if word == "timeout" { ExchangeError::Timeout } else { ExchangeError::Connection }
}
