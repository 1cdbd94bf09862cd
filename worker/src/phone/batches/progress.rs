//! How the progress of batches is told: in the feed, at most twice a second.

use super::model::Batch;
use super::pace::memory::PhonePace;
use crate::phone::feed::publish::publish;
use crate::phone::object::Object;
use crate::phone::store::StorageFailed;
use crate::platform::pending::now_ms;

/// How far apart two changes of progress are told, in milliseconds.
const TELL_EVERY_MS: i64 = 500;
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
