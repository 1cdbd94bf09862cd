//! Webhooks that are passed on to the operator's own receiver: sealed until they have left, in order, signed as Standard Webhooks prescribe.

use wasm_bindgen::JsValue;
use worker::SqlStorageValue;

use crate::config::{Config, Forward, current};
use crate::phone::object::Object;
use crate::phone::sealed::{self, Purpose};
use crate::phone::store::{StorageFailed, Store, integer, number, text};
use crate::platform::exchange::{self, Question};
use crate::platform::pending::now_ms;

/// How many wait at most, and for how long, in milliseconds.
const MOST: i64 = 10_000;
const LONGEST_MS: i64 = 24 * 3_600_000;
/// How long a receiver may take, and a run of the alarm, in milliseconds.
const TIMEOUT_MS: u32 = 10_000;
const RUN_MS: i64 = 25_000;
/// The first wait before another try and the longest, in milliseconds.
const FIRST_WAIT_MS: i64 = 2000;
const LONGEST_WAIT_MS: i64 = 300_000;
/// How often a receiver may say that a webhook is wrong before the ones behind it go on.
const MOST_REFUSALS: i64 = 3;

/// A webhook to pass on, sealed.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Under which the receiver knows it again.
    pub id: String,
    /// Its body.
    pub sealed: Vec<u8>,
}

struct Row {
    n: i64,
    id: String,
    at: i64,
    tries: i64,
    next_at: i64,
    sealed: Vec<u8>,
}

/// Seals a webhook's body, where it is to be passed on. Maytapi's repetitions have the same id; what it says again an hour later has another.
pub async fn seal(config: &Config, phone: &str, body: &str) -> Option<Outgoing> {
    let (keys, account) = (config.delivery.store_keys.as_ref()?, account_of(config, phone)?);
    account.forward.as_ref()?;
    let hour = now_ms() / 3_600_000;
    let id = format!("msg_{}", account.pseudonyms.of_text("webhook", &format!("{phone}\n{hour}\n{body}")));
    let sealed = sealed::seal(keys, Purpose { phone, table: "outbox", row: &id }, body).await?;
    Some(Outgoing { id, sealed })
}

/// When the next is to be tried.
pub fn due_ms(object: &Object) -> Result<Option<i64>, StorageFailed> {
    object.store.outgoing_due_ms()
}

/// Passes on what is due, one after the other.
pub async fn run(object: &Object) -> Result<(), StorageFailed> {
    let started = now_ms();
    while now_ms().saturating_sub(started) < RUN_MS {
        let Some(row) = object.store.outgoing()? else { break };
        if row.next_at > now_ms() {
            break;
        }
        let shared = current::config();
        // Nothing is thrown away by a configuration that nobody can read.
        let Ok(config) = shared.as_ref() else { break };
        let Some(phone) = object.store.name()? else { break };
        let sent = match account_of(config, &phone).and_then(|account| account.forward.as_ref()) {
            // Nobody wants it any more.
            None => Sent::Refused,
            Some(forward) => send(config, forward, &phone, &row).await,
        };
        let tries = row.tries.saturating_add(1);
        let is_old = now_ms().saturating_sub(row.at) > LONGEST_MS;
        match sent {
            Sent::Taken => object.store.forget_outgoing(row.n)?,
            Sent::Refused if tries >= MOST_REFUSALS => drop_row(object, &row, "refused")?,
            _ if is_old => drop_row(object, &row, "too_old")?,
            _ => {
                let doubled = FIRST_WAIT_MS.saturating_mul(1_i64.checked_shl(u32::try_from(row.tries).unwrap_or(20).min(20)).unwrap_or(i64::MAX));
                object.store.retry_outgoing(row.n, tries, now_ms().saturating_add(doubled.min(LONGEST_WAIT_MS)))?;
            }
        }
    }
    Ok(())
}

enum Sent {
    /// The receiver has it.
    Taken,
    /// The receiver says that it is wrong.
    Refused,
    /// It could not be had to answer, or failed.
    Failed,
}

async fn send(config: &Config, forward: &Forward, phone: &str, row: &Row) -> Sent {
    let purpose = Purpose { phone, table: "outbox", row: &row.id };
    let opened = match &config.delivery.store_keys {
        Some(keys) => sealed::open(keys, purpose, &row.sealed).await,
        None => None,
    };
    let Some(body) = opened else { return Sent::Refused };
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

fn drop_row(object: &Object, row: &Row, reason: &str) -> Result<(), StorageFailed> {
    worker::console_log!(r#"{{"event":"forward_dropped","reason":"{reason}","webhook_id":"{}","tries":{}}}"#, row.id, row.tries);
    object.store.forget_outgoing(row.n)
}

fn account_of<'c>(config: &'c Config, phone: &str) -> Option<&'c crate::config::Account> {
    config.account(phone.split_once('/')?.0)
}

impl Store {
    /// Adds a webhook, inside of a transaction; one that waits already is not added again.
    pub fn add_outgoing(&self, outgoing: &Outgoing, phone: &str, now_ms: i64) -> Result<(), StorageFailed> {
        if self.exists("SELECT count(*) >= ? FROM outbox", [integer(MOST)])? {
            worker::console_log!(r#"{{"event":"forward_dropped","reason":"full"}}"#);
            return Ok(());
        }
        self.run("INSERT OR IGNORE INTO meta (key, value) VALUES ('name', ?)", [phone.into()])?;
        self.run(
            "INSERT INTO outbox (id, at, tries, next_at, sealed) VALUES (?, ?, 0, ?, ?) ON CONFLICT DO NOTHING",
            [outgoing.id.as_str().into(), integer(now_ms), integer(now_ms), SqlStorageValue::Blob(outgoing.sealed.clone())],
        )
    }

    fn name(&self) -> Result<Option<String>, StorageFailed> {
        let row = self.first("SELECT max(value) FROM meta WHERE key = 'name'", [])?;
        Ok(row.first().and_then(text).map(str::to_owned))
    }

    fn outgoing_due_ms(&self) -> Result<Option<i64>, StorageFailed> {
        // In order: the first holds up the ones behind it.
        let mut rows = self.query("SELECT next_at FROM outbox ORDER BY n LIMIT 1", vec![])?;
        Ok(rows.next().transpose()?.and_then(|row| row.first().map(number)))
    }

    fn outgoing(&self) -> Result<Option<Row>, StorageFailed> {
        let mut rows = self.query("SELECT n, id, at, tries, next_at, sealed FROM outbox ORDER BY n LIMIT 1", vec![])?;
        let Some(row) = rows.next().transpose()? else { return Ok(None) };
        let [n, id, at, tries, next_at, SqlStorageValue::Blob(sealed)] = row.as_slice() else { return Err(StorageFailed) };
        let id = text(id).unwrap_or_default().to_owned();
        let row = Row { n: number(n), id, at: number(at), tries: number(tries), next_at: number(next_at), sealed: sealed.clone() };
        Ok(Some(row))
    }

    fn forget_outgoing(&self, n: i64) -> Result<(), StorageFailed> {
        self.run("DELETE FROM outbox WHERE n = ?", [integer(n)])
    }

    fn retry_outgoing(&self, n: i64, tries: i64, next_at: i64) -> Result<(), StorageFailed> {
        self.run("UPDATE outbox SET tries = ?, next_at = ? WHERE n = ?", [integer(tries), integer(next_at), integer(n)])
    }
}
