//! The object's SQLite: records of sends and counters of limits. Each call is one crossing into JavaScript, and what it writes is
//! written as a whole or not at all.

use serde_json::{Value, json};
use wasm_bindgen::JsValue;

use crate::claim::{Claim, Outcome};
use crate::config::Limits;
use crate::glue;
use crate::ledger::{Record, State};
use crate::limits::{Counter, Scope};

/// The storage of one object.
pub struct Store {
    storage: JsValue,
    able: bool,
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
    /// Opens the storage of an object that has just started, and sweeps up what the process before it left open.
    pub fn new(storage: JsValue) -> Self {
        let mut store = Store { storage, able: false };
        let unknown = json!(crate::ledger::unknown()).to_string();
        let mut statements: Vec<(&str, Value)> = SCHEMA.iter().map(|text| (*text, json!([]))).collect();
        statements.push((
            "UPDATE records SET state = ?, outcome = ? WHERE state = ? AND state < 2",
            json!([State::Unknown.number(), unknown, State::Posted.number()]),
        ));
        statements.push(("DELETE FROM records WHERE state = ? AND state < 2", json!([State::Claimed.number()])));
        store.able = store.run(&statements).is_ok();
        store
    }

    /// Whether the storage answers.
    pub fn is_able(&self) -> bool {
        self.able && self.run(&[("SELECT count(*) FROM records WHERE state < 2", json!([]))]).is_ok()
    }

    /// What is recorded under a claim's id, and what its caller, recipient and phone have sent so far.
    pub fn look(&self, claim: &Claim) -> Result<(Option<Record>, [Option<Counter>; 3]), StorageFailed> {
        let names = names(claim);
        let mut found = self.run(&[
            ("SELECT state, digest, outcome FROM records WHERE id = ?", json!([claim.id])),
            (
                "SELECT name, last, minute, day, month, minute_n, day_n, month_n FROM counters WHERE name IN (?, ?, ?)",
                json!(names),
            ),
        ])?;
        let counters = found.pop().unwrap_or_default();
        let record = found.pop().unwrap_or_default().into_iter().next().map(record);
        let counter = |name: &String| {
            let row = counters.iter().find(|row| row.first().and_then(Value::as_str) == Some(name));
            row.map(|row| counter(row))
        };
        Ok((record, names.each_ref().map(counter)))
    }

    /// Records a claim as posted and counts it, in one transaction: from now on it may have left.
    pub fn post(
        &self,
        claim: &Claim,
        limits: &Limits,
        counters: &[Counter; 3],
        now_ms: i64,
    ) -> Result<(), StorageFailed> {
        let mut statements = vec![(
            "INSERT INTO records (id, state, digest, made) VALUES (?, ?, ?, ?)",
            json!([claim.id, State::Posted.number(), claim.digest, now_ms]),
        )];
        for ((scope, name), counter) in Scope::ALL.into_iter().zip(names(claim)).zip(counters) {
            if !limits.of(scope).is_none() {
                let ([minute, day, month], [minute_n, day_n, month_n]) = (counter.slots, counter.counts);
                statements.push((
                    "INSERT OR REPLACE INTO counters (name, last, minute, day, month, minute_n, day_n, month_n) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    json!([name, counter.last_ms, minute, day, month, minute_n, day_n, month_n]),
                ));
            }
        }
        self.run(&statements).map(drop)
    }

    /// Moves an open record to and fro between claimed and posted.
    pub fn mark(&self, id: &str, state: State) -> Result<(), StorageFailed> {
        self.run(&[("UPDATE records SET state = ? WHERE id = ?", json!([state.number(), id]))]).map(drop)
    }

    /// Records what became of a send, or forgets it.
    pub fn settle(&self, id: &str, settled: Option<(State, Outcome)>) -> Result<(), StorageFailed> {
        let statement = match settled {
            Some((state, outcome)) => (
                "UPDATE records SET state = ?, outcome = ? WHERE id = ?",
                json!([state.number(), json!(outcome).to_string(), id]),
            ),
            None => ("DELETE FROM records WHERE id = ?", json!([id])),
        };
        self.run(&[statement]).map(drop)
    }

    /// Throws away what is too old. Tells whether anything is left to throw away later.
    pub fn clean(&self, now_ms: i64, retention_ms: i64) -> Result<bool, StorageFailed> {
        let left = self.run(&[
            (
                "DELETE FROM records WHERE id IN (SELECT id FROM records WHERE made < ? AND state >= 2 LIMIT ?)",
                json!([now_ms.saturating_sub(retention_ms), CLEAN_AT_ONCE]),
            ),
            (
                "DELETE FROM counters WHERE name IN (SELECT name FROM counters WHERE last < ? LIMIT ?)",
                json!([now_ms.saturating_sub(COUNTERS_MS), CLEAN_AT_ONCE]),
            ),
            ("SELECT EXISTS (SELECT 1 FROM records) OR EXISTS (SELECT 1 FROM counters)", json!([])),
        ])?;
        Ok(left.last().and_then(|rows| rows.first()).and_then(|row| row.first()) == Some(&json!(1)))
    }

    fn run(&self, statements: &[(&str, Value)]) -> Result<Vec<Rows>, StorageFailed> {
        let text = serde_json::to_string(statements).map_err(|_| StorageFailed)?;
        let rows = glue::sql(&self.storage, &text).map_err(|_| StorageFailed)?;
        serde_json::from_str(&rows).map_err(|_| StorageFailed)
    }
}

/// The names of a claim's counters, in the order of [`Scope::ALL`].
fn names(claim: &Claim) -> [String; 3] {
    [format!("c:{}", claim.caller), format!("r:{}", claim.recipient), "p".to_owned()]
}

fn record(row: Vec<Value>) -> Record {
    let mut row = row.into_iter();
    let mut next = || row.next().unwrap_or_default();
    let state = State::from_number(next().as_i64().unwrap_or(-1));
    let digest = next().as_str().map(str::to_owned);
    let outcome = next().as_str().and_then(|text| serde_json::from_str(text).ok());
    Record { state, digest, outcome }
}

fn counter(row: &[Value]) -> Counter {
    let number = |n: usize| row.get(n).and_then(Value::as_i64).unwrap_or_default();
    let count = |n: usize| u32::try_from(number(n)).unwrap_or(u32::MAX);
    Counter { last_ms: number(1), slots: [number(2), number(3), number(4)], counts: [count(5), count(6), count(7)] }
}
