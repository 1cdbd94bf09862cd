//! A question about batches as the object works on it, and what most answers need.

use std::rc::Rc;

use super::ask::BatchAsk;
use super::model::{Batch, Now, State};
use super::pace::plan::Plan;
use super::pace::verdict::Moment;
use super::progress;
use super::setup::Setup;
use crate::config::Config;
use crate::config::pseudonym::Pseudonyms;
use crate::http::problem::{Problem, ProblemType};
use crate::phone::alarm::Customer;
use crate::phone::feed::ask::Viewer;
use crate::phone::object::Object;
use crate::phone::store::StorageFailed;
use crate::platform::pending::now_ms;
use crate::platform::zone;

/// A question, with who asks as rows have it.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The question.
    pub ask: BatchAsk,
    /// Who asks, and what they may see or steer.
    pub viewer: Viewer,
    /// How callers and recipients are called in rows.
    pub pseudonyms: Rc<Pseudonyms>,
    /// The object's own name.
    pub phone: &'a str,
    /// The configuration.
    pub config: &'a Config,
}

/// The batch that is asked about.
///
/// # Errors
/// When there is none that the caller may see.
pub fn found(object: &Object, asked: &Asked<'_>) -> Result<Batch, Problem> {
    let found = object.store.batch(&asked.ask.id)?.filter(|batch| asked.viewer.sees(&batch.caller));
    found.ok_or_else(|| {
        let detail = "No batch of this id is known here, or it is another caller's.";
        Problem::new(ProblemType::UnknownBatch, detail)
    })
}

impl Asked<'_> {
    /// A batch as callers see it.
    pub fn told(&self, object: &Object, batch: &Batch) -> String {
        // Where that can't be told, all else is.
        let ends_ms = self.ends_ms(object, batch).unwrap_or_default();
        let storage_until = Customer::Batches.refused_until_ms(object);
        batch.json(Now { ends_ms, storage_until, ..object.batches.now(batch.n) })
    }

    /// When the last row of a running batch is likely to be sent.
    fn ends_ms(&self, object: &Object, batch: &Batch) -> Result<Option<i64>, StorageFailed> {
        let setup = Setup::of(self.config, self.phone).filter(|_| batch.state == State::Running);
        let Some((setup, plan)) = setup.zip(Plan::parse(&batch.plan)) else { return Ok(None) };
        let moment = Moment {
            now_ms: now_ms(),
            plan: &plan,
            policy: setup.policy,
            next_ms: batch.next_at,
            phone: progress::phone_pace(object)?,
            status: None,
            is_paused: setup.is_paused,
            limit: &self.config.limits.phone,
            counter: None,
            offsets: &zone::offset_min,
        };
        Ok(moment.ends_ms(batch.open()))
    }
}

/// The configuration doesn't allow batches any more.
pub fn off() -> Problem {
    Problem::new(ProblemType::OperationNotAllowed, "Policy or token do not allow batches.")
}
