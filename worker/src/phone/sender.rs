//! One send, made by the object: decided on, posted to Maytapi, tried again where nothing was started, recorded whatever comes of it.

pub mod attempt;

use maytapi::client::Retryable;
use wasm_bindgen::JsValue;

use attempt::{Arrived, back_off_ms, post, uncounted};

use super::alarm::{self, cleaning};
use super::claim::{Claim, Ids, Outcome, SendReply, SendRequest};
use super::feed::message::Message;
use super::ledger::{self, Counted, Decision, State};
use super::limits::QuotaState;
use super::object::Object;
use super::pseudonyms;
use super::seats::Seat;
use super::store::StorageFailed;
use crate::config::{Config, Watch, current};
use crate::http::problem::{Problem, ProblemType};
use crate::platform::pending::{now_ms, sleep};

/// When to ask again, in seconds, where all seats were taken.
const BUSY_S: u32 = 5;
/// What an ordinary answer of Maytapi takes.
const LEAST_TRY_MS: u32 = 500;

/// Decides on a send and, where it is to go out, makes it. A caller that hangs up, or a Worker that dies, takes nothing away from it.
pub async fn answer(object: &Object, request: &str, message: &JsValue) -> SendReply {
    let shared = current::config();
    let Ok(config) = shared.as_ref() else {
        return failed(ProblemType::Misconfigured, "The configuration has a fault.");
    };
    let unreadable = || failed(ProblemType::Internal, "The proxy's object was asked for something that it can't read.");
    let Some(request) = &SendRequest::parse(request) else { return unreadable() };
    let Ok(pseudonyms) = pseudonyms::of(object, config, &request.object()).await else { return storage_failed() };
    let Some(claim) = &request.claim(&pseudonyms) else { return unreadable() };
    // First, so that what is too old is not answered with. Where this fails, the next send tries again.
    let _cleaned = cleaning::run(object);
    let sending = Sending { object, config, request, claim, message, arrived_ms: now_ms() };
    match decide(object, claim, config, sending.arrived_ms) {
        Ok(Decision::Answer(told)) => told,
        Ok(Decision::Abandoned(told)) => {
            // Where this fails, the next request comes to the same decision.
            let _recorded = object.store.settle(&claim.id, State::Unknown, &told.outcome);
            told
        }
        Ok(Decision::Send(counted)) => sending.in_turn(counted).await,
        Err(StorageFailed) => storage_failed(),
    }
}

/// What becomes of a claim, by what is recorded, counted and under way now.
fn decide(object: &Object, claim: &Claim, config: &Config, now_ms: i64) -> Result<Decision, StorageFailed> {
    let seen = object.store.look(claim)?;
    let in_flight = object.in_flight(&claim.id);
    let is_in_flight = in_flight.is_some();
    Ok(ledger::decide(claim, seen.record.or(in_flight), is_in_flight, &config.limits, seen.counters, now_ms))
}

/// How long a send waits for a seat at most, so that Maytapi has most of the time.
fn longest_wait_ms(config: &Config) -> u32 {
    config.limits.upstream_ms / 3
}

/// The answer where nothing was sent, since it could not be written down.
pub fn storage_failed() -> SendReply {
    let problem = Problem::new(ProblemType::Internal, "The proxy's storage failed before anything was sent.");
    SendReply::of(Outcome::Failed((&Problem { retryable: Retryable::Yes, ..problem }).into()))
}

fn failed(kind: ProblemType, detail: &'static str) -> SendReply {
    SendReply::of(Outcome::Failed((&Problem::new(kind, detail)).into()))
}

/// What the tries of a send came to.
struct Tried {
    result: Result<Outcome, Problem>,
    status: Option<u16>,
    tries: u32,
    ms: u32,
}

/// A send that goes out.
struct Sending<'s> {
    object: &'s Object,
    config: &'s Config,
    request: &'s SendRequest,
    claim: &'s Claim,
    message: &'s JsValue,
    arrived_ms: i64,
}

impl Sending<'_> {
    /// Sends once a seat is free.
    async fn in_turn(&self, counted: Counted) -> SendReply {
        let _until_settled = self.object.mark_in_flight(self.claim);
        let turn = match self.object.seats.free() {
            Some(seat) => Ok((seat, counted)),
            None => self.wait().await,
        };
        match turn {
            Ok((seat, counted)) => self.send(seat, counted).await,
            Err(told) => *told,
        }
    }

    /// Waits for a seat, and counts anew: others were counted meanwhile. But nobody else recorded anything under its id, which is under way.
    async fn wait(&self) -> Result<(Seat<'_>, Counted), Box<SendReply>> {
        let Sending { object, config, claim, .. } = *self;
        let Some(seat) = object.seats.wait(sleep(longest_wait_ms(config))).await else {
            let detail = "Maytapi is slow, and as many sends of this phone as there may be are under way; this one has not left.";
            let problem = Problem::new(ProblemType::PhoneBusy, detail).after(BUSY_S);
            return Err(SendReply::of(Outcome::Failed((&problem).into())).into());
        };
        let Ok(counters) = object.store.counters_of(claim) else { return Err(storage_failed().into()) };
        match ledger::decide(claim, None, false, &config.limits, counters, now_ms()) {
            Decision::Send(counted) => Ok((seat, counted)),
            Decision::Answer(told) | Decision::Abandoned(told) => Err(told.into()),
        }
    }

    /// Writes the send down, makes it, and writes down what came of it. From the decision to the first record nothing waits, so no other
    /// request comes between them.
    async fn send(&self, seat: Seat<'_>, counted: Counted) -> SendReply {
        let Sending { object, config, claim, .. } = *self;
        if object.store.post(claim, &config.limits, &counted.counters, now_ms()).is_err() {
            return storage_failed();
        }
        // Where this fails, the next send tries again.
        let _set = alarm::ensure(object).await;
        let tried = self.tries(seat).await;
        let ended_ms = now_ms();
        object.feed.note_send(ended_ms);
        object.batches.single_ms.set(ended_ms);
        let (recorded, quotas) = self.record(&tried.result, counted);
        if recorded.is_err() {
            // The record still says posted, which the next look makes unknown: safe, if less than what was known.
            worker::console_log!("{}", r#"{"event":"record_failed"}"#);
        }
        SendReply {
            quotas,
            upstream_status: tried.status,
            upstream_ms: Some(tried.ms),
            tries: tried.tries,
            ..SendReply::of(tried.result.unwrap_or_else(|problem| Outcome::Failed((&problem).into())))
        }
    }

    /// Records what came of it. Tells how the quotas stand then.
    fn record(
        &self,
        result: &Result<Outcome, Problem>,
        counted: Counted,
    ) -> (Result<(), StorageFailed>, Vec<QuotaState>) {
        let follows = self.config.policy.delivery != Watch::Off;
        match ledger::settle(result) {
            Some((State::Queued, outcome)) if follows => (self.record_queued(&outcome), counted.quotas),
            Some((to, outcome)) => (self.object.store.settle(&self.claim.id, to, &outcome), counted.quotas),
            None => self.give_back(&counted),
        }
    }

    /// Records it as queued, and its message, with what was said of that before.
    fn record_queued(&self, outcome: &Outcome) -> Result<(), StorageFailed> {
        let Sending { object, claim, .. } = *self;
        let Outcome::Queued(Ids { msg_id, .. }) = outcome else { return Err(StorageFailed) };
        let arrived = Arrived::of(object, Message::queued(msg_id, &claim.caller, now_ms()))?;
        if object.store.settle_queued(&claim.id, outcome, &arrived.message, arrived.early > 0)? {
            arrived.publish(object);
        } else {
            arrived.log_repeated();
        }
        Ok(())
    }

    /// Forgets a claim of which nothing left, and uses no quota up for it. Tells how the quotas stand then.
    fn give_back(&self, counted: &Counted) -> (Result<(), StorageFailed>, Vec<QuotaState>) {
        let (object, limits) = (self.object, &self.config.limits);
        let Ok(now) = uncounted(object, self.claim, counted.counters, counted.before_ms) else {
            return (Err(StorageFailed), Vec::new());
        };
        let forgotten = object.store.forget(self.claim, limits, &now);
        (forgotten, ledger::quotas(limits, now.map(Some), now_ms()))
    }

    /// Asks Maytapi until it takes or refuses the message, or the deadline is reached. Only what it says it never started is tried again.
    async fn tries(&self, mut seat: Seat<'_>) -> Tried {
        let Sending { object, config, request, message, arrived_ms, .. } = *self;
        let configured =
            config.account(&request.account).and_then(|account| Some((account, account.phone(&request.phone)?.0)));
        let Some((account, phone)) = configured else {
            // The Worker of another version asked; nothing left.
            let detail = "The phone isn't configured here any more.";
            let result =
                Err(Problem { retryable: Retryable::Yes, ..Problem::new(ProblemType::PhoneNotAllowed, detail) });
            return Tried { result, status: None, tries: 0, ms: 0 };
        };
        let (url, id) = (account.endpoint.url(phone, "sendMessage"), request.id.as_str());
        let first_ms = now_ms();
        let since = |ms: i64| u32::try_from(now_ms().saturating_sub(ms)).unwrap_or(u32::MAX);
        let left = || config.limits.upstream_ms.saturating_sub(since(arrived_ms));
        let mut tries = 0_u32;
        loop {
            tries = tries.saturating_add(1);
            let (result, status, retry_after) = post(account, &url, message, left().max(1)).await;
            // Others may send while this one waits.
            drop(seat);
            let tried = |result| Tried { result, status, tries, ms: since(first_ms) };
            let pause = match &result {
                Err(problem) if problem.retryable == Retryable::Yes => back_off_ms(tries, retry_after),
                _ => return tried(result),
            };
            // A try that could not be answered in time is not begun.
            let fits = pause.saturating_add(LEAST_TRY_MS) <= left();
            if !fits || object.store.mark(id, State::Claimed).is_err() {
                return tried(result);
            }
            sleep(pause).await;
            let wait_ms = longest_wait_ms(config).min(left().saturating_sub(LEAST_TRY_MS));
            let next = match object.seats.free() {
                Some(seat) => Some(seat),
                None => object.seats.wait(sleep(wait_ms)).await,
            };
            match next {
                Some(next) if object.store.mark(id, State::Posted).is_ok() => seat = next,
                _ => return tried(result),
            }
        }
    }
}
