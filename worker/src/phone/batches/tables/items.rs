//! The tables of a batch's rows: what became of each, and what they say, sealed, by segments of some fifty.

use worker::SqlStorageValue;

use super::rows::{blob, maybe, state};
use crate::phone::batches::model::RowState;
use crate::phone::batches::results::row::Result as RowResult;
use crate::phone::store::{StorageFailed, Store, integer, number, text};

/// A row that may be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its number in the batch.
    pub row: i64,
    /// Its recipient's pseudonym.
    pub recipient: String,
    /// How often Maytapi asked to come back with it.
    pub tries: i64,
    /// Whether it waited for a limit before, so that rows behind it went first.
    pub was_put_off: bool,
    /// Whether its recipient asked to get no more.
    pub is_opted_out: bool,
}

/// What became of a row.
#[derive(Clone, Debug, Default)]
pub struct Settled<'s> {
    /// Maytapi's code, or ours.
    pub code: Option<&'s str>,
    /// Maytapi's id of the message.
    pub msg_id: Option<&'s str>,
    /// How often Maytapi asked to come back with it.
    pub tries: i64,
    /// When; of a row that waits, not before.
    pub at: Option<i64>,
}

/// A segment, sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its first row.
    pub first_row: i64,
    /// Its last row.
    pub last_row: i64,
    /// Its rows.
    pub sealed: Vec<u8>,
}

impl Store {
    /// Which of these recipients, a list in JSON, a batch has already.
    pub fn known_recipients(&self, n: i64, recipients: &str) -> Result<Vec<String>, StorageFailed> {
        let query = "SELECT recipient FROM items WHERE batch = ? AND recipient IN (SELECT value FROM json_each(?))";
        let mut known = Vec::new();
        for row in self.query(query, vec![integer(n), recipients.into()])? {
            known.extend(row?.first().and_then(text).map(str::to_owned));
        }
        Ok(known)
    }

    /// Adds rows, given as lists of row, state, recipient, reference, code in JSON, and their segments, inside of a transaction.
    pub fn add_items(&self, n: i64, items: &str, segments: &[Segment]) -> Result<(), StorageFailed> {
        self.run(
            "INSERT INTO items (batch, row, state, recipient, ref, tries, code) \
             SELECT ?, value ->> 0, value ->> 1, value ->> 2, value ->> 3, 0, value ->> 4 FROM json_each(?)",
            [integer(n), items.into()],
        )?;
        for segment in segments {
            self.run(
                "INSERT INTO segments (batch, first_row, last_row, sealed) VALUES (?, ?, ?, ?)",
                [
                    integer(n),
                    integer(segment.first_row),
                    integer(segment.last_row),
                    SqlStorageValue::Blob(segment.sealed.clone()),
                ],
            )?;
        }
        Ok(())
    }

    /// The rows from one to another that are not sent for a reason of ours, each with the reason.
    pub fn skipped_at_upload(&self, n: i64, first: i64, last: i64) -> Result<Vec<(i64, String)>, StorageFailed> {
        let query = "SELECT row, code FROM items WHERE batch = ? AND row BETWEEN ? AND ? AND state = 5";
        let mut skipped = Vec::new();
        for row in self.query(query, vec![integer(n), integer(first), integer(last)])? {
            if let [row, code] = row?.as_slice() {
                skipped.push((number(row), text(code).unwrap_or_default().to_owned()));
            }
        }
        Ok(skipped)
    }

    /// What became of the rows after one, of these states, a list of numbers in JSON.
    pub fn results(&self, n: i64, after: i64, limit: i64, states: &str) -> Result<Vec<RowResult>, StorageFailed> {
        let query = "SELECT i.row, i.ref, i.state, i.code, i.msg_id, i.at, strftime('%Y-%m-%dT%H:%M:%fZ', i.at / 1000.0, 'unixepoch'), m.state, m.code \
            FROM items AS i LEFT JOIN messages AS m ON m.msg_id = i.msg_id AND m.batch = i.batch AND m.row = i.row \
            WHERE i.batch = ? AND i.row > ? AND i.state IN (SELECT value FROM json_each(?)) ORDER BY i.row LIMIT ?";
        let given = vec![integer(n), integer(after), states.into(), integer(limit)];
        let owned = |value: &SqlStorageValue| text(value).map(str::to_owned);
        let mut results = Vec::new();
        for row in self.query(query, given)? {
            let row = row?;
            let [row, reference, state, code, msg_id, at, at_iso, delivery, failure] = row.as_slice() else {
                return Err(StorageFailed);
            };
            results.push(RowResult {
                row: number(row),
                reference: owned(reference),
                state: RowState::from_number(number(state)).ok_or(StorageFailed)?,
                code: owned(code),
                msg_id: owned(msg_id),
                at: maybe(at),
                at_iso: owned(at_iso),
                delivery: maybe(delivery).and_then(|state| u8::try_from(state).ok()),
                failure: owned(failure),
            });
        }
        Ok(results)
    }

    /// The first row from this one on that may be sent now.
    pub fn next_item(&self, n: i64, from: i64, now_ms: i64) -> Result<Option<Waiting>, StorageFailed> {
        let query = "SELECT row, recipient, tries, at IS NOT NULL, EXISTS (SELECT 1 FROM optouts WHERE optouts.recipient = items.recipient) \
            FROM items WHERE batch = ? AND row >= ? AND state = 0 AND ifnull(at, 0) <= ? ORDER BY row LIMIT 1";
        let mut rows = self.query(query, vec![integer(n), integer(from), integer(now_ms)])?;
        let Some(row) = rows.next().transpose()? else { return Ok(None) };
        let [row, recipient, tries, was_put_off, is_opted_out] = row.as_slice() else { return Err(StorageFailed) };
        Ok(Some(Waiting {
            row: number(row),
            recipient: text(recipient).unwrap_or_default().to_owned(),
            tries: number(tries),
            was_put_off: number(was_put_off) != 0,
            is_opted_out: number(is_opted_out) != 0,
        }))
    }

    /// The row that may be sent first of those that wait for a limit of their recipient, and when. Where none does, the first row that waits.
    pub fn first_waiting(&self, n: i64) -> Result<Option<(i64, i64)>, StorageFailed> {
        let limited = "SELECT row, at FROM items WHERE batch = ? AND state = 0 AND at IS NOT NULL ORDER BY at LIMIT 1";
        let mut rows = self.query(limited, vec![integer(n)])?;
        if let Some(row) = rows.next().transpose()? {
            let [row, at] = row.as_slice() else { return Err(StorageFailed) };
            return Ok(Some((number(row), number(at))));
        }
        let row = self.first("SELECT min(row) FROM items WHERE batch = ? AND state = 0", [integer(n)])?;
        Ok(row.first().and_then(maybe).map(|row| (row, 0)))
    }

    /// The row that was posted and of which nothing is known.
    pub fn posted_item(&self, n: i64, row: i64) -> Result<bool, StorageFailed> {
        let query = "SELECT EXISTS (SELECT 1 FROM items WHERE batch = ? AND row = ? AND state = 1)";
        self.exists(query, [integer(n), integer(row)])
    }

    /// Writes down what became of a row, inside of a transaction.
    pub fn settle_item(&self, n: i64, row: i64, to: RowState, how: &Settled<'_>) -> Result<(), StorageFailed> {
        self.run(
            "UPDATE items SET state = ?, code = ?, msg_id = ?, tries = ?, at = ? WHERE batch = ? AND row = ?",
            [
                state(to),
                how.code.into(),
                how.msg_id.into(),
                integer(how.tries),
                how.at.map_or(SqlStorageValue::Null, integer),
                integer(n),
                integer(row),
            ],
        )
    }

    /// A row may have left from now on, inside of a transaction.
    pub fn post_item(&self, n: i64, row: i64) -> Result<(), StorageFailed> {
        let written = self.write(
            "UPDATE items SET state = 1 WHERE batch = ? AND row = ? AND state = 0",
            vec![integer(n), integer(row)],
        )?;
        if written == 0 { Err(StorageFailed) } else { Ok(()) }
    }

    /// Cancels rows that wait, as far as one statement goes, inside of a transaction; tells how many.
    pub fn cancel_items(&self, n: i64, code: Option<&str>, now_ms: i64, at_once: i64) -> Result<i64, StorageFailed> {
        let written = self.write(
            "UPDATE items SET state = ?1, code = ?2, at = ?3 WHERE batch = ?4 AND row IN (SELECT row FROM items WHERE batch = ?4 AND state = 0 LIMIT ?5)",
            vec![state(RowState::Cancelled), code.into(), integer(now_ms), integer(n), integer(at_once)],
        )?;
        i64::try_from(written).map_err(|_| StorageFailed)
    }

    /// The segment that has this row.
    pub fn segment(&self, n: i64, row: i64) -> Result<Option<Segment>, StorageFailed> {
        let query = "SELECT first_row, last_row, sealed FROM segments WHERE batch = ? AND first_row <= ? ORDER BY first_row DESC LIMIT 1";
        let mut rows = self.query(query, vec![integer(n), integer(row)])?;
        let Some(mut columns) = rows.next().transpose()? else { return Ok(None) };
        let sealed = columns.pop().and_then(blob).ok_or(StorageFailed)?;
        let [first_row, last_row] = columns.as_slice() else { return Err(StorageFailed) };
        let segment = Segment { first_row: number(first_row), last_row: number(last_row), sealed };
        Ok(Some(segment).filter(|segment| segment.last_row >= row))
    }

    /// Throws a row's segment away where none of its rows may go out any more, inside of a transaction. The ones behind it are looked at first:
    /// most often the next one is to go out yet.
    pub fn forget_segment(&self, n: i64, row: i64) -> Result<(), StorageFailed> {
        self.run(
            "DELETE FROM segments WHERE batch = ?1 AND first_row = (SELECT max(first_row) FROM segments WHERE batch = ?1 AND first_row <= ?2) \
             AND NOT EXISTS (SELECT 1 FROM items WHERE items.batch = ?1 AND items.row > ?2 AND items.row <= segments.last_row AND items.state < 2) \
             AND NOT EXISTS (SELECT 1 FROM items WHERE items.batch = ?1 AND items.row BETWEEN segments.first_row AND ?2 AND items.state < 2)",
            [integer(n), integer(row)],
        )
    }
}
