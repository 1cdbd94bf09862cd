//! Everything that the proxy says no with: one enum, each with a stable id, a status and whether sending again is safe.

use std::borrow::Cow;

use maytapi::client::{ReportedFault, Retryable};
use maytapi::json::Json;
use maytapi::message::Faults;
use serde::Serialize;

use super::header::Header;

/// The kinds of problems. Their ids are part of the interface and do not change; README.md has a table of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemType {
    /// No such path.
    UnknownRoute,
    /// The path has other methods.
    MethodNotAllowed,
    /// The page's origin isn't in the configuration.
    OriginNotAllowed,
    /// No token came.
    MissingToken,
    /// The token can't be accepted.
    InvalidToken,
    /// The token was good once.
    ExpiredToken,
    /// The keys that tokens are checked with can't be fetched.
    KeysUnavailable,
    /// The configuration has a fault, so nothing is sent.
    Misconfigured,
    /// The account or phone was switched off.
    Paused,
    /// The account and phone aren't configured, or the token leaves them out.
    PhoneNotAllowed,
    /// Policy or token leave this message type out.
    TypeNotAllowed,
    /// Policy or token leave this recipient out.
    RecipientNotAllowed,
    /// Policy leaves this file's or link's address out.
    UrlNotAllowed,
    /// Policy or token leave this operation out.
    OperationNotAllowed,
    /// The message isn't known here, or is another caller's.
    UnknownMessage,
    /// The batch isn't known here, or is another caller's.
    UnknownBatch,
    /// The batch isn't in a state for that.
    BatchState,
    /// The batch, or rows of it, have faults.
    InvalidBatch,
    /// A piece with this number came with other rows before.
    PieceConflict,
    /// Pieces before it are not there, or rows that should be.
    PieceMissing,
    /// The batch has more recipients than it may.
    BatchTooLarge,
    /// As many batches as may be are there.
    TooManyBatches,
    /// The cursor isn't of this storage.
    CursorReset,
    /// As many sockets or waiting requests are open as may be.
    TooManySockets,
    /// A webhook could not be stored.
    HookNotStored,
    /// Maytapi posts the phone's events to another receiver.
    WebhookTaken,
    /// The body isn't declared as JSON.
    UnsupportedContentType,
    /// The body is compressed.
    UnsupportedContentEncoding,
    /// The body is larger than the configured bound.
    BodyTooLarge,
    /// The body did not arrive to its end.
    BodyIncomplete,
    /// The body did not arrive in time.
    BodyTimeout,
    /// The body isn't JSON.
    NotJson,
    /// The question can't be understood.
    InvalidQuestion,
    /// The message has faults.
    InvalidMessage,
    /// The idempotency key can't be one.
    InvalidIdempotencyKey,
    /// The configuration asks for an idempotency key.
    IdempotencyKeyRequired,
    /// The idempotency key came with another message before.
    IdempotencyKeyReused,
    /// A request with the same idempotency key is under way.
    InFlight,
    /// As many sends of this phone as there may be are under way, and none of them ended in time.
    PhoneBusy,
    /// A request with the same idempotency key went out, and nobody knows what became of it.
    OutcomeUnknown,
    /// A limit is used up.
    RateLimited,
    /// The Turnstile answer was not accepted.
    ChallengeFailed,
    /// Turnstile can't be asked.
    ChallengeUnavailable,
    /// Maytapi said no.
    UpstreamRefused,
    /// Maytapi asks to come back later.
    UpstreamBusy,
    /// Maytapi failed.
    UpstreamFailed,
    /// Maytapi could not be reached, or the connection broke.
    UpstreamUnreachable,
    /// Maytapi did not answer in time.
    UpstreamTimeout,
    /// Maytapi's answer can't be read.
    UpstreamUnreadable,
    /// Maytapi's answer was a redirect, which is never followed.
    UpstreamRedirected,
    /// The proxy itself failed.
    Internal,
}

impl ProblemType {
    /// Every kind.
    pub const ALL: [ProblemType; 51] = [
        ProblemType::UnknownRoute,
        ProblemType::MethodNotAllowed,
        ProblemType::OriginNotAllowed,
        ProblemType::MissingToken,
        ProblemType::InvalidToken,
        ProblemType::ExpiredToken,
        ProblemType::KeysUnavailable,
        ProblemType::Misconfigured,
        ProblemType::Paused,
        ProblemType::PhoneNotAllowed,
        ProblemType::TypeNotAllowed,
        ProblemType::RecipientNotAllowed,
        ProblemType::UrlNotAllowed,
        ProblemType::OperationNotAllowed,
        ProblemType::UnknownMessage,
        ProblemType::UnknownBatch,
        ProblemType::BatchState,
        ProblemType::InvalidBatch,
        ProblemType::PieceConflict,
        ProblemType::PieceMissing,
        ProblemType::BatchTooLarge,
        ProblemType::TooManyBatches,
        ProblemType::CursorReset,
        ProblemType::TooManySockets,
        ProblemType::HookNotStored,
        ProblemType::WebhookTaken,
        ProblemType::UnsupportedContentType,
        ProblemType::UnsupportedContentEncoding,
        ProblemType::BodyTooLarge,
        ProblemType::BodyIncomplete,
        ProblemType::BodyTimeout,
        ProblemType::NotJson,
        ProblemType::InvalidQuestion,
        ProblemType::InvalidMessage,
        ProblemType::InvalidIdempotencyKey,
        ProblemType::IdempotencyKeyRequired,
        ProblemType::IdempotencyKeyReused,
        ProblemType::InFlight,
        ProblemType::PhoneBusy,
        ProblemType::OutcomeUnknown,
        ProblemType::RateLimited,
        ProblemType::ChallengeFailed,
        ProblemType::ChallengeUnavailable,
        ProblemType::UpstreamRefused,
        ProblemType::UpstreamBusy,
        ProblemType::UpstreamFailed,
        ProblemType::UpstreamUnreachable,
        ProblemType::UpstreamTimeout,
        ProblemType::UpstreamUnreadable,
        ProblemType::UpstreamRedirected,
        ProblemType::Internal,
    ];

    /// The stable id, the HTTP status, whether sending again is safe, and the title.
    const fn row(self) -> (&'static str, u16, Retryable, &'static str) {
        use Retryable::{No, Unknown, Yes};
        match self {
            ProblemType::UnknownRoute => ("unknown_route", 404, No, "There is nothing at this path"),
            ProblemType::MethodNotAllowed => ("method_not_allowed", 405, No, "This path has other methods"),
            ProblemType::OriginNotAllowed => ("origin_not_allowed", 403, No, "This page's origin is not allowed"),
            ProblemType::MissingToken => ("missing_token", 401, No, "A token is needed"),
            ProblemType::InvalidToken => ("invalid_token", 401, No, "The token is not accepted"),
            ProblemType::ExpiredToken => ("expired_token", 401, No, "The token has expired"),
            ProblemType::KeysUnavailable => ("keys_unavailable", 503, Yes, "Tokens can't be checked at the moment"),
            ProblemType::Misconfigured => ("misconfigured", 503, No, "The proxy's configuration has a fault"),
            ProblemType::Paused => ("paused", 503, No, "Sending is switched off here"),
            ProblemType::PhoneNotAllowed => ("phone_not_allowed", 403, No, "This account and phone are not allowed"),
            ProblemType::TypeNotAllowed => ("type_not_allowed", 403, No, "This message type is not allowed"),
            ProblemType::RecipientNotAllowed => ("recipient_not_allowed", 403, No, "This recipient is not allowed"),
            ProblemType::UrlNotAllowed => ("url_not_allowed", 403, No, "This address is not allowed"),
            ProblemType::OperationNotAllowed => ("operation_not_allowed", 403, No, "This operation is not allowed"),
            ProblemType::UnknownMessage => ("unknown_message", 404, No, "The message is not known"),
            ProblemType::UnknownBatch => ("unknown_batch", 404, No, "The batch is not known"),
            ProblemType::BatchState => ("batch_state", 409, No, "The batch is not in a state for that"),
            ProblemType::InvalidBatch => ("invalid_batch", 422, No, "The batch has faults"),
            ProblemType::PieceConflict => ("piece_conflict", 422, No, "This piece came with other rows before"),
            ProblemType::PieceMissing => ("piece_missing", 409, No, "Rows of the batch are missing"),
            ProblemType::BatchTooLarge => ("batch_too_large", 413, No, "The batch has too many recipients"),
            ProblemType::TooManyBatches => ("too_many_batches", 429, Yes, "There are as many batches as may be"),
            ProblemType::CursorReset => ("cursor_reset", 410, No, "The cursor is not of this storage"),
            ProblemType::TooManySockets => ("too_many_sockets", 429, Yes, "Too many wait for changes"),
            ProblemType::HookNotStored => ("hook_not_stored", 503, Yes, "The webhook could not be stored"),
            ProblemType::WebhookTaken => ("webhook_taken", 409, No, "The phone's events go elsewhere"),
            ProblemType::UnsupportedContentType => ("unsupported_content_type", 415, No, "The body must be JSON"),
            ProblemType::UnsupportedContentEncoding => {
                ("unsupported_content_encoding", 415, No, "The body must not be compressed")
            }
            ProblemType::BodyTooLarge => ("body_too_large", 413, No, "The body is too large"),
            ProblemType::BodyIncomplete => ("body_incomplete", 400, Yes, "The body did not arrive to its end"),
            ProblemType::BodyTimeout => ("body_timeout", 408, Yes, "The body did not arrive in time"),
            ProblemType::NotJson => ("not_json", 400, No, "The body is not JSON"),
            ProblemType::InvalidQuestion => ("invalid_question", 422, No, "The question can't be understood"),
            ProblemType::InvalidMessage => ("invalid_message", 422, No, "The message has faults"),
            ProblemType::InvalidIdempotencyKey => {
                ("invalid_idempotency_key", 400, No, "The Idempotency-Key is malformed")
            }
            ProblemType::IdempotencyKeyRequired => {
                ("idempotency_key_required", 400, No, "An Idempotency-Key is needed")
            }
            ProblemType::IdempotencyKeyReused => {
                ("idempotency_key_reused", 422, No, "The Idempotency-Key came with another message before")
            }
            ProblemType::InFlight => ("in_flight", 409, Yes, "A request with this Idempotency-Key is under way"),
            ProblemType::PhoneBusy => ("phone_busy", 503, Yes, "Too many sends of this phone are under way"),
            ProblemType::OutcomeUnknown => ("outcome_unknown", 409, Unknown, "The outcome of this send is not known"),
            ProblemType::RateLimited => ("rate_limited", 429, Yes, "A limit is used up"),
            ProblemType::ChallengeFailed => ("challenge_failed", 403, No, "The challenge was not passed"),
            ProblemType::ChallengeUnavailable => {
                ("challenge_unavailable", 503, Yes, "The challenge can't be checked at the moment")
            }
            ProblemType::UpstreamRefused => ("upstream_refused", 502, No, "Maytapi refused the request"),
            ProblemType::UpstreamBusy => ("upstream_busy", 503, Yes, "Maytapi asks to come back later"),
            ProblemType::UpstreamFailed => ("upstream_failed", 502, Unknown, "Maytapi failed"),
            ProblemType::UpstreamUnreachable => ("upstream_unreachable", 502, Unknown, "Maytapi could not be reached"),
            ProblemType::UpstreamTimeout => ("upstream_timeout", 504, Unknown, "Maytapi did not answer in time"),
            ProblemType::UpstreamUnreadable => ("upstream_unreadable", 502, Unknown, "Maytapi's answer can't be read"),
            ProblemType::UpstreamRedirected => {
                ("upstream_redirected", 502, Unknown, "Maytapi's answer was a redirect, which is never followed")
            }
            ProblemType::Internal => ("internal", 500, Unknown, "The proxy failed"),
        }
    }

    /// The stable id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.row().0
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(self) -> u16 {
        self.row().1
    }

    /// Whether sending again is safe.
    #[must_use]
    pub const fn retryable(self) -> Retryable {
        self.row().2
    }

    /// The title, the same for every occurrence.
    #[must_use]
    pub const fn title(self) -> &'static str {
        self.row().3
    }

    /// The kind of this id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        ProblemType::ALL.into_iter().find(|kind| kind.id() == id)
    }
}

/// What is wrong with a batch's rows.
#[derive(Clone, Debug, PartialEq)]
pub struct RowFaults {
    /// The first of them: a list of `{ row, path, code, message }`.
    pub first: Json,
    /// How many there are.
    pub count: i64,
}

/// What is wrong with what was sent.
#[derive(Clone, Debug, PartialEq)]
pub enum ProblemFaults {
    /// With a message, if anything is.
    Message(Vec<ReportedFault>),
    /// With a batch's rows.
    Rows(Box<RowFaults>),
}

/// One occurrence of a problem.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// What kind.
    pub kind: ProblemType,
    /// What to do, for people. Never holds a secret, a token or a message's text.
    pub detail: Cow<'static, str>,
    /// What the log is told in its place, where that is not for everybody.
    pub for_log: Option<Box<str>>,
    /// Maytapi's own code where it refused; else the kind's id stands in its place.
    pub code: Option<Box<str>>,
    /// Whether sending again is safe, where this occurrence knows better than its kind.
    pub retryable: Retryable,
    /// How long to wait before trying again, in seconds.
    pub retry_after: Option<u32>,
    /// What is wrong with what was sent.
    pub faults: ProblemFaults,
    /// What the answer's head says of this occurrence, such as `allow`.
    pub headers: Vec<Header>,
}

impl Problem {
    /// A problem with what to do about it.
    #[must_use]
    pub fn new(kind: ProblemType, detail: impl Into<Cow<'static, str>>) -> Self {
        Problem {
            kind,
            detail: detail.into(),
            for_log: None,
            code: None,
            retryable: kind.retryable(),
            retry_after: None,
            faults: ProblemFaults::Message(Vec::new()),
            headers: Vec::new(),
        }
    }

    /// What stands behind it, for the log: only sentences of ours, since Maytapi's may repeat what it was sent.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        if let (ProblemType::InvalidMessage, ProblemFaults::Message(faults)) = (self.kind, &self.faults) {
            let codes: Vec<&str> = faults.iter().map(|fault| fault.code.as_str()).collect();
            return Some(codes.join(", "));
        }
        if let Some(reason) = &self.for_log {
            return Some(reason.to_string());
        }
        self.code.is_none().then(|| self.detail.clone().into_owned())
    }

    /// A message with faults.
    #[must_use]
    pub fn invalid(faults: &Faults) -> Self {
        let error = maytapi::client::Error::invalid(faults);
        let detail = error.message().to_owned();
        let faults = ProblemFaults::Message(error.faults().to_vec());
        Problem { faults, ..Problem::new(ProblemType::InvalidMessage, detail) }
    }

    /// The same, to be tried again after this many seconds.
    #[must_use]
    pub fn after(self, seconds: u32) -> Self {
        Problem { retry_after: Some(seconds), ..self }
    }

    /// The body: RFC 9457, with Maytapi's `success`, `message` and `code` beside, so that a client of either kind can read it.
    #[must_use]
    pub fn body(&self, request_id: &str) -> String {
        let (faults, row_faults) = match &self.faults {
            ProblemFaults::Message(faults) => (faults.as_slice(), None),
            ProblemFaults::Rows(rows) => ([].as_slice(), Some(rows)),
        };
        let body = Body {
            kind: format!("urn:problem-type:maytapi-edge:{}", self.kind.id()),
            title: self.kind.title(),
            status: self.kind.status(),
            detail: &self.detail,
            success: false,
            message: &self.detail,
            code: self.code.as_deref().unwrap_or(self.kind.id()),
            retryable: self.retryable,
            request_id,
            faults,
            row_faults: row_faults.map(|rows| &rows.first),
            count: row_faults.map(|rows| rows.count),
        };
        // A struct of strings can always be written; should that change, an empty object is still a problem with a status.
        serde_json::to_string(&body).unwrap_or_else(|_| "{}".to_owned())
    }
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    detail: &'a str,
    success: bool,
    message: &'a str,
    code: &'a str,
    retryable: Retryable,
    request_id: &'a str,
    #[serde(skip_serializing_if = "<[ReportedFault]>::is_empty")]
    faults: &'a [ReportedFault],
    #[serde(rename = "faults", skip_serializing_if = "Option::is_none")]
    row_faults: Option<&'a Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use maytapi::message::Message;

    #[test]
    fn ids_are_unique_and_found_again() {
        for kind in ProblemType::ALL {
            assert_eq!(ProblemType::from_id(kind.id()), Some(kind));
        }
    }

    #[test]
    fn every_problem_stands_in_the_readme() {
        let readme = include_str!("../../README.md");
        for kind in ProblemType::ALL {
            let row = format!("| `{}` | {} | {} |", kind.id(), kind.status(), kind.retryable().as_str());
            assert!(readme.contains(&row), "README.md has no row that starts with {row}");
        }
    }

    #[test]
    fn the_log_is_told_words_of_ours_alone() {
        let message = serde_json::from_str(r#"{"type":"text","toNumber":"0"}"#).unwrap();
        let invalid = Problem::invalid(&Message::parse(message).unwrap_err());
        let ours = Problem::new(ProblemType::Paused, "Switched off.");
        let refused =
            Problem { code: Some("W05".into()), ..Problem::new(ProblemType::UpstreamRefused, "Not 12025550123.") };
        let hidden =
            Problem { for_log: Some("NAME is missing".into()), ..Problem::new(ProblemType::Misconfigured, "*") };
        for (problem, wanted) in [
            (invalid, Some("invalid_recipient, missing")),
            (ours, Some("Switched off.")),
            (refused, None),
            (hidden, Some("NAME is missing")),
        ] {
            assert_eq!(problem.reason().as_deref(), wanted, "{problem:?}");
        }
    }

    #[test]
    fn both_kinds_of_clients_can_read_a_problem() {
        let message = serde_json::from_str(r#"{"type":"text","toNumber":"0"}"#).unwrap();
        let problem = Problem::invalid(&Message::parse(message).unwrap_err());
        let body: serde_json::Value = serde_json::from_str(&problem.body("r-1")).unwrap();
        assert_eq!(body["type"], "urn:problem-type:maytapi-edge:invalid_message");
        assert_eq!((&body["status"], &body["success"]), (&422.into(), &false.into()));
        assert_eq!((&body["message"], &body["code"]), (&body["detail"], &"invalid_message".into()));
        assert_eq!((&body["retryable"], &body["request_id"]), (&"no".into(), &"r-1".into()));
        assert_eq!(body["faults"].as_array().unwrap().len(), 2);
    }
}
