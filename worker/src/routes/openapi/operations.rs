//! What each route asks for and answers, by its name. A route without a description here fails the tests.

use maytapi::reads::Read;
use serde_json::{Value, json};

use super::{batches, delivery, schema_ref};
use crate::auth::turnstile::LONGEST_ANSWER;
use crate::http::problem::ProblemType::{self, *};
use crate::routes::narrow::MOST_NUMBERS;

/// What a route does, asks for, and answers.
pub(super) struct Operation {
    pub tag: &'static str,
    pub summary: &'static str,
    /// The schema of its body.
    pub body: Option<Value>,
    /// What it answers: in words, and its schema.
    pub answer: (&'static str, Value),
    pub media_type: &'static str,
    /// Whether it takes an idempotency key.
    pub is_keyed: bool,
    /// Whether it needs no token.
    pub is_open: bool,
    /// The parameters of its query.
    pub query: Vec<Value>,
    /// The status of its answer.
    pub status: &'static str,
    /// Whether its body may be left out.
    pub is_body_optional: bool,
    pub(super) problems: Vec<&'static [ProblemType]>,
}

impl Operation {
    /// One that needs a token, and answers in JSON.
    pub fn of(summary: &'static str, answer: (&'static str, Value), problems: Vec<&'static [ProblemType]>) -> Self {
        Operation {
            tag: "",
            summary,
            body: None,
            answer,
            media_type: "application/json",
            is_keyed: false,
            is_open: false,
            query: Vec::new(),
            status: "200",
            is_body_optional: false,
            problems,
        }
    }

    /// Whether this may come in place of the answer.
    pub fn may_fail_with(&self, kind: ProblemType) -> bool {
        self.problems.iter().any(|kinds| kinds.contains(&kind))
    }
}

/// What may be wrong before a route is asked who calls.
pub(super) const ANY: &[ProblemType] = &[Misconfigured, Internal];
pub(super) const CALLER: &[ProblemType] = &[
    OriginNotAllowed,
    MissingToken,
    InvalidToken,
    ExpiredToken,
    KeysUnavailable,
    RateLimited,
    Paused,
    PhoneNotAllowed,
];
pub(super) const BODY: &[ProblemType] =
    &[UnsupportedContentType, UnsupportedContentEncoding, BodyTooLarge, BodyIncomplete, BodyTimeout, NotJson];
pub(super) const UPSTREAM: &[ProblemType] = &[
    UpstreamRefused,
    UpstreamBusy,
    UpstreamFailed,
    UpstreamUnreachable,
    UpstreamTimeout,
    UpstreamUnreadable,
    UpstreamRedirected,
];
const SEND: &[ProblemType] = &[
    TypeNotAllowed,
    RecipientNotAllowed,
    UrlNotAllowed,
    InvalidMessage,
    InvalidIdempotencyKey,
    IdempotencyKeyRequired,
    IdempotencyKeyReused,
    InFlight,
    PhoneBusy,
    OutcomeUnknown,
];

/// The operation of a route.
pub(super) fn of(route: &str) -> Operation {
    if let Some(read) = Read::from_name(route) {
        return read_of(read);
    }
    if let Some(operation) = delivery::of(route).or_else(|| batches::of(route)) {
        return operation;
    }
    let operation =
        |tag, summary, answer, problems| Operation { tag, is_open: true, ..Operation::of(summary, answer, problems) };
    match route {
        "sendMessage" => Operation {
            body: Some(json!({ "anyOf": [schema_ref("Message"), schema_ref("RawMessage")] })),
            is_keyed: true,
            is_open: false,
            ..operation(
                "messages",
                "Queues a message at Maytapi.",
                ("The message stands in the phone's queue.", schema_ref("Queued")),
                vec![ANY, CALLER, BODY, SEND, UPSTREAM],
            )
        },
        "token" => Operation {
            body: Some(json!({
                "type": "object",
                "properties": {
                    "turnstile": {
                        "type": "string",
                        "minLength": 1,
                        "maxLength": LONGEST_ANSWER,
                        "description": "The answer that the Turnstile widget gave.",
                    },
                },
                "required": ["turnstile"],
                "additionalProperties": false,
            })),
            ..operation(
                "tokens",
                "Gives a visitor a token for an answered Turnstile challenge, where that is configured.",
                ("A token that lives for minutes.", schema_ref("VisitorToken")),
                vec![ANY, BODY, &[UnknownRoute, OriginNotAllowed, RateLimited, ChallengeFailed, ChallengeUnavailable]],
            )
        },
        "tokenInfo" => Operation {
            is_open: false,
            ..operation(
                "tokens",
                "Tells what the shown token may do.",
                ("What policy and token together leave open.", schema_ref("TokenInfo")),
                vec![ANY, CALLER],
            )
        },
        "ping" => operation("health", "Whether the Worker runs.", ("It does.", schema_ref("Ok")), vec![&[Internal]]),
        "ready" => operation(
            "health",
            "Whether the Worker is configured and its storage answers.",
            ("Both.", schema_ref("Ok")),
            vec![ANY, &[RateLimited]],
        ),
        other => panic!("describe the route {other} here"),
    }
}

fn read_of(read: Read) -> Operation {
    let (summary, answer) = match read {
        Read::ListPhones => ("The account's phones, of them those of the caller.", "Maytapi's list."),
        Read::Logs => ("The account's log, of it what belongs to the caller's phones.", "Maytapi's log."),
        Read::Status => ("Whether the phone is connected.", "Maytapi's answer."),
        Read::Queue => ("How many messages wait to be sent.", "Maytapi's answer."),
        Read::Screen => ("A picture of the phone's WhatsApp.", "The picture."),
        Read::Catalog => ("The phone's WhatsApp catalogue.", "Maytapi's list."),
        Read::CheckPhones => ("Which numbers are on WhatsApp.", "Maytapi's list."),
    };
    let numbers = json!({
        "type": "object",
        "properties": {
            "numbers": { "type": "array", "items": { "type": "string" }, "minItems": 1, "maxItems": MOST_NUMBERS },
        },
        "required": ["numbers"],
        "additionalProperties": false,
    });
    let mut problems = vec![ANY, CALLER, &[OperationNotAllowed], UPSTREAM];
    if read.is_post() {
        problems.extend([BODY, &[InvalidMessage]]);
    }
    Operation {
        tag: "reads",
        body: read.is_post().then_some(numbers),
        media_type: if read == Read::Screen { "image/png" } else { "application/json" },
        ..Operation::of(summary, (answer, super::answers::of_read(read)), problems)
    }
}
