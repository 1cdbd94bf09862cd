//! One row of a running batch: whether it may go now, and if so, sent as a single message is.

use js_sys::Math;
use maytapi::client::Retryable;
use maytapi::message::Message;
use wasm_bindgen::JsValue;

use super::opened::Opened;
use super::settle::{self, RowEnd};
use crate::config::{BatchPolicy, Scope, Watch, current};
use crate::http::problem::Problem;
use crate::phone::batches::content::Wrong;
use crate::phone::batches::model::{Batch, RowState, State, WaitsFor};
use crate::phone::batches::pace::memory::{Hold, PhonePace};
use crate::phone::batches::pace::plan::Plan;
use crate::phone::batches::pace::verdict::{Moment, Verdict, gap_ms};
use crate::phone::batches::progress;
use crate::phone::batches::setup::Setup;
use crate::phone::batches::tables::items::{Settled, Waiting};
use crate::phone::claim::{Claim, Ids, Outcome};
use crate::phone::feed::message::{InBatch, Message as Tracked};
use crate::phone::ledger;
use crate::phone::limits::{Counter, Exceeded};
use crate::phone::object::Object;
use crate::phone::sender::attempt::{Arrived, back_off_ms, post, uncounted};
use crate::phone::store::StorageFailed;
use crate::platform::pending::{now_ms, sleep};
use crate::platform::zone;

/// How often Maytapi may ask to come back with a row.
const MOST_TRIES: i64 = 5;
/// How long a row waits for single sends that are under way, in milliseconds, and how often it looks.
const PATIENCE_MS: i64 = 2000;
const LOOK_MS: u32 = 20;
/// When to look again where there is no configuration that can be read.
const MISCONFIGURED_MS: i64 = 60_000;

/// Sends the next row of a batch, or says until when it waits. Each call changes something that is stored, or waits.
///
/// # Errors
/// When the storage failed.
pub async fn send(object: &Object, mut batch: Batch, opened: &mut Option<Opened>) -> Result<(), StorageFailed> {
    let now = now_ms();
    // Before whatever it may wait for: its end would stay due, and the run with it.
    if now >= batch.expires {
        return settle::end(object, &mut batch, State::Expired);
    }
    let shared = current::config();
    let Ok(config) = shared.as_ref() else {
        return wait(object, &mut batch, WaitsFor::Phone, now.saturating_add(MISCONFIGURED_MS));
    };
    let name = object.store.name()?.unwrap_or_default();
    let (Some(setup), Some(plan)) = (Setup::of(config, &name), Plan::parse(&batch.plan)) else {
        return settle::hold(object, &mut batch, Hold::Config.as_str());
    };
    let Some(waiting) = object.store.next_item(batch.n, batch.next_row, now)? else {
        return at_the_end(object, batch, now);
    };
    let row = waiting.row;
    if !opened.as_ref().is_some_and(|opened| opened.has(batch.n, row)) {
        *opened = Opened::of(object, &setup, &batch, row, opened.take()).await?;
        // Others may have changed the batch meanwhile.
        let now_running = object.store.batch_of(batch.n)?.filter(|batch| batch.state == State::Running);
        return match (now_running, &opened) {
            // The key was replaced, or somebody changed what is stored.
            (Some(mut batch), None) => settle::hold(object, &mut batch, "store_key"),
            _ => Ok(()),
        };
    }
    let rules = &config.policy;
    let message = match opened.as_ref().and_then(|opened| opened.message(rules, row)) {
        Some(Ok(message)) => message,
        Some(Err(Wrong::NotAllowed(problem))) => return skip(object, batch, &waiting, problem.kind.as_str()).await,
        Some(Err(Wrong::Message(_))) | None => return skip(object, batch, &waiting, "invalid").await,
    };
    if waiting.is_opted_out {
        return skip(object, batch, &waiting, "opted_out").await;
    }
    let is_last = waiting.was_put_off || opened.as_ref().is_none_or(|opened| opened.ends_with(row));
    let ready = Ready { object, setup: &setup, plan: &plan, batch, waiting, message, is_last, now };
    ready.send_in_turn().await
}

/// A row whose message may be sent.
struct Ready<'r> {
    object: &'r Object,
    setup: &'r Setup<'r>,
    plan: &'r Plan,
    batch: Batch,
    waiting: Waiting,
    message: Message,
    is_last: bool,
    now: i64,
}

/// A row that is written down as posted.
struct Posted {
    claim: Claim,
    counted: [Counter; 3],
    /// When the last sends before it were, as [`uncounted`] takes them.
    before_ms: [i64; 3],
    /// What the rules of pace remember then, and when the next row may go.
    pace: (PhonePace, i64),
    body: String,
}

impl Ready<'_> {
    /// Sends where pace, limits and single sends let it; else the batch waits, or the next look decides again. From the look at the row to
    /// where it is posted nothing waits, so no other request comes between them.
    async fn send_in_turn(mut self) -> Result<(), StorageFailed> {
        let Ready { object, setup, plan, now, .. } = self;
        let limits = &setup.config.limits;
        let claim = claim(&self.batch, &self.waiting);
        let counters = object.store.counters_of(&claim)?;
        let phone = object.feed.phone();
        let moment = Moment {
            now_ms: now,
            plan,
            policy: setup.policy,
            next_ms: self.batch.next_at,
            phone: phone_pace(object, setup.policy, now)?,
            status: phone.as_ref().map(|phone| phone.status.as_str()),
            is_paused: setup.is_paused,
            limit: &limits.phone,
            counter: counters[2],
            offsets: &zone::offset_min,
        };
        match moment.verdict() {
            Verdict::Go => {}
            Verdict::Expired => return settle::end(object, &mut self.batch, State::Expired),
            Verdict::Hold(hold) => return settle::hold(object, &mut self.batch, hold.as_str()),
            Verdict::Wait(waits_for, until_ms) => return wait(object, &mut self.batch, waits_for, until_ms),
        }
        if let Some(until_ms) = pushed_back(object, &moment) {
            return wait(object, &mut self.batch, WaitsFor::Pace, until_ms);
        }
        if object.has_single_sends() && now.saturating_sub(self.batch.next_at) < PATIENCE_MS {
            sleep(LOOK_MS).await;
            return Ok(());
        }
        let counted = match ledger::count(limits, counters, now) {
            Ok(counted) => counted,
            Err(exceeded) => return limited(object, self.batch, &self.waiting, exceeded, now).await,
        };
        let Some(_seat) = object.seats.free() else {
            sleep(LOOK_MS).await;
            return Ok(());
        };
        let before_ms = counters.map(|counter| counter.map_or(0, |counter| counter.last_ms));
        let body = serde_json::to_string(&self.message).map_err(|_| StorageFailed)?;
        let (n, row) = (self.batch.n, self.waiting.row);
        object.store.with_counters(&claim, limits, &counted, || {
            object.store.post_item(n, row)?;
            object.store.move_cursor(n, row)
        })?;
        let pace = moment.sent(Math::random());
        self.send(Posted { claim, counted, before_ms, pace, body }).await
    }

    /// Sends, and writes down what came of it.
    async fn send(self, posted: Posted) -> Result<(), StorageFailed> {
        let Ready { object, setup, waiting, is_last, now, .. } = self;
        let (n, row) = (self.batch.n, waiting.row);
        object.batches.posting.set(Some(n));
        let url = setup.account.endpoint.url(setup.phone, "sendMessage");
        let body = JsValue::from_str(&posted.body);
        let (result, _, retry_after) = post(setup.account, &url, &body, setup.config.limits.upstream_ms).await;
        object.feed.note_send(now_ms());
        object.batches.posting.set(None);
        object.batches.note_send(n, now);
        // Somebody may have paused or cancelled it meanwhile.
        let batch = object.store.batch_of(n)?.ok_or(StorageFailed)?;
        match result {
            Ok(Outcome::Queued(ids)) => queued(object, batch, setup, Sent { row, is_last, pace: posted.pace }, &ids),
            Ok(Outcome::Failed(_)) => Err(StorageFailed),
            Err(problem) if problem.retryable == Retryable::Yes => {
                let tries = waiting.tries.saturating_add(1);
                let after_ms = back_off_ms(u32::try_from(tries).unwrap_or(1), retry_after);
                came_back(object, batch, setup, &posted, Back { row, is_last, tries, after_ms, problem: &problem })
            }
            Err(problem) => {
                let is_refused = problem.retryable == Retryable::No;
                let state = if is_refused { RowState::Refused } else { RowState::Unknown };
                let how =
                    Settled { code: Some(code(&problem)), at: Some(now_ms()), tries: waiting.tries, msg_id: None };
                let end = RowEnd { row, is_last, state, how, arrived: None, pace: Some(posted.pace) };
                settle::settle(object, paced(batch), end, Some(setup.policy), None)
            }
        }
    }
}

/// Whether the clock was set back so that a batch would wait for more than the time between two messages; then it waits for that.
///
/// # Errors
/// When the storage failed.
pub fn was_set_back(object: &Object, batch: &Batch, now: i64) -> Result<bool, StorageFailed> {
    let shared = current::config();
    let policy = shared.as_ref().as_ref().ok().and_then(|config| config.policy.batches.as_ref());
    let is_paced = batch.state == State::Running && matches!(batch.waits_for, None | Some(WaitsFor::Pace));
    let (Some(policy), Some(plan), true) = (policy, Plan::parse(&batch.plan), is_paced) else { return Ok(false) };
    let latest_ms = plan.latest_ms(policy, now);
    if batch.next_at <= latest_ms {
        return Ok(false);
    }
    phone_pace(object, policy, now)?;
    wait(object, &mut batch.clone(), WaitsFor::Pace, latest_ms)?;
    Ok(true)
}

/// What is remembered of the phone, by the clock as it is now.
fn phone_pace(object: &Object, policy: &BatchPolicy, now: i64) -> Result<PhonePace, StorageFailed> {
    let stored = progress::phone_pace(object)?;
    let pace = stored.within_a_gap(policy, now);
    if pace != stored {
        object.store.write_pace(&pace)?;
        object.batches.pace.set(Some(pace));
    }
    Ok(pace)
}

/// No row may go now: they have all come to an end, or some wait for a limit of their recipient.
fn at_the_end(object: &Object, mut batch: Batch, now: i64) -> Result<(), StorageFailed> {
    match object.store.first_waiting(batch.n)? {
        Some((first_row, at)) => {
            batch.next_row = first_row;
            if at > now {
                return wait(object, &mut batch, WaitsFor::Limit, at);
            }
            progress::write(object, &mut batch)
        }
        None => settle::end(object, &mut batch, State::Done),
    }
}

/// Writes down until when a batch waits, and for what.
fn wait(object: &Object, batch: &mut Batch, waits_for: WaitsFor, until_ms: i64) -> Result<(), StorageFailed> {
    (batch.waits_for, batch.next_at) = (Some(waits_for), until_ms);
    if waits_for != WaitsFor::Pace {
        return progress::write(object, batch);
    }
    let is_told = progress::touch(object, batch, object.feed.seq(), false);
    object.store.write_batch(batch)?;
    if is_told {
        progress::tell(object, &[batch]);
    }
    Ok(())
}

async fn skip(object: &Object, batch: Batch, waiting: &Waiting, code: &str) -> Result<(), StorageFailed> {
    let row = waiting.row;
    let how = Settled { code: Some(code), at: Some(now_ms()), ..Settled::default() };
    settle::settle(
        object,
        batch,
        RowEnd { row, is_last: true, state: RowState::Skipped, how, arrived: None, pace: None },
        None,
        None,
    )?;
    yield_turn().await;
    Ok(())
}

/// The clock moves on only where something waits, and others have their turn.
async fn yield_turn() {
    sleep(0).await;
}

/// A recipient's limit has its row wait, and the ones behind it go on; any other has the batch wait.
async fn limited(
    object: &Object,
    mut batch: Batch,
    waiting: &Waiting,
    exceeded: Exceeded,
    now: i64,
) -> Result<(), StorageFailed> {
    let until_ms = now.saturating_add(i64::from(exceeded.retry_after_s).saturating_mul(1000));
    if exceeded.scope != Scope::Recipient {
        return wait(object, &mut batch, WaitsFor::Limit, until_ms);
    }
    batch.next_row = waiting.row.saturating_add(1);
    let how = Settled { at: Some(until_ms), tries: waiting.tries, ..Settled::default() };
    object.store.transaction(|| {
        object.store.settle_item(batch.n, waiting.row, RowState::Waiting, &how)?;
        object.store.write_batch(&batch)
    })?;
    yield_turn().await;
    Ok(())
}

/// A single send goes first, and the row follows it at the phone's pace; but for no longer than one more gap.
fn pushed_back(object: &Object, moment: &Moment<'_>) -> Option<i64> {
    let gap_ms = gap_ms(moment.policy.per_minute, 0.0, 0.5);
    let after_single_ms = object.batches.single_ms.get().saturating_add(gap_ms);
    let until_ms = after_single_ms.min(moment.next_ms.saturating_add(gap_ms));
    (until_ms > moment.now_ms).then_some(until_ms)
}

fn claim(batch: &Batch, waiting: &Waiting) -> Claim {
    Claim {
        // No record has such an id: a row is known again by itself.
        id: format!("{}/{}", batch.id, waiting.row),
        digest: None,
        caller: batch.caller.clone(),
        recipient: waiting.recipient.clone(),
        chat: String::new(),
    }
}

/// The batch waits for the time between two messages.
fn paced(batch: Batch) -> Batch {
    Batch { waits_for: Some(WaitsFor::Pace), ..batch }
}

/// A row that left.
struct Sent {
    row: i64,
    is_last: bool,
    pace: (PhonePace, i64),
}

fn queued(object: &Object, batch: Batch, setup: &Setup<'_>, sent: Sent, ids: &Ids) -> Result<(), StorageFailed> {
    let Sent { row, is_last, pace } = sent;
    let follows = setup.config.policy.delivery != Watch::Off;
    let now = now_ms();
    let in_batch = InBatch { n: batch.n, id: Some(batch.id.clone()), row };
    let tracked = || Tracked { batch: Some(in_batch), ..Tracked::queued(&ids.msg_id, &batch.caller, now) };
    let arrived = if follows { Some(Arrived::of(object, tracked())?) } else { None };
    let how = Settled { msg_id: Some(&ids.msg_id), at: Some(now), ..Settled::default() };
    let end = RowEnd { row, is_last, state: RowState::Queued, how, arrived, pace: Some(pace) };
    settle::settle(object, paced(batch), end, Some(setup.policy), None)
}

/// A row of which Maytapi says that nothing was begun.
struct Back<'b> {
    row: i64,
    is_last: bool,
    tries: i64,
    after_ms: u32,
    problem: &'b Problem,
}

/// It waits once more, and uses no quota up; after some times it counts as refused.
fn came_back(
    object: &Object,
    batch: Batch,
    setup: &Setup<'_>,
    posted: &Posted,
    back: Back<'_>,
) -> Result<(), StorageFailed> {
    let Back { row, is_last, tries, after_ms, problem } = back;
    let left = uncounted(object, &posted.claim, posted.counted, posted.before_ms)?;
    let state = if tries < MOST_TRIES { RowState::Waiting } else { RowState::Refused };
    let at = (state == RowState::Refused).then(now_ms);
    let how = Settled { code: Some(code(problem)), tries, at, msg_id: None };
    let next_at = now_ms().saturating_add(after_ms.into());
    let batch = Batch { waits_for: Some(WaitsFor::Phone), next_at, ..batch };
    let end = RowEnd { row, is_last, state, how, arrived: None, pace: None };
    settle::settle(object, batch, end, Some(setup.policy), Some((&posted.claim, &setup.config.limits, left)))
}

/// Maytapi's code, or ours.
fn code(problem: &Problem) -> &str {
    problem.code.as_deref().unwrap_or(problem.kind.as_str())
}
