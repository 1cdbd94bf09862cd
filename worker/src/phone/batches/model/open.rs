//! The batches of which something is to be done, in memory as they are stored, while the alarm works on them: each row would else read its own twice.

use std::cell::{Cell, RefCell};

use super::Batch;

/// The open batches, while they are held.
#[derive(Debug, Default)]
pub struct OpenBatches {
    is_held: Cell<bool>,
    batches: RefCell<Option<Vec<Batch>>>,
}

impl OpenBatches {
    /// From now on what is read is held. An object that is evicted leaves its memory behind, so it holds none when it is idle.
    pub fn hold(&self) {
        self.is_held.set(true);
    }

    /// Holds nothing any more.
    pub fn release(&self) {
        self.is_held.set(false);
        self.forget();
    }

    /// They were changed by something that isn't told here, or a change was taken back.
    pub fn forget(&self) {
        self.batches.take();
    }

    /// All of them, where they are known.
    #[must_use]
    pub fn all(&self) -> Option<Vec<Batch>> {
        self.batches.borrow().clone()
    }

    /// The one of this number, where it is known and open.
    #[must_use]
    pub fn of(&self, n: i64) -> Option<Batch> {
        self.batches.borrow().as_ref()?.iter().find(|batch| batch.n == n).cloned()
    }

    /// The number of the last change of this one in the feed, where it is known and open.
    #[must_use]
    pub fn seq_of(&self, n: i64) -> Option<i64> {
        self.batches.borrow().as_ref()?.iter().find(|batch| batch.n == n).map(|batch| batch.seq)
    }

    /// All of them, as they were just read.
    pub fn read(&self, batches: &[Batch]) {
        if self.is_held.get() {
            self.batches.replace(Some(batches.to_vec()));
        }
    }

    /// One of them is stored like this now.
    pub fn write(&self, batch: &Batch) {
        let mut known = self.batches.borrow_mut();
        let Some(batches) = known.as_mut() else { return };
        match batches.iter_mut().find(|known| known.n == batch.n) {
            Some(known) => known.clone_from(batch),
            None => batches.push(batch.clone()),
        }
        batches.retain(Batch::is_open);
    }
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::super::tests::batch;
    use super::*;

    #[test]
    fn nothing_is_known_unless_it_is_held() {
        let open = OpenBatches::default();
        open.read(&[batch()]);
        open.write(&batch());
        assert_eq!((open.all(), open.of(1), open.seq_of(1)), (None, None, None));
        open.hold();
        open.read(&[batch()]);
        assert_eq!((open.all(), open.of(1), open.of(2)), (Some(vec![batch()]), Some(batch()), None));
        open.release();
        assert_eq!(open.all(), None);
    }

    #[test]
    fn what_is_written_is_known_as_long_as_something_is_to_be_done() {
        let open = OpenBatches::default();
        open.hold();
        open.read(&[batch()]);
        let moved = Batch { next_row: 4, ..batch() };
        open.write(&moved);
        let another = Batch { n: 2, seq: 9, ..batch() };
        open.write(&another);
        assert_eq!((open.seq_of(2), open.seq_of(3)), (Some(9), None));
        assert_eq!(open.all(), Some(vec![moved, another]));
        let cancelled = Batch { state: State::Cancelled, ..batch() };
        open.write(&cancelled);
        assert_eq!(open.of(1).as_ref(), Some(&cancelled), "rows wait that are to be cancelled");
        open.write(&Batch { size: cancelled.counts.ended(), ..cancelled });
        assert_eq!(open.of(1), None);
        open.forget();
        assert_eq!(open.all(), None);
    }
}
