//! The feed's tables.

use worker::SqlStorageValue;

use super::ask::Viewer;
use super::early::{self, EarlyAck};
use super::item::{Change, PhoneState};
use super::message::{COLUMNS, Cell, Message};
use super::report;
use crate::phone::batches::live::Live;
use crate::phone::forward::rows::Outgoing;
use crate::phone::inbox::Kept;
use crate::phone::store::{CLEAN_AT_ONCE, StorageFailed, Store, integer, number};

/// What is read of the feed when an object starts.
#[derive(Debug, Default)]
pub struct Start {
    /// Made once with the storage.
    pub epoch: String,
    /// The last number given.
    pub seq: i64,
    /// How many ids have early acks.
    pub early_acks: usize,
    /// The phone's state, where it was told.
    pub phone: Option<PhoneState>,
    /// When the last webhook was heard, in milliseconds since 1970.
    pub heard_ms: i64,
}

/// What one webhook changes.
#[derive(Debug, Default)]
pub struct Taken {
    /// Messages that moved on.
    pub changed: Vec<Message>,
    /// Early acks to keep.
    pub early_acks: Vec<EarlyAck>,
    /// The phone's new state.
    pub phone: Option<PhoneState>,
    /// When it was heard, where that is to be written down.
    pub heard_ms: Option<i64>,
    /// Who asks to get no more from batches: a pseudonym.
    pub opt_out: Option<String>,
    /// Of which batches messages failed, and how many.
    pub failures: Vec<(i64, i64)>,
    /// A message that came in, and what it says, sealed.
    pub inbound: Option<(Kept, Vec<u8>)>,
    /// What is to be passed on, and the object's name.
    pub outgoing: Option<(Outgoing, String)>,
}

/// Part of the feed.
#[derive(Debug)]
pub struct Part {
    /// Its changes, in order.
    pub changes: Vec<Change>,
    /// The number up to which it goes.
    pub upto: i64,
    /// Whether more may follow.
    pub more: bool,
}

/// How many numbers one look may cover: of a caller among many it may find little, and must end all the same.
const WINDOW: i64 = 5000;

const UPDATE: &str = "UPDATE messages SET seq = j.seq, state = j.state, sent = j.sent, delivered = j.delivered, read = j.read, played = j.played, \
    ended = j.ended, code = j.code FROM (SELECT value ->> 0 AS msg_id, value ->> 1 AS seq, value ->> 2 AS state, value ->> 4 AS sent, \
    value ->> 5 AS delivered, value ->> 6 AS read, value ->> 7 AS played, value ->> 8 AS ended, value ->> 9 AS code FROM json_each(?)) AS j \
    WHERE messages.msg_id = j.msg_id";
const INSERT: &str = "INSERT INTO messages (msg_id, seq, state, queued, sent, delivered, read, played, ended, code, caller, batch, row) \
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
/// The first number after one, of what everybody may follow and of what is told to those alone who see the whole phone. Each table's
/// least number is the first of an index.
const FIRST_MESSAGE: &str = "SELECT min(seq) FROM messages WHERE seq > ?1";
const FIRST_OF_PHONE: &str = "SELECT min(seq) FROM (SELECT min(seq) AS seq FROM messages WHERE seq > ?1 UNION ALL SELECT min(seq) FROM inbox WHERE seq > ?1)";
/// The last news of a message.
const LAST_NEWS: &str =
    "max(queued, ifnull(sent, 0), ifnull(delivered, 0), ifnull(read, 0), ifnull(played, 0), ifnull(ended, 0))";

impl Store {
    /// What an object that has just started knows of its feed.
    pub fn feed(&self) -> Result<Start, StorageFailed> {
        let mut start = Start::default();
        let query = "SELECT key, value FROM meta UNION ALL SELECT 'seq', max(seq) FROM messages UNION ALL SELECT 'seq', max(seq) FROM inbox \
            UNION ALL SELECT 'seq', max(seq) FROM batches UNION ALL SELECT 'early_acks', count(*) FROM strays";
        for row in self.cells(query, vec![])? {
            let [key, value] = row.as_slice() else { continue };
            let (text, number) = (value.text().unwrap_or_default(), value.number().unwrap_or_default());
            match key.text().unwrap_or_default() {
                "epoch" => text.clone_into(&mut start.epoch),
                "seq" | "seq_floor" => start.seq = start.seq.max(number),
                "early_acks" => start.early_acks = usize::try_from(number).unwrap_or_default(),
                "phone" => start.phone = PhoneState::parse(text),
                "heard" => start.heard_ms = number,
                _ => {}
            }
        }
        start.seq = start.seq.max(start.phone.as_ref().map_or(0, |phone| phone.seq));
        Ok(start)
    }

    /// The messages of these ids, a list in JSON, that are known.
    pub fn messages(&self, ids: &str) -> Result<Vec<Message>, StorageFailed> {
        let query = format!("SELECT {COLUMNS} FROM messages WHERE msg_id IN (SELECT value FROM json_each(?))");
        Ok(self.cells(&query, vec![ids.into()])?.iter().filter_map(|row| Message::read(row)).collect())
    }

    /// The early acks of these ids, a list in JSON.
    pub fn early_acks(&self, ids: &str) -> Result<Vec<EarlyAck>, StorageFailed> {
        let query = "SELECT msg_id, report FROM strays WHERE msg_id IN (SELECT value FROM json_each(?))";
        Ok(self.cells(query, vec![ids.into()])?.iter().filter_map(|row| EarlyAck::read(row)).collect())
    }

    /// Writes what a webhook changed, as a whole; tells how many ids have early acks now.
    pub fn take(&self, taken: &Taken, now_ms: i64) -> Result<usize, StorageFailed> {
        let list = |rows: Vec<String>| SqlStorageValue::from(format!("[{}]", rows.join(",")));
        let mut early_acks = 0;
        self.transaction(|| {
            if !taken.changed.is_empty() {
                self.run(UPDATE, [list(taken.changed.iter().map(Message::row).collect())])?;
            }
            if !taken.early_acks.is_empty() {
                let kept = "INSERT OR REPLACE INTO strays (msg_id, report, at) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)";
                self.run(kept, [list(taken.early_acks.iter().map(|early_ack| early_ack.row(now_ms)).collect())])?;
            }
            for (batch, failures) in &taken.failures {
                self.count_failures(*batch, *failures)?;
            }
            let text = taken.phone.as_ref().map(PhoneState::text);
            for (key, value) in [("phone", text.map(Into::into)), ("heard", taken.heard_ms.map(integer))] {
                if let Some(value) = value {
                    self.run("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", [key.into(), value])?;
                }
            }
            if let Some(person) = &taken.opt_out {
                let add = "INSERT OR IGNORE INTO optouts (recipient, at) VALUES (?, ?)";
                self.run(add, [person.as_str().into(), integer(now_ms)])?;
            }
            if let Some((kept, sealed)) = &taken.inbound {
                self.add_inbound(kept, sealed)?;
            }
            if let Some((outgoing, phone)) = &taken.outgoing {
                self.add_outgoing(outgoing, phone, now_ms)?;
            }
            early_acks = self.count("SELECT count(*) FROM strays")?;
            Ok(())
        })?;
        Ok(early_acks)
    }

    /// Adds a message that was queued, inside of a transaction. Tells whether it is new: Maytapi's ids may not be unique.
    pub fn add_message(&self, message: &Message, had_early_acks: bool) -> Result<bool, StorageFailed> {
        let mut row =
            vec![message.msg_id.as_str().into(), integer(message.seq), integer(report::number(message.state).into())];
        row.extend(
            message.steps.into_iter().chain([message.ended]).map(|at| at.map_or(SqlStorageValue::Null, integer)),
        );
        row.extend([message.code.as_deref().into(), message.caller.as_deref().into()]);
        let batch = message.batch.as_ref().map(|batch| [batch.n, batch.row].map(integer));
        row.extend(batch.unwrap_or([SqlStorageValue::Null, SqlStorageValue::Null]));
        let is_new = self.write(INSERT, row)? > 0;
        if had_early_acks {
            self.run("DELETE FROM strays WHERE msg_id = ?", [message.msg_id.as_str().into()])?;
        }
        Ok(is_new)
    }

    /// The changes after a number that a viewer may see, the phone's state and its batches among them.
    pub fn part(
        &self,
        phone: Option<PhoneState>,
        live: &Live,
        after: i64,
        viewer: &Viewer,
        limit: u32,
    ) -> Result<Part, StorageFailed> {
        // What nobody but who sees the whole phone is told need not be looked through for others.
        let first = if viewer.owner().is_none() { FIRST_OF_PHONE } else { FIRST_MESSAGE };
        let mut part = match self.integer(first, [integer(after)])? {
            None => Part { changes: Vec::new(), upto: i64::MAX, more: false },
            Some(seq) => {
                let window = seq.saturating_add(WINDOW);
                let mut changes = self.changes(after, window, viewer.owner(), limit)?;
                if viewer.owner().is_none() {
                    changes.extend(self.inbox(after, window, limit)?.iter().map(Change::from));
                    changes.sort_by_key(|change| change.seq);
                    changes.truncate(limit as usize);
                }
                let full = changes.len() >= limit as usize;
                let upto = changes.last().filter(|_| full).map_or(window, |last| last.seq);
                let more = self.integer(first, [integer(upto)])?.is_some();
                Part { changes, upto: if more { upto } else { i64::MAX }, more }
            }
        };
        if let Some(phone) = phone.filter(|phone| phone.seq > after && phone.seq <= part.upto) {
            let at = part.changes.partition_point(|change| change.seq < phone.seq);
            part.changes.insert(at, Change::from(&phone));
        }
        for batch in self.batches_after(after, part.upto)? {
            if viewer.sees(&batch.caller) {
                let at = part.changes.partition_point(|change| change.seq < batch.seq);
                part.changes.insert(at, batch.change(live.now(batch.n)));
            }
        }
        Ok(part)
    }

    /// The changes of messages after a number and up to another, of one caller or of all.
    fn changes(&self, after: i64, upto: i64, only: Option<&str>, limit: u32) -> Result<Vec<Change>, StorageFailed> {
        let of = if only.is_some() { "AND caller = ?4" } else { "" };
        let query = format!("SELECT {COLUMNS} FROM messages WHERE seq > ?1 AND seq <= ?2 {of} ORDER BY seq LIMIT ?3");
        let mut given = vec![integer(after), integer(upto), integer(limit.into())];
        given.extend(only.map(SqlStorageValue::from));
        let messages = self.cells(&query, given)?;
        Ok(messages.iter().filter_map(|row| Message::read(row)).map(|message| Change::from(&message)).collect())
    }

    /// When the message that changed last was queued, where nothing was heard of it since.
    pub fn queued_last(&self) -> Result<Option<i64>, StorageFailed> {
        let rows = self.cells("SELECT state, queued FROM messages ORDER BY seq DESC LIMIT 1", vec![])?;
        let first = rows.first().and_then(|row| Some((row.first()?.number()?, row.get(1)?.number()?)));
        Ok(first.filter(|(state, _)| *state == 0).map(|(_, queued)| queued))
    }

    /// Throws away the messages of which nothing was heard since, as far as one round goes. Tells whether there is more.
    pub fn clean_messages(&self, before_ms: i64, seq: i64) -> Result<bool, StorageFailed> {
        let old = format!(
            "SELECT EXISTS (SELECT 1 FROM (SELECT * FROM messages ORDER BY seq LIMIT 1) WHERE {LAST_NEWS} < ?)"
        );
        if !self.exists(&old, [integer(before_ms)])? {
            return Ok(false);
        }
        let delete = format!(
            "DELETE FROM messages WHERE msg_id IN (SELECT msg_id FROM (SELECT * FROM messages ORDER BY seq LIMIT ?) WHERE {LAST_NEWS} < ?)"
        );
        self.transaction(|| {
            self.keep_seq(seq)?;
            self.run(&delete, [integer(CLEAN_AT_ONCE), integer(before_ms)])
        })?;
        self.exists(&old, [integer(before_ms)])
    }

    /// Writes the last number down, before rows are thrown away: that of the newest would be given once more when it is gone.
    pub fn keep_seq(&self, seq: i64) -> Result<(), StorageFailed> {
        self.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('seq_floor', ?)", [integer(seq)])
    }

    /// When the oldest early acks are too old, in milliseconds since 1970.
    pub fn early_acks_due_ms(&self) -> Result<Option<i64>, StorageFailed> {
        Ok(self.integer("SELECT min(at) FROM strays", [])?.map(|at| at.saturating_add(early::KEPT_MS)))
    }

    /// Throws early acks away that are too old; tells how many ids have some now.
    pub fn clean_early_acks(&self, now_ms: i64) -> Result<usize, StorageFailed> {
        self.run("DELETE FROM strays WHERE at <= ?", [integer(now_ms.saturating_sub(early::KEPT_MS))])?;
        self.count("SELECT count(*) FROM strays")
    }

    fn count(&self, query: &str) -> Result<usize, StorageFailed> {
        let count = self.integer(query, [])?.unwrap_or_default();
        usize::try_from(count).map_err(|_| StorageFailed)
    }

    /// The number in the first column of a query's first row, where it isn't null.
    fn integer<const N: usize>(&self, query: &str, given: [SqlStorageValue; N]) -> Result<Option<i64>, StorageFailed> {
        let row = self.first(query, given)?;
        Ok(row.first().filter(|value| !matches!(value, SqlStorageValue::Null)).map(number))
    }

    /// All rows of a query.
    pub fn cells(&self, query: &str, given: Vec<SqlStorageValue>) -> Result<Vec<Vec<Cell>>, StorageFailed> {
        let cell = |value| match value {
            SqlStorageValue::Integer(number) => Cell::Number(number),
            SqlStorageValue::String(text) => Cell::Text(text),
            _ => Cell::Null,
        };
        let mut rows = Vec::new();
        for row in self.query(query, given)? {
            rows.push(row?.into_iter().map(cell).collect());
        }
        Ok(rows)
    }
}
