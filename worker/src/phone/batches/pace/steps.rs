//! What a clock that is put forward or back does to a batch's pace: the rules over time, with a real clock beside the one that they are told.

use super::memory::PhonePace;
use super::plan::{Plan, tests::policy};
use super::transitions::{offset_min, utc};
use super::verdict::{Moment, Verdict, gap_ms};
use crate::config::{BatchPolicy, Limit};
use crate::phone::batches::model::WaitsFor;

const DAY_MS: i64 = 86_400_000;
/// How often it is looked whether something is due.
const TICK_MS: i64 = 10;
/// When the clock is set, at several points between two messages, and how long it is looked on after that.
const SET_MS: [i64; 6] = [30_000, 30_500, 31_300, 33_000, 36_500, 41_000];
const AFTER_MS: i64 = 60_000;

/// When messages go, by the real clock, of a batch that does what the object's alarm does; at a time the other is set by so much.
#[expect(clippy::arithmetic_side_effects, reason = "times of tests")]
fn sends(per_minute: u32, set_ms: i64, set_by_ms: i64) -> Vec<i64> {
    let plan = Plan { per_minute, daily_cap: None, quiet: None, start_ms: None, expires_ms: i64::MAX };
    let policy = BatchPolicy { per_minute: 600, ..policy() };
    let limit = Limit::default();
    let began_ms = utc("2026-01-05 12:00");
    let (mut next_ms, mut phone) = (began_ms, PhonePace { next_ms: began_ms, ..PhonePace::default() });
    let mut sends = Vec::new();
    // Never the same gap twice.
    let mut random = 0.5;
    for real_ms in (0..set_ms + AFTER_MS).step_by(usize::try_from(TICK_MS).unwrap()) {
        let now_ms = began_ms + real_ms + if real_ms < set_ms { 0 } else { set_by_ms };
        (next_ms, phone) = (next_ms.min(plan.latest_ms(&policy, now_ms)), phone.within_a_gap(&policy, now_ms));
        if now_ms < next_ms {
            continue;
        }
        let moment = Moment {
            now_ms,
            plan: &plan,
            policy: &policy,
            next_ms,
            phone,
            status: None,
            is_paused: false,
            limit: &limit,
            counter: None,
            offsets: &offset_min,
        };
        match moment.verdict() {
            Verdict::Go => {
                (phone, next_ms) = moment.sent(random);
                random = (random + 0.618) % 1.0;
                sends.push(real_ms);
            }
            Verdict::Wait(WaitsFor::Pace, until_ms) => next_ms = until_ms,
            verdict => panic!("{verdict:?}"),
        }
    }
    sends
}

#[expect(clippy::arithmetic_side_effects, reason = "times of tests")]
fn gaps(sends: &[i64]) -> impl Iterator<Item = i64> {
    sends.iter().zip(sends.iter().skip(1)).map(|(one, next)| next - one)
}

#[test]
fn a_clock_that_is_set_back_makes_no_batch_faster_and_delays_it_by_one_gap_at_most() {
    for (per_minute, set_ms) in cases() {
        let [least_ms, longest_ms] = [0.0, 1.0].map(|random| gap_ms(per_minute, policy().jitter, random));
        for back_ms in [50, 2900, 10_000, 400 * DAY_MS] {
            let sends = sends(per_minute, set_ms, -back_ms);
            let (least, longest) = (gaps(&sends).min().unwrap(), gaps(&sends).max().unwrap());
            let case = format!("{per_minute} a minute, {back_ms} ms back at {set_ms}");
            assert!(least >= least_ms - TICK_MS, "{case}: {least} ms between two");
            assert!(longest <= longest_ms + back_ms.min(longest_ms) + 2 * TICK_MS, "{case}: {longest} ms between two");
        }
    }
}

#[test]
fn a_clock_that_is_put_forward_sends_no_burst() {
    for (per_minute, set_ms) in cases() {
        let usual = sends(per_minute, set_ms, 0).len();
        for forward_ms in [1000, 10_000, 400 * DAY_MS] {
            // The one that waited, and what one that is late may catch up.
            let sends = sends(per_minute, set_ms, forward_ms).len();
            let case = format!("{per_minute} a minute, {forward_ms} ms forward at {set_ms}");
            assert!(sends <= usual + 2, "{case}: {sends} in place of {usual}");
        }
    }
}

fn cases() -> impl Iterator<Item = (u32, i64)> {
    [5, 20, 600].into_iter().flat_map(|per_minute| SET_MS.map(|set_ms| (per_minute, set_ms)))
}
