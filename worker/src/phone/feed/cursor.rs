//! A place in the feed, as callers keep it: which storage it belongs to, and the last number that was seen.

use std::fmt;

/// A place in the feed. Its text, `epoch.seq`, is opaque to callers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor<'a> {
    /// Made once with the storage, so that a cursor of another one is known as such.
    pub epoch: &'a str,
    /// The number of the last change that was seen.
    pub seq: i64,
}

/// Where a caller wants to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// After this number.
    After(i64),
    /// From the present on.
    Now,
    /// Nowhere: the cursor belongs to another storage, or is ahead of this one, which then was set back. What the caller knows has to be
    /// looked up again.
    Reset,
}

/// In place of a cursor: from the oldest row that is kept.
const START: &str = "start";

impl<'a> Cursor<'a> {
    /// Reads a cursor's text.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let (epoch, seq) = text.split_once('.')?;
        let digits = (1..=16).contains(&seq.len()) && seq.bytes().all(|b| b.is_ascii_digit());
        let seq = digits.then(|| seq.parse().ok())??;
        Some(Cursor { epoch, seq })
    }

    /// Where the caller of this text goes on, this being the cursor of the newest row.
    #[must_use]
    pub fn resume(&self, after: Option<&str>) -> Position {
        let Some(text) = after else { return Position::Now };
        if text == START {
            return Position::After(0);
        }
        match Cursor::parse(text) {
            Some(cursor) if cursor.epoch == self.epoch && cursor.seq <= self.seq => Position::After(cursor.seq),
            _ => Position::Reset,
        }
    }

    /// The cursor of another number in the same storage.
    #[must_use]
    pub fn at(&self, seq: i64) -> Cursor<'a> {
        Cursor { epoch: self.epoch, seq }
    }
}

impl fmt::Display for Cursor<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.epoch, self.seq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_resumes_in_its_own_storage_only() {
        let newest = Cursor { epoch: "k3f9", seq: 1042 };
        for (after, wanted) in [
            (None, Position::Now),
            (Some("start"), Position::After(0)),
            (Some("k3f9.0"), Position::After(0)),
            (Some("k3f9.1042"), Position::After(1042)),
            (Some("k3f9.1043"), Position::Reset),
            (Some("other.7"), Position::Reset),
            (Some("K3F9.7"), Position::Reset),
            (Some(""), Position::Reset),
            (Some("k3f9"), Position::Reset),
            (Some("k3f9."), Position::Reset),
            (Some("k3f9.-1"), Position::Reset),
            (Some("k3f9.+1"), Position::Reset),
            (Some("k3f9.1.2"), Position::Reset),
            (Some("k3f9.99999999999999999"), Position::Reset),
        ] {
            assert_eq!(newest.resume(after), wanted, "{after:?}");
        }
        let text = newest.to_string();
        assert_eq!((text.as_str(), Cursor::parse(&text)), ("k3f9.1042", Some(newest.clone())));
        assert_eq!(newest.at(7).to_string(), "k3f9.7");
    }
}
