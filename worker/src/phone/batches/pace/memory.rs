//! What the rules of pace remember: of a phone its days of use, of a batch how its last messages ended.

use maytapi::named_enum;

/// What is remembered of a phone, over all its batches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PhonePace {
    /// The day that the count belongs to, from 1970-01-01, in the policy's zone.
    pub day: i64,
    /// How many messages batches sent on it.
    pub sent: u32,
    /// On how many days before batches sent something.
    pub used: u32,
    /// When the next may go, in milliseconds since 1970.
    pub next_ms: i64,
}

impl PhonePace {
    /// As it is on this day. A clock that went back over midnight does not begin the day before it anew.
    #[must_use]
    pub fn on(self, day: i64) -> Self {
        if day <= self.day {
            return self;
        }
        PhonePace { day, sent: 0, used: self.used.saturating_add(u32::from(self.sent > 0)), ..self }
    }

    /// For storage.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{} {} {} {}", self.day, self.sent, self.used, self.next_ms)
    }

    /// Reads what [`PhonePace::text`] wrote; of a phone that sent nothing yet there is nothing.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut numbers = text.split(' ').map_while(|number| number.parse::<i64>().ok());
        let mut next = || numbers.next().unwrap_or_default();
        let day = next();
        let mut count = || u32::try_from(next()).unwrap_or_default();
        PhonePace { day, sent: count(), used: count(), next_ms: next() }
    }
}

/// How a message of a batch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Maytapi has it.
    Queued,
    /// Maytapi said no.
    Refused,
    /// Nobody knows.
    Unknown,
}

named_enum! {
    /// Why a batch is held until a person looks at it.
    pub enum Hold {
        /// Maytapi refused too many in a row, or too many of the last.
        Refusals = "refusals",
        /// Nobody knows what became of the last.
        Unknowns = "unknowns",
        /// The configuration doesn't allow it any more.
        Config = "config",
    }
}

/// What is remembered of a batch. Who lets a held one go on begins anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BatchPace {
    /// How many refusals there were in a row.
    pub refused: u32,
    /// How many unknowns there were in a row.
    pub unknown: u32,
    /// Of the last messages: a bit for each, set for a refusal, the newest lowest.
    last: u64,
    /// How many of these there are, [`LAST`] at most.
    counted: u32,
}

/// Over how many messages the share of refusals is taken.
const LAST: u32 = 50;
/// How many refusals among these hold a batch: 20 %.
const MOST_OF_LAST: u32 = 10;
/// How many unknowns in a row hold it.
const MOST_UNKNOWN: u32 = 3;

impl BatchPace {
    /// Remembers one more; tells whether the batch is to be held, `most_refused` being the refusals in a row that policy allows for.
    pub fn after(&mut self, end: End, most_refused: u32) -> Option<Hold> {
        let run = |length: u32, is: bool| if is { length.saturating_add(1) } else { 0 };
        self.refused = run(self.refused, end == End::Refused);
        self.unknown = run(self.unknown, end == End::Unknown);
        let newest = u64::from(end == End::Refused);
        self.last = (self.last << 1 | newest) & ((1_u64 << LAST) - 1);
        self.counted = self.counted.saturating_add(1).min(LAST);
        let many = self.counted == LAST && self.last.count_ones() >= MOST_OF_LAST;
        if end == End::Refused && (self.refused >= most_refused || many) {
            return Some(Hold::Refusals);
        }
        (self.unknown >= MOST_UNKNOWN).then_some(Hold::Unknowns)
    }

    /// For storage.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{} {} {} {}", self.refused, self.unknown, self.last, self.counted)
    }

    /// Reads what [`BatchPace::text`] wrote; of a batch that sent nothing yet there is nothing.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut numbers = text.split(' ').map_while(|number| number.parse::<u64>().ok());
        let mut next = || numbers.next().unwrap_or_default();
        let mut count = || u32::try_from(next()).unwrap_or_default();
        let (refused, unknown) = (count(), count());
        BatchPace { refused, unknown, last: next(), counted: u32::try_from(next()).unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(ends: impl IntoIterator<Item = End>, most_refused: u32) -> Vec<Option<Hold>> {
        let mut pace = BatchPace::default();
        let after = |end| {
            let hold = pace.after(end, most_refused);
            assert_eq!(BatchPace::parse(&pace.text()), pace);
            hold
        };
        ends.into_iter().map(after).collect()
    }

    #[test]
    fn refusals_in_a_row_hold_a_batch() {
        use End::{Queued, Refused, Unknown};
        let refusals = Some(Hold::Refusals);
        assert_eq!(holds([Refused, Refused, Refused], 3), [None, None, refusals]);
        assert_eq!(holds([Refused, Refused, Queued, Refused, Refused], 3), [None; 5]);
        assert_eq!(holds([Refused, Unknown, Refused], 2), [None; 3]);
        assert_eq!(holds([Refused], 1), [refusals]);
    }

    #[test]
    fn a_fifth_of_the_last_fifty_refused_holds_a_batch() {
        let every = |n: usize, of: usize| (1..=of).map(move |i| if i % n == 0 { End::Refused } else { End::Queued });
        let first = |ends: Vec<Option<Hold>>| ends.iter().position(Option::is_some);
        // A fifth: the tenth refusal is the fiftieth message.
        assert_eq!(first(holds(every(5, 60), 5)), Some(49));
        assert_eq!(first(holds(every(6, 600), 5)), None);
        // More of them, but not yet fifty messages.
        assert_eq!(first(holds(every(2, 49), 5)), None);
        assert_eq!(first(holds(every(2, 50), 5)), Some(49));
        // What is longer ago than fifty messages is forgotten.
        let old = every(2, 18).chain(every(100, 50)).chain([End::Refused]);
        assert_eq!(first(holds(old, 5)), None);
    }

    #[test]
    fn three_unknowns_in_a_row_hold_a_batch() {
        use End::{Queued, Refused, Unknown};
        assert_eq!(holds([Unknown, Unknown, Unknown], 5), [None, None, Some(Hold::Unknowns)]);
        assert_eq!(holds([Unknown, Unknown, Queued, Unknown, Refused, Unknown], 5), [None; 6]);
    }

    #[test]
    fn a_day_that_sent_nothing_is_no_day_of_use() {
        let phone = PhonePace { day: 7, sent: 3, used: 1, next_ms: 9 };
        assert_eq!(PhonePace::parse(&phone.text()), phone);
        assert_eq!(PhonePace::parse(""), PhonePace::default());
        assert_eq!(phone.on(7), phone);
        assert_eq!(phone.on(6), phone, "a clock that went back");
        assert_eq!(phone.on(8), PhonePace { day: 8, sent: 0, used: 2, next_ms: 9 });
        assert_eq!(phone.on(8).on(12), PhonePace { day: 12, sent: 0, used: 2, next_ms: 9 });
    }
}
