//! One HTTP exchange over `fetch`: the host's own or the caller's, with everything that it may do wrong turned into an error.
//!
//! The headers are gloo-net's; the call and the answer are not: gloo-net panics when `fetch` rejects with something that is not an `Error`,
//! resolves to something that is not a `Response`, or a body fails half-way, and a panic leaves the caller's promise pending for ever.
//! Its request builder is left out too: it makes a `URL` and two `Request` objects per send where `fetch(url, init)` needs none.

use gloo_net::http::Headers;
use js_sys::{Function, JsString, Promise};
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
pub struct Call {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The absolute URL.
    pub url: String,
    /// Names and values of the headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body's text.
    pub body: Option<JsString>,
    /// How long all of it may take, in milliseconds.
    pub timeout_ms: Option<u32>,
    /// The caller's signal.
    pub signal: Option<AbortSignal>,
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

/// An answer with what only the host can hold.
#[derive(Debug)]
pub struct Exchange {
    /// The answer, without its text.
    pub reply: Reply,
    /// All of its headers.
    pub headers: JsValue,
    /// Its body: a string, or an `ArrayBuffer`, as was asked for.
    pub body: JsValue,
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

impl Fetch {
    /// Makes a request and reads the answer's body. Redirects are never followed: they would carry the credential elsewhere.
    ///
    /// # Errors
    /// When no answer came, in time or at all.
    pub async fn call(&self, call: Call) -> Result<Exchange, Failure> {
        let stopper = Stopper::new(call.timeout_ms, call.signal.as_ref()).map_err(connection_failed)?;
        if let Some(stop) = stopper.stopped() {
            return Err(stopped(stop));
        }
        let promise = self.start(&call, &stopper.signal()).map_err(connection_failed)?;
        let answer: AnyResponse = settled(&stopper, promise).await?.unchecked_into();
        let (reply, headers) = head(&answer).ok_or_else(not_a_response)?;
        let body = match call.body_as {
            BodyAs::Text => answer.text(),
            BodyAs::Bytes => answer.array_buffer(),
        };
        let body = settled(&stopper, Promise::resolve(&body.map_err(connection_failed)?)).await?;
        stopper.finish();
        let fits = match call.body_as {
            BodyAs::Text => body.is_string(),
            BodyAs::Bytes => body.is_object(),
        };
        if fits { Ok(Exchange { reply, headers, body }) } else { Err(not_a_response()) }
    }

    fn start(&self, call: &Call, signal: &AbortSignal) -> Result<Promise, JsValue> {
        let init = request_init(call, signal);
        let returned = match self {
            Fetch::Global => global_fetch(&call.url, &init)?,
            Fetch::Custom(function) => {
                function.call2(&JsValue::UNDEFINED, &JsValue::from_str(&call.url), init.as_ref())?
            }
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

/// What a promise settles to, unless the time or the caller's signal ends the wait.
async fn settled(stopper: &Stopper, promise: Promise) -> Result<JsValue, Failure> {
    stopper.guard(JsFuture::from(promise)).await.map_err(stopped)?.map_err(connection_failed)
}

fn request_init(call: &Call, signal: &AbortSignal) -> RequestInit {
    let headers = Headers::new();
    for (name, value) in &call.headers {
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
    init
}

#[wasm_bindgen]
extern "C" {
    /// What behaves as a `Response` does. Asking for the class would turn away the answers of other realms and of other
    /// implementations of fetch; so everything is read by name, and whatever it throws is caught.
    type AnyResponse;

    #[wasm_bindgen(method, getter, structural, catch)]
    fn status(this: &AnyResponse) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn headers(this: &AnyResponse) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, catch)]
    fn text(this: &AnyResponse) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = arrayBuffer)]
    fn array_buffer(this: &AnyResponse) -> Result<JsValue, JsValue>;

    /// What behaves as `Headers` does.
    type AnyHeaders;

    #[wasm_bindgen(method, structural, catch)]
    fn get(this: &AnyHeaders, name: &str) -> Result<JsValue, JsValue>;
}

/// Status and headers; `None` where this is no answer.
fn head(answer: &AnyResponse) -> Option<(Reply, JsValue)> {
    let status = answer.is_object().then(|| answer.status().ok()?.as_f64()).flatten()?;
    let headers: AnyHeaders = answer.headers().ok().filter(|headers| headers.is_object())?.unchecked_into();
    let header = |name| headers.get(name).ok().and_then(|value| value.as_string());
    let reply = Reply {
        status: status as u16,
        text: String::new(),
        request_id: header("x-request-id"),
        retry_after_ms: if status == 200.0 {
            None
        } else {
            header("retry-after").and_then(|value| retry_after_ms(&value))
        },
    };
    Some((reply, headers.into()))
}

/// `Retry-After` in milliseconds: seconds, or a date.
fn retry_after_ms(value: &str) -> Option<u32> {
    const DAY_MS: f64 = 86_400_000.0;
    let value = value.trim();
    let ms = match value.parse::<u32>() {
        Ok(seconds) => f64::from(seconds) * 1000.0,
        Err(_) => js_sys::Date::parse(value) - js_sys::Date::now(),
    };
    // An unreadable date is NaN, which no comparison lets through.
    (ms > -DAY_MS && ms <= DAY_MS).then(|| ms.max(0.0) as u32)
}

pub(crate) fn connection_failed(cause: JsValue) -> Failure {
    let message = "No answer came: the server could not be reached or the connection was lost.";
    Failure::new(ErrorKind::Connection, "connection_failed", message, Some(cause))
}

fn not_a_response() -> Failure {
    let message = "fetch answered with something that is not a Response.";
    Failure::new(ErrorKind::UnreadableAnswer, "not_a_response", message, None)
}

/// A wait that was ended, as the error that it means.
pub(crate) fn stopped(stop: Stop) -> Failure {
    match stop {
        Stop::TimedOut => Failure::new(ErrorKind::Timeout, "timeout", "No answer came in time.", None),
        Stop::Aborted(reason) => Failure::new(ErrorKind::Aborted, "aborted", "The request was aborted.", Some(reason)),
    }
}
