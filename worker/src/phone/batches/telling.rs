//! When the progress of batches may be told: of each at most twice a second. What comes too soon is owed, and told later.

/// How far apart two changes of a batch's progress are told, in milliseconds.
const EVERY_MS: i64 = 500;

/// What was told of the batches that changed last.
#[derive(Clone, Debug, Default)]
pub struct Telling(Vec<Told>);

#[derive(Clone, Copy, Debug)]
struct Told {
    n: i64,
    at_ms: i64,
    /// Whether it changed since.
    is_owed: bool,
}

impl Told {
    /// How long until it may be told again, in milliseconds. A clock that was set back lets it be told at once.
    fn wait_ms(&self, now_ms: i64) -> i64 {
        let since_ms = now_ms.saturating_sub(self.at_ms);
        if (0..EVERY_MS).contains(&since_ms) { EVERY_MS.saturating_sub(since_ms) } else { 0 }
    }
}

impl Telling {
    /// Whether a batch that changed may be told of now; where not, it is owed.
    pub fn may(&mut self, n: i64, now_ms: i64) -> bool {
        match self.0.iter_mut().find(|told| told.n == n) {
            Some(told) if told.wait_ms(now_ms) > 0 => {
                told.is_owed = true;
                false
            }
            _ => true,
        }
    }

    /// A batch was told of.
    pub fn told(&mut self, n: i64, now_ms: i64) {
        self.0.retain(|told| told.n != n && (told.is_owed || told.wait_ms(now_ms) > 0));
        self.0.push(Told { n, at_ms: now_ms, is_owed: false });
    }

    /// The batch that is owed first, and how long until it may be told of, in milliseconds.
    #[must_use]
    pub fn owed(&self, now_ms: i64) -> Option<(i64, i64)> {
        let owed = self.0.iter().filter(|told| told.is_owed).map(|told| (told.wait_ms(now_ms), told.n));
        owed.min().map(|(wait_ms, n)| (n, wait_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_batch_is_told_of_twice_a_second_at_most_and_what_is_owed_comes_later() {
        let mut telling = Telling::default();
        let mut times = Vec::new();
        for now in 0..2000 {
            for n in [1, 2] {
                if telling.may(n, now) {
                    telling.told(n, now);
                    times.push((n, now));
                }
            }
        }
        assert_eq!(times, [(1, 0), (2, 0), (1, 500), (2, 500), (1, 1000), (2, 1000), (1, 1500), (2, 1500)]);
        assert_eq!((telling.owed(1999), telling.owed(2000)), (Some((1, 1)), Some((1, 0))));
        telling.told(1, 2000);
        assert_eq!(telling.owed(2001), Some((2, 0)));
        telling.told(2, 2001);
        assert_eq!(telling.owed(2002), None);
    }

    #[test]
    fn what_was_told_long_ago_takes_no_memory() {
        let mut telling = Telling::default();
        (0..1000).for_each(|n| telling.told(n, n * 100));
        assert!(telling.0.len() <= 5, "{}", telling.0.len());
    }

    #[test]
    fn a_clock_that_is_set_back_silences_nobody() {
        let mut telling = Telling::default();
        telling.told(1, 3_600_000);
        assert!(!telling.may(1, 3_600_100));
        assert_eq!(telling.owed(5), Some((1, 0)));
        assert!(telling.may(1, 5));
    }
}
