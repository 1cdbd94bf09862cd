//! Whether sending again is safe: the one place where that is decided.

use serde::Serialize;

use super::error::ErrorKind;
use crate::answer::CODE_NOT_LOADED;

/// Whether the same message may be sent again without the risk of it arriving twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Retryable {
    /// It did not go out; sending again may succeed.
    Yes,
    /// It did not go out; sending the same again fails the same way.
    No,
    /// It may have gone out. Sending again can message the recipient twice.
    Unknown,
}

impl Retryable {
    /// The word of it, as in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Retryable::Yes => "yes",
            Retryable::No => "no",
            Retryable::Unknown => "unknown",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_name(word: &str) -> Option<Self> {
        [Retryable::Yes, Retryable::No, Retryable::Unknown].into_iter().find(|value| value.as_str() == word)
    }
}

/// Whether a failed send may be repeated, by what failed and by the code that came with it.
///
/// Maytapi has no idempotency key, so only two failures are known to have left nothing behind: `W05`, where the phone's library was
/// still loading, and 429, where the request was turned away at the door.
#[must_use]
pub fn retry_safety(kind: ErrorKind, status: Option<u16>, code: &str) -> Retryable {
    use ErrorKind as K;
    match kind {
        K::RateLimit => Retryable::Yes,
        K::Refused if code == CODE_NOT_LOADED => Retryable::Yes,
        // A failing server may have queued the message before it failed.
        K::Refused if status.is_some_and(|status| status >= 500) => Retryable::Unknown,
        K::Refused | K::Validation | K::Configuration | K::Authentication | K::Permission => Retryable::No,
        K::Connection | K::Timeout | K::Aborted | K::UnreadableAnswer | K::Server | K::Conflict => Retryable::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_left_nothing_behind_may_be_repeated() {
        use ErrorKind as K;
        for (kind, status, code, wanted) in [
            (K::Refused, Some(200), "W05", Retryable::Yes),
            (K::Refused, Some(500), "W05", Retryable::Yes),
            (K::Refused, Some(200), "F04", Retryable::No),
            (K::Refused, Some(400), "refused", Retryable::No),
            (K::Refused, Some(503), "refused", Retryable::Unknown),
            (K::RateLimit, Some(429), "rate_limited", Retryable::Yes),
            (K::Validation, None, "invalid_message", Retryable::No),
            (K::Configuration, None, "invalid_option", Retryable::No),
            (K::Authentication, Some(401), "unauthorized", Retryable::No),
            (K::Permission, Some(403), "forbidden", Retryable::No),
            (K::Conflict, Some(409), "conflict", Retryable::Unknown),
            (K::Connection, None, "connection_failed", Retryable::Unknown),
            (K::Timeout, None, "timeout", Retryable::Unknown),
            (K::Aborted, None, "aborted", Retryable::Unknown),
            (K::UnreadableAnswer, Some(200), "unreadable_answer", Retryable::Unknown),
            (K::Server, Some(502), "server_error", Retryable::Unknown),
        ] {
            assert_eq!(retry_safety(kind, status, code), wanted, "{kind:?} {status:?} {code}");
        }
    }

    #[test]
    fn words_are_read_back() {
        for value in [Retryable::Yes, Retryable::No, Retryable::Unknown] {
            assert_eq!(Retryable::from_name(value.as_str()), Some(value));
        }
        assert_eq!(Retryable::from_name("maybe"), None);
    }
}
