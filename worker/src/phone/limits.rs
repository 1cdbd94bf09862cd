//! How much may be sent: quotas per minute, day and month and a least gap, counted for a caller, a recipient and a phone.
//!
//! Windows are fixed, counted from 1970: what is left and when it comes back are whole numbers that can be told to the caller, at the
//! price that a burst may straddle the border between two windows.

pub mod known;

use serde::{Deserialize, Serialize};

use crate::config::{Limit, Scope};

/// What was sent so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counter {
    /// When the last was, in milliseconds since 1970.
    pub last_ms: i64,
    /// Which minute, day and month the counts belong to.
    pub slots: [i64; 3],
    /// How many there were in them.
    pub counts: [u32; 3],
}

/// What is left of a quota, as the caller is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotaState {
    /// What it counts.
    pub scope: Scope,
    /// The index of its window.
    pub window: u8,
    /// How many it allows.
    pub quota: u32,
    /// How many are left.
    pub left: u32,
    /// When it starts anew, in seconds from now.
    pub reset_s: u32,
}

/// A quota is used up, or it is too early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// What was counted.
    pub scope: Scope,
    /// When it may be tried again, in seconds from now.
    pub retry_after_s: u32,
}

/// The windows: name and length in seconds.
const WINDOWS: [(&str, i64); 3] = [("minute", 60), ("day", 86_400), ("month", 2_592_000)];

impl Limit {
    /// Counts one more, or says that it is too many.
    ///
    /// # Errors
    /// When a quota is used up or the gap has not passed.
    pub fn count(&self, scope: Scope, counter: Option<Counter>, now_ms: i64) -> Result<Counter, Exceeded> {
        let mut counter = counter.unwrap_or_default();
        let since = now_ms.saturating_sub(counter.last_ms);
        // A clock that went back makes `since` negative; the gap counts from the later time then.
        let waiting = self.gap_ms.saturating_sub(since.max(0));
        if counter.last_ms > 0 && waiting > 0 {
            return Err(Exceeded { scope, retry_after_s: seconds(waiting) });
        }
        let resets = counter.roll(now_ms);
        let is_full = |(quota, count): (Option<u32>, u32)| quota.is_some_and(|quota| count >= quota);
        let mut full = self.quotas.into_iter().zip(counter.counts).zip(resets).filter(|(window, _)| is_full(*window));
        if let Some((_, retry_after_s)) = full.next() {
            return Err(Exceeded { scope, retry_after_s });
        }
        counter.counts = counter.counts.map(|count| count.saturating_add(1));
        counter.last_ms = now_ms;
        Ok(counter)
    }

    /// How the quotas stand.
    pub fn quotas(&self, scope: Scope, counter: Option<Counter>, now_ms: i64) -> impl Iterator<Item = QuotaState> {
        let mut counter = counter.unwrap_or_default();
        let resets = counter.roll(now_ms);
        let windows = self.quotas.into_iter().zip(counter.counts).zip(resets).zip(0_u8..);
        windows.filter_map(move |(((quota, count), reset_s), window)| {
            let quota = quota?;
            Some(QuotaState { scope, window, quota, left: quota.saturating_sub(count), reset_s })
        })
    }
}

impl Counter {
    /// The counter without a send that was counted and did not leave. `counted` is what it was right after that was counted, `before_ms` its
    /// `last_ms` right before; meanwhile others may have been, and windows may have ended.
    #[must_use]
    pub fn given_back(self, counted: Counter, before_ms: i64) -> Self {
        let windows = self.counts.into_iter().zip(self.slots).zip(counted.slots);
        let mut counts = windows.map(|((count, slot), then)| count.saturating_sub(u32::from(slot == then)));
        Counter {
            last_ms: if self.last_ms == counted.last_ms { before_ms } else { self.last_ms },
            counts: self.counts.map(|count| counts.next().unwrap_or(count)),
            ..self
        }
    }

    /// Begins the windows anew that have ended; tells when each ends, in seconds from now.
    fn roll(&mut self, now_ms: i64) -> [u32; 3] {
        let mut resets = [0; 3];
        let windows = WINDOWS.iter().zip(self.slots.iter_mut().zip(&mut self.counts)).zip(&mut resets);
        for (((_, length_s), (slot, count)), reset_s) in windows {
            let length_ms = length_s.saturating_mul(1000);
            let now_slot = now_ms.checked_div(length_ms).unwrap_or_default();
            // A clock that went back over a window's border does not begin the window before it anew.
            if *slot < now_slot {
                (*slot, *count) = (now_slot, 0);
            }
            *reset_s = seconds(slot.saturating_add(1).saturating_mul(length_ms).saturating_sub(now_ms));
        }
        resets
    }
}

impl QuotaState {
    /// As an item of a phone's state, in JSON.
    #[must_use]
    pub fn item(&self) -> String {
        let window = WINDOWS.get(usize::from(self.window)).map_or("", |(name, _)| name);
        let (scope, quota, left, reset) = (self.scope.as_str(), self.quota, self.left, self.reset_s);
        format!(r#"{{"scope":"{scope}","window":"{window}","quota":{quota},"left":{left},"resetSeconds":{reset}}}"#)
    }
}

/// The values of `RateLimit-Policy` and `RateLimit`: every quota, and the one of which the smallest share is left.
#[must_use]
pub fn headers(quotas: &[QuotaState]) -> Option<(String, String)> {
    let name = |quota: &QuotaState| {
        let window = WINDOWS.get(usize::from(quota.window)).map_or("", |(name, _)| name);
        format!("\"{}-{window}\"", quota.scope.as_str())
    };
    let length = |quota: &QuotaState| WINDOWS.get(usize::from(quota.window)).map_or(0, |(_, length)| *length);
    let policies: Vec<String> =
        quotas.iter().map(|quota| format!("{};q={};w={}", name(quota), quota.quota, length(quota))).collect();
    let share = |quota: &&QuotaState| {
        u64::from(quota.left).saturating_mul(1_000_000).checked_div(u64::from(quota.quota)).unwrap_or_default()
    };
    let tightest = quotas.iter().min_by_key(share)?;
    Some((policies.join(", "), format!("{};r={};t={}", name(tightest), tightest.left, tightest.reset_s)))
}

fn seconds(ms: i64) -> u32 {
    u32::try_from(ms.saturating_add(999).checked_div(1000).unwrap_or_default()).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000_000;

    fn minute(quota: u32) -> Limit {
        Limit { quotas: [Some(quota), None, None], gap_ms: 0 }
    }

    #[test]
    fn a_quota_is_used_up_and_comes_back() {
        let (limit, mut counter) = (minute(2), None);
        for left in [1, 0] {
            counter = Some(limit.count(Scope::Caller, counter, NOW + 15_000).unwrap());
            let quotas: Vec<QuotaState> = limit.quotas(Scope::Caller, counter, NOW + 15_000).collect();
            assert_eq!((quotas[0].left, quotas[0].reset_s), (left, 45));
        }
        let exceeded = limit.count(Scope::Caller, counter, NOW + 15_500).unwrap_err();
        assert_eq!(exceeded, Exceeded { scope: Scope::Caller, retry_after_s: 45 });
        assert!(limit.count(Scope::Caller, counter, NOW + 60_000).is_ok());
    }

    #[test]
    fn a_clock_that_goes_to_and_fro_over_a_border_gives_no_quota_twice() {
        let (limit, mut counter, mut sent) = (minute(3), None, 0);
        for at in [0, 60_000].into_iter().cycle().take(20) {
            if let Ok(counted) = limit.count(Scope::Caller, counter, NOW + at) {
                (counter, sent) = (Some(counted), sent + 1);
            }
        }
        assert!(sent <= 2 * 3, "{sent}");
        let exceeded = limit.count(Scope::Caller, counter, NOW).unwrap_err();
        assert_eq!(exceeded.retry_after_s, 120);
    }

    #[test]
    fn what_did_not_leave_is_given_back_and_nothing_else() {
        let limit = Limit { quotas: [Some(3), Some(9), None], gap_ms: 1 };
        let count = |counter, at| limit.count(Scope::Caller, counter, at).unwrap();
        let first = count(None, NOW);
        let second = count(Some(first), NOW + 1000);
        assert_eq!(second.given_back(second, NOW), first);
        assert_eq!(first.given_back(first, 0), Counter { last_ms: 0, counts: [0; 3], ..first });
        let third = count(Some(second), NOW + 2000);
        let rest = third.given_back(second, NOW);
        assert_eq!((rest.last_ms, rest.counts), (NOW + 2000, [2, 2, 2]));
        let next_minute = count(Some(second), NOW + 60_000);
        assert_eq!(next_minute.given_back(second, NOW).counts, [1, 2, 2]);
    }

    #[test]
    fn a_quota_is_told_in_words() {
        let state = QuotaState { scope: Scope::Caller, window: 0, quota: 5, left: 4, reset_s: 45 };
        assert_eq!(state.item(), r#"{"scope":"caller","window":"minute","quota":5,"left":4,"resetSeconds":45}"#);
    }

    #[test]
    fn the_gap_has_to_pass() {
        let limit = Limit { quotas: [None; 3], gap_ms: 5000 };
        assert!(limit.count(Scope::Recipient, None, 1).is_ok(), "the first waits for nothing");
        let counter = limit.count(Scope::Recipient, None, NOW).unwrap();
        for (after, wanted) in [(0, Some(5)), (4001, Some(1)), (4999, Some(1)), (5000, None), (-10_000, Some(5))] {
            let told = limit.count(Scope::Recipient, Some(counter), NOW + after);
            assert_eq!(told.err().map(|exceeded| exceeded.retry_after_s), wanted, "{after}");
        }
    }

    #[test]
    fn a_day_and_a_month_count_on_their_own() {
        let limit = Limit { quotas: [None, Some(2), Some(3)], gap_ms: 0 };
        let day = 86_400_000;
        let mut counter = None;
        for at in [NOW, NOW + 1, NOW + day] {
            counter = Some(limit.count(Scope::Phone, counter, at).unwrap());
        }
        let exceeded = limit.count(Scope::Phone, counter, NOW + 2 * day);
        assert!(exceeded.is_err_and(|exceeded| exceeded.retry_after_s > 86_400));
    }

    #[test]
    fn the_tightest_quota_is_told_with_all_policies() {
        assert_eq!(headers(&[]), None);
        let quota = |scope, window, quota, left| QuotaState { scope, window, quota, left, reset_s: 30 };
        let quotas = [quota(Scope::Caller, 0, 20, 10), quota(Scope::Recipient, 1, 4, 1)];
        let (policy, state) = headers(&quotas).unwrap();
        assert_eq!(policy, "\"caller-minute\";q=20;w=60, \"recipient-day\";q=4;w=86400");
        assert_eq!(state, "\"recipient-day\";r=1;t=30");
    }
}
