//! What became of a row or a batch, written down as a whole and told.

use crate::config::BatchPolicy;
use crate::phone::batches::model::{Batch, RowState, State};
use crate::phone::batches::pace::memory::{BatchPace, End, Hold, PhonePace};
use crate::phone::batches::progress;
use crate::phone::batches::tables::items::Settled;
use crate::phone::limits::Counter;
use crate::phone::object::Object;
use crate::phone::sender::attempt::Arrived;
use crate::phone::store::StorageFailed;
use crate::platform::pending::now_ms;

/// What became of a row.
#[derive(Debug)]
pub struct RowEnd<'r> {
    /// The row.
    pub row: i64,
    /// Whether it may be the last of its segment that goes out.
    pub is_last: bool,
    /// What became of it.
    pub state: RowState,
    /// The details.
    pub how: Settled<'r>,
    /// Its message, where that is followed.
    pub arrived: Option<Arrived>,
    /// What the rules of pace remember of the phone then, and when the batch's next may go.
    pub pace: Option<(PhonePace, i64)>,
}

/// The counters as they are without a row that did not leave, and how they are written.
pub type GivenBack<'g> = Option<(&'g crate::phone::claim::Claim, &'g crate::config::Limits, [Counter; 3])>;

/// Settles a row: its state, its message, its batch's counts and the next row's time, in one transaction.
///
/// # Errors
/// When the storage failed; nothing was written then.
pub fn settle(
    object: &Object,
    mut batch: Batch,
    end: RowEnd<'_>,
    policy: Option<&BatchPolicy>,
    given_back: GivenBack<'_>,
) -> Result<(), StorageFailed> {
    let (store, n, row) = (&object.store, batch.n, end.row);
    batch.counts.add(end.state, 1);
    if end.state != RowState::Waiting {
        batch.next_row = row.saturating_add(1);
    }
    if let Some((_, next_at)) = end.pace {
        batch.next_at = next_at;
    }
    let hold = remember(&mut batch, end.state, policy);
    if batch.state == State::Running && hold.is_some() {
        (batch.state, batch.reason) = (State::Held, hold.map(|hold| hold.as_str().to_owned()));
    }
    if batch.open() == 0 && !batch.state.is_ended() {
        (batch.state, batch.ended) = (State::Done, Some(now_ms()));
    }
    let is_urgent = batch.state != State::Running;
    let last = end.arrived.as_ref().map_or(object.feed.seq(), |arrived| arrived.message.seq);
    if end.arrived.as_ref().is_some_and(|arrived| arrived.message.state == maytapi::delivery::Delivery::Failed) {
        batch.counts.failed = batch.counts.failed.saturating_add(1);
    }
    let is_told = progress::touch(object, &mut batch, last, is_urgent);
    let is_new = std::cell::Cell::new(false);
    let write = || {
        store.settle_item(n, row, end.state, &end.how)?;
        if batch.state.is_ended() {
            store.forget_content(n)?;
        } else if end.is_last && end.state != RowState::Waiting {
            store.forget_segment(n, row)?;
        }
        if let Some(arrived) = &end.arrived {
            is_new.set(store.add_message(&arrived.message, arrived.early > 0)?);
        }
        if let Some((pace, _)) = &end.pace {
            store.write_pace(pace)?;
        }
        store.write_batch(&batch)
    };
    match given_back {
        Some((claim, limits, counters)) => store.with_counters(claim, limits, &counters, write)?,
        None => store.transaction(write)?,
    }
    if let Some((pace, _)) = end.pace {
        object.batches.pace.set(Some(pace));
    }
    match &end.arrived {
        Some(arrived) if is_new.get() => arrived.publish(object),
        Some(arrived) => arrived.log_repeated(),
        None => {}
    }
    if is_told {
        progress::tell(object, &[&batch]);
    }
    if batch.state != State::Running {
        log(&batch);
    }
    Ok(())
}

/// Has the rules of pace remember how a row ended; tells why the batch is to be held.
fn remember(batch: &mut Batch, state: RowState, policy: Option<&BatchPolicy>) -> Option<Hold> {
    let end = match state {
        RowState::Queued => End::Queued,
        RowState::Refused => End::Refused,
        RowState::Unknown => End::Unknown,
        RowState::Waiting | RowState::Posted | RowState::Skipped | RowState::Cancelled => return None,
    };
    let mut pace = BatchPace::parse(&batch.pace);
    let hold = pace.after(end, policy.map_or(u32::MAX, |policy| policy.stop_after_refusals));
    batch.pace = pace.text();
    hold
}

/// The row that a batch had posted is unknown.
///
/// # Errors
/// When the storage failed.
pub fn unknown(object: &Object, batch: Batch) -> Result<(), StorageFailed> {
    let how = Settled { code: Some("outcome_unknown"), at: Some(now_ms()), ..Settled::default() };
    let end = RowEnd { row: batch.next_row, is_last: true, state: RowState::Unknown, how, arrived: None, pace: None };
    settle(object, batch, end, None, None)
}

/// Holds a batch until a person looks at it.
///
/// # Errors
/// When the storage failed.
pub fn hold(object: &Object, batch: &mut Batch, reason: &str) -> Result<(), StorageFailed> {
    (batch.state, batch.reason) = (State::Held, Some(reason.to_owned()));
    log(batch);
    progress::write(object, batch)
}

/// Ends a batch.
///
/// # Errors
/// When the storage failed.
pub fn end(object: &Object, batch: &mut Batch, state: State) -> Result<(), StorageFailed> {
    (batch.state, batch.ended) = (state, Some(now_ms()));
    log(batch);
    progress::write(object, batch)
}

fn log(batch: &Batch) {
    let reason = batch.reason.as_deref().map(|reason| format!(r#","reason":"{reason}""#)).unwrap_or_default();
    worker::console_log!(r#"{{"event":"batch","batch":"{}","state":"{}"{reason}}}"#, batch.id, batch.state.as_str());
}
