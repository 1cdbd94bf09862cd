//! What an object does when it is asked about its batches.

use super::ask::{BatchAsk, Verb};
use super::model::Batch;
use super::upload::{create, pieces};
use super::{control, results};
use crate::http::problem::{Problem, ProblemType};
use crate::phone::object::Object;

/// How many batches a page has.
const PAGE: i64 = 100;

/// Answers with a text: JSON, rows of a CSV, or faults.
///
/// # Errors
/// When it can't be, or the storage failed.
pub async fn answer(object: &Object, question: &str) -> Result<String, Problem> {
    let Some(ask) = BatchAsk::parse(question) else {
        let detail = "The proxy's object was asked for something that it can't read.";
        return Err(Problem::new(ProblemType::Internal, detail));
    };
    match ask.verb {
        Verb::Create => create::create(object, &ask).await,
        Verb::Piece => pieces::take(object, &ask).await,
        Verb::Start | Verb::Pause | Verb::Resume | Verb::Cancel => control::change(object, &ask).await,
        Verb::Get => Ok(told(object, &found(object, &ask)?)),
        Verb::List => list(object, &ask),
        Verb::Results | Verb::Table => results::page::page(object, &ask),
    }
}

/// The batch that is asked about.
///
/// # Errors
/// When there is none that the caller may see.
pub fn found(object: &Object, ask: &BatchAsk) -> Result<Batch, Problem> {
    let found = object.store.batch(&ask.id)?.filter(|batch| ask.viewer.sees(&batch.caller));
    found.ok_or_else(|| {
        let detail = "No batch of this id is known here, or it is another caller's.";
        Problem::new(ProblemType::UnknownBatch, detail)
    })
}

/// A batch as callers see it.
pub fn told(object: &Object, batch: &Batch) -> String {
    batch.json(object.batches.now(batch.n))
}

fn list(object: &Object, ask: &BatchAsk) -> Result<String, Problem> {
    let before = if ask.rest.is_empty() { Some(i64::MAX) } else { ask.rest.parse().ok() };
    let before = before.ok_or_else(|| {
        Problem::new(ProblemType::InvalidQuestion, "The query's after must be the cursor that a page gave.")
    })?;
    let batches = object.store.batches_before(ask.viewer.owner(), before, PAGE)?;
    let full = i64::try_from(batches.len()).is_ok_and(|count| count == PAGE);
    let cursor = batches.last().filter(|_| full).map_or("null".to_owned(), |last| format!("\"{}\"", last.n));
    let items: Vec<String> = batches.iter().map(|batch| told(object, batch)).collect();
    Ok(format!(r#"{{"batches":[{}],"cursor":{cursor}}}"#, items.join(",")))
}

/// The configuration doesn't allow batches any more.
pub fn off() -> Problem {
    Problem::new(ProblemType::OperationNotAllowed, "Policy or token do not allow batches.")
}
