//! One exchange with Maytapi: the address and every header made here, nothing of the caller's request passed on.

use std::time::Duration;

use maytapi::client::{Body, Error, ErrorKind, Response};
use wasm_bindgen::JsValue;

use crate::config::Account;
use crate::platform::exchange::{self, ExchangeError, Question};

/// Posts a body, or asks where it is null; reads the response as text.
///
/// # Errors
/// When no response came, in time or at all.
pub async fn text(account: &Account, url: &str, body: &JsValue, timeout_ms: u32) -> Result<Response, Error> {
    let (method, headers) = (if body.is_null() { "GET" } else { "POST" }, headers(account, body));
    let asked = exchange::text(Question { method, url, headers: &headers, body, timeout_ms });
    Ok(response(asked.await.map_err(error)?))
}

/// Asks, and reads the response as bytes.
///
/// # Errors
/// When no response came, in time or at all.
pub async fn bytes(account: &Account, url: &str, timeout_ms: u32) -> Result<Response, Error> {
    let body = &JsValue::NULL;
    let headers = headers(account, body);
    let asked = exchange::bytes(Question { method: "GET", url, headers: &headers, body, timeout_ms });
    Ok(response(asked.await.map_err(error)?))
}

fn headers(account: &Account, body: &JsValue) -> String {
    let (name, value) = account.endpoint.credential_header();
    let content_type = if body.is_null() { "" } else { "\ncontent-type\napplication/json" };
    format!("{name}\n{value}{content_type}")
}

fn response<B: Into<Body>>(exchange::Response { status, retry_after_ms, body }: exchange::Response<B>) -> Response {
    let retry_after = retry_after_ms.map(|ms| Duration::from_millis(ms.into()));
    Response { status, body: body.into(), retry_after, ..Response::default() }
}

fn error(error: ExchangeError) -> Error {
    match error {
        ExchangeError::Timeout => Error::new(ErrorKind::Timeout, "timeout", ""),
        ExchangeError::Connection => Error::new(ErrorKind::Connection, "connection_failed", ""),
    }
}
