//! The tables of batches: the batches themselves, and the pieces that their rows came in.

use worker::SqlStorageValue;

use crate::phone::batches::model::{Batch, Counts, RowState, State, WaitsFor};
use crate::phone::batches::pace::memory::PhonePace;
use crate::phone::batches::upload::room::Taken;
use crate::phone::store::{CLEAN_AT_ONCE, StorageFailed, Store, integer, number, text};

/// The columns of a batch, but for its sealed content.
const COLUMNS: &str = "n, id, seq, state, reason, caller, digest, plan, pace, size, next_row, next_at, waits_for, made, expires, ended, queued, refused, unknown, skipped, cancelled, failed";
/// Those that have not ended, or have rows left that say otherwise. What is no longer marked as open has come to its end; what is may have.
const OPEN: &str = "is_open = 1 AND (state < 4 OR size > queued + refused + unknown + skipped + cancelled)";

/// A piece that was uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it said.
    pub digest: String,
    /// Its first row.
    pub first_row: i64,
    /// How many rows it has.
    pub count: i64,
}

impl Store {
    /// Adds a batch with its sealed content, and the object's name, which the alarm isn't told.
    pub fn add_batch(&self, batch: &Batch, sealed: Vec<u8>, phone: &str) -> Result<(), StorageFailed> {
        let mut given = vec![integer(batch.n), batch.id.as_str().into(), batch.caller.as_str().into()];
        given.extend([batch.digest.as_str().into(), batch.plan.as_str().into(), SqlStorageValue::Blob(sealed)]);
        given.extend([integer(batch.made), integer(batch.expires), integer(batch.next_at)]);
        let mut given = Some(given);
        self.transaction(|| {
            self.run("INSERT OR IGNORE INTO meta (key, value) VALUES ('name', ?)", [phone.into()])?;
            self.write(
                "INSERT INTO batches (n, id, caller, digest, plan, sealed, made, expires, next_at, seq, state, pace, size, next_row, queued, refused, unknown, skipped, cancelled, failed) \
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, '', 0, 0, 0, 0, 0, 0, 0, 0)",
                given.take().ok_or(StorageFailed)?,
            )?;
            self.write_batch(batch)
        })
    }

    /// Writes what of a batch may change, inside of a transaction.
    pub fn write_batch(&self, batch: &Batch) -> Result<(), StorageFailed> {
        let optional = |value: Option<i64>| value.map_or(SqlStorageValue::Null, integer);
        let Counts { queued, refused, unknown, skipped, cancelled, failed } = batch.counts;
        self.run(
            "UPDATE batches SET state = ?, reason = ?, pace = ?, size = ?, next_row = ?, next_at = ?, waits_for = ?, ended = ?, \
             queued = ?, refused = ?, unknown = ?, skipped = ?, cancelled = ?, failed = ? WHERE n = ?",
            [
                integer(batch.state.number()),
                batch.reason.as_deref().into(),
                batch.pace.as_str().into(),
                integer(batch.size),
                integer(batch.next_row),
                integer(batch.next_at),
                optional(batch.waits_for.map(WaitsFor::number)),
                optional(batch.ended),
                integer(queued),
                integer(refused),
                integer(unknown),
                integer(skipped),
                integer(cancelled),
                integer(failed),
                integer(batch.n),
            ],
        )?;
        // Each has an index, which would else be written once more with every message.
        if self.open_batches.seq_of(batch.n) != Some(batch.seq) {
            let told = "UPDATE batches SET seq = ?1 WHERE n = ?2 AND seq <> ?1";
            self.run(told, [integer(batch.seq), integer(batch.n)])?;
        }
        if !batch.is_open() {
            self.run("UPDATE batches SET is_open = 0 WHERE n = ?", [integer(batch.n)])?;
        }
        self.open_batches.write(batch);
        Ok(())
    }

    /// The batch of this id.
    pub fn batch(&self, id: &str) -> Result<Option<Batch>, StorageFailed> {
        Ok(self.batches("id = ?", vec![id.into()])?.pop())
    }

    /// The batch of this number.
    pub fn batch_of(&self, n: i64) -> Result<Option<Batch>, StorageFailed> {
        match self.open_batches.of(n) {
            Some(batch) => Ok(Some(batch)),
            None => Ok(self.batches("n = ?", vec![integer(n)])?.pop()),
        }
    }

    /// Batches of one caller or of all, newest first, older than this number.
    pub fn batches_before(&self, only: Option<&str>, n: i64, limit: i64) -> Result<Vec<Batch>, StorageFailed> {
        let of = if only.is_some() { "AND caller = ?3" } else { "" };
        let mut given = vec![integer(n), integer(limit)];
        given.extend(only.map(SqlStorageValue::from));
        self.batches(&format!("n < ?1 {of} ORDER BY n DESC LIMIT ?2"), given)
    }

    /// The batches that changed after a number of the feed and up to another, in order.
    pub fn batches_after(&self, seq: i64, upto: i64) -> Result<Vec<Batch>, StorageFailed> {
        self.batches("seq > ? AND seq <= ? ORDER BY seq", vec![integer(seq), integer(upto)])
    }

    /// The batches of which something is to be done yet.
    pub fn open_batches(&self) -> Result<Vec<Batch>, StorageFailed> {
        if let Some(known) = self.open_batches.all() {
            return Ok(known);
        }
        let read = self.batches(&format!("{OPEN} ORDER BY next_at"), vec![])?;
        self.open_batches.read(&read);
        Ok(read)
    }

    /// Whether there are any.
    pub fn has_open_batches(&self) -> Result<bool, StorageFailed> {
        self.exists(&format!("SELECT EXISTS (SELECT 1 FROM batches WHERE {OPEN})"), [])
    }

    /// How many batches there are, of this caller and of all.
    pub fn count_batches(&self, caller: &str) -> Result<Taken, StorageFailed> {
        let query = "SELECT ifnull(sum(state = 0 AND caller = ?1), 0), ifnull(sum(state < 4 AND caller = ?1), 0), ifnull(sum(state < 4), 0), \
            (SELECT count(*) FROM batches WHERE caller = ?1) FROM batches WHERE is_open = 1";
        let row = self.first(query, [caller.into()])?;
        let [drafts, open, open_of_all, kept] = row.as_slice() else { return Err(StorageFailed) };
        Ok(Taken { drafts: number(drafts), open: number(open), open_of_all: number(open_of_all), kept: number(kept) })
    }

    /// The sealed template of a batch, and what it was sealed with.
    pub fn sealed_batch(&self, n: i64) -> Result<Option<Vec<u8>>, StorageFailed> {
        let mut row = self.first("SELECT max(sealed) FROM batches WHERE n = ?", [integer(n)])?;
        Ok(row.pop().and_then(blob))
    }

    /// Throws a batch's content away, inside of a transaction.
    pub fn forget_content(&self, n: i64) -> Result<(), StorageFailed> {
        self.run("DELETE FROM segments WHERE batch = ?", [integer(n)])?;
        self.run("UPDATE batches SET sealed = NULL WHERE n = ?", [integer(n)])
    }

    /// A piece of a batch.
    pub fn piece(&self, n: i64, piece: i64) -> Result<Option<Piece>, StorageFailed> {
        let query = "SELECT digest, first_row, count FROM pieces WHERE batch = ? AND piece = ?";
        let mut rows = self.query(query, vec![integer(n), integer(piece)])?;
        let Some(row) = rows.next().transpose()? else { return Ok(None) };
        let [digest, first_row, count] = row.as_slice() else { return Err(StorageFailed) };
        let digest = text(digest).unwrap_or_default().to_owned();
        Ok(Some(Piece { digest, first_row: number(first_row), count: number(count) }))
    }

    /// How many pieces a batch has.
    pub fn pieces(&self, n: i64) -> Result<i64, StorageFailed> {
        Ok(number(
            self.first("SELECT count(*) FROM pieces WHERE batch = ?", [integer(n)])?.first().ok_or(StorageFailed)?,
        ))
    }

    /// Adds a piece, inside of a transaction.
    pub fn add_piece(&self, n: i64, at: i64, piece: &Piece) -> Result<(), StorageFailed> {
        self.run(
            "INSERT INTO pieces (batch, piece, digest, first_row, count) VALUES (?, ?, ?, ?, ?)",
            [integer(n), integer(at), piece.digest.as_str().into(), integer(piece.first_row), integer(piece.count)],
        )
    }

    /// The row that is posted is where a batch's cursor is, inside of a transaction.
    pub fn move_cursor(&self, n: i64, row: i64) -> Result<(), StorageFailed> {
        let known = self.open_batches.of(n);
        if known.as_ref().is_some_and(|batch| batch.next_row == row) {
            return Ok(());
        }
        self.run("UPDATE batches SET next_row = ?1 WHERE n = ?2 AND next_row <> ?1", [integer(row), integer(n)])?;
        if let Some(batch) = known {
            self.open_batches.write(&Batch { next_row: row, ..batch });
        }
        Ok(())
    }

    /// What the rules of pace remember of the phone.
    pub fn pace(&self) -> Result<PhonePace, StorageFailed> {
        let row = self.first("SELECT max(value) FROM meta WHERE key = 'pace'", [])?;
        Ok(PhonePace::parse(row.first().and_then(text).unwrap_or_default()))
    }

    /// Writes that down, inside of a transaction.
    pub fn write_pace(&self, pace: &PhonePace) -> Result<(), StorageFailed> {
        self.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('pace', ?)", [pace.text().into()])
    }

    /// Counts a run that begins at a place; tells how many began there one after the other and came to no end.
    pub fn count_stuck(&self, place: &str) -> Result<i64, StorageFailed> {
        let row = self.first("SELECT max(value) FROM meta WHERE key = 'stuck'", [])?;
        let before = row.first().and_then(text).and_then(|text| text.split_once(' ')).filter(|(_, at)| *at == place);
        let count = before.and_then(|(count, _)| count.parse::<i64>().ok()).unwrap_or_default().saturating_add(1);
        let value = format!("{count} {place}");
        self.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('stuck', ?)", [value.into()])?;
        Ok(count)
    }

    /// A run has come to its end.
    pub fn forget_stuck(&self) -> Result<(), StorageFailed> {
        self.run("DELETE FROM meta WHERE key = 'stuck'", [])
    }

    /// Counts messages of batches that failed late, or turned out not to have, inside of a transaction.
    pub fn count_failures(&self, n: i64, failures: i64) -> Result<(), StorageFailed> {
        self.open_batches.forget();
        self.run("UPDATE batches SET failed = failed + ? WHERE n = ?", [integer(failures), integer(n)])
    }

    /// Throws away the batches that ended before, as far as one round goes. Tells whether there is more.
    pub fn clean_batches(&self, before_ms: i64, seq: i64) -> Result<bool, StorageFailed> {
        const OLDEST: &str = "SELECT n FROM batches WHERE ended < ? LIMIT 1";
        let mut rows = self.query(OLDEST, vec![integer(before_ms)])?;
        let Some(oldest) = rows.next().transpose()? else { return Ok(false) };
        let n = integer(oldest.first().map(number).ok_or(StorageFailed)?);
        self.transaction(|| {
            let items =
                "DELETE FROM items WHERE batch = ?1 AND row IN (SELECT row FROM items WHERE batch = ?1 LIMIT ?2)";
            if self.write(items, vec![n.clone(), integer(CLEAN_AT_ONCE)])? > 0 {
                return Ok(());
            }
            self.keep_seq(seq)?;
            for statement in [
                "DELETE FROM pieces WHERE batch = ?",
                "DELETE FROM segments WHERE batch = ?",
                "DELETE FROM batches WHERE n = ?",
            ] {
                self.run(statement, [n.clone()])?;
            }
            Ok(())
        })?;
        self.exists("SELECT EXISTS (SELECT 1 FROM batches WHERE ended < ?)", [integer(before_ms)])
    }

    fn batches(&self, which: &str, given: Vec<SqlStorageValue>) -> Result<Vec<Batch>, StorageFailed> {
        let mut batches = Vec::new();
        for row in self.query(&format!("SELECT {COLUMNS} FROM batches WHERE {which}"), given)? {
            batches.push(read(&row?).ok_or(StorageFailed)?);
        }
        Ok(batches)
    }
}

/// The bytes of a value, where it has some.
pub(super) fn blob(value: SqlStorageValue) -> Option<Vec<u8>> {
    match value {
        SqlStorageValue::Blob(bytes) => Some(bytes),
        _ => None,
    }
}

/// A number that may be missing.
pub(super) fn maybe(value: &SqlStorageValue) -> Option<i64> {
    match value {
        SqlStorageValue::Integer(value) => Some(*value),
        _ => None,
    }
}

fn read(row: &[SqlStorageValue]) -> Option<Batch> {
    let mut columns = row.iter();
    let mut next = || columns.next();
    let owned = |value: &SqlStorageValue| text(value).map(str::to_owned);
    Some(Batch {
        n: number(next()?),
        id: owned(next()?)?,
        seq: number(next()?),
        state: State::from_number(number(next()?))?,
        reason: owned(next()?),
        caller: owned(next()?)?,
        digest: owned(next()?)?,
        plan: owned(next()?)?,
        pace: owned(next()?)?,
        size: number(next()?),
        next_row: number(next()?),
        next_at: number(next()?),
        waits_for: maybe(next()?).and_then(WaitsFor::from_number),
        made: number(next()?),
        expires: number(next()?),
        ended: maybe(next()?),
        counts: Counts {
            queued: number(next()?),
            refused: number(next()?),
            unknown: number(next()?),
            skipped: number(next()?),
            cancelled: number(next()?),
            failed: number(next()?),
        },
    })
}

/// The number of a state, as a statement's parameter.
pub(super) fn state(state: RowState) -> SqlStorageValue {
    integer(state.number())
}
