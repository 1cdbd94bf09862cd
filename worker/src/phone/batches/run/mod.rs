//! The alarm's customer that sends: row after row at the batch's pace, for some seconds, then it sets the alarm for the next.
//!
//! An alarm may fire twice, and a runtime may be killed at any point of it: a row is posted before its bytes leave, and what is found
//! posted with nobody waiting for it is unknown.

mod opened;
mod row;
mod settle;

use opened::Opened;

use super::model::{Batch, RowState, State, WaitsFor};
use super::progress;
use crate::phone::feed::rows::Taken;
use crate::phone::forward;
use crate::phone::object::Object;
use crate::phone::store::StorageFailed;
use crate::platform::pending::{now_ms, sleep};

/// How long a run lasts, in milliseconds; one send may come on top.
const RUN_MS: i64 = 25_000;
/// The alarm is set this far ahead before anything is sent: whatever ends a run, another follows.
const WATCHDOG_MS: i64 = 60_000;
/// How long a run sleeps for the next row, in milliseconds; for what is later the alarm is set.
const LONGEST_SLEEP_MS: i64 = 3000;
/// How many rows one statement cancels.
const CANCEL_AT_ONCE: i64 = 5000;
/// How many runs in a row may come to no end and to no row before the batch is held.
const MOST_STUCK: i64 = 3;

/// When there is something to do for a batch.
///
/// # Errors
/// When the storage failed.
pub fn due_ms(object: &Object) -> Result<Option<i64>, StorageFailed> {
    let open = object.store.open_batches()?;
    let now = now_ms();
    let owed = object.batches.telling.borrow().owed(now).map(|(_, wait_ms)| now.saturating_add(wait_ms));
    Ok(open.iter().map(due_of).chain(owed).min())
}

fn due_of(batch: &Batch) -> i64 {
    match batch.state {
        State::Running => batch.next_at.min(batch.expires),
        state if state.is_ended() => 0,
        _ => batch.expires,
    }
}

/// Does what is due.
///
/// # Errors
/// When the storage failed.
pub async fn run(object: &Object) -> Result<(), StorageFailed> {
    let is_due = due_ms(object)?.is_some_and(|due| due <= now_ms().saturating_add(LONGEST_SLEEP_MS));
    if !is_due || object.batches.is_sending.get() {
        return Ok(());
    }
    let _sending = Sending::begin(object);
    let result = match object.set_alarm(WATCHDOG_MS).await {
        Ok(()) => send(object).await,
        Err(failed) => Err(failed),
    };
    if result.is_err() {
        // It came to an end, if to a bad one. Where this fails too, the next run counts from here.
        let _forgotten = object.store.forget_stuck();
    }
    result
}

/// The alarm is sending, until this is dropped.
struct Sending<'o>(&'o Object);

impl<'o> Sending<'o> {
    fn begin(object: &'o Object) -> Self {
        object.batches.is_sending.set(true);
        object.store.open_batches.hold();
        Sending(object)
    }
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        self.0.batches.is_sending.set(false);
        self.0.batches.posting.set(None);
        self.0.rest();
    }
}

async fn send(object: &Object) -> Result<(), StorageFailed> {
    let started = now_ms();
    abandon(object)?;
    hold_stuck(object)?;
    let mut opened: Option<Opened> = None;
    while let Some(batch) = next(object)? {
        let now = now_ms();
        let wait_ms = due_of(&batch).saturating_sub(now);
        // Webhooks that are to be passed on are begun with by the alarm, which this holds.
        let others_wait = forward::due_ms(object)?.is_some_and(|due| due <= now);
        // A clock that was set back makes no run longer.
        if !(0..RUN_MS).contains(&now.saturating_sub(started)) || others_wait {
            break;
        }
        // Also of a batch that is not this one, and that waits while this one never does.
        let owed_ms = progress::catch_up(object)?;
        if wait_ms > 0 {
            // Who starts a draft that is to expire soon is not kept waiting by one that sleeps until then.
            let longest_ms = if batch.state == State::Running { LONGEST_SLEEP_MS } else { 0 };
            if wait_ms > longest_ms && row::was_set_back(object, &batch, now)? {
                continue;
            }
            if wait_ms > longest_ms && owed_ms.is_none() {
                break;
            }
            let pause_ms = owed_ms.map_or(wait_ms, |owed_ms| owed_ms.min(wait_ms));
            sleep(u32::try_from(pause_ms).unwrap_or_default()).await;
        } else if batch.state == State::Running && now < batch.expires {
            row::send(object, batch, &mut opened).await?;
        } else {
            finish(object, batch).await?;
        }
    }
    progress::catch_up(object)?;
    object.store.forget_stuck()
}

/// The batch of which something is due first.
fn next(object: &Object) -> Result<Option<Batch>, StorageFailed> {
    Ok(object.store.open_batches()?.into_iter().min_by_key(due_of))
}

/// Does what is left to do for a batch that sends nothing any more.
async fn finish(object: &Object, mut batch: Batch) -> Result<(), StorageFailed> {
    if !batch.state.is_ended() {
        return settle::end(object, &mut batch, State::Expired);
    }
    close_some(object, &mut batch)?;
    // The clock moves on only where something waits, and others have their turn.
    sleep(0).await;
    Ok(())
}

/// Cancels rows of a batch that has ended, as far as one statement goes.
///
/// # Errors
/// When the storage failed.
pub fn close_some(object: &Object, batch: &mut Batch) -> Result<(), StorageFailed> {
    let code = (batch.state == State::Expired).then_some("expired");
    let is_last = batch.open() <= CANCEL_AT_ONCE;
    let is_told = progress::touch(object, batch, object.feed.seq(), is_last);
    object.store.transaction(|| {
        let cancelled = object.store.cancel_items(batch.n, code, now_ms(), CANCEL_AT_ONCE)?;
        batch.counts.add(RowState::Cancelled, cancelled);
        object.store.write_batch(batch)
    })?;
    if is_told {
        progress::tell(object, &[batch]);
    }
    Ok(())
}

/// Rows that were posted by a run that is gone are unknown.
///
/// # Errors
/// When the storage failed.
pub fn abandon(object: &Object) -> Result<(), StorageFailed> {
    for batch in object.store.open_batches()? {
        let is_posted = object.store.posted_item(batch.n, batch.next_row)?;
        if is_posted && object.batches.posting.get() != Some(batch.n) {
            settle::unknown(object, batch)?;
        }
    }
    Ok(())
}

/// Counts a run before it begins. One that comes to no end, such as for want of memory, would be tried for ever.
fn hold_stuck(object: &Object) -> Result<(), StorageFailed> {
    let Some(mut batch) = next(object)?.filter(|batch| batch.state == State::Running) else { return Ok(()) };
    if object.store.count_stuck(&format!("{}/{}", batch.n, batch.next_row))? > MOST_STUCK {
        settle::hold(object, &mut batch, "stuck")?;
        object.store.forget_stuck()?;
    }
    Ok(())
}

/// What a webhook said may be of batches: messages that failed late, a phone that is back.
///
/// # Errors
/// When the storage failed.
pub fn heard(object: &Object, taken: &Taken) -> Result<(), StorageFailed> {
    for (n, _) in &taken.failures {
        let Some(mut batch) = object.store.batch_of(*n)? else { continue };
        if progress::touch(object, &mut batch, object.feed.seq(), false) {
            object.store.transaction(|| object.store.write_batch(&batch))?;
            progress::tell(object, &[&batch]);
        } else {
            // It is owed, also where nothing of the batch is to be done any more.
            object.alarm.forget();
        }
    }
    if taken.phone.as_ref().is_some_and(|phone| phone.status == "active") {
        for mut batch in object.store.open_batches()? {
            if batch.state == State::Running && batch.waits_for == Some(WaitsFor::Phone) {
                (batch.waits_for, batch.next_at) = (None, now_ms());
                progress::write(object, &mut batch)?;
                object.alarm.forget();
            }
        }
    }
    Ok(())
}
