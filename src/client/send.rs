//! A send: the request that puts one message into one phone's queue, and what its answer says.

use web_sys::AbortSignal;

use super::endpoint::{Endpoint, PhoneId};
use super::error::{Error, Reply};
use super::exchange::{BodyAs, Call, Outcome};
use super::host_json;
use super::idempotency::IdempotencyKey;
use super::outcome::queued;
use crate::answer::Queued;
use crate::json::Limits;
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
pub fn send_call(endpoint: &Endpoint, phone: &PhoneId, message: &Message) -> Call {
    let body = Some(message.to_text(host_json::FLOATS));
    Call { url: endpoint.url(phone, "sendMessage"), body, body_as: BodyAs::Text }
}

/// What the answer to a send says.
///
/// # Errors
/// When it is a refusal, or can't be read.
pub fn sent(outcome: &Outcome, endpoint: &Endpoint) -> Result<Queued, Error> {
    let text = outcome.text();
    let parsed = host_json::parse(text, Limits::WEBHOOK).ok();
    // What only errors tell is not asked for where all is well.
    let status_alone = Reply { status: outcome.http_status(), ..Reply::default() };
    queued(&status_alone, parsed.as_ref()).or_else(|_| {
        // Taken out before the text is cut: half of a credential would be found by nobody.
        let reply = Reply { text: endpoint.secret().redact(text), ..outcome.reply() };
        queued(&reply, parsed.as_ref()).map_err(|error| error.without(endpoint.secret()))
    })
}
