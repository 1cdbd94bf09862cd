//! Whether sending again is safe, and when. Pure: time and randomness are passed in.

mod backoff;
mod retry_after;

#[cfg(all(target_arch = "wasm32", any(feature = "fetch", feature = "js")))]
pub(crate) use backoff::millis;
pub use backoff::{Backoff, LONGEST_RETRY_AFTER};
pub use retry_after::{MAX_RETRY_AFTER, parse_retry_after};

use super::error::ErrorKind;
use crate::answer::never_started;

named_enum! {
    /// Whether the same message may be sent again without the risk of it arriving twice.
    pub enum Retryable {
        /// It did not go out; sending again may succeed.
        Yes = "yes",
        /// It did not go out; sending the same again fails the same way.
        No = "no",
        /// It may have gone out. Sending again can message the recipient twice.
        Unknown = "unknown",
    }
}

impl Retryable {
    /// Whether a failed send may be repeated, by what failed and by the code that came with it.
    ///
    /// Maytapi has no idempotency key, so only two failures are known to have left nothing behind: `W05`, where the phone's library
    /// was still loading, and 429, where the request was turned away at the door.
    #[must_use]
    pub fn of_failure(kind: ErrorKind, status: Option<u16>, code: &str) -> Self {
        use ErrorKind as K;
        match kind {
            K::RateLimit => Retryable::Yes,
            K::Refused if never_started(code) => Retryable::Yes,
            // A failing server may have queued the message before it failed.
            K::Refused if status.is_some_and(|status| status >= 500) => Retryable::Unknown,
            K::Refused | K::Validation | K::Configuration | K::Authentication | K::Permission => Retryable::No,
            K::Connection | K::Timeout | K::Aborted | K::UnreadableAnswer | K::Server | K::Conflict => {
                Retryable::Unknown
            }
        }
    }
}

/// What makes repeating a request safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetrySafety {
    /// Nothing does: it is repeated only after failures that are known to have left nothing behind.
    NotIdempotent,
    /// An idempotency key, or that it only reads: it may also be repeated when nobody knows what became of it.
    Idempotent,
}

impl RetrySafety {
    /// Whether the client repeats a request on its own after such a failure.
    #[must_use]
    pub fn allows(self, kind: ErrorKind, retryable: Retryable) -> bool {
        let transient = matches!(kind, ErrorKind::Connection | ErrorKind::Timeout | ErrorKind::Server);
        retryable == Retryable::Yes || (self == RetrySafety::Idempotent && transient)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ErrorKind as K;

    #[test]
    fn only_what_left_nothing_behind_may_be_repeated() {
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
            assert_eq!(Retryable::of_failure(kind, status, code), wanted, "{kind:?} {status:?} {code}");
        }
    }

    fn retried(kind: ErrorKind, code: &str, safety: RetrySafety) -> bool {
        safety.allows(kind, Retryable::of_failure(kind, None, code))
    }

    #[test]
    fn without_a_key_only_w05_and_429_are_repeated() {
        let safety = RetrySafety::NotIdempotent;
        assert!(retried(K::Refused, "W05", safety) && retried(K::RateLimit, "rate_limited", safety));
        for kind in [K::Connection, K::Timeout, K::Server, K::UnreadableAnswer, K::Conflict, K::Refused, K::Aborted] {
            assert!(!retried(kind, "x", safety), "{kind:?}");
        }
    }

    #[test]
    fn with_a_key_lost_answers_are_repeated_too() {
        for kind in [K::Connection, K::Timeout, K::Server, K::RateLimit] {
            assert!(retried(kind, "x", RetrySafety::Idempotent), "{kind:?}");
        }
        for kind in [K::Refused, K::Validation, K::Authentication, K::Aborted, K::Conflict, K::UnreadableAnswer] {
            assert!(!retried(kind, "x", RetrySafety::Idempotent), "{kind:?}");
        }
    }
}
