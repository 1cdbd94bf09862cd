//! How the progress of batches is told: in the feed, of each at most twice a second.

use super::model::Batch;
use super::pace::memory::PhonePace;
use crate::phone::feed::publish::publish;
use crate::phone::object::Object;
use crate::phone::store::StorageFailed;
use crate::platform::pending::now_ms;

/// Gives a batch that changed the next number of the feed, where it is time to tell of it; tells whether it is. `last` is the last number given.
pub fn touch(object: &Object, batch: &mut Batch, last: i64, is_urgent: bool) -> bool {
    if !is_urgent && !object.batches.telling.borrow_mut().may(batch.n, now_ms()) {
        return false;
    }
    batch.seq = last.saturating_add(1);
    true
}

/// Tells of batches that are stored with new numbers.
pub fn tell(object: &Object, batches: &[&Batch]) {
    let Some(last) = batches.iter().map(|batch| batch.seq).max() else { return };
    let (live, now) = (&object.batches, now_ms());
    batches.iter().for_each(|batch| live.telling.borrow_mut().told(batch.n, now));
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

/// Tells of progress that came too soon before and may be told by now. Tells after how many milliseconds there is more.
///
/// # Errors
/// When the storage failed.
pub fn catch_up(object: &Object) -> Result<Option<i64>, StorageFailed> {
    loop {
        let now = now_ms();
        let owed = object.batches.telling.borrow().owed(now);
        let Some((n, wait_ms)) = owed else { return Ok(None) };
        if wait_ms > 0 {
            return Ok(Some(wait_ms));
        }
        match object.store.batch_of(n)? {
            Some(mut batch) => write(object, &mut batch)?,
            None => object.batches.telling.borrow_mut().told(n, now),
        }
    }
}

/// What the rules of pace remember of the phone.
///
/// # Errors
/// When the storage failed.
pub fn phone_pace(object: &Object) -> Result<PhonePace, StorageFailed> {
    if let Some(pace) = object.batches.pace.get() {
        return Ok(pace);
    }
    let pace = object.store.pace()?;
    object.batches.pace.set(Some(pace));
    Ok(pace)
}
