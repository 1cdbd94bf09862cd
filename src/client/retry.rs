//! Whether sending again is safe, and when: the one place where that is decided.

use super::error::{Error, ErrorKind};
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

/// What makes repeating a request safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Nothing does: it is repeated only after failures that are known to have left nothing behind.
    WhenNothingHappened,
    /// An idempotency key, or that it only reads: it may also be repeated when nobody knows what became of it.
    Always,
}

/// How often when nobody says otherwise: a first try and two more.
pub const DEFAULT_MAX_RETRIES: u32 = 2;

/// The longest `Retry-After` that is waited for; a longer one is the caller's to decide.
pub const LONGEST_RETRY_AFTER_MS: u32 = 60_000;

const BASE_MS: u32 = 500;
const CAP_MS: u32 = 8_000;

/// Whether a failed send may be repeated, by what failed and by the code that came with it.
///
/// Maytapi has no idempotency key, so only two failures are known to have left nothing behind: `W05`, where the phone's library was
/// still loading, and 429, where the request was turned away at the door.
#[must_use]
pub fn retry_safety(kind: ErrorKind, status: Option<u16>, code: &str) -> Retryable {
    use ErrorKind as K;
    match kind {
        K::RateLimit => Retryable::Yes,
        K::Refused if never_started(code) => Retryable::Yes,
        // A failing server may have queued the message before it failed.
        K::Refused if status.is_some_and(|status| status >= 500) => Retryable::Unknown,
        K::Refused | K::Validation | K::Configuration | K::Authentication | K::Permission => Retryable::No,
        K::Connection | K::Timeout | K::Aborted | K::UnreadableAnswer | K::Server | K::Conflict => Retryable::Unknown,
    }
}

/// How long to wait before the next try, in milliseconds; `None` where there should be none.
///
/// The wait is drawn evenly from zero to a bound that doubles with each try (full jitter), so that callers that failed together don't
/// come back together. A `Retry-After` is waited out first. `random` is in `[0, 1)`; `retries` counts those already made.
#[must_use]
pub fn next_delay_ms(error: &Error, repeat: Repeat, retries: u32, max_retries: u32, random: f64) -> Option<u32> {
    let passing = matches!(error.kind, ErrorKind::Connection | ErrorKind::Timeout | ErrorKind::Server);
    let safe = error.retryable == Retryable::Yes || (repeat == Repeat::Always && passing);
    let asked = error.retry_after_ms.unwrap_or(0);
    if !safe || retries >= max_retries || asked > LONGEST_RETRY_AFTER_MS {
        return None;
    }
    let bound = BASE_MS.saturating_mul(1 << retries.min(16)).min(CAP_MS);
    Some(asked.saturating_add((f64::from(bound) * random.clamp(0.0, 1.0)) as u32))
}

/// The tries of one request, and whether another follows a failure.
#[derive(Clone, Copy, Debug)]
pub struct Attempts {
    /// What makes repeating safe.
    pub repeat: Repeat,
    /// How many tries may follow the first.
    pub max_retries: u32,
    /// How many did.
    pub retries: u32,
    /// Whether a token that is not accepted may be replaced by another, once.
    pub may_ask_again: bool,
}

/// What follows a failed try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing: the failure is the outcome.
    GiveUp,
    /// Another try with another token, at once.
    AskForToken,
    /// Another try after so many milliseconds.
    Wait(u32),
}

impl Attempts {
    /// What follows a failure. `random` is in `[0, 1)`.
    pub fn after(&mut self, error: &Error, random: f64) -> Next {
        // An answer said so, and not the function that gives tokens.
        let refused = error.kind == ErrorKind::Authentication && error.status.is_some();
        if refused && std::mem::take(&mut self.may_ask_again) {
            return Next::AskForToken;
        }
        match next_delay_ms(error, self.repeat, self.retries, self.max_retries, random) {
            Some(ms) => {
                self.retries = self.retries.saturating_add(1);
                Next::Wait(ms)
            }
            None => Next::GiveUp,
        }
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
            assert_eq!(retry_safety(kind, status, code), wanted, "{kind:?} {status:?} {code}");
        }
    }

    fn retried(kind: ErrorKind, code: &str, repeat: Repeat) -> bool {
        next_delay_ms(&Error::new(kind, code, ""), repeat, 0, 2, 0.5).is_some()
    }

    #[test]
    fn without_a_key_only_w05_and_429_are_repeated() {
        let repeat = Repeat::WhenNothingHappened;
        assert!(retried(K::Refused, "W05", repeat) && retried(K::RateLimit, "rate_limited", repeat));
        for kind in [K::Connection, K::Timeout, K::Server, K::UnreadableAnswer, K::Conflict, K::Refused, K::Aborted] {
            assert!(!retried(kind, "x", repeat), "{kind:?}");
        }
    }

    #[test]
    fn with_a_key_lost_answers_are_repeated_too() {
        for kind in [K::Connection, K::Timeout, K::Server, K::RateLimit] {
            assert!(retried(kind, "x", Repeat::Always), "{kind:?}");
        }
        for kind in [K::Refused, K::Validation, K::Authentication, K::Aborted, K::Conflict, K::UnreadableAnswer] {
            assert!(!retried(kind, "x", Repeat::Always), "{kind:?}");
        }
    }

    #[test]
    fn the_wait_doubles_has_full_jitter_and_a_cap() {
        let error = Error::new(K::RateLimit, "rate_limited", "");
        let delay = |retries, random| next_delay_ms(&error, Repeat::WhenNothingHappened, retries, 99, random).unwrap();
        assert_eq!([0, 1, 2, 3, 4, 5, 40].map(|n| delay(n, 1.0)), [500, 1000, 2000, 4000, 8000, 8000, 8000]);
        assert_eq!((delay(3, 0.0), delay(3, 0.5)), (0, 2000));
        assert_eq!(next_delay_ms(&error, Repeat::Always, 2, 2, 0.5), None);
    }

    #[test]
    fn retry_after_is_waited_out_unless_it_is_long() {
        let error = |ms| Error { retry_after_ms: Some(ms), ..Error::new(K::RateLimit, "rate_limited", "") };
        assert_eq!(next_delay_ms(&error(7000), Repeat::Always, 0, 2, 0.5), Some(7250));
        assert_eq!(next_delay_ms(&error(60_001), Repeat::Always, 0, 2, 0.5), None);
    }

    #[test]
    fn a_refused_token_is_asked_for_once_and_costs_no_retry() {
        let refused = Error { status: Some(401), ..Error::new(K::Authentication, "unauthorized", "") };
        let mut attempts = Attempts { repeat: Repeat::Always, max_retries: 1, retries: 0, may_ask_again: true };
        assert_eq!(attempts.after(&Error::new(K::Authentication, "no_token", ""), 0.5), Next::GiveUp);
        assert_eq!(attempts.after(&refused, 0.5), Next::AskForToken);
        assert_eq!(attempts.after(&refused, 0.5), Next::GiveUp);
        let lost = Error::new(K::Connection, "connection_failed", "");
        assert_eq!([attempts.after(&lost, 0.5), attempts.after(&lost, 0.5)], [Next::Wait(250), Next::GiveUp]);
    }
}
