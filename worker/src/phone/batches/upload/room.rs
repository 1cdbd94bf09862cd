//! Whether there is room for one more batch: of a caller, and of a phone that several callers share.

use crate::http::problem::{Problem, ProblemType};

/// How many drafts a caller may have.
const MOST_DRAFTS: i64 = 3;
/// How many batches a phone may have that have not ended.
const MOST_OPEN: i64 = 50;
/// So many of these each caller may have, as long as there is room at all.
const FAIR_SHARE: i64 = 10;
/// Who has a fair share gets more, but these places stay free for others: a phone's only caller has all but these, and takes nobody's room.
const KEPT_FREE: i64 = 10;
/// How many a caller may have whose results are kept, so that making and ending them again and again fills no storage.
const MOST_KEPT: i64 = 5000;

/// How many batches there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// The caller's drafts.
    pub drafts: i64,
    /// The caller's that have not ended.
    pub open: i64,
    /// All callers' that have not ended.
    pub open_of_all: i64,
    /// The caller's at all, those whose results are kept among them.
    pub kept: i64,
}

impl Taken {
    /// Whether the caller may have one more.
    ///
    /// # Errors
    /// What there are too many of.
    pub fn one_more(self) -> Result<(), Problem> {
        let too_many = |detail: String| Err(Problem::new(ProblemType::TooManyBatches, detail));
        if self.drafts >= MOST_DRAFTS {
            return too_many(format!("A caller may have {MOST_DRAFTS} drafts: start or cancel some."));
        }
        if self.open_of_all >= MOST_OPEN {
            return too_many(format!(
                "A phone may have {MOST_OPEN} batches that have not ended: wait, or cancel some."
            ));
        }
        if self.open >= FAIR_SHARE && self.open_of_all >= MOST_OPEN.saturating_sub(KEPT_FREE) {
            return too_many(format!(
                "Of a phone's {MOST_OPEN} batches the last {KEPT_FREE} are for callers who have fewer than {FAIR_SHARE}: wait, or cancel some."
            ));
        }
        if self.kept >= MOST_KEPT {
            return too_many(format!(
                "A caller may have {MOST_KEPT} batches whose results are kept: the oldest go first."
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(drafts: i64, open: i64, open_of_all: i64, kept: i64) -> bool {
        match (Taken { drafts, open, open_of_all, kept }).one_more() {
            Ok(()) => true,
            Err(problem) => {
                assert_eq!(problem.kind, ProblemType::TooManyBatches);
                false
            }
        }
    }

    #[test]
    fn each_bound_is_told_apart() {
        assert!(fits(2, 2, 49, 4999));
        assert!(!fits(3, 3, 3, 3) && !fits(0, 0, 50, 0) && !fits(0, 0, 0, 5000));
        let said = |taken: Taken| taken.one_more().unwrap_err().detail.into_owned();
        let details = [
            said(Taken { drafts: 3, ..Taken::default() }),
            said(Taken { open_of_all: 50, ..Taken::default() }),
            said(Taken { open: 40, open_of_all: 40, ..Taken::default() }),
            said(Taken { kept: 5000, ..Taken::default() }),
        ];
        for (detail, word) in details.iter().zip(["drafts", "have not ended", "the last 10", "results"]) {
            assert!(detail.contains(word), "{detail}");
        }
    }

    #[test]
    fn nobody_takes_the_room_of_others() {
        // A phone's only caller has most of it.
        assert!(fits(0, 39, 39, 39) && !fits(0, 40, 40, 40));
        // Whoever comes then has a fair share, and with it no more than that.
        assert!(fits(0, 0, 40, 0) && fits(0, 9, 49, 9) && !fits(0, 10, 45, 10));
        // Two who share the phone may have more than a fair share as well.
        assert!(fits(0, 20, 39, 20) && !fits(0, 20, 40, 20));
    }
}
