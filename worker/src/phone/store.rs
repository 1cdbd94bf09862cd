//! The object's SQLite: what all of its tables need, and what is in memory of them. What one call writes is written as a whole or not at all.

mod claims;

use std::cell::{Cell, OnceCell};
use std::panic::AssertUnwindSafe;

use js_sys::Object;
use maytapi::client::Retryable;
use wasm_bindgen::prelude::*;
use worker::SqlCursorRawIterator;
use worker::{SqlStorage, SqlStorageValue, Storage};

use super::batches::model::open::OpenBatches;
use super::ledger::{self, State};
use super::limits::known::KnownCounters;
use super::schema;
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
    known: KnownCounters,
    /// The open batches, while the alarm works on them.
    pub(super) open_batches: OpenBatches,
    /// The object's name, once it was read.
    pub(super) name: OnceCell<String>,
    /// When the oldest webhook that waits to be passed on is due, once it was read; nothing where none waits.
    pub(super) outgoing_due: Cell<Option<Option<i64>>>,
}

/// The storage refused; nothing of the call was written.
#[derive(Clone, Copy, Debug)]
pub struct StorageFailed;

type Row = Vec<SqlStorageValue>;

/// The records of the sends that were under way when the object last sent anything, and some more.
macro_rules! lately {
    () => {
        "made >= (SELECT max(made) FROM records) - ?"
    };
}
/// No send takes longer, with all its waits. What a clock that was set back hides from this is found when it is asked for.
const LONGEST_SEND_MS: i64 = 15 * 60_000;

/// How many rows one round of cleaning takes away.
pub(super) const CLEAN_AT_ONCE: i64 = 5000;
/// Counters count months at most.
const COUNTERS_MS: i64 = 31 * 86_400_000;

impl Store {
    /// The storage of an object.
    pub fn new(storage: Storage) -> Self {
        Store {
            sql: storage.sql(),
            storage,
            known: KnownCounters::default(),
            open_batches: OpenBatches::default(),
            name: OnceCell::new(),
            outgoing_due: Cell::new(None),
        }
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
                concat!("UPDATE records SET state = ?, outcome = ? WHERE ", lately!(), " AND state = ?"),
                [state(State::Unknown), unknown.as_str().into(), integer(LONGEST_SEND_MS), state(State::Posted)],
            )?;
            self.run(
                concat!("DELETE FROM records WHERE ", lately!(), " AND state = ?"),
                [integer(LONGEST_SEND_MS), state(State::Claimed)],
            )
        })
    }

    /// Whether the storage answers.
    pub fn is_healthy(&self) -> bool {
        self.run("SELECT count(*) FROM meta", []).is_ok()
    }

    /// Nothing is under way here any more.
    pub fn rest(&self) {
        self.known.forget();
        self.open_batches.release();
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
        ran.map_err(|thrown| {
            self.open_batches.forget();
            self.outgoing_due.set(None);
            // Of what failed inside, the log was told then.
            if thrown.is_null() { StorageFailed } else { thrown.into() }
        })
    }
}

impl From<StorageFailed> for Problem {
    fn from(_: StorageFailed) -> Self {
        let problem = Problem::new(ProblemType::Internal, "The proxy's storage failed.");
        Problem { retryable: Retryable::Yes, ..problem }
    }
}

impl<E: Into<worker::Error>> From<E> for StorageFailed {
    fn from(error: E) -> Self {
        logged(&error.into())
    }
}

/// Tells the log why: callers learn only that it failed. SQLite names tables and columns, and no values.
fn logged(error: &worker::Error) -> StorageFailed {
    // A text can always be written.
    let error = serde_json::to_string(&error.to_string()).unwrap_or_default();
    worker::console_error!(r#"{{"event":"storage_failed","error":{error}}}"#);
    StorageFailed
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
