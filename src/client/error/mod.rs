//! Why a request failed, with what a caller needs to decide: a code, the status, whether sending again is safe.

mod kind;

use std::fmt;
use std::rc::Rc;
use std::time::Duration;

pub use kind::ErrorKind;

use super::endpoint::InvalidEndpoint;
use super::idempotency::InvalidIdempotencyKey;
use super::retry::Retryable;
use super::secret::Secret;
use super::transport::{TransportError, TransportErrorKind};
use crate::json::{Json, Object};
use crate::message::{Fault, Faults};
use crate::strings::concat;

/// Why a request failed. Neither its text nor its debug form shows a credential or a message.
// Boxed, since every step of a request hands it on.
pub struct Error(Box<Details>);

pub(super) struct Details {
    pub(super) kind: ErrorKind,
    pub(super) code: String,
    pub(super) message: String,
    pub(super) status: Option<u16>,
    pub(super) retryable: Retryable,
    pub(super) request_id: Option<String>,
    pub(super) retry_after: Option<Duration>,
    pub(super) faults: Vec<ReportedFault>,
    pub(super) body: Option<String>,
    pub(super) idempotency_key: Option<String>,
    // Several sends may wait for one thing that fails.
    pub(super) source: Option<Rc<Box<dyn std::error::Error>>>,
}

/// A fault as it is told to a caller: our own, or one that a proxy reported.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ReportedFault {
    /// Where in the message.
    pub path: String,
    /// The fault's code.
    pub code: String,
    /// What to do.
    pub message: String,
    /// What was probably meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

impl Error {
    /// An error without an answer.
    #[must_use]
    #[inline(never)]
    pub fn new(kind: ErrorKind, code: &str, message: &str) -> Self {
        Error(Box::new(Details {
            kind,
            code: code.to_owned(),
            message: message.to_owned(),
            status: None,
            retryable: Retryable::of_failure(kind, None, code),
            request_id: None,
            retry_after: None,
            faults: Vec::new(),
            body: None,
            idempotency_key: None,
            source: None,
        }))
    }

    /// The message has faults.
    #[must_use]
    pub fn invalid(faults: &Faults) -> Self {
        let mut reported = Vec::new();
        for fault in faults.as_slice() {
            reported.push(ReportedFault::from(fault));
        }
        let mut error = Error::new(ErrorKind::Validation, "invalid_message", &faults_sentence(&reported));
        error.0.faults = reported;
        error
    }

    /// An option is wrong. The value itself is never repeated: it may be a credential.
    #[must_use]
    pub(crate) fn invalid_option(option: &str, advice: &str) -> Self {
        Error::new(ErrorKind::Configuration, "invalid_option", &concat(&[option, ": ", advice]))
    }

    /// The error with what caused it.
    #[must_use]
    pub(crate) fn caused_by(mut self, source: Option<Box<dyn std::error::Error>>) -> Self {
        self.0.source = source.map(Rc::new);
        self
    }

    /// The cause, as far as callers tell causes apart.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// A stable code: Maytapi's own (`W05`), the proxy's, or one of ours in snake_case.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// A sentence for people.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The HTTP status, where an answer came.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// Whether sending again is safe.
    #[must_use]
    pub fn retryable(&self) -> Retryable {
        self.0.retryable
    }

    /// The id under which the proxy logged the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How long the server asks to wait before sending again.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// What is wrong with the message, where that is the cause.
    #[must_use]
    pub fn faults(&self) -> &[ReportedFault] {
        &self.0.faults
    }

    /// The start of an answer that can't be read.
    #[must_use]
    pub fn body(&self) -> Option<&str> {
        self.0.body.as_deref()
    }

    /// The key of the send that failed: with the same key it may be tried once more.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&str> {
        self.0.idempotency_key.as_deref()
    }

    /// Whether no answer came in time.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// Whether the caller aborted it.
    #[must_use]
    pub fn is_aborted(&self) -> bool {
        self.kind() == ErrorKind::Aborted
    }

    /// Whether the connection failed or was lost.
    #[must_use]
    pub fn is_connection(&self) -> bool {
        self.kind() == ErrorKind::Connection
    }

    /// Whether the message is wrong; [`faults`](Self::faults) says how.
    #[must_use]
    pub fn is_validation(&self) -> bool {
        self.kind() == ErrorKind::Validation
    }

    /// Whether nobody knows if the message went out: sending again, without the same idempotency key, can message the recipient twice.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        self.retryable() == Retryable::Unknown
    }

    pub(super) fn details(&mut self) -> &mut Details {
        &mut self.0
    }

    /// The error without a credential: a server may echo what it was sent, and this reaches the caller.
    #[must_use]
    pub(super) fn without(mut self, secret: &Secret) -> Self {
        let details = &mut *self.0;
        let mut redact = |text: &mut String| *text = secret.redact(text);
        redact(&mut details.message);
        details.request_id.as_mut().map(&mut redact);
        for ReportedFault { path, code, message, suggestion } in &mut details.faults {
            redact(path);
            redact(code);
            redact(message);
            suggestion.as_mut().map(&mut redact);
        }
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message(), self.code())
    }
}

/// What caused it is left out: it is the host's, which may show what it was given.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind())
            .field("code", &self.code())
            .field("message", &self.message())
            .field("status", &self.status())
            .field("retryable", &self.retryable())
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| &***source)
    }
}

impl From<InvalidEndpoint> for Error {
    fn from(error: InvalidEndpoint) -> Self {
        Error::invalid_option(error.option, error.advice)
    }
}

impl From<InvalidIdempotencyKey> for Error {
    fn from(_: InvalidIdempotencyKey) -> Self {
        Error::invalid_option("idempotencyKey", "give 1 to 255 visible ASCII characters")
    }
}

impl From<std::convert::Infallible> for Error {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

impl From<TransportError> for Error {
    fn from(TransportError { kind, source }: TransportError) -> Self {
        let (cause, code) = match kind {
            TransportErrorKind::Timeout => (ErrorKind::Timeout, "timeout"),
            TransportErrorKind::Aborted => (ErrorKind::Aborted, "aborted"),
            TransportErrorKind::Connection => (ErrorKind::Connection, "connection_failed"),
            TransportErrorKind::NotAResponse => (ErrorKind::UnreadableAnswer, "not_a_response"),
        };
        Error::new(cause, code, kind.as_str()).caused_by(source)
    }
}

impl ReportedFault {
    /// As the object that JavaScript gets.
    #[must_use]
    pub fn to_json(&self) -> Json {
        ReportedFault::object(&self.path, &self.code, &self.message, self.suggestion.as_deref())
    }

    /// The object of a fault or a hint.
    #[inline(never)]
    pub(crate) fn object(path: &str, code: &str, message: &str, suggestion: Option<&str>) -> Json {
        let mut object = Object::default();
        object.text("path", Some(path));
        object.text("code", Some(code));
        object.text("message", Some(message));
        object.text("suggestion", suggestion);
        object.into()
    }
}

impl From<&Fault> for ReportedFault {
    fn from(fault: &Fault) -> Self {
        ReportedFault {
            path: fault.path.clone(),
            code: fault.code.as_str().to_owned(),
            message: fault.message.clone(),
            suggestion: fault.suggestion.map(str::to_owned),
        }
    }
}

fn faults_sentence(faults: &[ReportedFault]) -> String {
    let mut sentence = String::from("The message was not sent.");
    for fault in faults {
        let at = if fault.path.is_empty() { "message" } else { &fault.path };
        sentence.push_str(&concat(&[" ", at, ": ", &fault.message]));
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Message;

    #[test]
    fn faults_are_told_in_one_sentence_without_the_message() {
        let message: Json =
            serde_json::from_str(r#"{"type":"text","caption":"a secret plan","toNumber":"0"}"#).unwrap();
        let error = Error::invalid(&Message::parse(message).unwrap_err());
        assert_eq!(error.faults().len(), 3);
        assert!(error.is_validation());
        assert!(error.to_string().starts_with("The message was not sent. toNumber: "));
        assert!(!format!("{error} {error:?}").contains("secret plan"));
    }

    #[test]
    fn a_transports_error_keeps_its_cause_but_shows_none() {
        use std::error::Error as _;
        let cause = std::io::Error::other("canary-token");
        let error = Error::from(TransportError::new(TransportErrorKind::Connection, Some(Box::new(cause))));
        assert!(error.is_connection() && error.is_outcome_unknown());
        assert!(error.source().is_some_and(|source| source.is::<std::io::Error>()));
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
}
