//! What a client needs of its surroundings: an HTTP exchange, a clock, randomness.

use std::future::Future;
use std::time::Duration;

use super::idempotency::IdempotencyKey;

/// How requests travel, and what else a client can't do by itself. One exchange is one try: what is tried again, and when, is the
/// client's.
pub trait Transport {
    /// The answer as the transport has it, beside what the client reads of it: `()` where there is nothing to add.
    type Raw;

    /// Sends a request and reads the answer's body, within the request's time-out. Redirects must not be followed: they would carry
    /// the credential elsewhere. Dropping the future gives the exchange up.
    fn exchange(&self, request: &Request) -> impl Future<Output = Result<Response<Self::Raw>, TransportError>>;

    /// Waits; for ever where the time is [`Duration::MAX`]. Fails where the caller's abort ends it early.
    fn sleep(&self, duration: Duration) -> impl Future<Output = Result<(), TransportError>>;

    /// The time: since the Unix epoch.
    fn now(&self) -> Duration;

    /// An even random number in `[0, 1)`, to spread retries by.
    fn random(&self) -> f64;

    /// A key that nobody else makes; `None` where there is no good source of randomness.
    fn new_idempotency_key(&self) -> Option<IdempotencyKey>;
}

/// A request, whole: nothing is to be added.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// GET or POST.
    pub method: Method,
    /// The absolute URL.
    pub url: String,
    /// Names in lower case. One of them carries the credential.
    pub headers: Vec<(&'static str, String)>,
    /// JSON, in a POST.
    pub body: Option<String>,
    /// How long the whole exchange may take, to the end of the answer's body; `None`: no bound.
    pub timeout: Option<Duration>,
    /// What the answer's body is read as.
    pub read_as: BodyType,
}

/// The methods that Maytapi's operations take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Without a body.
    Get,
    /// With JSON.
    Post,
}

/// What an answer's body is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyType {
    /// UTF-8, with what is none replaced.
    Text,
    /// A picture's bytes as they came, and as text what is text in its place: a refusal is JSON. `Body::from(bytes)` tells them apart.
    Bytes,
}

/// An HTTP answer, as far as the client reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response<Raw = ()> {
    /// The HTTP status; 0 for a redirect that a browser hides.
    pub status: u16,
    /// The body.
    pub body: Body,
    /// The `x-request-id` header of a proxy's answer: Maytapi's own names nothing that a caller could look up.
    pub request_id: Option<String>,
    /// The `Retry-After` header, by [`parse_retry_after`](super::parse_retry_after).
    pub retry_after: Option<Duration>,
    /// The answer as the transport has it.
    pub raw: Raw,
}

/// A body that was read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// What is text.
    Text(String),
    /// Bytes that are no text: a picture.
    Bytes(Vec<u8>),
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[error("{}", .kind.as_str())]
pub struct TransportError {
    /// How the exchange or wait ended.
    pub kind: TransportErrorKind,
    /// What the host threw, or the reason that the caller aborted with.
    pub source: Option<Box<dyn std::error::Error>>,
}

/// How an exchange or a wait ended without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TransportErrorKind {
    /// The time-out was over.
    Timeout,
    /// The caller aborted it.
    Aborted,
    /// No connection, or it was lost before the answer's end.
    Connection,
    /// What came is no HTTP answer.
    NotAResponse,
}

impl Method {
    /// Its name in HTTP.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
        }
    }
}

impl Request {
    /// Sets a header, in place of one of the same name.
    pub(super) fn set_header(&mut self, name: &'static str, value: String) {
        match self.headers.iter_mut().find(|(other, _)| *other == name) {
            Some((_, known)) => *known = value,
            None => self.headers.push((name, value)),
        }
    }
}

/// Neither a credential nor a message is shown.
impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.method.as_str())?;
        f.write_str(" ")?;
        f.write_str(&self.url)
    }
}

impl<Raw> Response<Raw> {
    /// Whether the status says success.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as text; bytes that are none are one replacement character.
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.body {
            Body::Text(text) => text,
            Body::Bytes(_) => "\u{fffd}",
        }
    }
}

impl Default for Body {
    fn default() -> Self {
        Body::Text(String::new())
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Body::Text(text)
    }
}

/// Bytes that are UTF-8 are text.
impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        String::from_utf8(bytes).map_or_else(|error| Body::Bytes(error.into_bytes()), Body::Text)
    }
}

impl TransportError {
    /// An error with what caused it.
    #[must_use]
    pub fn new(kind: TransportErrorKind, source: Option<Box<dyn std::error::Error>>) -> Self {
        TransportError { kind, source }
    }
}

impl From<TransportErrorKind> for TransportError {
    fn from(kind: TransportErrorKind) -> Self {
        TransportError { kind, source: None }
    }
}

impl TransportErrorKind {
    /// What happened, as a sentence.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            TransportErrorKind::Timeout => "No answer came in time.",
            TransportErrorKind::Aborted => "The request was aborted.",
            TransportErrorKind::Connection => {
                "No answer came: the server could not be reached or the connection was lost."
            }
            TransportErrorKind::NotAResponse => "fetch answered with something that is not a Response.",
        }
    }
}
