//! A question about batches as the object works on it, and what most answers need.

use std::rc::Rc;

use super::ask::BatchAsk;
use super::model::Batch;
use crate::config::Config;
use crate::config::pseudonym::Pseudonyms;
use crate::http::problem::{Problem, ProblemType};
use crate::phone::feed::ask::Viewer;
use crate::phone::object::Object;

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

/// A batch as callers see it.
pub fn told(object: &Object, batch: &Batch) -> String {
    batch.json(object.batches.now(batch.n))
}

/// The configuration doesn't allow batches any more.
pub fn off() -> Problem {
    Problem::new(ProblemType::OperationNotAllowed, "Policy or token do not allow batches.")
}
