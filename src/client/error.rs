//! Why a send failed, with what a caller needs to decide: a code, the status, whether sending again is safe.

use std::fmt;

use super::endpoint::{InvalidEndpoint, Secret};
use super::retry::{Retryable, retry_safety};
use crate::answer::{Refusal, Unreadable};
use crate::json::{Json, Object};
use crate::message::{Fault, Faults};
use crate::strings::{concat, decimal};

/// The causes that a caller tells apart. JavaScript has an `Error` subclass for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The message is wrong; nothing was sent.
    Validation,
    /// An option of the client is wrong; nothing was sent.
    Configuration,
    /// The credential was not accepted.
    Authentication,
    /// The credential does not allow this.
    Permission,
    /// Too many requests.
    RateLimit,
    /// Maytapi, or the proxy, said no.
    Refused,
    /// Another request with the same idempotency key is under way, or its outcome is not known.
    Conflict,
    /// No answer came: no network, no such host, connection dropped.
    Connection,
    /// No answer came in time.
    Timeout,
    /// The caller's signal ended it.
    Aborted,
    /// An answer came that can't be read.
    UnreadableAnswer,
    /// The server failed.
    Server,
}

impl ErrorKind {
    /// The name of the JavaScript class.
    #[must_use]
    pub fn class_name(self) -> &'static str {
        match self {
            ErrorKind::Validation => "ValidationError",
            ErrorKind::Configuration => "ConfigurationError",
            ErrorKind::Authentication => "AuthenticationError",
            ErrorKind::Permission => "PermissionError",
            ErrorKind::RateLimit => "RateLimitError",
            ErrorKind::Refused => "RefusedError",
            ErrorKind::Conflict => "ConflictError",
            ErrorKind::Connection => "ConnectionError",
            ErrorKind::Timeout => "TimeoutError",
            ErrorKind::Aborted => "AbortError",
            ErrorKind::UnreadableAnswer => "UnreadableAnswerError",
            ErrorKind::Server => "ServerError",
        }
    }
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

/// Why a send failed. Neither its text nor its debug form shows a credential or a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Error {
    /// The cause.
    pub kind: ErrorKind,
    /// A stable code: Maytapi's own (`W05`), the proxy's, or one of ours in snake_case.
    pub code: String,
    /// A sentence for people.
    pub message: String,
    /// The HTTP status, where an answer came.
    pub status: Option<u16>,
    /// Whether sending again is safe.
    pub retryable: Retryable,
    /// The id under which the proxy logged the request.
    pub request_id: Option<String>,
    /// How long to wait before sending again, in milliseconds.
    pub retry_after_ms: Option<u32>,
    /// What is wrong with the message, where that is the cause.
    pub faults: Vec<ReportedFault>,
    /// The start of an answer that can't be read.
    pub body: Option<String>,
    /// The key of the send that failed: with the same key it may be tried once more.
    pub idempotency_key: Option<String>,
}

/// An HTTP answer, as far as errors are made from it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body's text.
    pub text: String,
    /// The proxy's id of the request (`x-request-id`).
    pub request_id: Option<String>,
    /// `Retry-After` in milliseconds.
    pub retry_after_ms: Option<u32>,
}

impl Error {
    /// An error without an answer.
    #[must_use]
    #[inline(never)]
    pub fn new(kind: ErrorKind, code: &str, message: &str) -> Self {
        Error {
            kind,
            code: code.to_owned(),
            message: message.to_owned(),
            status: None,
            retryable: retry_safety(kind, None, code),
            request_id: None,
            retry_after_ms: None,
            faults: Vec::new(),
            body: None,
            idempotency_key: None,
        }
    }

    /// The message has faults.
    #[must_use]
    pub fn invalid(faults: &Faults) -> Self {
        let mut reported = Vec::new();
        for fault in faults.as_slice() {
            reported.push(ReportedFault::from(fault));
        }
        let mut error = Error::new(ErrorKind::Validation, "invalid_message", &faults_sentence(&reported));
        error.faults = reported;
        error
    }

    /// An answer said no.
    #[must_use]
    pub fn refused(reply: &Reply, refusal: &Refusal, body: &Json) -> Self {
        let kind = kind_of(reply.status, body);
        let code = refusal.code.as_deref().unwrap_or(default_code(kind));
        let mut error = Error::answered(reply, kind, code, &refusal.message);
        let text = |name| body.get(name).and_then(Json::as_str);
        if let Some(told) = text("retryable").and_then(Retryable::from_name) {
            error.retryable = told;
        }
        if error.request_id.is_none() {
            error.request_id = text("request_id").map(str::to_owned);
        }
        error.faults = reported_faults(body);
        error
    }

    /// An answer could not be read.
    #[must_use]
    pub fn unreadable(reply: &Reply, why: Unreadable) -> Self {
        use ErrorKind as K;
        let status = decimal(reply.status.into());
        let (kind, code, sentence) = match reply.status {
            0 | 300..=399 => {
                (K::UnreadableAnswer, "redirected", ["The answer was a redirect, which is never followed", "", "", ""])
            }
            401 => (K::Authentication, "unauthorized", ["The credential was not accepted", "", "", ""]),
            403 => (K::Permission, "forbidden", ["The credential does not allow this", "", "", ""]),
            429 => (K::RateLimit, "rate_limited", ["Too many requests", "", "", ""]),
            500.. => (K::Server, "server_error", ["The server failed with HTTP ", &status, "", ""]),
            _ => (K::UnreadableAnswer, "unreadable_answer", ["With HTTP ", &status, ", ", why.as_str()]),
        };
        let mut error = Error::answered(reply, kind, code, &concat(&[&concat(&sentence), "."]));
        error.body = Some(excerpt(&reply.text)).filter(|text| !text.is_empty());
        error
    }

    /// An error that came with an answer.
    #[inline(never)]
    fn answered(reply: &Reply, kind: ErrorKind, code: &str, message: &str) -> Self {
        let mut error = Error::new(kind, code, message);
        error.status = Some(reply.status);
        error.retryable = retry_safety(kind, error.status, code);
        error.request_id = reply.request_id.clone();
        error.retry_after_ms = reply.retry_after_ms;
        error
    }

    /// The error without a credential: a server may echo what it was sent, and this reaches the caller.
    #[must_use]
    pub fn without(mut self, secret: &Secret) -> Self {
        let mut redact = |text: &mut String| *text = secret.redact(text);
        redact(&mut self.message);
        redact(&mut self.code);
        self.body.as_mut().map(&mut redact);
        self.request_id.as_mut().map(&mut redact);
        for ReportedFault { path, code, message, suggestion } in &mut self.faults {
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
        write!(f, "{} ({})", self.message, self.code)
    }
}

impl std::error::Error for Error {}

impl From<InvalidEndpoint> for Error {
    fn from(error: InvalidEndpoint) -> Self {
        Error::new(ErrorKind::Configuration, "invalid_option", &concat(&[error.option, ": ", error.advice]))
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

fn kind_of(status: u16, body: &Json) -> ErrorKind {
    match status {
        401 => ErrorKind::Authentication,
        403 => ErrorKind::Permission,
        409 => ErrorKind::Conflict,
        429 => ErrorKind::RateLimit,
        _ if body.get("faults").is_some() => ErrorKind::Validation,
        500.. if body.get("code").is_none() => ErrorKind::Server,
        _ => ErrorKind::Refused,
    }
}

fn default_code(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Authentication => "unauthorized",
        ErrorKind::Permission => "forbidden",
        ErrorKind::Conflict => "conflict",
        ErrorKind::RateLimit => "rate_limited",
        ErrorKind::Validation => "invalid_message",
        ErrorKind::Server => "server_error",
        _ => "refused",
    }
}

fn reported_faults(body: &Json) -> Vec<ReportedFault> {
    let Some(Json::Array(items)) = body.get("faults") else { return Vec::new() };
    let read = |item: &Json| {
        let text = |name| item.get(name).and_then(Json::as_str).map(str::to_owned);
        Some(ReportedFault {
            path: text("path")?,
            code: text("code")?,
            message: text("message")?,
            suggestion: text("suggestion"),
        })
    };
    let mut faults = Vec::new();
    for item in items {
        if let Some(fault) = read(item) {
            faults.push(fault);
        }
    }
    faults
}

/// Enough of an answer to recognise a gateway's page by.
fn excerpt(text: &str) -> String {
    let text = text.trim_ascii();
    let end = text.char_indices().nth(500).map_or(text.len(), |(end, _)| end);
    text.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::refusal;
    use crate::message::Message;

    fn reply(status: u16, text: &str) -> Reply {
        Reply { status, text: text.to_owned(), ..Reply::default() }
    }

    fn error(status: u16, text: &str) -> Error {
        let reply = reply(status, text);
        let parsed: Option<Json> = serde_json::from_str(text).ok();
        *crate::client::queued(&reply, parsed.as_ref()).unwrap_err()
    }

    #[test]
    fn the_body_decides_before_the_status() {
        use ErrorKind as K;
        use Retryable as R;
        for (status, text, kind, code, retryable) in [
            (200, r#"{"success":false,"message":"Lib not loaded","code":"W05"}"#, K::Refused, "W05", R::Yes),
            (200, r#"{"success":false,"message":"Product id is wrong!"}"#, K::Refused, "refused", R::No),
            (404, r#"{"success":false,"message":"You dont own the phone[8310]. "}"#, K::Refused, "refused", R::No),
            (500, r#"{"success":false,"message":"internal server error"}"#, K::Server, "server_error", R::Unknown),
            (503, r#"{"success":false,"message":"loading","code":"W05"}"#, K::Refused, "W05", R::Yes),
            (401, r#"{"success":false,"message":"no"}"#, K::Authentication, "unauthorized", R::No),
            (429, r#"{"success":false,"message":"slow down"}"#, K::RateLimit, "rate_limited", R::Yes),
            (200, "", K::UnreadableAnswer, "unreadable_answer", R::Unknown),
            (200, "<html>", K::UnreadableAnswer, "unreadable_answer", R::Unknown),
            (302, "", K::UnreadableAnswer, "redirected", R::Unknown),
            (0, "", K::UnreadableAnswer, "redirected", R::Unknown),
            (504, "<html>Gateway Time-out</html>", K::Server, "server_error", R::Unknown),
            (429, "slow down", K::RateLimit, "rate_limited", R::Yes),
            (401, "", K::Authentication, "unauthorized", R::No),
        ] {
            let error = error(status, text);
            assert_eq!((error.kind, error.code.as_str(), error.retryable), (kind, code, retryable), "{status} {text}");
            assert_eq!(error.status, Some(status));
        }
    }

    #[test]
    fn a_problem_of_the_proxy_keeps_its_own_verdict() {
        let text = r#"{"type":"x","status":422,"success":false,"message":"The message is wrong.","code":"invalid_message",
            "retryable":"no","request_id":"r-1","faults":[{"path":"toNumber","code":"missing","message":"Say who.","suggestion":"to"}]}"#;
        let error = error(422, text);
        assert_eq!((error.kind, error.retryable), (ErrorKind::Validation, Retryable::No));
        assert_eq!(error.request_id.as_deref(), Some("r-1"));
        assert_eq!(error.faults[0].suggestion.as_deref(), Some("to"));
        let told = super::tests::error(
            502,
            r#"{"success":false,"message":"m","code":"upstream_timeout","retryable":"unknown"}"#,
        );
        assert_eq!(told.retryable, Retryable::Unknown);
    }

    #[test]
    fn faults_are_told_in_one_sentence_without_the_message() {
        let message: Json =
            serde_json::from_str(r#"{"type":"text","caption":"a secret plan","toNumber":"0"}"#).unwrap();
        let error = Error::invalid(&Message::parse(message).unwrap_err());
        assert_eq!(error.faults.len(), 3);
        assert!(error.to_string().starts_with("The message was not sent. toNumber: "));
        assert!(!format!("{error} {error:?}").contains("secret plan"));
    }

    #[test]
    fn a_refusal_is_the_same_wherever_it_is_read() {
        let body: Json = serde_json::from_str(r#"{"success":false,"message":" m ","code":"F04"}"#).unwrap();
        let refusal = refusal(&body).unwrap();
        assert_eq!(Error::refused(&reply(200, ""), &refusal, &body).to_string(), "m (F04)");
    }
}
