//! Whether a batch's next message may go now, and until when it waits where it may not.

use super::clock::{Clock, Offsets};
use super::memory::{Hold, PhonePace};
use super::plan::Plan;
use super::quiet::Quiet;
use crate::config::{BatchPolicy, Limit, Scope};
use crate::phone::batches::model::WaitsFor;
use crate::phone::limits::Counter;

/// What is known when a message is due.
#[derive(Clone, Copy)]
#[allow(missing_debug_implementations, reason = "a closure has no text")]
pub struct Moment<'m> {
    /// The time, in milliseconds since 1970.
    pub now_ms: i64,
    /// What the batch was made with.
    pub plan: &'m Plan,
    /// What policy allows now.
    pub policy: &'m BatchPolicy,
    /// When the batch's next message may go, as [`sent`] told.
    pub next_ms: i64,
    /// What is remembered of the phone.
    pub phone: PhonePace,
    /// The phone's state in Maytapi's words, where it was told.
    pub status: Option<&'m str>,
    /// Whether account or phone are switched off.
    pub is_paused: bool,
    /// What the phone may send at all.
    pub limit: &'m Limit,
    /// What it sent so far.
    pub counter: Option<Counter>,
    /// The time zones.
    pub offsets: Offsets<'m>,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Send one.
    Go,
    /// Look again, at the latest at this time.
    Wait(WaitsFor, i64),
    /// Stop, until a person looks.
    Hold(Hold),
    /// End: what is late is not sent.
    Expired,
}

/// When a phone that can't send is looked at again, where nobody tells that it can.
const PHONE_MS: i64 = 5 * 60_000;

impl Moment<'_> {
    /// Decides. What takes longest comes first, since that is told.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let Moment { now_ms, plan, policy, .. } = *self;
        if now_ms >= plan.expires_ms {
            return Verdict::Expired;
        }
        let Some((quiet, clock)) = self.clocks() else { return Verdict::Hold(Hold::Config) };
        if let Some(start_ms) = plan.start_ms.filter(|start_ms| now_ms < *start_ms) {
            return Verdict::Wait(WaitsFor::Start, start_ms);
        }
        if self.is_paused || self.status.is_some_and(|status| status != "active") {
            return Verdict::Wait(WaitsFor::Phone, now_ms.saturating_add(PHONE_MS));
        }
        match quiet.over(now_ms) {
            None => return Verdict::Hold(Hold::Config),
            Some(over_ms) if over_ms > now_ms => return Verdict::Wait(WaitsFor::QuietHours, over_ms),
            Some(_) => {}
        }
        let today = self.phone.on(clock.read(now_ms).day);
        if self.daily_cap(today.used).is_some_and(|cap| today.sent >= cap) {
            return Verdict::Wait(WaitsFor::DailyCap, clock.next_day(now_ms));
        }
        if let Err(exceeded) = shared(self.limit, policy.share).count(Scope::Phone, self.counter, now_ms) {
            let wait_ms = i64::from(exceeded.retry_after_s).saturating_mul(1000);
            return Verdict::Wait(WaitsFor::Limit, now_ms.saturating_add(wait_ms));
        }
        let next_ms = self.next_ms.max(self.phone.next_ms);
        if now_ms < next_ms { Verdict::Wait(WaitsFor::Pace, next_ms) } else { Verdict::Go }
    }

    /// What is remembered of the phone once a message has gone, and when the batch's next may go. `random` is from 0 to 1.
    #[must_use]
    pub fn sent(&self, random: f64) -> (PhonePace, i64) {
        let Moment { now_ms, plan, policy, .. } = *self;
        let day = Clock::of(policy.zone(), self.offsets).map_or(self.phone.day, |clock| clock.read(now_ms).day);
        let today = self.phone.on(day);
        let after = |next_ms: i64, per_minute: u32| {
            let gap_ms = gap_ms(per_minute, policy.jitter, random);
            // What came a little late does not slow the next down, but never are two sent at once for that.
            let base_ms = next_ms.clamp(now_ms.saturating_sub(gap_ms.min(LATE_MS)), now_ms);
            base_ms.saturating_add(gap_ms)
        };
        let next_ms = after(today.next_ms, policy.per_minute);
        let phone = PhonePace { sent: today.sent.saturating_add(1), next_ms, ..today };
        (phone, after(self.next_ms, plan.per_minute.min(policy.per_minute)))
    }

    /// How many may go today, on a day before which batches sent on so many others.
    pub(super) fn daily_cap(&self, used: u32) -> Option<u32> {
        let warm_up = &self.policy.warm_up;
        let rung = warm_up.get(usize::try_from(used).unwrap_or(usize::MAX)).or(warm_up.last()).copied();
        [self.plan.daily_cap, self.policy.daily_cap, rung].into_iter().flatten().min()
    }

    /// The quiet hours, and the clock by which days are counted.
    pub(super) fn clocks(&self) -> Option<(Quiet<'_>, Clock<'_>)> {
        let quiet = Quiet::of(self.policy.quiet.iter().chain(&self.plan.quiet), self.offsets)?;
        Some((quiet, Clock::of(self.policy.zone(), self.offsets)?))
    }
}

// Where the clock was set back, what is stored of the next time may lie far ahead. No gap is longer than these; whoever goes by them stores
// that, or each look would begin the gap anew.

impl Plan {
    /// When a batch's next message may go at the latest, where it waits for nothing but the time between two.
    #[must_use]
    pub fn latest_ms(&self, policy: &BatchPolicy, now_ms: i64) -> i64 {
        latest_ms(policy, self.per_minute.min(policy.per_minute), now_ms)
    }
}

impl PhonePace {
    /// With a next time that is no further ahead than one gap.
    #[must_use]
    pub fn within_a_gap(self, policy: &BatchPolicy, now_ms: i64) -> Self {
        PhonePace { next_ms: self.next_ms.min(latest_ms(policy, policy.per_minute, now_ms)), ..self }
    }
}

fn latest_ms(policy: &BatchPolicy, per_minute: u32, now_ms: i64) -> i64 {
    now_ms.saturating_add(gap_ms(per_minute, policy.jitter, 1.0))
}

/// How late a message may be without those after it being later, in milliseconds: an alarm is not exact.
const LATE_MS: i64 = 1000;

/// The time between two messages, in milliseconds. `random` is from 0 to 1.
#[must_use]
pub fn gap_ms(per_minute: u32, jitter: f64, random: f64) -> i64 {
    let even = 60_000.0 / f64::from(per_minute.max(1));
    (even * (1.0 + jitter * (2.0 * random - 1.0))).round() as i64
}

/// The part of a limit that batches may use up: the rest is for single sends, which count as well.
pub(super) fn shared(limit: &Limit, share: f64) -> Limit {
    let part = |quota: u32| ((f64::from(quota) * share).floor() as u32).max(1);
    Limit { quotas: limit.quotas.map(|quota| quota.map(part)), gap_ms: limit.gap_ms }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::QuietHours;
    use crate::phone::batches::pace::plan::tests::policy;
    use crate::phone::batches::pace::transitions::{offset_min, utc};

    const DAY_MS: i64 = 86_400_000;
    const OPEN: Limit = Limit { quotas: [None; 3], gap_ms: 0 };

    fn plan() -> Plan {
        Plan { per_minute: 20, daily_cap: None, quiet: None, start_ms: None, expires_ms: i64::MAX }
    }

    fn moment<'m>(plan: &'m Plan, policy: &'m BatchPolicy, limit: &'m Limit) -> Moment<'m> {
        Moment {
            now_ms: utc("2026-01-05 12:00"),
            plan,
            policy,
            next_ms: 0,
            phone: PhonePace::default(),
            status: None,
            is_paused: false,
            limit,
            counter: None,
            offsets: &offset_min,
        }
    }

    #[test]
    fn a_message_goes_when_nothing_speaks_against_it() {
        let (plan, policy) = (plan(), policy());
        let free = moment(&plan, &policy, &OPEN);
        assert_eq!(free.verdict(), Verdict::Go);
        let now = free.now_ms;
        for (case, wanted) in [
            (Moment { next_ms: now, ..free }, Verdict::Go),
            (Moment { next_ms: now + 1, ..free }, Verdict::Wait(WaitsFor::Pace, now + 1)),
            (
                Moment { phone: PhonePace { next_ms: now + 2, ..free.phone }, next_ms: now + 1, ..free },
                Verdict::Wait(WaitsFor::Pace, now + 2),
            ),
            (Moment { status: Some("active"), ..free }, Verdict::Go),
            (Moment { status: Some("qr-code"), ..free }, Verdict::Wait(WaitsFor::Phone, now + 300_000)),
            (Moment { is_paused: true, ..free }, Verdict::Wait(WaitsFor::Phone, now + 300_000)),
        ] {
            assert_eq!(case.verdict(), wanted, "{:?} {} {:?}", case.status, case.next_ms, case.phone);
        }
    }

    #[test]
    fn a_start_is_waited_for_and_nothing_is_sent_after_the_end() {
        let policy = policy();
        let now = utc("2026-01-05 12:00");
        let verdict = |start_ms, expires_ms| moment(&Plan { start_ms, expires_ms, ..plan() }, &policy, &OPEN).verdict();
        assert_eq!(verdict(Some(now + 1), now + 2), Verdict::Wait(WaitsFor::Start, now + 1));
        assert_eq!(verdict(Some(now), now + 1), Verdict::Go);
        assert_eq!(verdict(None, now), Verdict::Expired);
        assert_eq!(verdict(Some(now + 1), now), Verdict::Expired);
    }

    #[test]
    fn quiet_hours_of_both_are_waited_for_and_an_unknown_zone_holds() {
        let hours = |from, to, zone| QuietHours::parse(from, to, zone).ok();
        let now = utc("2026-01-05 12:00");
        let verdict = |of_policy: Option<QuietHours>, of_batch: Option<QuietHours>| {
            let policy = BatchPolicy { quiet: of_policy, ..policy() };
            moment(&Plan { quiet: of_batch, ..plan() }, &policy, &OPEN).verdict()
        };
        let wait = |hours: i64| Verdict::Wait(WaitsFor::QuietHours, now + hours * 3_600_000);
        assert_eq!(verdict(hours("11:00", "14:00", "UTC"), None), wait(2));
        assert_eq!(verdict(None, hours("11:00", "14:00", "Europe/Berlin")), wait(1));
        assert_eq!(verdict(hours("11:00", "14:00", "UTC"), hours("14:00", "17:00", "Europe/Berlin")), wait(4));
        assert_eq!(verdict(None, hours("11:00", "14:00", "Europe/Cologne")), Verdict::Hold(Hold::Config));
        assert_eq!(
            verdict(hours("08:00", "20:00", "UTC"), hours("20:00", "08:00", "UTC")),
            Verdict::Hold(Hold::Config)
        );
    }

    #[test]
    fn a_daily_cap_is_over_at_midnight_of_the_policy_s_zone() {
        let policy = BatchPolicy {
            daily_cap: Some(2),
            quiet: QuietHours::parse("21:00", "08:00", "Europe/Berlin").ok(),
            ..policy()
        };
        let plan = plan();
        let mut at = moment(&plan, &policy, &OPEN);
        for _ in 0..2 {
            assert_eq!(at.verdict(), Verdict::Go);
            (at.phone, at.next_ms) = at.sent(0.5);
            at.now_ms = at.next_ms;
        }
        assert_eq!(at.verdict(), Verdict::Wait(WaitsFor::DailyCap, utc("2026-01-05 23:00")));
        at.now_ms = utc("2026-01-05 23:00");
        assert_eq!(at.verdict(), Verdict::Wait(WaitsFor::QuietHours, utc("2026-01-06 07:00")));
        at.now_ms = utc("2026-01-06 07:00");
        assert_eq!(at.verdict(), Verdict::Go);
        let slower = Plan { daily_cap: Some(1), ..plan.clone() };
        let (phone, _) = Moment { plan: &slower, ..at }.sent(0.5);
        let next = Moment { plan: &slower, phone, ..at };
        assert!(matches!(next.verdict(), Verdict::Wait(WaitsFor::DailyCap, _)), "the batch's own cap");
    }

    #[test]
    fn warm_up_climbs_on_days_that_sent_and_stays_on_its_last_rung() {
        let policy = BatchPolicy { warm_up: vec![1, 2, 4], ..policy() };
        let plan = plan();
        let mut at = moment(&plan, &policy, &OPEN);
        let mut day = |days: i64| {
            at.now_ms += days * DAY_MS;
            let mut sent = 0;
            while at.verdict() == Verdict::Go {
                (at.phone, _) = at.sent(0.5);
                at.phone.next_ms = 0;
                sent += 1;
            }
            sent
        };
        // The days between are no days of use.
        assert_eq!([day(0), day(1), day(5), day(1), day(30)], [1, 2, 4, 4, 4]);
    }

    #[test]
    fn a_part_of_the_phone_s_limit_is_left_for_single_sends() {
        let (plan, policy) = (plan(), policy());
        let limit = Limit { quotas: [Some(10), None, None], gap_ms: 0 };
        let mut at = moment(&plan, &policy, &limit);
        for _ in 0..8 {
            assert_eq!(at.verdict(), Verdict::Go);
            at.counter = limit.count(Scope::Phone, at.counter, at.now_ms).ok();
        }
        assert_eq!(at.verdict(), Verdict::Wait(WaitsFor::Limit, at.now_ms + 60_000));
        assert!(limit.count(Scope::Phone, at.counter, at.now_ms).is_ok(), "a single send");
        assert_eq!(
            shared(&Limit { quotas: [Some(1), Some(4), None], gap_ms: 7 }, 0.5),
            Limit { quotas: [Some(1), Some(2), None], gap_ms: 7 }
        );
    }

    #[test]
    fn the_gap_varies_around_the_pace() {
        for (per_minute, jitter, random, wanted) in [
            (20, 0.3, 0.0, 2100),
            (20, 0.3, 0.5, 3000),
            (20, 0.3, 1.0, 3900),
            (60_000, 0.0, 0.7, 1),
            (1, 0.9, 0.0, 6000),
            (0, 0.0, 0.0, 60_000),
        ] {
            assert_eq!(gap_ms(per_minute, jitter, random), wanted, "{per_minute} {jitter} {random}");
        }
    }

    #[test]
    fn a_next_time_is_no_further_ahead_than_the_longest_gap() {
        let (policy, now) = (policy(), utc("2026-01-05 12:00"));
        for (ahead_ms, wanted_ms) in [(-DAY_MS, -DAY_MS), (10, 10), (3900, 3900), (3901, 3900), (400 * DAY_MS, 3900)] {
            let phone = PhonePace { day: 7, sent: 3, used: 2, next_ms: now + ahead_ms };
            let wanted = PhonePace { next_ms: now + wanted_ms, ..phone };
            assert_eq!(phone.within_a_gap(&policy, now), wanted, "{ahead_ms}");
        }
        let slow = Plan { per_minute: 5, ..plan() };
        assert_eq!(slow.latest_ms(&policy, now), now + 15_600, "the batch's own pace");
        assert_eq!(Plan { per_minute: 60, ..plan() }.latest_ms(&policy, now), now + 3900, "policy's");
    }

    #[test]
    fn the_slower_of_batch_and_policy_sets_the_pace_and_the_phone_keeps_policy_s() {
        let policy = policy();
        let slow = Plan { per_minute: 5, ..plan() };
        let at = moment(&slow, &policy, &OPEN);
        let (phone, next_ms) = at.sent(0.5);
        assert_eq!((phone.next_ms - at.now_ms, next_ms - at.now_ms), (3000 - LATE_MS, 12_000 - LATE_MS));
        let narrowed = BatchPolicy { per_minute: 2, ..policy.clone() };
        let (phone, next_ms) = Moment { policy: &narrowed, ..at }.sent(0.5);
        assert_eq!((phone.next_ms - at.now_ms, next_ms - at.now_ms), (30_000 - LATE_MS, 30_000 - LATE_MS));
    }

    #[test]
    fn what_was_a_little_late_is_caught_up_and_an_hour_is_not() {
        let (plan, policy) = (plan(), policy());
        let at = moment(&plan, &policy, &OPEN);
        let next = |late_ms: i64| Moment { next_ms: at.now_ms - late_ms, ..at }.sent(0.5).1 - at.now_ms;
        assert_eq!([next(0), next(300), next(1000), next(3_600_000)], [3000, 2700, 2000, 2000]);
        let fast = BatchPolicy { per_minute: 600, ..policy.clone() };
        let next = |late_ms: i64| {
            let plan = Plan { per_minute: 600, ..plan.clone() };
            Moment { plan: &plan, policy: &fast, next_ms: at.now_ms - late_ms, ..at }.sent(0.5).1 - at.now_ms
        };
        assert_eq!([next(0), next(40), next(100), next(3_600_000)], [100, 60, 0, 0]);
    }
}
