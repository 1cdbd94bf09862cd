//! What the storage knows of claims: their records, and the counters of limits.

use worker::SqlStorageValue;

use super::{Row, StorageFailed, Store, integer, number, state, text};
use crate::config::{Limits, Scope};
use crate::phone::claim::{Claim, Outcome};
use crate::phone::feed::message::Message;
use crate::phone::ledger::{Record, State};
use crate::phone::limits::Counter;

/// What is known of a claim before it is decided on.
#[derive(Debug)]
pub struct Seen {
    /// What is recorded under its id.
    pub record: Option<Record>,
    /// What its caller, recipient and phone have sent so far.
    pub counters: [Option<Counter>; 3],
}

// The statements of every send. Constant texts: the runtime finds a prepared statement by its text.
macro_rules! counters {
    ($names:literal) => {
        concat!(
            "SELECT name, last, minute, day, month, minute_n, day_n, month_n FROM counters WHERE name IN (",
            $names,
            ")"
        )
    };
}
macro_rules! record {
    ($($counters:expr)?) => {
        concat!("SELECT '', state, digest, outcome, 0, 0, 0, 0 FROM records WHERE id = ?" $(, " UNION ALL ", $counters)?)
    };
}
/// For no, one, two and three counters.
const COUNTERS: [&str; 4] = ["", counters!("?"), counters!("?, ?"), counters!("?, ?, ?")];
const RECORD: [&str; 4] =
    [record!(), record!(counters!("?")), record!(counters!("?, ?")), record!(counters!("?, ?, ?"))];
const POST: &str = "INSERT INTO records (id, state, digest, made) VALUES (?, ?, ?, ?)";
/// For one, two and three counters.
const COUNT: [&str; 3] = [
    "INSERT OR REPLACE INTO counters (name, last, minute, day, month, minute_n, day_n, month_n) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT OR REPLACE INTO counters (name, last, minute, day, month, minute_n, day_n, month_n) VALUES (?, ?, ?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT OR REPLACE INTO counters (name, last, minute, day, month, minute_n, day_n, month_n) VALUES (?, ?, ?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?, ?, ?)",
];
/// The columns of a counter.
const COUNTER_COLUMNS: usize = 8;

impl Store {
    /// What is known of a claim: one statement.
    pub fn look(&self, claim: &Claim) -> Result<Seen, StorageFailed> {
        self.seen(Some(&claim.id), names(claim), RECORD)
    }

    /// What a claim's caller, recipient and phone have sent so far: one statement at most.
    pub fn counters_of(&self, claim: &Claim) -> Result<[Option<Counter>; 3], StorageFailed> {
        Ok(self.seen(None, names(claim), COUNTERS)?.counters)
    }

    /// Asks for a record, where an id is given, and for those counters that aren't in memory, by one of the statements.
    fn seen(&self, id: Option<&str>, names: [String; 3], statements: [&str; 4]) -> Result<Seen, StorageFailed> {
        let known = names.each_ref().map(|name| self.known.get(name));
        let mut seen = Seen { record: None, counters: known.map(Option::flatten) };
        let unknown = || names.iter().zip(known).filter(|(_, known)| known.is_none()).map(|(name, _)| name);
        let given: Row = id.into_iter().chain(unknown().map(String::as_str)).map(SqlStorageValue::from).collect();
        if given.is_empty() {
            return Ok(seen);
        }
        let statement = statements.get(unknown().count()).copied().unwrap_or_default();
        for row in self.query(statement, given)? {
            let row = row?;
            let name = row.first().and_then(text).ok_or(StorageFailed)?;
            match names.iter().zip(&mut seen.counters).find(|(known, _)| *known == name) {
                Some((_, slot)) => *slot = Some(counter(&row)),
                None => seen.record = Some(record(&row)),
            }
        }
        for (name, counter) in names.into_iter().zip(seen.counters) {
            self.known.set(name, counter);
        }
        Ok(seen)
    }

    /// What a caller and the phone have sent so far.
    pub fn counters(&self, caller: &str) -> Result<[Option<Counter>; 2], StorageFailed> {
        let query = counters!("?, 'p'");
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
    pub fn with_counters(
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
        })?;
        for ((scope, name), counter) in Scope::ALL.into_iter().zip(names(claim)).zip(counters) {
            if !limits.of(scope).is_none() {
                self.known.set(name, Some(*counter));
            }
        }
        Ok(())
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
        had_early_acks: bool,
    ) -> Result<bool, StorageFailed> {
        let mut is_new = false;
        self.transaction(|| {
            self.settle(id, State::Queued, outcome)?;
            is_new = self.add_message(message, had_early_acks)?;
            Ok(())
        })?;
        Ok(is_new)
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
