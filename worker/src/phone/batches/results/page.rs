//! A page of results: after a row, of some states, as JSON or as lines of a CSV.

use super::row::{Result as RowResult, states};
use crate::http::problem::{Problem, ProblemType};
use crate::phone::batches::ask::Verb;
use crate::phone::batches::asked::{Asked, found};
use crate::phone::object::Object;

/// Answers with a page: JSON, or where to go on and then lines.
///
/// # Errors
/// When the batch isn't known, or the question can't be understood.
pub fn page(object: &Object, asked: &Asked<'_>) -> Result<String, Problem> {
    let (batch, ask) = (found(object, asked)?, &asked.ask);
    let (limit, names) = ask.detail.split_once(' ').unwrap_or_default();
    let after = if ask.rest.is_empty() { Some(-1) } else { ask.rest.parse::<i64>().ok() };
    let (Some(after), Ok(limit), Some(states)) = (after, limit.parse::<i64>(), states(names)) else {
        let detail = "The query may have after (a row), limit and state (names of states, with commas between).";
        return Err(Problem::new(ProblemType::InvalidQuestion, detail));
    };
    let results = object.store.results(batch.n, after, limit, &states)?;
    let full = i64::try_from(results.len()).is_ok_and(|count| count == limit);
    let next = results.last().filter(|_| full).map(|last| last.row.to_string());
    if ask.verb == Verb::Table {
        let lines: String = results.iter().map(RowResult::line).collect();
        return Ok(format!("{}\n{lines}", next.unwrap_or_default()));
    }
    let cursor = next.map_or("null".to_owned(), |next| format!("\"{next}\""));
    let items: Vec<String> = results.iter().map(RowResult::json).collect();
    Ok(format!(r#"{{"results":[{}],"cursor":{cursor}}}"#, items.join(",")))
}
