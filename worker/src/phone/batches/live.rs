//! What an object knows of its batches between two events.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use super::model::Now;
use super::pace::memory::PhonePace;
use super::telling::Telling;
use crate::platform::pending::now_ms;

/// Over how many sends, and how long, the rate is taken.
const RATE_SENDS: usize = 32;
const RATE_MS: i64 = 10 * 60_000;

/// What an object knows of its batches. All else is in its storage.
#[derive(Debug, Default)]
pub struct Live {
    /// Whether the alarm is sending.
    pub is_sending: Cell<bool>,
    /// The batch of which a row is at Maytapi.
    pub posting: Cell<Option<i64>>,
    /// When the last send ended that was none of a batch, in milliseconds since 1970.
    pub single_ms: Cell<i64>,
    /// What the rules of pace remember of the phone, once it was read.
    pub pace: Cell<Option<PhonePace>>,
    /// What was told of progress, and what is owed.
    pub telling: RefCell<Telling>,
    sends: RefCell<VecDeque<(i64, i64)>>,
}

impl Live {
    /// A row of a batch has left.
    pub fn note_send(&self, n: i64, at_ms: i64) {
        let mut sends = self.sends.borrow_mut();
        sends.push_back((n, at_ms));
        if sends.len() > RATE_SENDS {
            sends.pop_front();
        }
    }

    /// What is known of a batch here at the moment.
    pub fn now(&self, n: i64) -> Now {
        Now { is_posting: self.posting.get() == Some(n), rate: self.rate(n), ..Now::default() }
    }

    fn rate(&self, n: i64) -> Option<f64> {
        let sends = self.sends.borrow();
        let since_ms = now_ms().saturating_sub(RATE_MS);
        let of: Vec<i64> = sends.iter().filter(|(of, at)| *of == n && *at >= since_ms).map(|(_, at)| *at).collect();
        let span_ms = of.last()?.saturating_sub(*of.first()?);
        let gaps = of.len().saturating_sub(1);
        (span_ms > 0).then(|| gaps as f64 * 60_000.0 / span_ms as f64)
    }
}
