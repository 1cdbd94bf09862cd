//! `POST …/batches/{id}/start`, `pause`, `resume` and `cancel`.

use super::caller::{BatchCaller, Wants};
use crate::http::access_log::AccessLogEntry;
use crate::http::problem::{Problem, ProblemType};
use crate::http::reply::Reply;
use crate::phone::batches::ask::{BatchAsk, Verb};
use crate::routes::call::Call;

const BODY_BYTES: usize = 1024;

/// Changes a batch's state; the last part of the path says how.
///
/// # Errors
/// When the batch isn't the caller's, or isn't in a state for that.
pub async fn post(call: &Call<'_>, entry: &mut AccessLogEntry) -> Result<Reply, Problem> {
    let verb = call.head.path.rsplit('/').next().and_then(Verb::from_name);
    let verb = verb.ok_or_else(|| Problem::new(ProblemType::UnknownRoute, "There is no such change."))?;
    let wants = if matches!(verb, Verb::Pause | Verb::Cancel) { Wants::LookOrStop } else { Wants::Send };
    let caller = BatchCaller::of(call, entry, wants).await?;
    let rest = if verb == Verb::Start { caller.optional_body(BODY_BYTES).await? } else { String::new() };
    let question = BatchAsk { rest, ..caller.question(verb, caller.as_manager()) };
    Ok(Reply::json(200, caller.ask(&question).await?))
}
