//! When a batch will have come to its end, as far as its pace is known.

use super::verdict::{Moment, shared};

const MINUTE_MS: f64 = 60_000.0;

impl Moment<'_> {
    /// When the last of so many messages goes, in milliseconds since 1970, if nobody else sends; nothing where that is not before the
    /// batch's end.
    #[must_use]
    pub fn ends_ms(&self, messages: i64) -> Option<i64> {
        let Moment { now_ms, plan, policy, .. } = *self;
        let (quiet, clock) = self.clocks()?;
        let [of_minute, of_day, _] = shared(self.limit, policy.share).quotas;
        let per_minute = [Some(plan.per_minute), Some(policy.per_minute), of_minute].into_iter().flatten().min()?;
        let gap_ms = (MINUTE_MS / f64::from(per_minute.max(1))).max(self.limit.gap_ms as f64);
        let next_ms = [Some(now_ms), plan.start_ms, Some(self.next_ms), Some(self.phone.next_ms)];
        let mut at_ms = next_ms.into_iter().flatten().max()?;
        let (mut phone, mut left) = (self.phone, messages);
        while left > 0 {
            if at_ms >= plan.expires_ms {
                return None;
            }
            at_ms = quiet.over(at_ms)?;
            phone = phone.on(clock.read(at_ms).day);
            let cap = [self.daily_cap(phone.used), of_day].into_iter().flatten().min();
            let until_ms = [quiet.next(at_ms), cap.map(|_| clock.next_day(at_ms))].into_iter().flatten().min();
            let most = cap.map_or(left, |cap| i64::from(cap.saturating_sub(phone.sent)).min(left));
            let going = until_ms.map_or(most, |until_ms| fits(until_ms.saturating_sub(at_ms), gap_ms).min(most));
            phone.sent = phone.sent.saturating_add(u32::try_from(going).unwrap_or(u32::MAX));
            left = left.saturating_sub(going);
            let last_ms = at_ms.saturating_add((going.saturating_sub(1).max(0) as f64 * gap_ms) as i64);
            at_ms = if left == 0 { last_ms } else { until_ms? };
        }
        Some(at_ms).filter(|at_ms| *at_ms < plan.expires_ms)
    }
}

/// How many messages fit into a stretch that begins with one.
fn fits(stretch_ms: i64, gap_ms: f64) -> i64 {
    (stretch_ms as f64 / gap_ms).ceil() as i64
}

#[cfg(test)]
mod tests {
    use crate::config::{BatchPolicy, Limit, QuietHours};
    use crate::phone::batches::pace::memory::PhonePace;
    use crate::phone::batches::pace::plan::{Plan, tests::policy};
    use crate::phone::batches::pace::transitions::{offset_min, utc};
    use crate::phone::batches::pace::verdict::Moment;

    fn ends(messages: i64, plan: Plan, policy: &BatchPolicy, limit: Limit, phone: PhonePace) -> Option<i64> {
        let moment = Moment {
            now_ms: utc("2026-03-27 12:00"),
            plan: &plan,
            policy,
            next_ms: 0,
            phone,
            status: None,
            is_paused: false,
            limit: &limit,
            counter: None,
            offsets: &offset_min,
        };
        moment.ends_ms(messages)
    }

    #[test]
    fn the_end_is_where_pace_hours_and_caps_lead_to() {
        let open = Limit::default();
        let plan =
            Plan { per_minute: 20, daily_cap: None, quiet: None, start_ms: None, expires_ms: utc("2026-06-01 00:00") };
        let none = PhonePace::default();
        let today = PhonePace { day: utc("2026-03-27 00:00") / 86_400_000, sent: 90, ..none };
        let night = QuietHours::parse("21:00", "08:00", "Europe/Berlin").ok();
        let slow = Plan { per_minute: 1, ..plan.clone() };
        let nights = BatchPolicy { quiet: night, ..policy() };
        let capped = BatchPolicy { daily_cap: Some(100), ..policy() };
        let at_one = BatchPolicy { quiet: QuietHours::parse("13:00", "14:00", "UTC").ok(), ..capped.clone() };
        let warm = BatchPolicy { warm_up: vec![10, 20, 40], ..policy() };
        let late = Plan { start_ms: Some(utc("2026-03-30 12:00")), ..plan.clone() };
        let minute = Limit { quotas: [Some(10), None, None], gap_ms: 0 };
        let day = Limit { quotas: [None, Some(100), None], gap_ms: 0 };
        let gap = Limit { quotas: [None; 3], gap_ms: 60_000 };
        for (messages, plan, policy, limit, phone, wanted) in [
            (1, &plan, &policy(), open, none, "2026-03-27 12:00"),
            (201, &plan, &policy(), open, none, "2026-03-27 12:10"),
            (201, &late, &policy(), open, none, "2026-03-30 12:10"),
            // Eight hours of the first day (12:00 to 20:00 UTC), then from 07:00 on; on Sunday from 06:00 on.
            (480, &slow, &nights, open, none, "2026-03-27 19:59"),
            (481, &slow, &nights, open, none, "2026-03-28 07:00"),
            (480 + 780 + 1, &slow, &nights, open, none, "2026-03-29 06:00"),
            (100, &plan, &capped, open, today, "2026-03-28 00:04"),
            (301, &plan, &capped, open, none, "2026-03-30 00:00"),
            // The day's cap is used up before the quiet hour of the day.
            (101, &plan, &at_one, open, none, "2026-03-28 00:00"),
            (11, &plan, &warm, open, none, "2026-03-28 00:00"),
            (31, &plan, &warm, open, none, "2026-03-29 00:00"),
            (71, &plan, &warm, open, none, "2026-03-30 00:00"),
            (81, &plan, &policy(), minute, none, "2026-03-27 12:10"),
            (81, &plan, &policy(), day, none, "2026-03-28 00:00"),
            (11, &plan, &policy(), gap, none, "2026-03-27 12:10"),
        ] {
            let at = ends(messages, plan.clone(), policy, limit, phone).map(|at| at / 60_000 * 60_000);
            assert_eq!(at, Some(utc(wanted)), "{messages} {plan:?} {limit:?}");
        }
        let expires = Plan { expires_ms: utc("2026-03-27 12:10"), ..plan.clone() };
        assert!(ends(200, expires, &policy(), open, none).is_some());
        assert_eq!(ends(201, Plan { expires_ms: utc("2026-03-27 12:10"), ..plan }, &policy(), open, none), None);
    }
}
