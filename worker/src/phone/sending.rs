//! The call to Maytapi: made by the object, tried again where nothing was started, recorded whatever comes of it.

use std::rc::Rc;

use js_sys::{Math, Uint8Array};
use maytapi::client::{Reply, Retryable, queued};
use maytapi::json::Json;
use wasm_bindgen_futures::JsFuture;

use super::{InFlight, Inner};
use crate::claim::{Claim, Ids, Outcome, Told};
use crate::config::{Account, Config, Fault};
use crate::ledger::{self, State};
use crate::problem::{Kind, Problem};
use crate::{exchange, glue, runtime, upstream};

/// The first wait before another try, in milliseconds; each further one is twice as long.
const FIRST_WAIT_MS: u32 = 500;
const LONGEST_WAIT_MS: u32 = 8000;

type Configured = Rc<Result<Config, Fault>>;

struct Exchange {
    result: Result<Outcome, Problem>,
    status: Option<u16>,
    tries: u32,
    ms: u32,
}

impl Inner {
    /// Sends in a task of the object's own, which runs on when the request that asked for it is gone.
    pub(super) async fn send_detached(self: &Rc<Self>, claim: Claim, body: Uint8Array, config: Configured) -> Told {
        let in_flight = InFlight::new(self, &claim.id);
        let (tell, told) = futures_channel::oneshot::channel();
        let this = Rc::clone(self);
        self.state.wait_until(async move {
            let exchange = this.exchange(&claim, &body, config.as_ref()).await;
            let recorded = this.store.settle(&claim.id, ledger::settle(&claim, &exchange.result));
            drop(in_flight);
            if recorded.is_err() {
                // The record still says posted, which the next look makes unknown: safe, if less than what was known.
                glue::log(r#"{"event":"record_failed"}"#);
            }
            let outcome = exchange.result.unwrap_or_else(|problem| Outcome::Failed((&problem).into()));
            // Nobody listens any more when the caller hung up.
            let _heard = tell.send(Told {
                upstream_status: exchange.status,
                upstream_ms: Some(exchange.ms),
                tries: exchange.tries,
                ..Told::just(outcome)
            });
        });
        told.await.unwrap_or_else(|_| Told::just(ledger::unknown()))
    }

    /// Asks Maytapi until it takes or refuses the message, or the time is up. Only what it says it never started is tried again.
    async fn exchange(&self, claim: &Claim, body: &Uint8Array, config: &Result<Config, Fault>) -> Exchange {
        let place = config.as_ref().ok().and_then(|config| {
            let account = config.account(&claim.account)?;
            Some((config, account, account.phone(&claim.phone)?.0))
        });
        let Some((config, account, phone)) = place else {
            // The Worker of another version asked; nothing left.
            let detail = "The phone isn't configured here any more.";
            let result = Err(Problem { retryable: Retryable::Yes, ..Problem::new(Kind::PhoneNotAllowed, detail) });
            return Exchange { result, status: None, tries: 0, ms: 0 };
        };
        let (url, deadline_ms) = (account.endpoint.url(phone, "sendMessage"), config.limits.upstream_ms);
        let id = claim.id.as_str();
        let started = runtime::now_ms();
        let passed = || u32::try_from(runtime::now_ms().saturating_sub(started)).unwrap_or(u32::MAX);
        let mut tries = 0_u32;
        loop {
            tries = tries.saturating_add(1);
            let left = deadline_ms.saturating_sub(passed()).max(1);
            let (result, status, retry_after_ms) = post(account, &url, body, left).await;
            let wait = match &result {
                Err(problem) if problem.retryable == Retryable::Yes => wait_ms(tries, retry_after_ms),
                _ => return Exchange { result, status, tries, ms: passed() },
            };
            // A try that could not be answered in time is not begun.
            let fits = passed().saturating_add(wait).saturating_add(LEAST_TRY_MS) <= deadline_ms;
            if !fits || self.store.mark(id, State::Claimed).is_err() {
                return Exchange { result, status, tries, ms: passed() };
            }
            let _slept = JsFuture::from(glue::sleep(wait)).await;
            if self.store.mark(id, State::Posted).is_err() {
                return Exchange { result, status, tries, ms: passed() };
            }
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

type Posted = (Result<Outcome, Problem>, Option<u16>, Option<u32>);

async fn post(account: &Account, url: &str, body: &Uint8Array, timeout_ms: u32) -> Posted {
    match exchange::text(account, "POST", url, body, timeout_ms).await {
        Ok(reply) => (read(account, &reply), Some(reply.status), reply.retry_after_ms),
        Err(error) => (Err(upstream::problem(&error)), None, None),
    }
}

fn read(account: &Account, reply: &Reply) -> Result<Outcome, Problem> {
    let parsed: Option<Json> = serde_json::from_str(&reply.text).ok();
    match queued(reply, parsed.as_ref()) {
        Ok(queued) => Ok(Outcome::Queued(Ids { chat_id: queued.chat_id, msg_id: queued.msg_id })),
        Err(error) => Err(upstream::problem(&error.without(account.endpoint.secret()))),
    }
}
