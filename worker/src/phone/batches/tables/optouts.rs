//! The table of those who asked to get no more, by pseudonym.

use crate::phone::store::{StorageFailed, Store, number};

impl Store {
    /// Since when, in milliseconds since 1970; nothing where they did not.
    pub fn opted_out_ms(&self, recipient: &str) -> Result<Option<i64>, StorageFailed> {
        let mut rows = self.query("SELECT at FROM optouts WHERE recipient = ?", vec![recipient.into()])?;
        Ok(rows.next().transpose()?.and_then(|row| row.first().map(number)))
    }

    /// How many did.
    pub fn opt_outs(&self) -> Result<i64, StorageFailed> {
        self.first("SELECT count(*) FROM optouts", [])?.first().map(number).ok_or(StorageFailed)
    }

    /// Forgets that this recipient did. Tells whether there was anything to forget.
    pub fn forget_opt_out(&self, recipient: &str) -> Result<bool, StorageFailed> {
        Ok(self.write("DELETE FROM optouts WHERE recipient = ?", vec![recipient.into()])? > 0)
    }
}
