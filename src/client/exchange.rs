//! One HTTP exchange over `fetch`: the host's own or the caller's, with everything that it may do wrong turned into an error.
//!
//! The headers that all requests have are gloo-net's; the call and the answer are not: gloo-net panics when `fetch` rejects with something that is not an `Error`,
//! resolves to something that is not a `Response`, or a body fails half-way, and a panic leaves the caller's promise pending for ever.
//! Its request builder is left out too: it makes a `URL` and two `Request` objects per send where `fetch(url, init)` needs none.

use gloo_net::http::Headers;
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;

use super::endpoint::Endpoint;
use super::error::{Error, ErrorKind, Reply};
use super::host::{self, Came, end};
use super::idempotency::IdempotencyKey;
use super::send::SendOptions;

/// Where requests go, with the headers that all of them have, made once.
#[derive(Debug)]
pub struct Target {
    /// Address and credential.
    pub endpoint: Endpoint,
    headers: JsValue,
}

/// One request.
#[derive(Debug)]
pub struct Call {
    /// The absolute URL.
    pub url: String,
    /// The body's text, as JSON; a request without one is a `GET`, any other a `POST`.
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

impl Target {
    /// Makes the headers of an endpoint.
    #[must_use]
    pub fn new(endpoint: Endpoint) -> Self {
        let headers = Headers::new();
        let (name, value) = endpoint.credential_header();
        headers.set(name, &value);
        Target { headers: host::plain_headers(&headers.into_raw()), endpoint }
    }
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

/// How a wait ended, and with what.
#[derive(Debug)]
pub struct Outcome {
    /// The HTTP status, or one of [`end`].
    status: i32,
    text: Option<String>,
    came: Came,
}

/// What is called back when a wait is over, once: with the wait's number, and with what an [`Outcome`] is made of.
#[derive(Clone, Copy, Debug)]
pub struct Then<'a> {
    /// The function.
    pub resume: &'a JsValue,
    /// The wait's number.
    pub number: u32,
}

impl Outcome {
    /// From what the function of a [`Then`] is called with, but for the number.
    #[must_use]
    pub fn new(status: i32, text: Option<String>, came: Came) -> Self {
        Outcome { status, text, came }
    }

    /// The text that came: a body, or a token; empty where none did.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    /// What came, as the host has it.
    #[must_use]
    pub fn came(&self) -> &Came {
        &self.came
    }

    /// The answer as far as errors are made from it, without its text.
    #[must_use]
    pub fn reply(&self) -> Reply {
        Reply {
            status: self.http_status(),
            text: String::new(),
            request_id: host::request_id(&self.came),
            retry_after_ms: host::retry_after_ms(&self.came),
        }
    }

    pub(super) fn http_status(&self) -> u16 {
        u16::try_from(self.status).unwrap_or_default()
    }
}

/// Starts a request with the caller's `fetch` or the host's, whose answer's body is read. Redirects are never followed: they would carry
/// the credential elsewhere. `then` is called back, and [`waited`] says with what.
pub fn start_exchange(
    fetch: Option<&Function>,
    target: &Target,
    call: &Call,
    options: &SendOptions,
    then: Then<'_>,
) -> Promise {
    let key = options.idempotency_key.as_ref().map(IdempotencyKey::as_str);
    let bytes = call.body_as == BodyAs::Bytes;
    let (ms, signal) = (options.bound_ms(), options.signal.as_ref());
    let body = call.body.as_deref();
    host::exchange(fetch, &call.url, &target.headers, key, body, bytes, ms, signal, then.resume, then.number)
}

/// Starts to ask a function of the caller's for a token. `then` is called back, and [`waited`] says with what.
pub fn start_asking(function: &Function, options: &SendOptions, then: Then<'_>) -> Promise {
    host::ask(function, options.bound_ms(), options.signal.as_ref(), then.resume, then.number)
}

/// Starts to wait for a time. Only the signal ends it early. `then` is called back, and [`waited`] says with what.
pub fn start_sleep(ms: u32, options: &SendOptions, then: Then<'_>) -> Promise {
    host::sleep(ms, options.signal.as_ref(), then.resume, then.number)
}

/// What a started exchange, question or wait came to.
///
/// # Errors
/// When nothing came, in time or at all, or the caller's signal ended it.
pub fn waited(outcome: Outcome) -> Result<Outcome, Failure> {
    Err(match outcome.status {
        end::DONE | 0.. => return Ok(outcome),
        end::TIMED_OUT => Failure::new(ErrorKind::Timeout, "timeout", "No answer came in time.", None),
        end::ABORTED => {
            Failure::new(ErrorKind::Aborted, "aborted", "The request was aborted.", Some(outcome.came.value()))
        }
        end::FAILED => connection_failed(outcome.came.value()),
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
