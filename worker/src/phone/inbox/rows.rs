//! The table of messages that came in.

use worker::SqlStorageValue;

use super::Kept;
use crate::phone::feed::message::Cell;
use crate::phone::store::{CLEAN_AT_ONCE, StorageFailed, Store, integer, number};

/// How many are kept at most; then the oldest go.
const MOST: i64 = 10_000;

impl Store {
    /// Whether a message of this id is kept.
    pub fn has_inbound(&self, id: &str) -> Result<bool, StorageFailed> {
        self.exists("SELECT EXISTS (SELECT 1 FROM inbox WHERE id = ?)", [id.into()])
    }

    /// Adds a message, inside of a transaction.
    pub fn add_inbound(&self, kept: &Kept, sealed: &[u8]) -> Result<(), StorageFailed> {
        let sealed = SqlStorageValue::Blob(sealed.to_vec());
        let given = [integer(kept.seq), kept.id.as_str().into(), integer(kept.at), sealed];
        self.run("INSERT INTO inbox (seq, id, at, sealed) VALUES (?, ?, ?, ?)", given)?;
        let most = "DELETE FROM inbox WHERE seq IN (SELECT seq FROM inbox ORDER BY seq LIMIT max(0, (SELECT count(*) FROM inbox) - ?))";
        self.run(most, [integer(MOST)])
    }

    /// When a message came and what it says, sealed.
    pub fn inbound(&self, id: &str) -> Result<Option<(i64, Vec<u8>)>, StorageFailed> {
        let mut rows = self.query("SELECT at, sealed FROM inbox WHERE id = ?", vec![id.into()])?;
        let Some(row) = rows.next().transpose()? else { return Ok(None) };
        let [at, SqlStorageValue::Blob(sealed)] = row.as_slice() else { return Err(StorageFailed) };
        Ok(Some((number(at), sealed.clone())))
    }

    /// Those with numbers after one and up to another.
    pub fn inbox(&self, after: i64, upto: i64, limit: u32) -> Result<Vec<Kept>, StorageFailed> {
        let query = "SELECT id, seq, at FROM inbox WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?";
        let kept = |row: &Vec<Cell>| match row.as_slice() {
            [id, seq, at] => Some(Kept { id: id.text()?.to_owned(), seq: seq.number()?, at: at.number()? }),
            _ => None,
        };
        Ok(self
            .cells(query, vec![integer(after), integer(upto), integer(limit.into())])?
            .iter()
            .filter_map(kept)
            .collect())
    }

    /// Throws away those that came before a time, as far as one round goes. Tells whether there is more.
    pub fn clean_inbox(&self, before_ms: i64, seq: i64) -> Result<bool, StorageFailed> {
        const OLD: &str = "SELECT EXISTS (SELECT 1 FROM (SELECT at FROM inbox ORDER BY seq LIMIT 1) WHERE at < ?)";
        if !self.exists(OLD, [integer(before_ms)])? {
            return Ok(false);
        }
        self.transaction(|| {
            self.keep_seq(seq)?;
            let delete = "DELETE FROM inbox WHERE seq IN (SELECT seq FROM (SELECT seq, at FROM inbox ORDER BY seq LIMIT ?) WHERE at < ?)";
            self.run(delete, [integer(CLEAN_AT_ONCE), integer(before_ms)])
        })?;
        self.exists(OLD, [integer(before_ms)])
    }
}
