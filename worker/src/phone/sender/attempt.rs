//! What single sends and those of batches have in common: one exchange with Maytapi, and what is written down of it.

use std::time::Duration;

use js_sys::Math;
use maytapi::client::{Backoff, Response, queued};
use maytapi::json::Json;
use wasm_bindgen::JsValue;

use crate::config::Account;
use crate::http::problem::Problem;
use crate::phone::claim::{Claim, Ids, Outcome};
use crate::phone::feed::item::Change;
use crate::phone::feed::message::{Message, list};
use crate::phone::feed::publish::publish;
use crate::phone::limits::Counter;
use crate::phone::object::Object;
use crate::phone::store::StorageFailed;
use crate::platform::pending::now_ms;
use crate::upstream::{self, exchange};

/// What came of one exchange: the outcome, the status and how long Maytapi asks to wait.
pub type Posted = (Result<Outcome, Problem>, Option<u16>, Option<Duration>);

/// Asks Maytapi once to send a message.
pub async fn post(account: &Account, url: &str, body: &JsValue, timeout_ms: u32) -> Posted {
    match exchange::text(account, url, body, timeout_ms).await {
        Ok(response) => (decode(account, &response), Some(response.status), response.retry_after),
        Err(error) => (Err(upstream::problem(&error)), None, None),
    }
}

fn decode(account: &Account, response: &Response) -> Result<Outcome, Problem> {
    let parsed: Option<Json> = serde_json::from_str(response.text()).ok();
    match queued(&account.endpoint, response, parsed.as_ref()) {
        Ok(queued) => Ok(Outcome::Queued(Ids { chat_id: queued.chat_id, msg_id: queued.msg_id })),
        Err(error) => Err(upstream::problem(&error)),
    }
}

/// How long to wait before another try, in milliseconds.
pub fn back_off_ms(tries: u32, retry_after: Option<Duration>) -> u32 {
    let delay = Backoff::default().delay(tries.saturating_sub(1), retry_after, Math::random());
    u32::try_from(delay.as_millis()).unwrap_or(u32::MAX)
}

/// The counters without a send that was counted and did not leave. Others may have been counted since.
///
/// # Errors
/// When the storage failed.
pub fn uncounted(
    object: &Object,
    claim: &Claim,
    counted: [Counter; 3],
    before_ms: [i64; 3],
) -> Result<[Counter; 3], StorageFailed> {
    let seen = object.store.counters_of(claim)?;
    let mut now = counted;
    for (((slot, seen), counted), before_ms) in now.iter_mut().zip(seen).zip(counted).zip(before_ms) {
        *slot = seen.unwrap_or(counted).given_back(counted, before_ms);
    }
    Ok(now)
}

/// A message that Maytapi has just queued, with the next number of the feed, and what was said of it before its own answer came.
#[derive(Debug)]
pub struct Arrived {
    /// The message.
    pub message: Message,
    /// How much was said of it before.
    pub early: usize,
}

impl Arrived {
    /// Takes up what was said of a message before.
    ///
    /// # Errors
    /// When the storage failed.
    pub fn of(object: &Object, message: Message) -> Result<Self, StorageFailed> {
        let feed = &object.feed;
        let mut message = Message { seq: feed.seq().saturating_add(1), ..message };
        let ids = list([message.msg_id.as_str()].into_iter());
        let early = if feed.early_acks() > 0 { object.store.early_acks(&ids)? } else { Vec::new() };
        for early_ack in &early {
            early_ack.give(&mut message, now_ms());
        }
        Ok(Arrived { message, early: early.len() })
    }

    /// Tells of it, once it is stored.
    pub fn publish(&self, object: &Object) {
        object.feed.set_early_acks(object.feed.early_acks().saturating_sub(self.early));
        publish(object, self.message.seq, || vec![Change::from(&self.message)]);
    }

    /// Tells the log that Maytapi gave an id twice: the message that had it first keeps it.
    pub fn log_repeated(&self) {
        worker::console_log!("{}", r#"{"event":"message_id_repeated"}"#);
    }
}
