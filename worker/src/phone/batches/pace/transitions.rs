//! A few real time zones in 2026, for tests: when each changes its clocks, and to what.

/// From when on, in UTC, the clocks are ahead of it by so many minutes.
const ZONES: [(&str, &[(&str, i64)]); 5] = [
    ("UTC", &[("1970-01-01 00:00", 0)]),
    ("Europe/Berlin", &[("1970-01-01 00:00", 60), ("2026-03-29 01:00", 120), ("2026-10-25 01:00", 60)]),
    ("America/New_York", &[("1970-01-01 00:00", -300), ("2026-03-08 07:00", -240), ("2026-11-01 06:00", -300)]),
    ("Australia/Lord_Howe", &[("1970-01-01 00:00", 660), ("2026-04-04 15:00", 630), ("2026-10-03 15:30", 660)]),
    ("Asia/Beirut", &[("1970-01-01 00:00", 120), ("2026-03-28 22:00", 180), ("2026-10-24 21:00", 120)]),
];

/// What the runtime tells of these zones.
pub fn offset_min(zone: &str, at_ms: i64) -> Option<i64> {
    let (_, changes) = ZONES.iter().find(|(name, _)| *name == zone)?;
    let last = changes.iter().rev().find(|(from, _)| utc(from) <= at_ms);
    Some(last.or(changes.first()).unwrap().1)
}

/// A time of 1970 or later, written `2026-03-29 01:00`, in milliseconds since 1970.
#[expect(clippy::arithmetic_side_effects, reason = "dates of tests")]
pub fn utc(text: &str) -> i64 {
    let numbers: Vec<i64> = text.split(['-', ' ', ':']).map(|number| number.parse().unwrap()).collect();
    let [year, month, day, hour, minute] = numbers[..] else { panic!("{text}") };
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let years: i64 = (1970..year).map(|year| if is_leap(year) { 366 } else { 365 }).sum();
    let february = if is_leap(year) { 29 } else { 28 };
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let days = years + months[..(month - 1) as usize].iter().sum::<i64>() + day - 1;
    ((days * 24 + hour) * 60 + minute) * 60_000
}
