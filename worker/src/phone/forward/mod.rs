//! Webhooks that are passed on to the operator's own receiver: sealed until they have left, in order, signed as Standard Webhooks prescribe.

pub mod rows;

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::JsValue;

use rows::{Outgoing, Row};

use crate::config::{Account, Config, Forward, current};
use crate::phone::alarm;
use crate::phone::feed::ask::Forwarded;
use crate::phone::object::Object;
use crate::phone::sealed::{self, Purpose};
use crate::phone::store::StorageFailed;
use crate::platform::exchange::{self, Question};
use crate::platform::pending::now_ms;

/// How long one waits at most, in milliseconds.
const LONGEST_MS: i64 = 24 * 3_600_000;
/// How long a receiver may take, and how long webhooks are passed on before the alarm is asked again, in milliseconds.
const TIMEOUT_MS: u32 = 10_000;
const RUN_MS: i64 = 25_000;
/// The alarm is set this far ahead meanwhile: whatever ends them, the others follow.
const WATCHDOG_MS: i64 = 60_000;
/// The first wait before another try and the longest, in milliseconds.
const FIRST_WAIT_MS: i64 = 2000;
const LONGEST_WAIT_MS: i64 = 300_000;
/// When to look again where there is no configuration that can be read, in milliseconds.
const MISCONFIGURED_MS: i64 = 60_000;
/// How often a receiver may say that a webhook is wrong before the ones behind it go on.
const MOST_REFUSALS: i64 = 3;

/// Seals a webhook's body, where it is to be passed on. What is known again by the same has the same id.
pub async fn seal(config: &Config, phone: &str, forwarded: &Forwarded) -> Option<Outgoing> {
    let (keys, account) = (config.delivery.store_keys.as_ref()?, account_of(config, phone)?);
    account.forward.as_ref()?;
    let id = format!("msg_{}", account.pseudonyms.of_text("webhook", &format!("{phone}\n{}", forwarded.key)));
    let sealed = sealed::seal(keys, Purpose { phone, table: "outbox", row: &id }, &forwarded.body).await?;
    Some(Outgoing { id, sealed })
}

/// Whether webhooks are being passed on.
#[derive(Debug, Default)]
pub struct Forwarding {
    is_running: Cell<bool>,
    /// While they are, when to look whether that came to an end; where the storage refused, when to try again. In milliseconds since 1970.
    not_before_ms: Cell<i64>,
}

/// When the next is to be tried.
///
/// # Errors
/// When the storage failed.
pub fn due_ms(object: &Object) -> Result<Option<i64>, StorageFailed> {
    let not_before_ms = object.forwarding.not_before_ms.get();
    if object.forwarding.is_running.get() {
        return Ok(Some(not_before_ms));
    }
    Ok(object.store.outgoing_due_ms()?.map(|due_ms| due_ms.max(not_before_ms)))
}

/// Begins to pass on what is due, beside the alarm: a receiver that hangs holds up nothing but its own webhooks.
///
/// # Errors
/// When the storage failed.
pub fn begin(object: &Rc<Object>) -> Result<(), StorageFailed> {
    let (forwarding, now) = (&object.forwarding, now_ms());
    let is_due = due_ms(object)?.is_some_and(|due_ms| due_ms <= now);
    if is_due {
        forwarding.not_before_ms.set(now.saturating_add(WATCHDOG_MS));
    }
    if !is_due || forwarding.is_running.get() {
        return Ok(());
    }
    let running = Running::begin(Rc::clone(object));
    object.spawn(Box::pin(async move {
        let object = Rc::clone(&running.0);
        let ran = run(&object).await;
        drop(running);
        if ran.is_ok() {
            object.forwarding.not_before_ms.set(0);
            // For those that are due later, or came meanwhile. Where this fails, it is set for the watchdog.
            let _set = alarm::set(&object).await;
        }
    }));
    Ok(())
}

/// Webhooks are being passed on, until this is dropped.
struct Running(Rc<Object>);

impl Running {
    fn begin(object: Rc<Object>) -> Self {
        object.forwarding.is_running.set(true);
        Running(object)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.forwarding.is_running.set(false);
    }
}

/// Passes on what is due, one after the other.
async fn run(object: &Object) -> Result<(), StorageFailed> {
    let started = now_ms();
    while now_ms().saturating_sub(started) < RUN_MS {
        let Some(row) = object.store.outgoing()? else { break };
        if row.next_at > now_ms() {
            break;
        }
        let shared = current::config();
        let (Ok(config), Some(phone)) = (shared.as_ref(), object.store.name()?) else {
            // Nothing is thrown away by a configuration that nobody can read, nor does the alarm fire for it again and again.
            return object.store.retry_outgoing(row.n, row.tries, now_ms().saturating_add(MISCONFIGURED_MS));
        };
        let Some(forward) = account_of(config, &phone).and_then(|account| account.forward.as_ref()) else {
            return drop_all(object);
        };
        let sent = send(config, forward, &phone, &row).await;
        let tries = row.tries.saturating_add(1);
        let is_old = now_ms().saturating_sub(row.at) > LONGEST_MS;
        match sent {
            Sent::Taken => object.store.forget_outgoing(row.n)?,
            Sent::Refused if tries >= MOST_REFUSALS => drop_row(object, &row, "refused", tries)?,
            _ if is_old => drop_row(object, &row, "too_old", tries)?,
            Sent::Refused | Sent::Failed | Sent::Unopened => {
                if matches!(sent, Sent::Unopened) {
                    log(&row, "forward_waits", "store_key", tries);
                }
                object.store.retry_outgoing(row.n, tries, now_ms().saturating_add(wait_ms(row.tries)))?;
            }
        }
    }
    Ok(())
}

/// How long one waits before another try: twice as long after each, up to a bound, in milliseconds.
fn wait_ms(tries_before: i64) -> i64 {
    let doublings = u32::try_from(tries_before).unwrap_or(u32::MAX);
    2_i64
        .checked_pow(doublings)
        .map_or(LONGEST_WAIT_MS, |factor| FIRST_WAIT_MS.saturating_mul(factor))
        .min(LONGEST_WAIT_MS)
}

enum Sent {
    /// The receiver has it.
    Taken,
    /// The receiver says that it is wrong.
    Refused,
    /// It could not be had to answer, or failed.
    Failed,
    /// No key opens what is stored. That may be mended as a receiver is.
    Unopened,
}

async fn send(config: &Config, forward: &Forward, phone: &str, row: &Row) -> Sent {
    let purpose = Purpose { phone, table: "outbox", row: &row.id };
    let opened = match &config.delivery.store_keys {
        Some(keys) => sealed::open(keys, purpose, &row.sealed).await,
        None => None,
    };
    let Some(body) = opened else { return Sent::Unopened };
    let now_s = now_ms() / 1000;
    let Some(signature) = forward.key.sign(&row.id, now_s, &body) else { return Sent::Failed };
    let headers = format!(
        "content-type\napplication/json\nwebhook-id\n{}\nwebhook-timestamp\n{now_s}\nwebhook-signature\n{signature}",
        row.id
    );
    let question = Question {
        method: "POST",
        url: &forward.url,
        headers: &headers,
        body: &JsValue::from_str(&body),
        timeout_ms: TIMEOUT_MS,
    };
    match exchange::text(question).await.map(|response| response.status) {
        Ok(200..=299) => Sent::Taken,
        Ok(408 | 425 | 429) | Ok(500..) | Err(_) => Sent::Failed,
        Ok(_) => Sent::Refused,
    }
}

fn drop_row(object: &Object, row: &Row, reason: &str, tries: i64) -> Result<(), StorageFailed> {
    log(row, "forward_dropped", reason, tries);
    object.store.forget_outgoing(row.n)
}

/// Forwarding was switched off: nobody wants any of them.
fn drop_all(object: &Object) -> Result<(), StorageFailed> {
    let count = object.store.forget_all_outgoing()?;
    worker::console_log!(r#"{{"event":"forward_dropped","reason":"switched_off","count":{count}}}"#);
    Ok(())
}

fn log(row: &Row, event: &str, reason: &str, tries: i64) {
    worker::console_log!(r#"{{"event":"{event}","reason":"{reason}","webhook_id":"{}","tries":{tries}}}"#, row.id);
}

fn account_of<'c>(config: &'c Config, phone: &str) -> Option<&'c Account> {
    config.account(phone.split_once('/')?.0)
}
