//! One HTTP exchange over `fetch`: the host's own or the caller's, with everything that it may do wrong turned into an error.
//!
//! Requests and answers go through gloo-net's types, but the call itself does not: gloo-net panics when `fetch` rejects with something
//! that is not an `Error` or resolves to something that is not a `Response`, and a panic leaves the caller's promise pending for ever.
//! Its request builder is left out too: it makes a `URL` and two `Request` objects per send where `fetch(url, init)` needs none.

use gloo_net::http::Headers;
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
    pub(crate) fn new(kind: ErrorKind, code: &str, message: &str, cause: Option<JsValue>) -> Self {
        Failure { error: Box::new(Error::new(kind, code, message)), cause }
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
        let (status, headers, text) = open(answer)?;
        let text = stopper.guard(JsFuture::from(text)).await.map_err(stopped)?.map_err(connection_failed)?;
        let text = text.as_string().ok_or_else(not_a_response)?;
        Ok(Reply {
            status,
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

/// The headers of an answer, by behaviour: gloo-net's own getter panics where another implementation's throws.
struct AnswerHeaders {
    headers: JsValue,
    get: Function,
}

impl AnswerHeaders {
    fn get(&self, name: &str) -> Option<String> {
        self.get.call1(&self.headers, &JsValue::from_str(name)).ok()?.as_string()
    }
}

/// Status, headers and the promise of the text, where the answer behaves as a `Response` does. Asking for the class would turn away the
/// answers of other realms and of other implementations of fetch.
fn open(answer: JsValue) -> Result<(u16, AnswerHeaders, Promise), Failure> {
    let member = |object: &JsValue, name: &str| Reflect::get(object, &JsValue::from_str(name)).ok();
    let method = |object: &JsValue, name: &str| member(object, name).and_then(|method| method.dyn_into::<Function>().ok());
    let whole = |status: &f64| status.fract() == 0.0 && (0.0..1000.0).contains(status);
    let status = member(&answer, "status").and_then(|status| status.as_f64()).filter(whole);
    let headers = member(&answer, "headers");
    let get = headers.as_ref().and_then(|headers| method(headers, "get"));
    match (status, headers, get, method(&answer, "text")) {
        (Some(status), Some(headers), Some(get), Some(text)) => {
            let promise = text.call0(&answer).map_err(connection_failed)?;
            Ok((status as u16, AnswerHeaders { headers, get }, Promise::resolve(&promise)))
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
    Failure::new(ErrorKind::Connection, "connection_failed", message, Some(cause))
}

fn not_a_response() -> Failure {
    let message = "fetch answered with something that is not a Response.";
    Failure::new(ErrorKind::UnreadableAnswer, "not_a_response", message, None)
}

fn stopped(stop: Stop) -> Failure {
    match stop {
        Stop::TimedOut => Failure::new(ErrorKind::Timeout, "timeout", "No answer came in time.", None),
        Stop::Aborted(reason) => Failure::new(ErrorKind::Aborted, "aborted", "The request was aborted.", Some(reason)),
    }
}
