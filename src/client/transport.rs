//! One HTTP exchange over `fetch`: the host's own or the caller's, with everything that it may do wrong turned into an error.
//!
//! Requests and answers go through gloo-net's types, but the call itself does not: gloo-net panics when `fetch` rejects with something
//! that is not an `Error` or resolves to something that is not a `Response`, and a panic leaves the caller's promise pending for ever.
//! Its request builder is left out too: it makes a `URL` and two `Request` objects per send where `fetch(url, init)` needs none.

use gloo_net::http::{Headers, Response};
use js_sys::{Function, JsString, Promise, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestInit, RequestRedirect};

use super::error::{Error, ErrorKind, Reply};
use super::stop::{Stop, Stopper};

/// Which `fetch` is called.
#[derive(Clone, Debug, Default)]
pub enum Fetch {
    /// The host's.
    #[default]
    Global,
    /// The caller's, called with `this` undefined: browsers and workerd refuse any other.
    Custom(Function),
}

/// One request.
#[derive(Debug)]
pub struct Call<'a> {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The absolute URL.
    pub url: &'a str,
    /// Names and values of the headers.
    pub headers: &'a [(&'static str, String)],
    /// The body's text.
    pub body: Option<JsString>,
    /// How long all of it may take, in milliseconds.
    pub timeout_ms: Option<u32>,
    /// The caller's signal.
    pub signal: Option<&'a AbortSignal>,
}

/// An error with what the host threw, so that JavaScript can show it as the cause.
#[derive(Debug)]
pub struct Failure {
    /// What failed.
    pub error: Error,
    /// What the host threw, or the reason of the caller's abort.
    pub cause: Option<JsValue>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure { error, cause: None }
    }
}

impl Fetch {
    /// Makes a request and reads the answer's text. Redirects are never followed: they would carry the credential elsewhere.
    ///
    /// # Errors
    /// When no answer came, in time or at all.
    pub async fn call(&self, call: Call<'_>) -> Result<Reply, Failure> {
        let stopper = Stopper::new(call.timeout_ms, call.signal).map_err(connection_failed)?;
        if let Some(stop) = stopper.stopped() {
            return Err(stopped(stop));
        }
        let init = request_init(&call, &stopper.signal()).map_err(connection_failed)?;
        let promise = self.start(call.url, &init).map_err(connection_failed)?;
        let answer = stopper.guard(JsFuture::from(promise)).await.map_err(stopped)?.map_err(connection_failed)?;
        let (response, text) = open(answer)?;
        let text = stopper.guard(JsFuture::from(text)).await.map_err(stopped)?.map_err(connection_failed)?;
        let text = text.as_string().ok_or_else(not_a_response)?;
        let headers = response.headers();
        Ok(Reply {
            status: response.status(),
            text,
            request_id: headers.get("x-request-id"),
            retry_after_ms: headers.get("retry-after").and_then(|value| retry_after_ms(&value)),
        })
    }

    fn start(&self, url: &str, init: &RequestInit) -> Result<Promise, JsValue> {
        let returned = match self {
            Fetch::Global => global_fetch(url, init)?,
            Fetch::Custom(function) => function.call2(&JsValue::UNDEFINED, &JsValue::from_str(url), init.as_ref())?,
        };
        // A caller's fetch may answer with a bare value or another library's promise.
        Ok(Promise::resolve(&returned))
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = "fetch")]
    fn global_fetch(url: &str, init: &RequestInit) -> Result<JsValue, JsValue>;
}

fn request_init(call: &Call<'_>, signal: &AbortSignal) -> Result<RequestInit, JsValue> {
    let headers = Headers::new();
    for (name, value) in call.headers {
        headers.set(name, value);
    }
    let init = RequestInit::new();
    init.set_method(call.method);
    init.set_headers(headers.into_raw().as_ref());
    init.set_redirect(RequestRedirect::Manual);
    init.set_signal(Some(signal));
    if let Some(body) = &call.body {
        init.set_body(body.as_ref());
    }
    Ok(init)
}

/// The answer and the promise of its text, where it behaves as a `Response` does. Asking for the class would turn away the answers of
/// other realms and of other implementations of fetch.
fn open(answer: JsValue) -> Result<(Response, Promise), Failure> {
    let member = |object: &JsValue, name: &str| Reflect::get(object, &JsValue::from_str(name)).ok();
    let status = member(&answer, "status").and_then(|status| status.as_f64());
    let headers = member(&answer, "headers").and_then(|headers| member(&headers, "get"));
    let text = member(&answer, "text").and_then(|text| text.dyn_into::<Function>().ok());
    match (status, headers.is_some_and(|get| get.is_function()), text) {
        (Some(_), true, Some(text)) => {
            let promise = text.call0(&answer).map_err(connection_failed)?;
            let response = Response::from(answer.unchecked_into::<web_sys::Response>());
            Ok((response, Promise::resolve(&promise)))
        }
        _ => Err(not_a_response()),
    }
}

/// `Retry-After` in milliseconds: seconds, or a date.
fn retry_after_ms(value: &str) -> Option<u32> {
    const HOUR_MS: f64 = 3_600_000.0;
    let value = value.trim();
    let ms = match value.parse::<u32>() {
        Ok(seconds) => f64::from(seconds) * 1000.0,
        Err(_) => js_sys::Date::parse(value) - js_sys::Date::now(),
    };
    // An unreadable date is NaN, which no comparison lets through.
    (ms > -HOUR_MS * 24.0 && ms <= HOUR_MS * 24.0).then(|| ms.max(0.0) as u32)
}

fn connection_failed(cause: JsValue) -> Failure {
    let message = "No answer came: the server could not be reached or the connection was lost.";
    Failure { error: Error::new(ErrorKind::Connection, "connection_failed", message), cause: Some(cause) }
}

fn not_a_response() -> Failure {
    let message = "fetch answered with something that is not a Response.";
    Error::new(ErrorKind::UnreadableAnswer, "not_a_response", message).into()
}

fn stopped(stop: Stop) -> Failure {
    match stop {
        Stop::TimedOut => Error::new(ErrorKind::Timeout, "timeout", "No answer came in time.").into(),
        Stop::Aborted(reason) => Failure {
            error: Error::new(ErrorKind::Aborted, "aborted", "The request was aborted."),
            cause: Some(reason),
        },
    }
}
