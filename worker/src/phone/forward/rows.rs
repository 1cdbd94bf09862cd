//! The table of webhooks that wait to be passed on.

use worker::SqlStorageValue;

use crate::phone::store::{StorageFailed, Store, integer, number, text};

/// How many wait at most.
const MOST: i64 = 10_000;

/// A webhook to pass on, sealed.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Under which the receiver knows it again.
    pub id: String,
    /// Its body.
    pub sealed: Vec<u8>,
}

/// One that waits.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its place in the order.
    pub n: i64,
    /// Under which the receiver knows it again.
    pub id: String,
    /// When it came, in milliseconds since 1970.
    pub at: i64,
    /// How often it was tried.
    pub tries: i64,
    /// When it is to be tried, in milliseconds since 1970.
    pub next_at: i64,
    /// Its body.
    pub sealed: Vec<u8>,
}

impl Store {
    /// Adds a webhook, inside of a transaction; one that waits already is not added again.
    pub fn add_outgoing(&self, outgoing: &Outgoing, phone: &str, now_ms: i64) -> Result<(), StorageFailed> {
        if self.exists("SELECT count(*) >= ? FROM outbox", [integer(MOST)])? {
            worker::console_log!(r#"{{"event":"forward_dropped","reason":"full"}}"#);
            return Ok(());
        }
        self.run("INSERT OR IGNORE INTO meta (key, value) VALUES ('name', ?)", [phone.into()])?;
        self.outgoing_due.set(None);
        self.run(
            "INSERT INTO outbox (id, at, tries, next_at, sealed) VALUES (?, ?, 0, ?, ?) ON CONFLICT DO NOTHING",
            [
                outgoing.id.as_str().into(),
                integer(now_ms),
                integer(now_ms),
                SqlStorageValue::Blob(outgoing.sealed.clone()),
            ],
        )
    }

    /// The object's own name, account and phone, once something was to be passed on.
    pub fn name(&self) -> Result<Option<String>, StorageFailed> {
        if self.name.get().is_none() {
            let row = self.first("SELECT max(value) FROM meta WHERE key = 'name'", [])?;
            if let Some(name) = row.first().and_then(text) {
                return Ok(Some(self.name.get_or_init(|| name.to_owned()).clone()));
            }
        }
        Ok(self.name.get().cloned())
    }

    /// When the oldest is to be tried, in milliseconds since 1970.
    pub fn outgoing_due_ms(&self) -> Result<Option<i64>, StorageFailed> {
        if let Some(known) = self.outgoing_due.get() {
            return Ok(known);
        }
        // In order: the first holds up the ones behind it.
        let mut rows = self.query("SELECT next_at FROM outbox ORDER BY n LIMIT 1", vec![])?;
        let due = rows.next().transpose()?.and_then(|row| row.first().map(number));
        self.outgoing_due.set(Some(due));
        Ok(due)
    }

    /// The oldest.
    pub fn outgoing(&self) -> Result<Option<Row>, StorageFailed> {
        let mut rows = self.query("SELECT n, id, at, tries, next_at, sealed FROM outbox ORDER BY n LIMIT 1", vec![])?;
        let Some(row) = rows.next().transpose()? else { return Ok(None) };
        let [n, id, at, tries, next_at, SqlStorageValue::Blob(sealed)] = row.as_slice() else {
            return Err(StorageFailed);
        };
        let id = text(id).unwrap_or_default().to_owned();
        let row = Row {
            n: number(n),
            id,
            at: number(at),
            tries: number(tries),
            next_at: number(next_at),
            sealed: sealed.clone(),
        };
        Ok(Some(row))
    }

    /// Takes one away.
    pub fn forget_outgoing(&self, n: i64) -> Result<(), StorageFailed> {
        self.outgoing_due.set(None);
        self.run("DELETE FROM outbox WHERE n = ?", [integer(n)])
    }

    /// Takes all away, and says how many that were.
    pub fn forget_all_outgoing(&self) -> Result<i64, StorageFailed> {
        self.outgoing_due.set(None);
        let count = self.first("SELECT count(*) FROM outbox", [])?.first().map(number).unwrap_or_default();
        self.run("DELETE FROM outbox", [])?;
        Ok(count)
    }

    /// Has one wait for another try.
    pub fn retry_outgoing(&self, n: i64, tries: i64, next_at: i64) -> Result<(), StorageFailed> {
        self.outgoing_due.set(None);
        self.run("UPDATE outbox SET tries = ?, next_at = ? WHERE n = ?", [integer(tries), integer(next_at), integer(n)])
    }
}
