//! The object's SQLite: records of sends and counters of limits. Each call is one crossing into JavaScript, and what it writes is
//! written as a whole or not at all.

use serde_json::{Value, json};
use wasm_bindgen::JsValue;

use crate::config::Limits;
use crate::phone::claim::{Claim, Outcome};
use crate::phone::ledger::{Record, State};
use crate::phone::limits::{Counter, Scope};
use crate::platform::glue;

/// The storage of one object.
pub struct Store {
    phone: JsValue,
}

/// What is known of a claim before it is decided on.
pub struct Seen {
    /// What is recorded under its id.
    pub record: Option<Record>,
    /// Whether this process is sending that.
    pub in_flight: bool,
    /// What its caller, recipient and phone have sent so far.
    pub counters: [Option<Counter>; 3],
}

/// The storage refused; nothing of the call was written.
#[derive(Clone, Copy, Debug)]
pub struct StorageFailed;

type Rows = Vec<Vec<Value>>;

const SCHEMA: [&str; 4] = [
    "CREATE TABLE IF NOT EXISTS records (id TEXT PRIMARY KEY, state INTEGER NOT NULL, digest TEXT, made INTEGER NOT NULL, outcome TEXT) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS records_by_age ON records (made)",
    "CREATE INDEX IF NOT EXISTS records_open ON records (state) WHERE state < 2",
    "CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, last INTEGER NOT NULL, minute INTEGER NOT NULL, minute_n INTEGER NOT NULL, day INTEGER NOT NULL, day_n INTEGER NOT NULL, month INTEGER NOT NULL, month_n INTEGER NOT NULL) WITHOUT ROWID",
];

/// How many rows one round of cleaning takes away.
const CLEAN_AT_ONCE: i64 = 5000;
/// Counters count months at most.
const COUNTERS_MS: i64 = 31 * 86_400_000;

impl Store {
    /// The storage of the object of this class in entry.js.
    pub fn new(phone: JsValue) -> Self {
        Store { phone }
    }

    /// Opens the storage of an object that has just started, and sweeps up what the process before it left open.
    pub fn open(&self) -> bool {
        let unknown = json!(crate::phone::ledger::unknown()).to_string();
        let mut statements: Vec<(&str, Value)> = SCHEMA.iter().map(|text| (*text, json!([]))).collect();
        statements.push((
            "UPDATE records SET state = ?, outcome = ? WHERE state = ? AND state < 2",
            json!([State::Unknown.number(), unknown, State::Posted.number()]),
        ));
        statements.push(("DELETE FROM records WHERE state = ? AND state < 2", json!([State::Claimed.number()])));
        self.run(&statements).is_ok()
    }

    /// Whether the storage answers.
    pub fn is_able(&self) -> bool {
        self.run(&[("SELECT count(*) FROM records WHERE state < 2", json!([]))]).is_ok()
    }

    /// What is known of a claim: one statement.
    pub fn look(&self, claim: &Claim) -> Result<Seen, StorageFailed> {
        let names = names(claim);
        let [caller, recipient, all] = &names;
        let text = glue::look(&self.phone, &claim.id, caller, recipient, all).map_err(|_| StorageFailed)?;
        let mut lines = text.split('\n');
        let mut seen = Seen { in_flight: lines.next() == Some("1"), record: None, counters: [None; 3] };
        for line in lines {
            let (name, row) = line.split_once('\t').ok_or(StorageFailed)?;
            match names.iter().zip(&mut seen.counters).find(|(known, _)| *known == name) {
                Some((_, slot)) => *slot = Some(counter(row)),
                None => seen.record = Some(record(row)),
            }
        }
        Ok(seen)
    }

    /// Records a claim as posted and counts it, in one transaction: from now on it may have left.
    pub fn post(
        &self,
        claim: &Claim,
        limits: &Limits,
        counters: &[Counter; 3],
        now_ms: i64,
    ) -> Result<(), StorageFailed> {
        let mut counted: Vec<String> = Vec::with_capacity(3);
        let mut numbers: Vec<f64> = Vec::with_capacity(21);
        for ((scope, name), counter) in Scope::ALL.into_iter().zip(names(claim)).zip(counters) {
            if !limits.of(scope).is_none() {
                counted.push(name);
                numbers.push(counter.last_ms as f64);
                numbers.extend(counter.slots.map(|slot| slot as f64));
                numbers.extend(counter.counts.map(f64::from));
            }
        }
        let (state, digest, names) = (State::Posted.number(), claim.digest.as_deref(), counted.join("\n"));
        glue::post(&self.phone, &claim.id, state, digest, now_ms as f64, &names, &numbers).map_err(|_| StorageFailed)
    }

    /// Moves an open record to and fro between claimed and posted.
    pub fn mark(&self, id: &str, state: State) -> Result<(), StorageFailed> {
        glue::mark(&self.phone, id, state.number()).map_err(|_| StorageFailed)
    }

    /// Records what became of a send, or forgets it.
    pub fn settle(&self, id: &str, settled: Option<(State, Outcome)>) -> Result<(), StorageFailed> {
        let (state, outcome) = match settled {
            Some((state, outcome)) => (state, Some(serde_json::to_string(&outcome).map_err(|_| StorageFailed)?)),
            None => (State::Claimed, None),
        };
        glue::settle(&self.phone, id, state.number(), outcome.as_deref()).map_err(|_| StorageFailed)
    }

    /// Throws away what is too old, as far as one round goes. Tells what is left: 0 nothing, 1 what is too young, 2 more that is too old.
    pub fn clean(&self, now_ms: i64, retention_ms: i64) -> Result<u8, StorageFailed> {
        let records_ms = now_ms.saturating_sub(retention_ms);
        let counters_ms = now_ms.saturating_sub(COUNTERS_MS);
        let left = self.run(&[
            (
                "DELETE FROM records WHERE id IN (SELECT id FROM records WHERE made < ? AND state >= 2 LIMIT ?)",
                json!([records_ms, CLEAN_AT_ONCE]),
            ),
            (
                "DELETE FROM counters WHERE name IN (SELECT name FROM counters WHERE last < ? LIMIT ?)",
                json!([counters_ms, CLEAN_AT_ONCE]),
            ),
            (
                "SELECT CASE WHEN EXISTS (SELECT 1 FROM records WHERE made < ? AND state >= 2) OR EXISTS (SELECT 1 FROM counters WHERE last < ?) THEN 2 \
                 WHEN EXISTS (SELECT 1 FROM records) OR EXISTS (SELECT 1 FROM counters) THEN 1 ELSE 0 END",
                json!([records_ms, counters_ms]),
            ),
        ])?;
        let left = left.last().and_then(|rows| rows.first()).and_then(|row| row.first()).and_then(Value::as_u64);
        left.and_then(|left| u8::try_from(left).ok()).ok_or(StorageFailed)
    }

    fn run(&self, statements: &[(&str, Value)]) -> Result<Vec<Rows>, StorageFailed> {
        let text = serde_json::to_string(statements).map_err(|_| StorageFailed)?;
        let rows = glue::sql(&self.phone, &text).map_err(|_| StorageFailed)?;
        serde_json::from_str(&rows).map_err(|_| StorageFailed)
    }
}

/// The names of a claim's counters, in the order of [`Scope::ALL`].
fn names(claim: &Claim) -> [String; 3] {
    [format!("c:{}", claim.caller), format!("r:{}", claim.recipient), "p".to_owned()]
}

/// State, digest and outcome; the other columns are the counters'.
fn record(row: &str) -> Record {
    let mut columns = row.split('\t');
    let mut next = || columns.next().filter(|column| !column.is_empty());
    let state = next().and_then(|state| state.parse().ok()).map_or(State::Unknown, State::from_number);
    let digest = next().map(str::to_owned);
    let outcome = next().and_then(|text| serde_json::from_str(text).ok());
    Record { state, digest, outcome }
}

fn counter(row: &str) -> Counter {
    let mut columns = row.split('\t');
    let mut number = || columns.next().and_then(|column| column.parse::<i64>().ok()).unwrap_or_default();
    let (last_ms, slots) = (number(), [number(), number(), number()]);
    let mut count = || u32::try_from(number()).unwrap_or(u32::MAX);
    Counter { last_ms, slots, counts: [count(), count(), count()] }
}
