//! One HTTP exchange over `fetch`: the host's own or the caller's, with everything that it may do wrong turned into an error.
//!
//! The headers are gloo-net's; the call and the answer are not: gloo-net panics when `fetch` rejects with something that is not an `Error`,
//! resolves to something that is not a `Response`, or a body fails half-way, and a panic leaves the caller's promise pending for ever.
//! Its request builder is left out too: it makes a `URL` and two `Request` objects per send where `fetch(url, init)` needs none.

use gloo_net::http::Headers;
use js_sys::{Function, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

use super::error::{Error, ErrorKind, Reply};
use super::host::{self, Outcome, end};
use super::send::SendOptions;

/// One request.
#[derive(Debug)]
pub struct Call {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The absolute URL.
    pub url: String,
    /// Names and values of the headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body's text.
    pub body: Option<String>,
    /// What the answer's body is read as.
    pub body_as: BodyAs,
}

/// What an answer's body is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyAs {
    /// Text.
    Text,
    /// Bytes.
    Bytes,
}

/// An error with what the host threw, so that JavaScript can show it as the cause.
#[derive(Debug)]
pub struct Failure {
    /// What failed. Boxed, since every step of a send hands it on.
    pub error: Box<Error>,
    /// What the host threw, or the reason of the caller's abort.
    pub cause: Option<JsValue>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure { error: Box::new(error), cause: None }
    }
}

impl Failure {
    /// A failure with what the host threw.
    #[inline(never)]
    pub(crate) fn new(kind: ErrorKind, code: &str, message: &str, cause: Option<JsValue>) -> Self {
        Failure { error: Box::new(Error::new(kind, code, message)), cause }
    }
}

impl Outcome {
    /// The answer as far as errors are made from it, without its text.
    #[must_use]
    pub fn reply(&self) -> Reply {
        Reply {
            status: self.status(),
            text: String::new(),
            request_id: self.request_id(),
            retry_after_ms: self.retry_after_ms(),
        }
    }
}

/// Makes a request with the caller's `fetch` or the host's, and reads the answer's body. Redirects are never followed: they would carry
/// the credential elsewhere.
///
/// # Errors
/// When no answer came, in time or at all.
pub async fn exchange(fetch: Option<&Function>, call: Call, options: &SendOptions) -> Result<Outcome, Failure> {
    let headers = Headers::new();
    for (name, value) in &call.headers {
        headers.set(name, value);
    }
    let bytes = call.body_as == BodyAs::Bytes;
    let (ms, signal) = (options.bound_ms(), options.signal.as_ref());
    let headers = headers.into_raw();
    settled(host::exchange(fetch, call.method, &call.url, &headers, call.body.as_deref(), bytes, ms, signal)).await
}

/// Asks a function of the caller's for a token.
///
/// # Errors
/// When it throws or rejects, or none came in time.
pub async fn ask(function: &Function, options: &SendOptions) -> Result<JsValue, Failure> {
    let outcome = settled(host::ask(function, options.bound_ms(), options.signal.as_ref())).await;
    outcome.map(|outcome| outcome.value()).map_err(|failure| match failure.error.kind {
        ErrorKind::Connection => {
            let message = "The token function failed; nothing was sent.";
            Failure::new(ErrorKind::Authentication, "no_token", message, failure.cause)
        }
        _ => failure,
    })
}

/// Waits, and leaves neither timer nor listener behind when the signal ends it.
///
/// # Errors
/// The abort.
pub async fn sleep(ms: u32, signal: Option<&AbortSignal>) -> Result<(), Failure> {
    match settled(host::sleep(ms, signal)).await {
        Err(failure) if failure.error.kind == ErrorKind::Aborted => Err(failure),
        _ => Ok(()),
    }
}

/// The one wait for the host that all others are made of.
async fn settled(promise: Promise) -> Result<Outcome, Failure> {
    judged(JsFuture::from(promise).await)
}

fn judged(settled: Result<JsValue, JsValue>) -> Result<Outcome, Failure> {
    // The host's functions tell what went wrong and don't reject; only a host that lacks what they are made of would.
    let (end, outcome) = match settled {
        Ok(outcome) => {
            let outcome: Outcome = outcome.unchecked_into();
            (outcome.end(), outcome)
        }
        Err(thrown) => return Err(connection_failed(thrown)),
    };
    Err(match end {
        end::DONE => return Ok(outcome),
        end::TIMED_OUT => Failure::new(ErrorKind::Timeout, "timeout", "No answer came in time.", None),
        end::ABORTED => Failure::new(ErrorKind::Aborted, "aborted", "The request was aborted.", Some(outcome.value())),
        end::FAILED => connection_failed(outcome.value()),
        _ => {
            let message = "fetch answered with something that is not a Response.";
            Failure::new(ErrorKind::UnreadableAnswer, "not_a_response", message, None)
        }
    })
}

fn connection_failed(cause: JsValue) -> Failure {
    let message = "No answer came: the server could not be reached or the connection was lost.";
    Failure::new(ErrorKind::Connection, "connection_failed", message, Some(cause))
}
