//! One send, made by the object: decided on, posted to Maytapi, tried again where nothing was started, recorded whatever comes of it.

use js_sys::Math;
use maytapi::client::{Reply as Response, Retryable, queued};
use maytapi::json::Json;
use wasm_bindgen::JsValue;

use super::alarm::{self, cleaning};
use super::claim::{Claim, Ids, Outcome, SendReply};
use super::feed::answer::publish;
use super::feed::item::Change;
use super::feed::message::{Message, list};
use super::ledger::{self, Decision, State};
use super::object::Object;
use super::store::{StorageFailed, Store};
use crate::config::{Account, Config, Watch, current};
use crate::http::problem::{Problem, ProblemType};
use crate::platform::pending::{now_ms, sleep};
use crate::upstream::{self, exchange};

/// Decides on a claim and, where it is to be sent, sends it. A caller that hangs up, or a Worker that dies, takes nothing away from it.
pub async fn answer(object: &Object, claim: &str, message: &JsValue) -> SendReply {
    let shared = current::config();
    let Ok(config) = shared.as_ref() else {
        return failed(ProblemType::Misconfigured, "The configuration has a fault.");
    };
    let Some(claim) = &Claim::parse(claim) else {
        return failed(ProblemType::Internal, "The proxy's object was asked for something that it can't read.");
    };
    let store = &object.store;
    // First, so that what is too old is not answered with. Where this fails, the next send tries again.
    let _cleaned = cleaning::run(object);
    // From here to the record in storage nothing waits, so no other request comes between the look and the claim.
    let now = now_ms();
    let Ok(seen) = store.look(claim) else { return storage_failed() };
    let in_flight = object.is_in_flight(&claim.id);
    match ledger::decide(claim, seen.record, in_flight, &config.limits, seen.counters, now) {
        Decision::Answer(send_reply) => send_reply,
        Decision::Abandoned(send_reply) => {
            // Where this fails, the next request comes to the same decision.
            let _recorded = store.settle(&claim.id, Some((State::Unknown, send_reply.outcome.clone())));
            send_reply
        }
        Decision::Send { counters, quotas } => {
            if store.post(claim, &config.limits, &counters, now).is_err() {
                return storage_failed();
            }
            let _until_settled = object.mark_in_flight(&claim.id);
            if !object.alarm_is_set.get() {
                // Where this fails, the next send tries again.
                let _set = alarm::set(object).await;
            }
            SendReply { quotas, ..send(object, claim, message, config).await }
        }
    }
}

fn storage_failed() -> SendReply {
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

/// Sends what was recorded as posted.
async fn send(object: &Object, claim: &Claim, message: &JsValue, config: &Config) -> SendReply {
    let tried = tries(&object.store, claim, message, config).await;
    object.feed.note_send();
    let recorded = match ledger::settle(claim, &tried.result) {
        Some((State::Queued, outcome)) if config.policy.delivery != Watch::Off => settle_queued(object, claim, outcome),
        settled => object.store.settle(&claim.id, settled),
    };
    if recorded.is_err() {
        // The record still says posted, which the next look makes unknown: safe, if less than what was known.
        worker::console_log!("{}", r#"{"event":"record_failed"}"#);
    }
    SendReply {
        upstream_status: tried.status,
        upstream_ms: Some(tried.ms),
        tries: tried.tries,
        ..SendReply::of(tried.result.unwrap_or_else(|problem| Outcome::Failed((&problem).into())))
    }
}

/// Records a send as queued, and its message, with what was said of it before.
fn settle_queued(object: &Object, claim: &Claim, outcome: Outcome) -> Result<(), StorageFailed> {
    let Outcome::Queued(Ids { msg_id, .. }) = &outcome else { return Err(StorageFailed) };
    let (feed, now) = (&object.feed, now_ms());
    let seq = feed.seq().saturating_add(1);
    let mut message = Message { seq, ..Message::queued(msg_id, &claim.caller, now) };
    let early = if feed.strays() > 0 { object.store.strays(&list([msg_id.as_str()].into_iter()))? } else { Vec::new() };
    for stray in &early {
        stray.give(&mut message, now);
    }
    if object.store.settle_queued(&claim.id, outcome, &message, !early.is_empty())? {
        feed.set_strays(feed.strays().saturating_sub(early.len()));
        publish(object, &[Change::from(&message)]);
    } else {
        worker::console_log!("{}", r#"{"event":"message_id_repeated"}"#);
    }
    Ok(())
}

/// Asks Maytapi until it takes or refuses the message, or the deadline is reached. Only what it says it never started is tried again.
async fn tries(store: &Store, claim: &Claim, message: &JsValue, config: &Config) -> Tried {
    let configured = config.account(&claim.account).and_then(|account| Some((account, account.phone(&claim.phone)?.0)));
    let Some((account, phone)) = configured else {
        // The Worker of another version asked; nothing left.
        let detail = "The phone isn't configured here any more.";
        let result = Err(Problem { retryable: Retryable::Yes, ..Problem::new(ProblemType::PhoneNotAllowed, detail) });
        return Tried { result, status: None, tries: 0, ms: 0 };
    };
    let (url, deadline_ms) = (account.endpoint.url(phone, "sendMessage"), config.limits.upstream_ms);
    let id = claim.id.as_str();
    let started = now_ms();
    let passed = || u32::try_from(now_ms().saturating_sub(started)).unwrap_or(u32::MAX);
    let mut tries = 0_u32;
    loop {
        tries = tries.saturating_add(1);
        let left = deadline_ms.saturating_sub(passed()).max(1);
        let (result, status, retry_after_ms) = post(account, &url, message, left).await;
        let pause = match &result {
            Err(problem) if problem.retryable == Retryable::Yes => back_off_ms(tries, retry_after_ms),
            _ => return Tried { result, status, tries, ms: passed() },
        };
        // A try that could not be answered in time is not begun.
        let fits = passed().saturating_add(pause).saturating_add(LEAST_TRY_MS) <= deadline_ms;
        if !fits || store.mark(id, State::Claimed).is_err() {
            return Tried { result, status, tries, ms: passed() };
        }
        sleep(pause).await;
        if store.mark(id, State::Posted).is_err() {
            return Tried { result, status, tries, ms: passed() };
        }
    }
}

/// What an ordinary answer of Maytapi takes.
const LEAST_TRY_MS: u32 = 500;
/// The first back-off, in milliseconds; each further one is twice as long.
const FIRST_BACK_OFF_MS: u32 = 500;
const LONGEST_BACK_OFF_MS: u32 = 8000;

fn back_off_ms(tries: u32, retry_after_ms: Option<u32>) -> u32 {
    let doubled = FIRST_BACK_OFF_MS.saturating_mul(1_u32.checked_shl(tries.saturating_sub(1)).unwrap_or(u32::MAX));
    let most = doubled.min(LONGEST_BACK_OFF_MS);
    // Half of it at least, the rest by chance, so that many waiting sends do not come back at once.
    let jittered = f64::from(most) * (0.5 + Math::random() / 2.0);
    (jittered as u32).max(retry_after_ms.unwrap_or_default())
}

type Posted = (Result<Outcome, Problem>, Option<u16>, Option<u32>);

async fn post(account: &Account, url: &str, body: &JsValue, timeout_ms: u32) -> Posted {
    match exchange::text(account, url, body, timeout_ms).await {
        Ok(response) => (decode(account, &response), Some(response.status), response.retry_after_ms),
        Err(error) => (Err(upstream::problem(&error)), None, None),
    }
}

fn decode(account: &Account, response: &Response) -> Result<Outcome, Problem> {
    let parsed: Option<Json> = serde_json::from_str(&response.text).ok();
    match queued(response, parsed.as_ref()) {
        Ok(queued) => Ok(Outcome::Queued(Ids { chat_id: queued.chat_id, msg_id: queued.msg_id })),
        Err(error) => Err(upstream::problem(&error.without(account.endpoint.secret()))),
    }
}
