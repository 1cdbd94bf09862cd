//! A send: the request that puts one message into one phone's queue, and what its answer says.

use web_sys::AbortSignal;

use super::endpoint::{Endpoint, PhoneId};
use super::error::Error;
use super::exchange::{BodyAs, Call, headers};
use super::host::Outcome;
use super::host_json;
use super::idempotency::IdempotencyKey;
use super::outcome::queued;
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
    pub(super) fn bound_ms(&self) -> u32 {
        self.timeout_ms.unwrap_or(DEFAULT_TIMEOUT_MS)
    }
}

/// The request of a send.
#[must_use]
pub fn send_call(endpoint: &Endpoint, phone: &PhoneId, message: &Message, key: Option<&IdempotencyKey>) -> Call {
    let headers = headers(endpoint, true);
    if let Some(key) = key {
        headers.set("idempotency-key", key.as_str());
    }
    Call {
        method: "POST",
        url: endpoint.url(phone, "sendMessage"),
        headers,
        body: Some(message.to_text(host_json::FLOATS)),
        body_as: BodyAs::Text,
    }
}

/// What the answer to a send says.
///
/// # Errors
/// When it is a refusal, or can't be read.
pub fn sent(outcome: &Outcome, endpoint: &Endpoint) -> Result<Queued, Error> {
    let mut reply = outcome.reply();
    let text = outcome.value().as_string().unwrap_or_default();
    let parsed = host_json::parse(&text);
    if parsed.is_none() {
        reply.text = text;
    }
    queued(&reply, parsed.as_ref()).map_err(|error| error.without(endpoint.secret()))
}
