//! Quiet hours: while the clocks on the wall show a time between two others, nothing is sent. Where clocks are put back over the end of
//! the hours, that end comes twice, and what lies before it is quiet both times.

use super::clock::{Clock, DAY_MIN, Offsets, Reading};
use crate::config::QuietHours;

/// Hours of the policy and of a batch: at none of them anything is sent.
#[derive(Clone)]
#[allow(missing_debug_implementations, reason = "a closure has no text")]
pub struct Quiet<'a> {
    hours: Vec<(&'a QuietHours, Clock<'a>)>,
}

impl<'a> Quiet<'a> {
    /// These hours; nothing where one of their zones isn't known.
    #[must_use]
    pub fn of(hours: impl IntoIterator<Item = &'a QuietHours>, offsets: Offsets<'a>) -> Option<Self> {
        let with_clock = |hours: &'a QuietHours| Some((hours, Clock::of(&hours.zone, offsets)?));
        Some(Quiet { hours: hours.into_iter().map(with_clock).collect::<Option<_>>()? })
    }

    /// The first time from then on at which something may be sent; nothing where the hours leave no time of the day.
    #[must_use]
    pub fn over(&self, from_ms: i64) -> Option<i64> {
        let mut at_ms = from_ms;
        // Hours that follow each other may be over one by one; those that are begun again while others last leave nothing.
        for _ in 0..=self.hours.len().saturating_mul(2) {
            let ends = |(hours, clock): &(&QuietHours, Clock<'_>)| {
                clock.first(at_ms, hours.to.minutes().into(), |now| !is_quiet(hours, now))
            };
            let over_ms = self.hours.iter().map(ends).max().unwrap_or(at_ms);
            if over_ms == at_ms {
                return Some(at_ms);
            }
            at_ms = over_ms;
        }
        None
    }

    /// The first time from then on that is quiet; nothing where none ever is.
    #[must_use]
    pub fn next(&self, from_ms: i64) -> Option<i64> {
        let begins = |(hours, clock): &(&QuietHours, Clock<'_>)| {
            clock.first(from_ms, hours.from.minutes().into(), |now| is_quiet(hours, now))
        };
        self.hours.iter().map(begins).min()
    }
}

fn is_quiet(hours: &QuietHours, now: Reading) -> bool {
    let (from, to) = (i64::from(hours.from.minutes()), i64::from(hours.to.minutes()));
    // Counted from their beginning, hours that pass midnight are as others.
    let since_from = |minute: i64| minute.saturating_sub(from).rem_euclid(DAY_MIN);
    since_from(now.minute) < since_from(to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::batches::pace::transitions::{offset_min, utc};

    fn hours(text: &str) -> QuietHours {
        let parts: Vec<&str> = text.split(' ').collect();
        QuietHours::parse(parts[0], parts[1], parts[2]).unwrap()
    }

    #[test]
    fn the_hours_are_over_when_the_clocks_say_so() {
        for (hours_, from, wanted) in [
            // Over midnight, within a day, and at their very ends.
            ("21:00 08:00 UTC", "2026-01-01 20:59", "2026-01-01 20:59"),
            ("21:00 08:00 UTC", "2026-01-01 21:00", "2026-01-02 08:00"),
            ("21:00 08:00 UTC", "2026-01-02 07:59", "2026-01-02 08:00"),
            ("21:00 08:00 UTC", "2026-01-02 08:00", "2026-01-02 08:00"),
            ("12:00 14:00 UTC", "2026-01-01 13:00", "2026-01-01 14:00"),
            ("12:00 14:00 UTC", "2026-01-01 11:59", "2026-01-01 11:59"),
            // The nights in which the clocks change, and those around them.
            ("21:00 08:00 Europe/Berlin", "2026-03-27 21:00", "2026-03-28 07:00"),
            ("21:00 08:00 Europe/Berlin", "2026-03-28 21:00", "2026-03-29 06:00"),
            ("21:00 08:00 Europe/Berlin", "2026-03-29 00:59", "2026-03-29 06:00"),
            ("21:00 08:00 Europe/Berlin", "2026-03-29 21:00", "2026-03-30 06:00"),
            ("21:00 08:00 Europe/Berlin", "2026-10-24 21:00", "2026-10-25 07:00"),
            ("21:00 08:00 Europe/Berlin", "2026-10-25 00:30", "2026-10-25 07:00"),
            ("21:00 08:00 Europe/Berlin", "2026-10-25 01:30", "2026-10-25 07:00"),
            // An end in the hour that is skipped: over when the clocks jump past it.
            ("21:00 02:30 Europe/Berlin", "2026-03-28 23:00", "2026-03-29 01:00"),
            ("21:00 02:00 Europe/Berlin", "2026-03-28 23:00", "2026-03-29 01:00"),
            ("21:00 03:00 Europe/Berlin", "2026-03-28 23:00", "2026-03-29 01:00"),
            // A beginning in that hour.
            ("02:30 08:00 Europe/Berlin", "2026-03-29 00:59", "2026-03-29 00:59"),
            ("02:30 08:00 Europe/Berlin", "2026-03-29 01:00", "2026-03-29 06:00"),
            // All of them in it: they don't take place.
            ("02:10 02:50 Europe/Berlin", "2026-03-29 00:59", "2026-03-29 00:59"),
            ("02:10 02:50 Europe/Berlin", "2026-03-29 01:00", "2026-03-29 01:00"),
            // An end in the hour that comes twice.
            ("21:00 02:30 Europe/Berlin", "2026-10-24 23:00", "2026-10-25 00:30"),
            ("21:00 02:30 Europe/Berlin", "2026-10-25 01:00", "2026-10-25 01:30"),
            ("21:00 08:00 America/New_York", "2026-03-08 06:00", "2026-03-08 12:00"),
            ("21:00 08:00 America/New_York", "2026-11-01 02:00", "2026-11-01 13:00"),
            // Half an hour.
            ("21:00 08:00 Australia/Lord_Howe", "2026-04-04 12:00", "2026-04-04 21:30"),
            ("21:00 08:00 Australia/Lord_Howe", "2026-10-03 12:00", "2026-10-03 21:00"),
            ("21:00 01:45 Australia/Lord_Howe", "2026-04-04 14:00", "2026-04-04 14:45"),
            ("21:00 01:45 Australia/Lord_Howe", "2026-04-04 15:00", "2026-04-04 15:15"),
            ("21:00 02:15 Australia/Lord_Howe", "2026-10-03 15:00", "2026-10-03 15:30"),
        ] {
            let hours = hours(hours_);
            let quiet = Quiet::of([&hours], &offset_min).unwrap();
            assert_eq!(quiet.over(utc(from)), Some(utc(wanted)), "{hours_} from {from}");
            let seconds = 30_000;
            let wanted = if from == wanted { utc(from) + seconds } else { utc(wanted) };
            assert_eq!(quiet.over(utc(from) + seconds), Some(wanted), "{hours_} half a minute after {from}");
        }
    }

    #[test]
    fn no_minute_of_a_year_is_judged_otherwise_than_by_its_clock() {
        for text in [
            "21:00 08:00 Europe/Berlin",
            "02:30 03:30 Europe/Berlin",
            "23:30 00:30 Asia/Beirut",
            "01:40 02:10 Australia/Lord_Howe",
        ] {
            let hours = hours(text);
            let quiet = Quiet::of([&hours], &offset_min).unwrap();
            let clock = Clock::of(&hours.zone, &offset_min).unwrap();
            let is_quiet = |at_ms: i64| is_quiet(&hours, clock.read(at_ms));
            // The days around each change, minute by minute, from the end: when the next minute that may be sent in is, is known then.
            for day in ["2026-03-28 00:00", "2026-04-04 00:00", "2026-10-03 00:00", "2026-10-24 00:00"] {
                let (mut next_free, mut next_quiet) = (None, None);
                for minute in (0..3 * 1440).rev() {
                    let at = utc(day) + minute * 60_000;
                    *(if is_quiet(at) { &mut next_quiet } else { &mut next_free }) = Some(at);
                    if let Some(free) = next_free {
                        assert_eq!(quiet.over(at), Some(free), "{text} {day} {minute}");
                    }
                    if next_quiet.is_some() {
                        assert_eq!(quiet.next(at), next_quiet, "{text} {day} {minute}");
                    }
                }
            }
        }
    }

    #[test]
    fn hours_of_policy_and_batch_both_hold() {
        let (night, noon, day) = (hours("21:00 08:00 UTC"), hours("08:00 09:30 UTC"), hours("08:00 21:00 UTC"));
        let both = Quiet::of([&night, &noon], &offset_min).unwrap();
        assert_eq!(both.over(utc("2026-01-01 22:00")), Some(utc("2026-01-02 09:30")));
        assert_eq!(both.over(utc("2026-01-01 12:00")), Some(utc("2026-01-01 12:00")));
        assert_eq!(both.next(utc("2026-01-01 10:00")), Some(utc("2026-01-01 21:00")));
        let never = Quiet::of([&night, &day], &offset_min).unwrap();
        assert_eq!(never.over(utc("2026-01-01 12:00")), None);
        let none = Quiet::of([], &offset_min).unwrap();
        assert_eq!((none.over(7), none.next(7)), (Some(7), None));
        assert!(Quiet::of([&hours("21:00 08:00 Europe/Cologne")], &offset_min).is_none());
    }
}
