//! `GET …/batches` and `…/batches/{id}`.

use super::caller::{BatchCaller, Wants};
use crate::http::access_log::AccessLogEntry;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::phone::batches::ask::{BatchAsk, Verb};
use crate::routes::call::Call;

/// A page of batches, newest first.
///
/// # Errors
/// When the caller may not see batches.
pub async fn list(call: &Call<'_>, entry: &mut AccessLogEntry) -> Result<Reply, Problem> {
    let caller = BatchCaller::of(call, entry, Wants::LookOrStop).await?;
    let rest = call.head.query_value("after").unwrap_or_default().to_owned();
    let question = BatchAsk { rest, ..caller.question(Verb::List, caller.as_viewer()) };
    Ok(Reply::json(200, caller.ask(&question).await?))
}

/// One batch.
///
/// # Errors
/// When it isn't known, or not the caller's.
pub async fn get(call: &Call<'_>, entry: &mut AccessLogEntry) -> Result<Reply, Problem> {
    let caller = BatchCaller::of(call, entry, Wants::LookOrStop).await?;
    Ok(Reply::json(200, caller.ask(&caller.question(Verb::Get, caller.as_viewer())).await?))
}
