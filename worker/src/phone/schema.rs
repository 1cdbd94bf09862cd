//! The tables of an object's storage, by version: each list of statements leads to the next.

/// What leads to each version, the first of which wrote down no version.
pub const STEPS: [&[&str]; 6] = [
    &[
        "CREATE TABLE IF NOT EXISTS records (id TEXT PRIMARY KEY, state INTEGER NOT NULL, digest TEXT, made INTEGER NOT NULL, outcome TEXT) WITHOUT ROWID",
        "CREATE INDEX IF NOT EXISTS records_by_age ON records (made)",
        "CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, last INTEGER NOT NULL, minute INTEGER NOT NULL, minute_n INTEGER NOT NULL, day INTEGER NOT NULL, day_n INTEGER NOT NULL, month INTEGER NOT NULL, month_n INTEGER NOT NULL) WITHOUT ROWID",
    ],
    &[
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID",
        "INSERT INTO meta (key, value) VALUES ('epoch', lower(hex(randomblob(5))))",
        "CREATE TABLE messages (msg_id TEXT PRIMARY KEY, seq INTEGER NOT NULL, state INTEGER NOT NULL, queued INTEGER NOT NULL, sent INTEGER, delivered INTEGER, read INTEGER, played INTEGER, ended INTEGER, code TEXT, caller TEXT) WITHOUT ROWID",
        "CREATE UNIQUE INDEX messages_by_seq ON messages (seq)",
        // Acks that came early.
        "CREATE TABLE strays (msg_id TEXT PRIMARY KEY, report TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID",
    ],
    &[
        "CREATE TABLE outbox (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, tries INTEGER NOT NULL, next_at INTEGER NOT NULL, sealed BLOB NOT NULL)",
    ],
    &[
        "CREATE TABLE inbox (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, sealed BLOB NOT NULL)",
    ],
    &[
        // What was open when the object stopped is found by its age.
        "DROP INDEX IF EXISTS records_open",
        "ALTER TABLE messages ADD COLUMN batch INTEGER",
        "ALTER TABLE messages ADD COLUMN row INTEGER",
        "CREATE TABLE batches (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL, state INTEGER NOT NULL, reason TEXT, caller TEXT NOT NULL, digest TEXT NOT NULL, plan TEXT NOT NULL, pace TEXT NOT NULL, sealed BLOB, size INTEGER NOT NULL, next_row INTEGER NOT NULL, next_at INTEGER NOT NULL, waits_for INTEGER, made INTEGER NOT NULL, expires INTEGER NOT NULL, ended INTEGER, queued INTEGER NOT NULL, refused INTEGER NOT NULL, unknown INTEGER NOT NULL, skipped INTEGER NOT NULL, cancelled INTEGER NOT NULL, failed INTEGER NOT NULL)",
        "CREATE TABLE pieces (batch INTEGER NOT NULL, piece INTEGER NOT NULL, digest TEXT NOT NULL, first_row INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (batch, piece)) WITHOUT ROWID",
        "CREATE TABLE segments (batch INTEGER NOT NULL, first_row INTEGER NOT NULL, last_row INTEGER NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (batch, first_row)) WITHOUT ROWID",
        // The cursor is the batch's next_row, so nothing is looked for by state.
        "CREATE TABLE items (batch INTEGER NOT NULL, row INTEGER NOT NULL, state INTEGER NOT NULL, recipient TEXT, ref TEXT, tries INTEGER NOT NULL, code TEXT, msg_id TEXT, at INTEGER, PRIMARY KEY (batch, row)) WITHOUT ROWID",
        "CREATE TABLE optouts (recipient TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID",
    ],
    &[
        // What a message of a batch changes is in none of these indexes, so that it costs no more rows written. An earlier version leaves what it
        // adds and ends marked as open.
        "ALTER TABLE batches ADD COLUMN is_open INTEGER NOT NULL DEFAULT 1",
        "UPDATE batches SET is_open = 0 WHERE state >= 4 AND size <= queued + refused + unknown + skipped + cancelled",
        "CREATE INDEX batches_open ON batches (is_open) WHERE is_open = 1",
        "CREATE INDEX batches_by_seq ON batches (seq)",
        "CREATE INDEX batches_by_caller ON batches (caller)",
        // Rows that wait for a limit of their recipient. Of the others that wait none has a time.
        "CREATE INDEX items_limited ON items (batch, at) WHERE state = 0 AND at IS NOT NULL",
    ],
];

/// The version that this code reads and writes.
pub const VERSION: i64 = STEPS.len() as i64;

/// What a storage of this version lacks; nothing where it is newer, as after a deployment was taken back.
pub fn missing(version: i64) -> impl Iterator<Item = &'static str> {
    STEPS.into_iter().skip(usize::try_from(version).unwrap_or_default()).flatten().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storage_gets_what_it_lacks_and_no_more() {
        let all = STEPS.iter().map(|step| step.len()).sum();
        assert_eq!((missing(0).count(), missing(1).count()), (all, all - STEPS[0].len()));
        assert_eq!((missing(VERSION).count(), missing(VERSION + 1).count()), (0, 0));
        assert!(missing(1).next().unwrap().contains("meta"));
    }
}
