//! The call to Maytapi: made by the object, tried again where nothing was started, recorded whatever comes of it.

use std::time::Duration;

use js_sys::Math;
use maytapi::client::{Response, Retryable, queued};
use maytapi::json::Json;
use wasm_bindgen::JsValue;

use super::store::Store;
use crate::claim::{Claim, Ids, Outcome, Told};
use crate::config::{Account, Config};
use crate::ledger::{self, State};
use crate::problem::{Kind, Problem};
use crate::tasks::{now_ms, wait};
use crate::{exchange, glue, upstream};

/// The first wait before another try, in milliseconds; each further one is twice as long.
const FIRST_WAIT_MS: u32 = 500;
const LONGEST_WAIT_MS: u32 = 8000;

struct Exchange {
    result: Result<Outcome, Problem>,
    status: Option<u16>,
    tries: u32,
    ms: u32,
}

/// Sends what was recorded as posted. entry.js has the runtime wait for the end of it, also when the request that asked for it is gone.
pub(super) async fn send(store: &Store, claim: &Claim, message: &JsValue, config: &Config) -> Told {
    let exchange = exchange(store, claim, message, config).await;
    let recorded = store.settle(&claim.id, ledger::settle(claim, &exchange.result));
    if recorded.is_err() {
        // The record still says posted, which the next look makes unknown: safe, if less than what was known.
        glue::log(r#"{"event":"record_failed"}"#);
    }
    Told {
        upstream_status: exchange.status,
        upstream_ms: Some(exchange.ms),
        tries: exchange.tries,
        ..Told::just(exchange.result.unwrap_or_else(|problem| Outcome::Failed((&problem).into())))
    }
}

/// Asks Maytapi until it takes or refuses the message, or the time is up. Only what it says it never started is tried again.
async fn exchange(store: &Store, claim: &Claim, message: &JsValue, config: &Config) -> Exchange {
    let place = config.account(&claim.account).and_then(|account| Some((account, account.phone(&claim.phone)?.0)));
    let Some((account, phone)) = place else {
        // The Worker of another version asked; nothing left.
        let detail = "The phone isn't configured here any more.";
        let result = Err(Problem { retryable: Retryable::Yes, ..Problem::new(Kind::PhoneNotAllowed, detail) });
        return Exchange { result, status: None, tries: 0, ms: 0 };
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
            Err(problem) if problem.retryable == Retryable::Yes => wait_ms(tries, retry_after_ms),
            _ => return Exchange { result, status, tries, ms: passed() },
        };
        // A try that could not be answered in time is not begun.
        let fits = passed().saturating_add(pause).saturating_add(LEAST_TRY_MS) <= deadline_ms;
        if !fits || store.mark(id, State::Claimed).is_err() {
            return Exchange { result, status, tries, ms: passed() };
        }
        let _slept = wait(glue::sleep(pause)).await;
        if store.mark(id, State::Posted).is_err() {
            return Exchange { result, status, tries, ms: passed() };
        }
    }
}

/// What an ordinary answer of Maytapi takes.
const LEAST_TRY_MS: u32 = 500;

fn wait_ms(tries: u32, retry_after_ms: Option<u32>) -> u32 {
    let doubled = FIRST_WAIT_MS.saturating_mul(1_u32.checked_shl(tries.saturating_sub(1)).unwrap_or(u32::MAX));
    let most = doubled.min(LONGEST_WAIT_MS);
    // Half of it at least, the rest by chance, so that many waiting sends do not come back at once.
    let jittered = f64::from(most) * (0.5 + Math::random() / 2.0);
    (jittered as u32).max(retry_after_ms.unwrap_or_default())
}

fn millis(duration: Option<Duration>) -> Option<u32> {
    duration.map(|duration| u32::try_from(duration.as_millis()).unwrap_or(u32::MAX))
}

type Posted = (Result<Outcome, Problem>, Option<u16>, Option<u32>);

async fn post(account: &Account, url: &str, body: &JsValue, timeout_ms: u32) -> Posted {
    match exchange::text(account, "POST", url, body, timeout_ms).await {
        Ok(response) => (read(account, &response), Some(response.status), millis(response.retry_after)),
        Err(error) => (Err(upstream::problem(&error)), None, None),
    }
}

fn read(account: &Account, response: &Response) -> Result<Outcome, Problem> {
    let parsed: Option<Json> = serde_json::from_str(response.text()).ok();
    match queued(&account.endpoint, response, parsed.as_ref()) {
        Ok(queued) => Ok(Outcome::Queued(Ids { chat_id: queued.chat_id, msg_id: queued.msg_id })),
        Err(error) => Err(upstream::problem(&error)),
    }
}
