//! A send: the request that puts one message into one phone's queue, and what its answer says.

use wasm_bindgen::JsValue;
use web_sys::AbortSignal;

use super::endpoint::{Endpoint, PhoneId};
use super::error::Error;
use super::host_json;
use super::idempotency::IdempotencyKey;
use super::outcome::queued;
use super::transport::{BodyAs, Call, Exchange};
use crate::answer::Queued;
use crate::message::Message;

/// How long one try may take when nobody says otherwise, in milliseconds. Maytapi's larger users found 5 s too short and settled on 60.
pub const DEFAULT_TIMEOUT_MS: u32 = 60_000;

/// What a caller may set for one request.
#[derive(Clone, Debug, Default)]
pub struct SendOptions {
    /// How long one try may take, in milliseconds; [`DEFAULT_TIMEOUT_MS`] when not set, no bound when 0.
    pub timeout_ms: Option<u32>,
    /// Ends it early.
    pub signal: Option<AbortSignal>,
    /// Lets an edge proxy know a repeated send again. Maytapi itself has no such key.
    pub idempotency_key: Option<IdempotencyKey>,
}

impl SendOptions {
    pub(super) fn bound_ms(&self) -> Option<u32> {
        Some(self.timeout_ms.unwrap_or(DEFAULT_TIMEOUT_MS)).filter(|ms| *ms > 0)
    }
}

/// A queued message, with what the answer said besides.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// The message in the queue.
    pub queued: Queued,
    /// The HTTP status.
    pub status: u16,
    /// The proxy's id of the request.
    pub request_id: Option<String>,
    /// All headers of the answer.
    pub headers: JsValue,
}

/// The request of a send.
#[must_use]
pub fn send_call(endpoint: &Endpoint, phone: &PhoneId, message: &Message, options: &SendOptions) -> Call {
    let mut headers = vec![("content-type", "application/json".to_owned()), endpoint.credential_header()];
    headers.extend(options.idempotency_key.as_ref().map(|key| ("idempotency-key", key.as_str().to_owned())));
    Call {
        method: "POST",
        url: endpoint.url(phone, "sendMessage"),
        headers,
        body: Some(host_json::write(message)),
        timeout_ms: options.bound_ms(),
        signal: options.signal.clone(),
        body_as: BodyAs::Text,
    }
}

/// What the answer to a send says.
///
/// # Errors
/// When it is a refusal, or can't be read.
pub fn sent(exchange: Exchange, endpoint: &Endpoint) -> Result<Sent, Error> {
    let Exchange { mut reply, headers, body } = exchange;
    let parsed = host_json::parse(&body);
    if parsed.is_none() {
        reply.text = body.as_string().unwrap_or_default();
    }
    let queued = queued(&reply, parsed.as_ref()).map_err(|error| error.without(endpoint.secret()))?;
    Ok(Sent { queued, status: reply.status, request_id: reply.request_id, headers })
}
