//! What an object does when it is asked about its batches.

use maytapi::message::Recipient;

use super::ask::{BatchAsk, Verb};
use super::asked::{Asked, found};
use super::upload::{create, pieces};
use super::{control, results};
use crate::config::current;
use crate::http::problem::{Problem, ProblemType};
use crate::phone::alarm;
use crate::phone::object::Object;
use crate::phone::pseudonyms;

/// How many batches a page has.
const PAGE: i64 = 100;

/// Answers with a text: JSON, rows of a CSV, or faults. `phone` is the object's own name.
///
/// # Errors
/// When it can't be, or the storage failed.
pub async fn answer(object: &Object, phone: &str, question: &str) -> Result<String, Problem> {
    let Some(ask) = BatchAsk::parse(question) else {
        let detail = "The proxy's object was asked for something that it can't read.";
        return Err(Problem::new(ProblemType::Internal, detail));
    };
    let shared = current::config();
    let config = shared.as_ref().as_ref();
    let config = config.map_err(|_| Problem::new(ProblemType::Misconfigured, "The configuration has a fault."))?;
    let pseudonyms = pseudonyms::of(object, config, phone).await?;
    let asked = Asked { viewer: ask.follower.viewer(&pseudonyms), ask, pseudonyms, phone, config };
    match asked.ask.verb {
        Verb::Create => create::create(object, &asked).await,
        Verb::Piece => pieces::take(object, &asked).await,
        Verb::Start | Verb::Pause | Verb::Resume | Verb::Cancel => control::change(object, &asked).await,
        Verb::Get => {
            // Where the runtime lost it, and this fails too, the next look tries again.
            let _set = alarm::ensure(object).await;
            Ok(asked.told(object, &found(object, &asked)?))
        }
        Verb::List => list(object, &asked),
        Verb::Results | Verb::Table => results::page::page(object, &asked),
        Verb::OptOuts => Ok(format!(r#"{{"count":{}}}"#, object.store.opt_outs()?)),
        Verb::OptOut | Verb::OptIn => opt_out(object, &asked),
    }
}

/// Whether somebody asked to get no more, and since when; or that taken back.
fn opt_out(object: &Object, asked: &Asked<'_>) -> Result<String, Problem> {
    let unreadable = |_| Problem::new(ProblemType::InvalidQuestion, "This is nobody's number.");
    let person = asked.pseudonyms.of(&Recipient::parse(&asked.ask.rest).map_err(unreadable)?);
    if asked.ask.verb == Verb::OptIn {
        return Ok(format!(r#"{{"removed":{}}}"#, object.store.forget_opt_out(&person)?));
    }
    let since = object.store.opted_out_ms(&person)?;
    let at = since.map(|at| format!(r#","at":{at}"#)).unwrap_or_default();
    Ok(format!(r#"{{"optedOut":{}{at}}}"#, since.is_some()))
}

fn list(object: &Object, asked: &Asked<'_>) -> Result<String, Problem> {
    let before = if asked.ask.rest.is_empty() { Some(i64::MAX) } else { asked.ask.rest.parse().ok() };
    let before = before.ok_or_else(|| {
        Problem::new(ProblemType::InvalidQuestion, "The query's after must be the cursor that a page gave.")
    })?;
    let batches = object.store.batches_before(asked.viewer.owner(), before, PAGE)?;
    let full = i64::try_from(batches.len()).is_ok_and(|count| count == PAGE);
    let cursor = batches.last().filter(|_| full).map_or("null".to_owned(), |last| format!("\"{}\"", last.n));
    let items: Vec<String> = batches.iter().map(|batch| asked.told(object, batch)).collect();
    Ok(format!(r#"{{"batches":[{}],"cursor":{cursor}}}"#, items.join(",")))
}
