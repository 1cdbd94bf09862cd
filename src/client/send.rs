//! The send itself: one message to one phone's queue, once.

use wasm_bindgen::JsValue;
use web_sys::AbortSignal;

use super::endpoint::{Endpoint, PhoneId};
use super::error::{Error, Reply};
use super::host_json;
use super::idempotency::IdempotencyKey;
use super::transport::{BodyAs, Call, Exchange, Failure, Fetch};
use crate::answer::{Answer, Queued, Unreadable};
use crate::json::Json;
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

/// Puts a message into a phone's queue, with one try.
///
/// # Errors
/// When it was refused, when no answer came or none that can be read; [`Error::retryable`] says whether sending again is safe.
pub async fn send(
    fetch: &Fetch,
    endpoint: &Endpoint,
    phone: &PhoneId,
    message: &Message,
    options: &SendOptions,
) -> Result<Sent, Failure> {
    let exchange = fetch.call(send_call(endpoint, phone, message, options)).await?;
    Ok(sent(exchange, endpoint)?)
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
    match read(&mut reply, &body) {
        Ok(queued) => Ok(Sent { queued, status: reply.status, request_id: reply.request_id, headers }),
        Err(error) => Err(without_secret(error, endpoint)),
    }
}

fn read(reply: &mut Reply, body: &JsValue) -> Result<Queued, Error> {
    let parsed = host_json::parse(body);
    if parsed.is_none() {
        reply.text = body.as_string().unwrap_or_default();
    }
    match Answer::read(&reply.text, parsed.as_ref()) {
        // A success that did not come with a 2xx contradicts itself; nobody can say whether the message is queued.
        Answer::Queued(queued) if (200..300).contains(&reply.status) => Ok(queued),
        Answer::Queued(_) => Err(Error::unreadable(reply, Unreadable::UnknownShape)),
        Answer::Refused(refusal) => Err(Error::refused(reply, &refusal, parsed.as_ref().unwrap_or(&Json::Null))),
        Answer::Unreadable(why) => Err(Error::unreadable(reply, why)),
    }
}

/// A server may echo what it was sent; the credential is taken out of everything that reaches the caller.
pub(super) fn without_secret(mut error: Error, endpoint: &Endpoint) -> Error {
    let secret = endpoint.secret();
    for text in [&mut error.message, &mut error.code].into_iter().chain(&mut error.body).chain(&mut error.request_id) {
        *text = secret.redact(text);
    }
    error
}
