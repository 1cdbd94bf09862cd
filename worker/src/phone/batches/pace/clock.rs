//! What the clocks on the walls of a time zone show, and when they will show something else, also where they are put forward or back.

/// By how many minutes the clocks of a zone are ahead of UTC at a time, in milliseconds since 1970; nothing where there is no such zone.
pub type Offsets<'a> = &'a dyn Fn(&str, i64) -> Option<i64>;

const MINUTE_MS: i64 = 60_000;
pub(super) const DAY_MIN: i64 = 1440;

/// The clocks of a time zone.
#[derive(Clone, Copy)]
#[allow(missing_debug_implementations, reason = "a closure has no text")]
pub struct Clock<'a> {
    zone: &'a str,
    offsets: Offsets<'a>,
}

/// What the clocks show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The day, counted from 1970-01-01.
    pub day: i64,
    /// The minute of the day.
    pub minute: i64,
}

impl<'a> Clock<'a> {
    /// The clocks of this zone; nothing where there is none.
    #[must_use]
    pub fn of(zone: &'a str, offsets: Offsets<'a>) -> Option<Self> {
        offsets(zone, 0).map(|_| Clock { zone, offsets })
    }

    /// What they show at a time, in milliseconds since 1970.
    #[must_use]
    pub fn read(&self, at_ms: i64) -> Reading {
        let minutes = at_ms.div_euclid(MINUTE_MS).saturating_add(self.offset(at_ms));
        Reading { day: minutes.div_euclid(DAY_MIN), minute: minutes.rem_euclid(DAY_MIN) }
    }

    /// The first time from `from_ms` on at which they show what is wanted. That begins at this minute of the day, or where the clocks are
    /// put forward over it.
    #[must_use]
    pub fn first(&self, from_ms: i64, minute: i64, wanted: impl Fn(Reading) -> bool) -> i64 {
        if wanted(self.read(from_ms)) {
            return from_ms;
        }
        let mut at_ms = from_ms.div_euclid(MINUTE_MS).saturating_mul(MINUTE_MS);
        // Each round ends at that minute or at a change of the clocks, and they are not changed twice in a day.
        for _ in 0..3 {
            let minutes = match minute.saturating_sub(self.read(at_ms).minute).rem_euclid(DAY_MIN) {
                0 => DAY_MIN,
                minutes => minutes,
            };
            let then_ms = at_ms.saturating_add(minutes.saturating_mul(MINUTE_MS));
            if self.offset(then_ms) == self.offset(at_ms) {
                return then_ms;
            }
            at_ms = self.change(at_ms, then_ms);
            if wanted(self.read(at_ms)) {
                return at_ms;
            }
        }
        at_ms
    }

    /// The next midnight, or what takes its place.
    #[must_use]
    pub fn next_day(&self, from_ms: i64) -> i64 {
        let today = self.read(from_ms).day;
        self.first(from_ms, 0, |reading| reading.day > today)
    }

    /// When the clocks are changed between two times, by which they have been.
    fn change(&self, mut before_ms: i64, mut after_ms: i64) -> i64 {
        let old = self.offset(before_ms);
        while after_ms.saturating_sub(before_ms) > MINUTE_MS {
            let minutes = after_ms.saturating_sub(before_ms).div_euclid(MINUTE_MS).div_euclid(2);
            let middle_ms = before_ms.saturating_add(minutes.saturating_mul(MINUTE_MS));
            *(if self.offset(middle_ms) == old { &mut before_ms } else { &mut after_ms }) = middle_ms;
        }
        after_ms
    }

    fn offset(&self, at_ms: i64) -> i64 {
        // That there is the zone was seen when this was made.
        (self.offsets)(self.zone, at_ms).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::batches::pace::transitions::{offset_min, utc};

    fn read(zone: &str, at: &str) -> (i64, i64) {
        let Reading { day, minute } = Clock::of(zone, &offset_min).unwrap().read(utc(at));
        (day.checked_sub(utc("2026-01-01 00:00") / 86_400_000).unwrap(), minute)
    }

    #[test]
    fn clocks_are_read_on_both_sides_of_a_change() {
        for (zone, at, day, hour, minute) in [
            ("UTC", "2026-01-01 00:00", 0, 0, 0),
            ("Europe/Berlin", "2026-03-29 00:59", 87, 1, 59),
            ("Europe/Berlin", "2026-03-29 01:00", 87, 3, 0),
            ("Europe/Berlin", "2026-10-25 00:59", 297, 2, 59),
            ("Europe/Berlin", "2026-10-25 01:00", 297, 2, 0),
            ("America/New_York", "2026-01-01 03:00", -1, 22, 0),
            ("America/New_York", "2026-03-08 07:00", 66, 3, 0),
            ("Australia/Lord_Howe", "2026-04-04 14:59", 94, 1, 59),
            ("Australia/Lord_Howe", "2026-04-04 15:00", 94, 1, 30),
        ] {
            assert_eq!(read(zone, at), (day, hour * 60 + minute), "{zone} {at}");
        }
        assert!(Clock::of("Europe/Cologne", &offset_min).is_none());
    }

    #[test]
    fn a_day_ends_at_midnight_or_where_the_clocks_skip_it() {
        for (zone, from, wanted) in [
            ("UTC", "2026-01-01 00:00", "2026-01-02 00:00"),
            ("UTC", "2026-01-01 23:59", "2026-01-02 00:00"),
            ("Europe/Berlin", "2026-03-28 23:00", "2026-03-29 22:00"),
            ("Europe/Berlin", "2026-03-29 00:30", "2026-03-29 22:00"),
            ("Europe/Berlin", "2026-10-24 22:00", "2026-10-25 23:00"),
            // In the hour that comes twice.
            ("Europe/Berlin", "2026-10-25 00:30", "2026-10-25 23:00"),
            // Midnight itself is skipped: 23:59 is followed by 01:00.
            ("Asia/Beirut", "2026-03-28 12:00", "2026-03-28 22:00"),
            // Midnight comes twice: the day before has 25 hours.
            ("Asia/Beirut", "2026-10-24 12:00", "2026-10-24 22:00"),
        ] {
            let clock = Clock::of(zone, &offset_min).unwrap();
            assert_eq!(clock.next_day(utc(from)), utc(wanted), "{zone} {from}");
        }
    }
}
