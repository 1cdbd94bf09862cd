//! The `Retry-After` header: seconds, or a date.

use std::time::Duration;

use crate::strings::{integer, is_digits, trim};

/// What a longer `Retry-After` counts as: a day.
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(86_400);

/// How long to wait, by a `Retry-After` header (RFC 9110, 10.2.3): seconds, or a date, whose wait is counted from `now`, the time
/// since the Unix epoch. A date that is over is no wait, more than [`MAX_RETRY_AFTER`] is that; `None` where it is neither form.
///
/// ```
/// use std::time::Duration;
/// use maytapi::client::parse_retry_after;
///
/// let now = Duration::from_secs(784_111_777); // Sun, 06 Nov 1994 08:49:37 GMT
/// assert_eq!(parse_retry_after("120", now), Some(Duration::from_secs(120)));
/// assert_eq!(parse_retry_after("Sun, 06 Nov 1994 08:50:07 GMT", now), Some(Duration::from_secs(30)));
/// ```
#[must_use]
pub fn parse_retry_after(value: &str, now: Duration) -> Option<Duration> {
    let value = trim(value);
    let wait = if is_digits(value.as_bytes()) {
        // More digits than fit say more than a day, too.
        integer(value).map_or(Duration::MAX, |seconds| Duration::from_secs(seconds.unsigned_abs()))
    } else {
        Duration::from_secs(seconds_of_date(value.as_bytes().try_into().ok()?)?).saturating_sub(now)
    };
    Some(wait.min(MAX_RETRY_AFTER))
}

/// Seconds from the Unix epoch to a date in HTTP's form. One before the epoch counts as the epoch. The two obsolete forms are sent by
/// nobody any more.
fn seconds_of_date(date: &[u8; 29]) -> Option<u64> {
    const FORM: &[u8; 29] = b"aaa, 00 aaa 0000 00:00:00 GMT";
    for (wanted, byte) in FORM.iter().zip(date) {
        let fits = match wanted {
            b'a' => byte.is_ascii_alphabetic(),
            b'0' => byte.is_ascii_digit(),
            same => byte == same,
        };
        if !fits {
            return None;
        }
    }
    let month = MONTHS.chunks(3).position(|name| name == &date[8..11])?;
    let (day, year) = (number(&date[5..7]), number(&date[12..16]));
    let (hour, minute, second) = (number(&date[17..19]), number(&date[20..22]), number(&date[23..25]));
    if !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let days = days_since_epoch(year, i64::try_from(month).ok()?, day);
    Some(u64::try_from(seconds(days, hour, minute, second)).unwrap_or_default())
}

/// The number that a few decimal digits say.
#[expect(clippy::arithmetic_side_effects, reason = "at most four digits")]
fn number(digits: &[u8]) -> i64 {
    digits.iter().fold(0, |number, digit| number * 10 + i64::from(digit & 0xf))
}

/// Days from the Unix epoch to a date of the Gregorian calendar; January is month 0.
#[expect(clippy::arithmetic_side_effects, reason = "the year has four digits, month and day have two")]
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    // Years that begin in March have their odd day at the end.
    let (year, month) = if month < 2 { (year - 1, month + 10) } else { (year, month - 2) };
    let leap_days = year / 4 - year / 100 + year / 400;
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - DAYS_TO_EPOCH
}

#[expect(clippy::arithmetic_side_effects, reason = "days of four-digit years, and numbers of two digits")]
fn seconds(days: i64, hour: i64, minute: i64, second: i64) -> i64 {
    ((days * 24 + hour) * 60 + minute) * 60 + second
}

const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";

/// From the first of March of the year 0 to the first of January 1970.
const DAYS_TO_EPOCH: i64 = 719_468;

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(784_111_777);

    #[test]
    fn seconds_and_dates_are_read() {
        for (value, seconds) in [
            ("0", 0),
            ("7", 7),
            (" 7 ", 7),
            ("86400", 86_400),
            ("86401", 86_400),
            ("99999999999", 86_400),
            ("99999999999999999999999999", 86_400),
            ("Sun, 06 Nov 1994 08:49:47 GMT", 10),
            ("Sun, 06 Nov 1904 08:49:47 GMT", 0),
            ("Sun, 06 Nov 1994 08:49:07 GMT", 0),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Fri, 31 Dec 2049 00:00:00 GMT", 86_400),
        ] {
            assert_eq!(parse_retry_after(value, NOW), Some(Duration::from_secs(seconds)), "{value}");
        }
    }

    #[test]
    fn a_date_is_counted_from_the_epoch_over_leap_years_to_the_leap_second() {
        for (date, seconds) in [
            ("Mon, 01 Jan 2024 00:00:00 GMT", 1_704_067_200),
            ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199),
            ("Fri, 01 Mar 2024 00:00:00 GMT", 1_709_251_200),
            ("Wed, 01 Mar 2000 00:00:00 GMT", 951_868_800),
            ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800),
        ] {
            assert_eq!(seconds_of_date(date.as_bytes().try_into().unwrap()), Some(seconds), "{date}");
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn dates_are_those_of_httpdate(seconds in 0_u64..4_102_444_800) {
            let date = std::time::SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).unwrap();
            proptest::prop_assert_eq!(seconds_of_date(httpdate::fmt_http_date(date).as_bytes().try_into().unwrap()), Some(seconds));
        }
    }

    #[test]
    fn anything_else_is_no_wait() {
        for value in [
            "",
            " ",
            "soon",
            "-1",
            "+1",
            "1.5",
            "1e3",
            "0x10",
            "7 s",
            "Sun, 06 Nov 1994",
            "1994-11-06T08:49:47Z",
            "Sun, 06 Nov 1994 24:49:47 GMT",
            "Sun, 06 Nov 1994 08:60:47 GMT",
            "Sun, 06 Nov 1994 08:49:61 GMT",
            "Sun, 00 Nov 1994 08:49:47 GMT",
            "Sun, 06 Nov 1994 08:49:47 CET",
            "Sunday, 06-Nov-94 08:49:47 GMT",
            "Sun Nov  6 08:49:47 1994",
            "Sun, 06 Növ 1994 08:49:47 GMT",
            "Sun, 32 Nov 1994 08:49:47 GMT",
            "Sun, 06 Nov 1994 08:49:47 GMT x",
            "Sun, 06 Nov 99999 08:49:47 GMT",
        ] {
            assert_eq!(parse_retry_after(value, NOW), None, "{value}");
        }
    }
}
