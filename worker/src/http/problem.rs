//! Everything that the proxy says no with: one enum, each with a stable id, a status and whether sending again is safe.

use std::borrow::Cow;

use maytapi::client::{ReportedFault, Retryable};
use maytapi::json::Json;
use maytapi::message::Faults;
use maytapi::named_enum;
use serde::Serialize;

use super::header::Header;

named_enum! {
    /// The kinds of problems. Their ids are part of the interface and do not change; README.md has a table of them.
    pub enum ProblemType {
        /// No such path.
        UnknownRoute = "unknown_route",
        /// The path has other methods.
        MethodNotAllowed = "method_not_allowed",
        /// The page's origin isn't in the configuration.
        OriginNotAllowed = "origin_not_allowed",
        /// No token came.
        MissingToken = "missing_token",
        /// The token can't be accepted.
        InvalidToken = "invalid_token",
        /// The token was good once.
        ExpiredToken = "expired_token",
        /// The keys that tokens are checked with can't be fetched.
        KeysUnavailable = "keys_unavailable",
        /// The configuration has a fault, so nothing is sent.
        Misconfigured = "misconfigured",
        /// The account or phone was switched off.
        Paused = "paused",
        /// The account and phone aren't configured, or the token leaves them out.
        PhoneNotAllowed = "phone_not_allowed",
        /// Policy or token leave this message type out.
        TypeNotAllowed = "type_not_allowed",
        /// Policy or token leave this recipient out.
        RecipientNotAllowed = "recipient_not_allowed",
        /// Policy leaves this file's or link's address out.
        UrlNotAllowed = "url_not_allowed",
        /// Policy or token leave this operation out.
        OperationNotAllowed = "operation_not_allowed",
        /// The message isn't known here, or is another caller's.
        UnknownMessage = "unknown_message",
        /// The batch isn't known here, or is another caller's.
        UnknownBatch = "unknown_batch",
        /// The batch isn't in a state for that.
        BatchState = "batch_state",
        /// The batch, or rows of it, have faults.
        InvalidBatch = "invalid_batch",
        /// A piece with this number came with other rows before.
        PieceConflict = "piece_conflict",
        /// Pieces before it are not there, or rows that should be.
        PieceMissing = "piece_missing",
        /// The batch has more recipients than it may.
        BatchTooLarge = "batch_too_large",
        /// As many batches as may be are there.
        TooManyBatches = "too_many_batches",
        /// The cursor isn't of this storage.
        CursorReset = "cursor_reset",
        /// As many sockets or waiting requests are open as may be.
        TooManySockets = "too_many_sockets",
        /// A webhook could not be stored.
        HookNotStored = "hook_not_stored",
        /// Maytapi posts the phone's events to another receiver.
        WebhookTaken = "webhook_taken",
        /// The body isn't declared as JSON.
        UnsupportedContentType = "unsupported_content_type",
        /// The body is compressed.
        UnsupportedContentEncoding = "unsupported_content_encoding",
        /// The body is larger than the configured bound.
        BodyTooLarge = "body_too_large",
        /// The body did not arrive to its end.
        BodyIncomplete = "body_incomplete",
        /// The body did not arrive in time.
        BodyTimeout = "body_timeout",
        /// The body isn't JSON.
        NotJson = "not_json",
        /// The question can't be understood.
        InvalidQuestion = "invalid_question",
        /// The message has faults.
        InvalidMessage = "invalid_message",
        /// The idempotency key can't be one.
        InvalidIdempotencyKey = "invalid_idempotency_key",
        /// The configuration asks for an idempotency key.
        IdempotencyKeyRequired = "idempotency_key_required",
        /// The idempotency key came with another message before.
        IdempotencyKeyReused = "idempotency_key_reused",
        /// A request with the same idempotency key is under way.
        InFlight = "in_flight",
        /// As many sends of this phone as there may be are under way, and none of them ended in time.
        PhoneBusy = "phone_busy",
        /// A request with the same idempotency key went out, and nobody knows what became of it.
        OutcomeUnknown = "outcome_unknown",
        /// A limit is used up.
        RateLimited = "rate_limited",
        /// The Turnstile answer was not accepted.
        ChallengeFailed = "challenge_failed",
        /// Turnstile can't be asked.
        ChallengeUnavailable = "challenge_unavailable",
        /// Maytapi said no.
        UpstreamRefused = "upstream_refused",
        /// Maytapi asks to come back later.
        UpstreamBusy = "upstream_busy",
        /// Maytapi failed.
        UpstreamFailed = "upstream_failed",
        /// Maytapi could not be reached, or the connection broke.
        UpstreamUnreachable = "upstream_unreachable",
        /// Maytapi did not answer in time.
        UpstreamTimeout = "upstream_timeout",
        /// Maytapi's answer can't be read.
        UpstreamUnreadable = "upstream_unreadable",
        /// Maytapi's answer was a redirect, which is never followed.
        UpstreamRedirected = "upstream_redirected",
        /// The proxy itself failed.
        Internal = "internal",
    }
}

impl ProblemType {
    /// The HTTP status, whether sending again is safe, and the title.
    const fn row(self) -> (u16, Retryable, &'static str) {
        use Retryable::{No, Unknown, Yes};
        match self {
            ProblemType::UnknownRoute => (404, No, "There is nothing at this path"),
            ProblemType::MethodNotAllowed => (405, No, "This path has other methods"),
            ProblemType::OriginNotAllowed => (403, No, "This page's origin is not allowed"),
            ProblemType::MissingToken => (401, No, "A token is needed"),
            ProblemType::InvalidToken => (401, No, "The token is not accepted"),
            ProblemType::ExpiredToken => (401, No, "The token has expired"),
            ProblemType::KeysUnavailable => (503, Yes, "Tokens can't be checked at the moment"),
            ProblemType::Misconfigured => (503, No, "The proxy's configuration has a fault"),
            ProblemType::Paused => (503, No, "Sending is switched off here"),
            ProblemType::PhoneNotAllowed => (403, No, "This account and phone are not allowed"),
            ProblemType::TypeNotAllowed => (403, No, "This message type is not allowed"),
            ProblemType::RecipientNotAllowed => (403, No, "This recipient is not allowed"),
            ProblemType::UrlNotAllowed => (403, No, "This address is not allowed"),
            ProblemType::OperationNotAllowed => (403, No, "This operation is not allowed"),
            ProblemType::UnknownMessage => (404, No, "The message is not known"),
            ProblemType::UnknownBatch => (404, No, "The batch is not known"),
            ProblemType::BatchState => (409, No, "The batch is not in a state for that"),
            ProblemType::InvalidBatch => (422, No, "The batch has faults"),
            ProblemType::PieceConflict => (422, No, "This piece came with other rows before"),
            ProblemType::PieceMissing => (409, No, "Rows of the batch are missing"),
            ProblemType::BatchTooLarge => (413, No, "The batch has too many recipients"),
            ProblemType::TooManyBatches => (429, Yes, "There are as many batches as may be"),
            ProblemType::CursorReset => (410, No, "The cursor is not of this storage"),
            ProblemType::TooManySockets => (429, Yes, "Too many wait for changes"),
            ProblemType::HookNotStored => (503, Yes, "The webhook could not be stored"),
            ProblemType::WebhookTaken => (409, No, "The phone's events go elsewhere"),
            ProblemType::UnsupportedContentType => (415, No, "The body must be JSON"),
            ProblemType::UnsupportedContentEncoding => (415, No, "The body must not be compressed"),
            ProblemType::BodyTooLarge => (413, No, "The body is too large"),
            ProblemType::BodyIncomplete => (400, Yes, "The body did not arrive to its end"),
            ProblemType::BodyTimeout => (408, Yes, "The body did not arrive in time"),
            ProblemType::NotJson => (400, No, "The body is not JSON"),
            ProblemType::InvalidQuestion => (422, No, "The question can't be understood"),
            ProblemType::InvalidMessage => (422, No, "The message has faults"),
            ProblemType::InvalidIdempotencyKey => (400, No, "The Idempotency-Key is malformed"),
            ProblemType::IdempotencyKeyRequired => (400, No, "An Idempotency-Key is needed"),
            ProblemType::IdempotencyKeyReused => (422, No, "The Idempotency-Key came with another message before"),
            ProblemType::InFlight => (409, Yes, "A request with this Idempotency-Key is under way"),
            ProblemType::PhoneBusy => (503, Yes, "Too many sends of this phone are under way"),
            ProblemType::OutcomeUnknown => (409, Unknown, "The outcome of this send is not known"),
            ProblemType::RateLimited => (429, Yes, "A limit is used up"),
            ProblemType::ChallengeFailed => (403, No, "The challenge was not passed"),
            ProblemType::ChallengeUnavailable => (503, Yes, "The challenge can't be checked at the moment"),
            ProblemType::UpstreamRefused => (502, No, "Maytapi refused the request"),
            ProblemType::UpstreamBusy => (503, Yes, "Maytapi asks to come back later"),
            ProblemType::UpstreamFailed => (502, Unknown, "Maytapi failed"),
            ProblemType::UpstreamUnreachable => (502, Unknown, "Maytapi could not be reached"),
            ProblemType::UpstreamTimeout => (504, Unknown, "Maytapi did not answer in time"),
            ProblemType::UpstreamUnreadable => (502, Unknown, "Maytapi's answer can't be read"),
            ProblemType::UpstreamRedirected => {
                (502, Unknown, "Maytapi's answer was a redirect, which is never followed")
            }
            ProblemType::Internal => (500, Unknown, "The proxy failed"),
        }
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(self) -> u16 {
        self.row().0
    }

    /// Whether sending again is safe.
    #[must_use]
    pub const fn retryable(self) -> Retryable {
        self.row().1
    }

    /// The title, the same for every occurrence.
    #[must_use]
    pub const fn title(self) -> &'static str {
        self.row().2
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
            kind: format!("urn:problem-type:maytapi-edge:{}", self.kind.as_str()),
            title: self.kind.title(),
            status: self.kind.status(),
            detail: &self.detail,
            success: false,
            message: &self.detail,
            code: self.code.as_deref().unwrap_or(self.kind.as_str()),
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
    fn ids_are_unique() {
        for kind in ProblemType::ALL {
            assert_eq!(ProblemType::from_name(kind.as_str()), Some(kind));
        }
    }

    #[test]
    fn every_problem_stands_in_the_readme() {
        let readme = include_str!("../../README.md");
        for kind in ProblemType::ALL {
            let row = format!("| `{}` | {} | {} |", kind.as_str(), kind.status(), kind.retryable().as_str());
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
