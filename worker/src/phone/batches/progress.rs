//! What an object knows of its batches between two events, and how their progress is told: in the feed, at most twice a second.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use super::model::{Batch, Now};
use super::pace::memory::PhonePace;
use crate::phone::feed::answer::publish;
use crate::phone::object::Object;
use crate::phone::store::StorageFailed;
use crate::platform::pending::now_ms;

/// How far apart two changes of progress are told, in milliseconds.
const TELL_EVERY_MS: i64 = 500;
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
    /// Until when nothing is tried, since the storage refused.
    pub refused_until: Cell<Option<i64>>,
    /// When the last send ended that was none of a batch, in milliseconds since 1970.
    pub single_ms: Cell<i64>,
    /// What the rules of pace remember of the phone, once it was read.
    pub pace: Cell<Option<PhonePace>>,
    told_ms: Cell<i64>,
    untold: Cell<Option<i64>>,
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

    /// What is known of a batch at the moment.
    pub fn now(&self, n: i64) -> Now {
        Now {
            is_posting: self.posting.get() == Some(n),
            rate: self.rate(n),
            storage_until: self.refused_until.get(),
        }
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

/// Gives a batch that changed the next number of the feed, where it is time to tell of it; tells whether it is. `last` is the last number given.
pub fn touch(object: &Object, batch: &mut Batch, last: i64, is_urgent: bool) -> bool {
    let live = &object.batches;
    if !is_urgent && now_ms().saturating_sub(live.told_ms.get()) < TELL_EVERY_MS {
        live.untold.set(Some(batch.n));
        return false;
    }
    batch.seq = last.saturating_add(1);
    true
}

/// Tells of batches that are stored with new numbers.
pub fn tell(object: &Object, batches: &[&Batch]) {
    let Some(last) = batches.iter().map(|batch| batch.seq).max() else { return };
    let live = &object.batches;
    live.told_ms.set(now_ms());
    if live.untold.get().is_some_and(|n| batches.iter().any(|batch| batch.n == n)) {
        live.untold.set(None);
    }
    publish(object, last, || batches.iter().map(|batch| batch.change(live.now(batch.n))).collect());
}

/// Writes a batch down that changed by more than its progress, and tells of it.
///
/// # Errors
/// When the storage failed.
pub fn write(object: &Object, batch: &mut Batch) -> Result<(), StorageFailed> {
    touch(object, batch, object.feed.seq(), true);
    object.store.transaction(|| {
        if batch.state.is_ended() {
            object.store.forget_content(batch.n)?;
        }
        object.store.write_batch(batch)
    })?;
    tell(object, &[batch]);
    Ok(())
}

/// Tells of progress that came too soon after what was told before.
///
/// # Errors
/// When the storage failed.
pub fn catch_up(object: &Object) -> Result<(), StorageFailed> {
    let Some(n) = object.batches.untold.take() else { return Ok(()) };
    match object.store.batch_of(n)? {
        Some(mut batch) => write(object, &mut batch),
        None => Ok(()),
    }
}
