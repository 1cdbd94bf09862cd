//! The tables of an object's storage, by version: each list of statements leads to the next.

/// What leads to each version, the first of which wrote down no version.
pub const STEPS: [&[&str]; 4] = [
    &[
        "CREATE TABLE IF NOT EXISTS records (id TEXT PRIMARY KEY, state INTEGER NOT NULL, digest TEXT, made INTEGER NOT NULL, outcome TEXT) WITHOUT ROWID",
        "CREATE INDEX IF NOT EXISTS records_by_age ON records (made)",
        "CREATE INDEX IF NOT EXISTS records_open ON records (state) WHERE state < 2",
        "CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, last INTEGER NOT NULL, minute INTEGER NOT NULL, minute_n INTEGER NOT NULL, day INTEGER NOT NULL, day_n INTEGER NOT NULL, month INTEGER NOT NULL, month_n INTEGER NOT NULL) WITHOUT ROWID",
    ],
    &[
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID",
        "INSERT INTO meta (key, value) VALUES ('epoch', lower(hex(randomblob(5))))",
        "CREATE TABLE messages (msg_id TEXT PRIMARY KEY, seq INTEGER NOT NULL, state INTEGER NOT NULL, queued INTEGER NOT NULL, sent INTEGER, delivered INTEGER, read INTEGER, played INTEGER, ended INTEGER, code TEXT, caller TEXT) WITHOUT ROWID",
        "CREATE UNIQUE INDEX messages_by_seq ON messages (seq)",
        "CREATE TABLE strays (msg_id TEXT PRIMARY KEY, report TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID",
    ],
    &[
        "CREATE TABLE outbox (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, tries INTEGER NOT NULL, next_at INTEGER NOT NULL, sealed BLOB NOT NULL)",
    ],
    &[
        "CREATE TABLE inbox (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, sealed BLOB NOT NULL)",
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
