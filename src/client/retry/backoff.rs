//! Back-off between tries: exponential, with full jitter, after what `Retry-After` asks for.

use std::time::Duration;

/// The longest `Retry-After` that a client waits out on its own; a longer one is the caller's to decide.
pub const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(60);

/// Exponential back-off with full jitter: each wait is drawn evenly from zero to a bound that doubles with each retry, so that callers
/// that failed together don't come back together.
///
/// ```
/// use std::time::Duration;
/// use maytapi::client::Backoff;
///
/// let third = Backoff::default().delay(2, None, 0.5);
/// assert_eq!(third, Duration::from_millis(1000));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The bound of the first wait.
    pub base: Duration,
    /// The largest bound.
    pub cap: Duration,
}

impl Default for Backoff {
    /// From half a second to 8 seconds.
    fn default() -> Self {
        Backoff { base: Duration::from_millis(500), cap: Duration::from_secs(8) }
    }
}

impl Backoff {
    /// How long to wait before the next try. A `Retry-After` is waited out first. `retries` counts those already made; `random` is in
    /// `[0, 1)`.
    #[must_use]
    pub fn delay(self, retries: u32, retry_after: Option<Duration>, random: f64) -> Duration {
        let bound = self.base.saturating_mul(1 << retries.min(16)).min(self.cap);
        let jitter = f64::from(millis(bound)) * random.clamp(0.0, 1.0);
        retry_after.unwrap_or_default().saturating_add(Duration::from_millis(jitter as u64))
    }
}

/// Whole milliseconds, at most `u32::MAX`: 49 days.
#[must_use]
pub(crate) fn millis(duration: Duration) -> u32 {
    let millis = duration.as_secs().saturating_mul(1000).saturating_add(duration.subsec_millis().into());
    u32::try_from(millis).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delay_ms(retries: u32, retry_after: Option<Duration>, random: f64) -> u32 {
        millis(Backoff::default().delay(retries, retry_after, random))
    }

    #[test]
    fn the_wait_doubles_has_full_jitter_and_a_cap() {
        assert_eq!(
            [0, 1, 2, 3, 4, 5, 40].map(|retries| delay_ms(retries, None, 1.0)),
            [500, 1000, 2000, 4000, 8000, 8000, 8000]
        );
        assert_eq!((delay_ms(3, None, 0.0), delay_ms(3, None, 0.5)), (0, 2000));
        assert_eq!((delay_ms(3, None, -1.0), delay_ms(3, None, f64::NAN)), (0, 0));
    }

    #[test]
    fn retry_after_is_waited_out_first() {
        assert_eq!(delay_ms(0, Some(Duration::from_secs(7)), 0.5), 7250);
        assert_eq!(delay_ms(0, Some(Duration::MAX), 0.5), u32::MAX);
    }
}
