//! One exchange with Maytapi: the address and every header made here, nothing of the caller's request passed on.

use maytapi::client::{Error, ErrorKind, Reply as Response};
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

/// Asks, and reads the response as bytes, apart from the rest.
///
/// # Errors
/// When no response came, in time or at all.
pub async fn bytes(account: &Account, url: &str, timeout_ms: u32) -> Result<(Response, Vec<u8>), Error> {
    let body = &JsValue::NULL;
    let headers = headers(account, body);
    let asked = exchange::bytes(Question { method: "GET", url, headers: &headers, body, timeout_ms });
    let exchange::Response { status, retry_after_ms, body } = asked.await.map_err(error)?;
    Ok((response(exchange::Response { status, retry_after_ms, body: String::new() }), body))
}

fn headers(account: &Account, body: &JsValue) -> String {
    let (name, value) = account.endpoint.credential_header();
    let content_type = if body.is_null() { "" } else { "\ncontent-type\napplication/json" };
    format!("{name}\n{value}{content_type}")
}

fn response(exchange::Response { status, retry_after_ms, body }: exchange::Response<String>) -> Response {
    Response { status, text: body, retry_after_ms, request_id: None }
}

fn error(error: ExchangeError) -> Error {
    match error {
        ExchangeError::Timeout => Error::new(ErrorKind::Timeout, "timeout", ""),
        ExchangeError::Connection => Error::new(ErrorKind::Connection, "connection_failed", ""),
    }
}
