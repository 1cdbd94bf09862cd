//! The send itself: one message to one phone's queue.

use web_sys::AbortSignal;

use super::endpoint::{Endpoint, PhoneId};
use super::error::{Error, Reply};
use super::host_json;
use super::transport::{Call, Failure, Fetch};
use crate::answer::{Answer, Queued};
use crate::message::Message;

/// How long a send may take when nobody says otherwise, in milliseconds. Maytapi's larger users found 5 s too short and settled on 60.
pub const DEFAULT_TIMEOUT_MS: u32 = 60_000;

/// What a caller may set for one send.
#[derive(Clone, Debug, Default)]
pub struct SendOptions {
    /// How long it may take, in milliseconds; [`DEFAULT_TIMEOUT_MS`] when not set, no bound when 0.
    pub timeout_ms: Option<u32>,
    /// Ends it early.
    pub signal: Option<AbortSignal>,
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
}

/// Puts a message into a phone's queue.
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
    let body = host_json::write(message)?;
    let headers = [("content-type", "application/json".to_owned()), endpoint.credential_header()];
    let call = Call {
        method: "POST",
        url: &endpoint.url(phone, "sendMessage"),
        headers: &headers,
        body: Some(body),
        timeout_ms: Some(options.timeout_ms.unwrap_or(DEFAULT_TIMEOUT_MS)).filter(|ms| *ms > 0),
        signal: options.signal.as_ref(),
    };
    let reply = fetch.call(call).await?;
    read(&reply).map_err(|error| without_secret(error, endpoint).into())
}

fn read(reply: &Reply) -> Result<Sent, Error> {
    let parsed = host_json::parse(&reply.text);
    match (Answer::read(&reply.text, parsed.as_ref()), parsed) {
        // A success that did not come with a 2xx contradicts itself; nobody can say whether the message is queued.
        (Answer::Queued(queued), _) if (200..300).contains(&reply.status) => {
            Ok(Sent { queued, status: reply.status, request_id: reply.request_id.clone() })
        }
        (Answer::Queued(_), _) => Err(Error::unreadable(reply, crate::answer::Unreadable::UnknownShape)),
        (Answer::Refused(refusal), body) => {
            Err(Error::refused(reply, &refusal, &body.unwrap_or(crate::json::Json::Null)))
        }
        (Answer::Unreadable(why), _) => Err(Error::unreadable(reply, why)),
    }
}

/// A server may echo what it was sent; the credential is taken out of everything that reaches the caller.
fn without_secret(error: Error, endpoint: &Endpoint) -> Error {
    let secret = endpoint.secret();
    Error {
        message: secret.redact(&error.message),
        code: secret.redact(&error.code),
        body: error.body.as_deref().map(|body| secret.redact(body)),
        request_id: error.request_id.as_deref().map(|id| secret.redact(id)),
        ..error
    }
}
