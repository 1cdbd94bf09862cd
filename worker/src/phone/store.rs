//! The object's SQLite: records of sends and counters of limits. What one call writes is written as a whole or not at all.

use std::panic::AssertUnwindSafe;

use js_sys::Object;
use maytapi::client::Retryable;
use wasm_bindgen::prelude::*;
use worker::SqlCursorRawIterator;
use worker::{SqlStorage, SqlStorageValue, Storage};

use super::claim::{Claim, Outcome};
use super::feed::message::Message;
use super::ledger::{self, Record, State};
use super::limits::Counter;
use super::schema;
use crate::config::{Limits, Scope};
use crate::http::problem::{Problem, ProblemType};

#[wasm_bindgen]
extern "C" {
    /// `worker::Storage` has no transaction that ends before the next wait.
    #[wasm_bindgen(extends = Object)]
    type SyncStorage;

    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    fn transaction_sync(this: &SyncStorage, run: &mut dyn FnMut() -> Result<(), JsValue>) -> Result<(), JsValue>;
}

/// The storage of one object.
#[derive(Debug)]
pub struct Store {
    storage: Storage,
    sql: SqlStorage,
}

/// What is known of a claim before it is decided on.
#[derive(Debug)]
pub struct Seen {
    /// What is recorded under its id.
    pub record: Option<Record>,
    /// What its caller, recipient and phone have sent so far.
    pub counters: [Option<Counter>; 3],
}

/// The storage refused; nothing of the call was written.
#[derive(Clone, Copy, Debug)]
pub struct StorageFailed;

type Row = Vec<SqlStorageValue>;

// The statements of every send. Constant texts: the runtime finds a prepared statement by its text.
const LOOK: &str = "SELECT '', state, digest, outcome, 0, 0, 0, 0 FROM records WHERE id = ? UNION ALL \
    SELECT name, last, minute, day, month, minute_n, day_n, month_n FROM counters WHERE name IN (?, ?, ?)";
const POST: &str = "INSERT INTO records (id, state, digest, made) VALUES (?, ?, ?, ?)";
/// For one, two and three counters.
const COUNT: [&str; 3] = [
    "INSERT OR REPLACE INTO counters (name, last, minute, day, month, minute_n, day_n, month_n) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT OR REPLACE INTO counters (name, last, minute, day, month, minute_n, day_n, month_n) VALUES (?, ?, ?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT OR REPLACE INTO counters (name, last, minute, day, month, minute_n, day_n, month_n) VALUES (?, ?, ?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?, ?, ?)",
];
/// The columns of a counter.
const COUNTER_COLUMNS: usize = 8;

/// How many rows one round of cleaning takes away.
pub(super) const CLEAN_AT_ONCE: i64 = 5000;
/// Counters count months at most.
const COUNTERS_MS: i64 = 31 * 86_400_000;

impl Store {
    /// The storage of an object.
    pub fn new(storage: Storage) -> Self {
        Store { sql: storage.sql(), storage }
    }

    /// Makes the tables that are missing, for an object that has just started, and closes what the process before it left open.
    pub fn open(&self) -> Result<(), StorageFailed> {
        let unknown = serde_json::to_string(&ledger::unknown()).map_err(|_| StorageFailed)?;
        let has_version = self.exists("SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'meta')", [])?;
        let version = match has_version {
            true => {
                number(self.first("SELECT value FROM meta WHERE key = 'schema'", [])?.first().ok_or(StorageFailed)?)
            }
            false => 0,
        };
        self.transaction(|| {
            for statement in schema::missing(version) {
                self.run(statement, [])?;
            }
            if version < schema::VERSION {
                let written = "INSERT OR REPLACE INTO meta (key, value) VALUES ('schema', ?)";
                self.run(written, [integer(schema::VERSION)])?;
            }
            self.run(
                "UPDATE records SET state = ?, outcome = ? WHERE state = ? AND state < 2",
                [state(State::Unknown), unknown.as_str().into(), state(State::Posted)],
            )?;
            self.run("DELETE FROM records WHERE state = ? AND state < 2", [state(State::Claimed)])
        })
    }

    /// Whether the storage answers.
    pub fn is_healthy(&self) -> bool {
        self.run("SELECT count(*) FROM records WHERE state < 2", []).is_ok()
    }

    /// What is known of a claim: one statement.
    pub fn look(&self, claim: &Claim) -> Result<Seen, StorageFailed> {
        let names = names(claim);
        let [caller, recipient, all] = &names;
        let given = [&claim.id, caller, recipient, all].map(|text| text.as_str().into());
        let mut seen = Seen { record: None, counters: [None; 3] };
        for row in self.sql.exec(LOOK, Vec::from(given))?.raw() {
            let row = row?;
            let name = row.first().and_then(text).ok_or(StorageFailed)?;
            match names.iter().zip(&mut seen.counters).find(|(known, _)| *known == name) {
                Some((_, slot)) => *slot = Some(counter(&row)),
                None => seen.record = Some(record(&row)),
            }
        }
        Ok(seen)
    }

    /// What a caller and the phone have sent so far.
    pub fn counters(&self, caller: &str) -> Result<[Option<Counter>; 2], StorageFailed> {
        let query =
            "SELECT name, last, minute, day, month, minute_n, day_n, month_n FROM counters WHERE name IN (?, 'p')";
        let name = format!("c:{caller}");
        let mut found = [None; 2];
        let [of_caller, of_phone] = &mut found;
        for row in self.query(query, vec![name.as_str().into()])? {
            let row = row?;
            let is_caller = row.first().and_then(text) == Some(&name);
            *(if is_caller { &mut *of_caller } else { &mut *of_phone }) = Some(counter(&row));
        }
        Ok(found)
    }

    /// Records a claim as posted and counts it, in one transaction: from now on it may have left.
    pub fn post(
        &self,
        claim: &Claim,
        limits: &Limits,
        counters: &[Counter; 3],
        now_ms: i64,
    ) -> Result<(), StorageFailed> {
        self.with_counters(claim, limits, counters, || {
            let digest = claim.digest.as_deref();
            self.run(POST, [claim.id.as_str().into(), state(State::Posted), digest.into(), integer(now_ms)])
        })
    }

    /// Forgets a claim that did not leave, with the counters as they are without it.
    pub fn forget(&self, claim: &Claim, limits: &Limits, counters: &[Counter; 3]) -> Result<(), StorageFailed> {
        let forget = || self.run("DELETE FROM records WHERE id = ?", [claim.id.as_str().into()]);
        self.with_counters(claim, limits, counters, forget)
    }

    /// Writes what a closure does and the counters in one transaction.
    pub(super) fn with_counters(
        &self,
        claim: &Claim,
        limits: &Limits,
        counters: &[Counter; 3],
        write: impl Fn() -> Result<(), StorageFailed>,
    ) -> Result<(), StorageFailed> {
        let mut counted: Row = Vec::with_capacity(3 * COUNTER_COLUMNS);
        for ((scope, name), counter) in Scope::ALL.into_iter().zip(names(claim)).zip(counters) {
            if !limits.of(scope).is_none() {
                counted.extend([name.into(), integer(counter.last_ms)]);
                counted.extend(counter.slots.map(integer));
                counted.extend(counter.counts.map(|count| integer(count.into())));
            }
        }
        let count = (counted.len() / COUNTER_COLUMNS).checked_sub(1).and_then(|at| COUNT.get(at));
        let mut counted = Some(counted);
        self.transaction(|| {
            write()?;
            if let (Some(count), Some(counted)) = (count, counted.take()) {
                self.sql.exec(count, counted)?;
            }
            Ok(())
        })
    }

    /// Moves an open record to and fro between claimed and posted.
    pub fn mark(&self, id: &str, to: State) -> Result<(), StorageFailed> {
        self.run("UPDATE records SET state = ? WHERE id = ?", [state(to), id.into()])
    }

    /// Records what became of a send.
    pub fn settle(&self, id: &str, to: State, outcome: &Outcome) -> Result<(), StorageFailed> {
        let outcome = serde_json::to_string(outcome).map_err(|_| StorageFailed)?;
        self.run("UPDATE records SET state = ?, outcome = ? WHERE id = ?", [state(to), outcome.into(), id.into()])
    }

    /// Records a send as queued, and its message with it. Tells whether the message is new.
    pub fn settle_queued(
        &self,
        id: &str,
        outcome: &Outcome,
        message: &Message,
        had_strays: bool,
    ) -> Result<bool, StorageFailed> {
        let mut is_new = false;
        self.transaction(|| {
            self.settle(id, State::Queued, outcome)?;
            is_new = self.add_message(message, had_strays)?;
            Ok(())
        })?;
        Ok(is_new)
    }

    /// Throws away what is too old, as far as one round goes. Tells whether there is more.
    pub fn clean(&self, now_ms: i64, retention_ms: i64) -> Result<bool, StorageFailed> {
        let (records, counters) = (now_ms.saturating_sub(retention_ms), now_ms.saturating_sub(COUNTERS_MS));
        let mut more = false;
        self.transaction(|| {
            self.run(
                "DELETE FROM records WHERE id IN (SELECT id FROM records WHERE made < ? AND state >= 2 LIMIT ?)",
                [integer(records), integer(CLEAN_AT_ONCE)],
            )?;
            self.run(
                "DELETE FROM counters WHERE name IN (SELECT name FROM counters WHERE last < ? LIMIT ?)",
                [integer(counters), integer(CLEAN_AT_ONCE)],
            )?;
            more = self.exists(
                "SELECT EXISTS (SELECT 1 FROM records WHERE made < ? AND state >= 2) OR EXISTS (SELECT 1 FROM counters WHERE last < ?)",
                [integer(records), integer(counters)],
            )?;
            Ok(())
        })?;
        Ok(more)
    }

    /// Whether anything is stored that grows too old.
    pub fn has_rows(&self) -> Result<bool, StorageFailed> {
        self.exists("SELECT EXISTS (SELECT 1 FROM records) OR EXISTS (SELECT 1 FROM counters) OR EXISTS (SELECT 1 FROM messages) OR EXISTS (SELECT 1 FROM inbox) OR EXISTS (SELECT 1 FROM batches)", [])
    }

    /// The key of the object's pseudonyms, sealed, where it has one.
    pub fn pseudonym_key(&self) -> Result<Option<Vec<u8>>, StorageFailed> {
        let mut rows = self.query("SELECT value FROM meta WHERE key = 'pseudonyms'", vec![])?;
        let row = rows.next().transpose()?;
        row.map(|row| match row.into_iter().next() {
            Some(SqlStorageValue::Blob(sealed)) => Ok(sealed),
            _ => Err(StorageFailed),
        })
        .transpose()
    }

    /// Writes that key, where the one stored is still what it was. Tells whether it was.
    pub fn set_pseudonym_key(&self, sealed: &[u8], was: Option<&[u8]>) -> Result<bool, StorageFailed> {
        if self.pseudonym_key()?.as_deref() != was {
            return Ok(false);
        }
        let write = "INSERT OR REPLACE INTO meta (key, value) VALUES ('pseudonyms', ?)";
        self.run(write, [SqlStorageValue::Blob(sealed.to_vec())])?;
        Ok(true)
    }

    /// How large it is, in bytes.
    pub fn size(&self) -> usize {
        self.sql.database_size()
    }

    /// When the object's alarm is set for, in milliseconds since 1970.
    pub async fn alarm(&self) -> Result<Option<i64>, StorageFailed> {
        Ok(self.storage.get_alarm().await?)
    }

    /// Sets the object's alarm, in milliseconds from now.
    pub async fn set_alarm(&self, after_ms: i64) -> Result<(), StorageFailed> {
        Ok(self.storage.set_alarm(after_ms).await?)
    }

    /// Runs a statement.
    pub(super) fn run<const N: usize>(
        &self,
        statement: &str,
        given: [SqlStorageValue; N],
    ) -> Result<(), StorageFailed> {
        self.sql.exec(statement, Vec::from(given))?;
        Ok(())
    }

    /// Whether a query says so in the first column of its first row.
    pub(super) fn exists<const N: usize>(
        &self,
        query: &str,
        given: [SqlStorageValue; N],
    ) -> Result<bool, StorageFailed> {
        Ok(self.first(query, given)?.first().is_some_and(|first| number(first) != 0))
    }

    /// The first row of a query.
    pub(super) fn first<const N: usize>(&self, query: &str, given: [SqlStorageValue; N]) -> Result<Row, StorageFailed> {
        Ok(self.sql.exec(query, Vec::from(given))?.raw().next().ok_or(StorageFailed)??)
    }

    /// Runs a statement that writes; tells how many rows it wrote, those of indexes among them.
    pub(super) fn write(&self, statement: &str, given: Row) -> Result<usize, StorageFailed> {
        Ok(self.sql.exec(statement, given)?.rows_written())
    }

    /// The rows of a query.
    pub(super) fn query(&self, query: &str, given: Row) -> Result<SqlCursorRawIterator, StorageFailed> {
        Ok(self.sql.exec(query, given)?.raw())
    }

    /// Runs what a closure does with the storage as a whole or not at all.
    pub(super) fn transaction(&self, mut run: impl FnMut() -> Result<(), StorageFailed>) -> Result<(), StorageFailed> {
        self.transact(&mut run)
    }

    /// The same, once for all closures.
    fn transact(&self, run: &mut dyn FnMut() -> Result<(), StorageFailed>) -> Result<(), StorageFailed> {
        // What it changes is its own; where it panics, nobody looks at that again.
        let mut run = AssertUnwindSafe(run);
        let storage: &SyncStorage = self.storage.as_raw().unchecked_ref();
        let ran = storage.transaction_sync(&mut move || (*run)().map_err(|StorageFailed| JsValue::NULL));
        ran.map_err(|_| StorageFailed)
    }
}

impl From<StorageFailed> for Problem {
    fn from(_: StorageFailed) -> Self {
        let problem = Problem::new(ProblemType::Internal, "The proxy's storage failed.");
        Problem { retryable: Retryable::Yes, ..problem }
    }
}

impl<E: Into<worker::Error>> From<E> for StorageFailed {
    fn from(_: E) -> Self {
        StorageFailed
    }
}

/// The names of a claim's counters, in the order of [`Scope::ALL`].
fn names(claim: &Claim) -> [String; 3] {
    [format!("c:{}", claim.caller), format!("r:{}", claim.recipient), "p".to_owned()]
}

/// State, digest and outcome; the other columns are the counters'.
fn record(row: &[SqlStorageValue]) -> Record {
    let mut columns = row.iter().skip(1);
    let state = columns.next().map(number).and_then(|state| u8::try_from(state).ok());
    let digest = columns.next().and_then(text).map(str::to_owned);
    let outcome = columns.next().and_then(text).and_then(|text| serde_json::from_str(text).ok());
    Record { state: state.map_or(State::Unknown, State::from_number), digest, outcome }
}

fn counter(row: &[SqlStorageValue]) -> Counter {
    let mut columns = row.iter().skip(1);
    let mut next = || columns.next().map(number).unwrap_or_default();
    let (last_ms, slots) = (next(), [next(), next(), next()]);
    let mut count = || u32::try_from(next()).unwrap_or(u32::MAX);
    Counter { last_ms, slots, counts: [count(), count(), count()] }
}

fn state(state: State) -> SqlStorageValue {
    integer(state.number().into())
}

pub(super) fn integer(value: i64) -> SqlStorageValue {
    SqlStorageValue::Integer(value)
}

pub(super) fn number(value: &SqlStorageValue) -> i64 {
    match value {
        SqlStorageValue::Integer(value) => *value,
        _ => 0,
    }
}

pub(super) fn text(value: &SqlStorageValue) -> Option<&str> {
    match value {
        SqlStorageValue::String(text) => Some(text),
        _ => None,
    }
}
