//! The transport of Rust applications: the page's or worker's own `fetch`.
//!
//! gloo-net makes the request and reads the answer's headers; gloo-timers waits. The call itself and the body are read here: gloo-net
//! panics where `fetch` rejects with something that is no `Error`, resolves to something that is no `Response`, or a body breaks off
//! half-way, and throws past the future where `fetch` throws at once.

mod abort;

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use gloo_net::http::{Headers, RequestBuilder};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestRedirect};

use self::abort::AbortOnDrop;
use super::account::{Account, Token};
use super::error::Error;
use super::handles::Client;
use super::idempotency::IdempotencyKey;
use super::retry::{millis, parse_retry_after};
use super::thrown::Thrown;
use super::transport::{
    Body, BodyType, Method, Request, Response, Transport, TransportError, TransportErrorKind as Ended,
};

use crate::strings::push_hex;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch)]
    fn fetch(request: &web_sys::Request) -> Result<Promise, JsValue>;

    #[wasm_bindgen(catch, js_namespace = crypto, js_name = getRandomValues)]
    fn fill_with_random_values(array: &Uint8Array) -> Result<(), JsValue>;
}

/// Exchanges over the host's `fetch`. Dropping the future of a request aborts it.
#[derive(Clone, Copy, Debug, Default)]
pub struct FetchTransport;

impl Client<FetchTransport> {
    /// A client through an edge proxy, which keeps the account's key. `base` ends in the account: `https://edge.example/api/main`.
    ///
    /// # Errors
    /// When the base is no URL that a path can be added to, the token would travel in clear text or can't stand in a header.
    pub fn through_proxy(base: &str, token: impl Into<Token>) -> Result<Self, Error> {
        Ok(Client::new(FetchTransport, Account::at_proxy(base, token)?))
    }

    /// A client straight to Maytapi, with the account's key. The key opens the whole account: keep it out of browsers.
    ///
    /// # Errors
    /// When the product id can't be part of a URL, or the key can't stand in a header.
    pub fn to_maytapi(product_id: &str, api_key: &str) -> Result<Self, Error> {
        Ok(Client::new(FetchTransport, Account::at_maytapi(product_id, api_key)?))
    }
}

impl Transport for FetchTransport {
    type Raw = web_sys::Response;

    async fn exchange(&self, request: &Request) -> Result<Response<Self::Raw>, TransportError> {
        let guard = AbortOnDrop::new().map_err(lost)?;
        let exchange = pin!(exchange(request, guard.signal()));
        let answered = match request.timeout {
            None => exchange.await,
            Some(timeout) => match select(exchange, pin!(self.sleep(timeout))).await {
                Either::Left((answered, _)) => answered,
                Either::Right(_) => Err(Ended::Timeout.into()),
            },
        };
        if answered.is_ok() {
            guard.done();
        }
        answered
    }

    async fn sleep(&self, duration: Duration) -> Result<(), TransportError> {
        if duration == Duration::MAX {
            return std::future::pending().await;
        }
        // A longer one would fire at once.
        TimeoutFuture::new(millis(duration).min(LONGEST_TIMER_MS)).await;
        Ok(())
    }

    fn now(&self) -> Duration {
        Duration::from_millis(js_sys::Date::now() as u64)
    }

    fn random(&self) -> f64 {
        js_sys::Math::random()
    }

    fn new_idempotency_key(&self) -> Option<IdempotencyKey> {
        let array = Uint8Array::new_with_length(16);
        fill_with_random_values(&array).ok()?;
        let mut key = String::new();
        for byte in array.to_vec() {
            push_hex(byte, &mut key);
        }
        IdempotencyKey::new(&key)
    }
}

const LONGEST_TIMER_MS: u32 = 0x7fff_ffff;

async fn exchange(request: &Request, signal: &AbortSignal) -> Result<Response<web_sys::Response>, TransportError> {
    let call = fetch(&web_request(request, signal)?).map_err(lost)?;
    let raw: web_sys::Response =
        JsFuture::from(call).await.map_err(lost)?.dyn_into().map_err(|_| Ended::NotAResponse)?;
    let body = match request.read_as {
        BodyType::Text => {
            let text = JsFuture::from(raw.text().map_err(lost)?).await.map_err(lost)?;
            Body::Text(text.as_string().unwrap_or_default())
        }
        BodyType::Bytes => {
            let buffer = JsFuture::from(raw.array_buffer().map_err(lost)?).await.map_err(lost)?;
            Uint8Array::new(&buffer).to_vec().into()
        }
    };
    let headers = Headers::from_raw(raw.headers());
    let retry_after = headers.get("retry-after").and_then(|value| parse_retry_after(&value, FetchTransport.now()));
    // Only a proxy, which takes a token, has a log to find the request in.
    let is_proxied = request.headers.iter().any(|(name, _)| *name == "authorization");
    let request_id = if is_proxied { headers.get("x-request-id") } else { None };
    Ok(Response { status: raw.status(), body, request_id, retry_after, raw })
}

fn web_request(request: &Request, signal: &AbortSignal) -> Result<web_sys::Request, TransportError> {
    // The URL and every header were checked when they were made, so none of gloo-net's own checks can fail.
    let mut builder = RequestBuilder::new(&request.url)
        .method(if request.method == Method::Post { gloo_net::http::Method::POST } else { gloo_net::http::Method::GET })
        .redirect(RequestRedirect::Manual)
        .abort_signal(Some(signal));
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    let built = match &request.body {
        Some(body) => builder.body(body.as_str()),
        None => builder.build(),
    };
    match built {
        Ok(built) => Ok(built.into()),
        Err(error) => Err(TransportError::new(Ended::Connection, Some(Box::new(error)))),
    }
}

fn lost(thrown: JsValue) -> TransportError {
    TransportError::new(Ended::Connection, Some(Thrown::boxed(thrown)))
}
