//! The one segment that a run has open: at most fifty rows, or 64 KB, of one batch are in memory at a time.

use maytapi::message::Message;

use crate::config::Policy;
use crate::phone::batches::content::{BatchContent, Row, Wrong};
use crate::phone::batches::model::Batch;
use crate::phone::batches::setup::Setup;
use crate::phone::batches::upload::piece::Open;
use crate::phone::object::Object;
use crate::phone::store::StorageFailed;

/// A segment, opened.
#[derive(Debug)]
pub struct Opened {
    n: i64,
    first_row: i64,
    last_row: i64,
    content: BatchContent,
    rows: Vec<(i64, Row)>,
}

impl Opened {
    /// Opens the segment of a row; nothing where none of the keys does.
    ///
    /// # Errors
    /// When the storage failed.
    pub async fn of(
        object: &Object,
        setup: &Setup<'_>,
        batch: &Batch,
        row: i64,
        before: Option<Opened>,
    ) -> Result<Option<Self>, StorageFailed> {
        let Some(segment) = object.store.segment(batch.n, row)? else { return Ok(None) };
        let content = match before.filter(|before| before.n == batch.n) {
            Some(before) => Some(before.content),
            None => match object.store.sealed_batch(batch.n)? {
                Some(sealed) => setup.open_content(batch, &sealed).await,
                None => None,
            },
        };
        let text = setup.open_rows(batch, segment.first_row, &segment.sealed).await;
        let opened = content.zip(text).map(|(content, text)| Opened {
            n: batch.n,
            first_row: segment.first_row,
            last_row: segment.last_row,
            content,
            rows: Open::read(&text),
        });
        Ok(opened)
    }

    /// Whether it has this row.
    pub fn has(&self, n: i64, row: i64) -> bool {
        self.n == n && (self.first_row..=self.last_row).contains(&row)
    }

    /// Whether a row that was never put off is the last of its segment that goes out: those behind such a one were not tried yet.
    pub fn ends_with(&self, row: i64) -> bool {
        self.last_row == row
    }

    /// The message of a row, if it may be sent now; nothing where it isn't here.
    pub fn message(&self, policy: &Policy, row: i64) -> Option<Result<Message, Wrong>> {
        let (_, row) = self.rows.iter().find(|(number, _)| *number == row)?;
        Some(self.content.message(policy, row))
    }
}
