//! `GET …/inbox/{id}`: a message that came in, where policy keeps those.

use super::watcher::Watcher;
use crate::http::access_log::AccessLogEntry;
use crate::http::problem::{Problem, ProblemType};
use crate::http::reply::Reply;
use crate::phone::feed::ask::Ask;
use crate::routes::call::Call;

/// The message, opened.
///
/// # Errors
/// When it isn't kept, or the caller may not follow the whole phone.
pub async fn get(call: &Call<'_>, entry: &mut AccessLogEntry) -> Result<Reply, Problem> {
    let watcher = Watcher::of(call, call.config()?, entry).await?;
    if !watcher.follower.sees_all {
        let detail =
            "Policy or token do not allow to read what came in: that takes whoever may follow the whole phone.";
        return Err(Problem::new(ProblemType::OperationNotAllowed, detail));
    }
    let id = call.parameters.get("inbound").into_owned();
    Ok(Reply::json(200, watcher.ask(&Ask::Inbound { id }, 0).await?))
}
