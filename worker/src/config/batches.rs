//! What policy allows batches: how large, how fast, at which hours, and what stops them.

/// What policy allows batches. A batch of its own may only ask for less.
#[derive(Clone, Debug)]
pub struct BatchPolicy {
    /// How many recipients a batch may have.
    pub max_recipients: u32,
    /// How many messages a minute the phone sends for batches.
    pub per_minute: u32,
    /// How many a day it sends for them.
    pub daily_cap: Option<u32>,
    /// By which part of itself the time between two messages varies, either way.
    pub jitter: f64,
    /// The part of the phone's limits that batches may use up.
    pub share: f64,
    /// When nothing is sent.
    pub quiet: Option<QuietHours>,
    /// How many go out on each day of use, from the first; the last holds on. Empty where there is no warm-up.
    pub warm_up: Vec<u32>,
    /// After how many refusals in a row a batch is held.
    pub stop_after_refusals: u32,
    /// With which words, in lower case, somebody asks to get no more.
    pub opt_out: Vec<String>,
    /// How long results are kept, in milliseconds.
    pub retention_ms: i64,
}

/// Hours of the day at which nothing is sent, by the clocks of a time zone. They may pass midnight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuietHours {
    /// When they begin.
    pub from: TimeOfDay,
    /// When they are over.
    pub to: TimeOfDay,
    /// The zone's name in the IANA database, or what may be one.
    pub zone: String,
}

/// A time of day, in minutes since midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay(u16);

/// Why hours can't be quiet hours: which part of them, and what is wanted there.
pub type WrongHours = (&'static str, &'static str);

/// What is wanted of a time of day.
pub const TIME: &str = "must be a time of day from 00:00 to 23:59, such as 21:00";
/// What is wanted of a zone.
pub const ZONE: &str = "must be a time zone by its IANA name, such as Europe/Berlin";

impl BatchPolicy {
    /// The zone by which its days are counted: that of its quiet hours.
    #[must_use]
    pub fn zone(&self) -> &str {
        self.quiet.as_ref().map_or("UTC", |quiet| &quiet.zone)
    }
}

impl QuietHours {
    /// Reads them. Whether there is such a zone, only the runtime knows.
    ///
    /// # Errors
    /// Which part is wrong.
    pub fn parse(from: &str, to: &str, zone: &str) -> Result<Self, WrongHours> {
        let from = TimeOfDay::parse(from).ok_or(("from", TIME))?;
        let to = TimeOfDay::parse(to).ok_or(("to", TIME))?;
        if from == to {
            return Err(("to", "must be another time than from: hours of the whole day would never end"));
        }
        if !may_be_zone(zone) {
            return Err(("zone", ZONE));
        }
        Ok(QuietHours { from, to, zone: zone.to_owned() })
    }
}

impl TimeOfDay {
    /// Reads `HH:MM`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (hour, minute) = text.split_once(':')?;
        let number = |digits: &str, below: u16| {
            let is_written = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
            digits.parse::<u16>().ok().filter(|number| is_written && *number < below)
        };
        let (hour, minute) = (number(hour, 24)?, number(minute, 60)?);
        Some(TimeOfDay(hour.saturating_mul(60).saturating_add(minute)))
    }

    /// Minutes since midnight.
    #[must_use]
    pub fn minutes(self) -> u16 {
        self.0
    }

    /// As `HH:MM`.
    #[must_use]
    pub fn text(self) -> String {
        format!("{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// Whether this can be a name of the IANA database. Offsets such as `+02:00` are none: they know no summer.
fn may_be_zone(name: &str) -> bool {
    let starts = name.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
    starts && name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_+-".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_is_written_in_one_way() {
        for (text, minutes) in [("00:00", 0), ("07:05", 425), ("23:59", 1439)] {
            let time = TimeOfDay::parse(text).unwrap();
            assert_eq!((time.minutes(), time.text().as_str()), (minutes, text));
        }
        for text in ["", "7:05", "24:00", "23:60", "23:5", "0700", "+7:00", "07:00:00", "07.00", "7 pm"] {
            assert_eq!(TimeOfDay::parse(text), None, "{text}");
        }
    }

    #[test]
    fn wrong_hours_name_their_part() {
        let parse = |from, to, zone| QuietHours::parse(from, to, zone).map_err(|(part, _)| part);
        assert!(parse("21:00", "08:00", "America/Argentina/Buenos_Aires").is_ok());
        assert!(parse("01:00", "08:00", "Etc/GMT+2").is_ok());
        let long = "a".repeat(65);
        for (from, to, zone, part) in [
            ("9pm", "08:00", "UTC", "from"),
            ("21:00", "8", "UTC", "to"),
            ("21:00", "21:00", "UTC", "to"),
            ("21:00", "08:00", "", "zone"),
            ("21:00", "08:00", "+02:00", "zone"),
            ("21:00", "08:00", "Europe/Köln", "zone"),
            ("21:00", "08:00", &long, "zone"),
        ] {
            assert_eq!(parse(from, to, zone), Err(part), "{from} {to} {zone}");
        }
    }
}
