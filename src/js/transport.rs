//! The npm package's transport: one call into `host.js` per exchange, over the caller's own `fetch` or the host's, within the caller's
//! `AbortSignal`.

use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use js_sys::{Function, Uint8Array};
use wasm_bindgen::JsValue;
use web_sys::AbortSignal;

use super::host::{self, Outcome, ended};
use super::leaf::{HostCall, Settled};
use crate::client::{
    AccessToken, Body, BodyType, IdempotencyKey, Request, Response, Thrown, TokenResult, TokenSource, Transport,
    TransportError, TransportErrorKind, millis, parse_retry_after,
};

/// The host, as one request sees it.
#[derive(Clone, Debug, Default)]
pub(super) struct HostTransport {
    pub(super) fetch: Option<Function>,
    pub(super) signal: Option<AbortSignal>,
}

impl Transport for HostTransport {
    type Raw = Outcome;

    async fn exchange(&self, request: &Request) -> Result<Response<Outcome>, TransportError> {
        // Names and values that can stand in a header have no line breaks.
        let mut headers = String::new();
        for (name, value) in &request.headers {
            for line in [name, value.as_str()] {
                headers.push_str(line);
                headers.push('\n');
            }
        }
        let picture = request.read_as == BodyType::Bytes;
        let ms = request.timeout.map_or(0, millis);
        let (fetch, signal) = (self.fetch.as_ref(), self.signal.as_ref());
        let (exchange, ()) = HostCall::start(|resume, number| {
            let body = request.body.as_deref();
            host::exchange(fetch, &request.url, &headers, body, picture, ms, signal, resume, number);
        });
        let Settled { status, text, request_id, outcome } = exchange.await;
        let Ok(status) = u16::try_from(status) else { return Err(failure(status, &outcome)) };
        let body = match text {
            Some(text) => Body::Text(text),
            None => Body::Bytes(Uint8Array::new(&outcome.value()).to_vec()),
        };
        let mut response = Response { status, body, request_id, retry_after: None, raw: outcome };
        // Of use to errors alone, and each header that is read is a call.
        if !response.is_success() {
            let header = host::header(&response.raw, "retry-after");
            response.retry_after = header.and_then(|value| parse_retry_after(&value, now()));
        }
        Ok(response)
    }

    async fn sleep(&self, duration: Duration) -> Result<(), TransportError> {
        // 0 is for ever there.
        let ms = if duration == Duration::MAX { 0 } else { millis(duration).max(1) };
        let (ended, cancel) = HostCall::start(|resume, number| host::wait(ms, self.signal.as_ref(), resume, number));
        let _cancel = CancelOnDrop(cancel);
        let Settled { status, outcome, .. } = ended.await;
        if status == ended::TIMED_OUT { Ok(()) } else { Err(failure(status, &outcome)) }
    }

    fn now(&self) -> Duration {
        now()
    }

    fn random(&self) -> f64 {
        js_sys::Math::random()
    }

    fn new_idempotency_key(&self) -> Option<IdempotencyKey> {
        IdempotencyKey::new(&host::random_key().ok()?)
    }
}

/// A caller's function that gives tokens.
pub(super) struct TokenFunction(pub(super) Function);

impl TokenSource for TokenFunction {
    fn token(&self) -> LocalBoxFuture<'_, TokenResult> {
        Box::pin(async {
            let (given, ()) = HostCall::start(|resume, number| host::fetch_token(&self.0, resume, number));
            match given.await {
                Settled { status: ended::FAILED, outcome, .. } => Err(Thrown::boxed(outcome.value())),
                // What is no text is no token, and said to be none by who uses it.
                Settled { status, text, .. } => {
                    let lifetime = u64::try_from(status).ok().map(Duration::from_secs);
                    let token = AccessToken::from(text.unwrap_or_default());
                    Ok(lifetime.into_iter().fold(token, AccessToken::expires_in))
                }
            }
        })
    }
}

/// A timer that is left behind would keep a process alive.
struct CancelOnDrop(Function);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        let _ = self.0.call0(&JsValue::UNDEFINED);
    }
}

fn failure(status: i32, outcome: &Outcome) -> TransportError {
    let (kind, cause) = match status {
        ended::TIMED_OUT => (TransportErrorKind::Timeout, None),
        ended::ABORTED => (TransportErrorKind::Aborted, Some(outcome.value())),
        ended::FAILED => (TransportErrorKind::Connection, Some(outcome.value())),
        _ => (TransportErrorKind::NotAResponse, None),
    };
    TransportError::new(kind, cause.map(Thrown::boxed))
}

fn now() -> Duration {
    Duration::from_millis(js_sys::Date::now() as u64)
}
