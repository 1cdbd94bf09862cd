//! `GET …/state`: how the phone is, whether its webhooks arrive, and what is left of the limits.

use super::watcher::Watcher;
use crate::http::access_log::AccessLogEntry;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::phone::feed::ask::Ask;
use crate::routes::call::Call;

/// The phone's state.
///
/// # Errors
/// When the caller may not follow messages.
pub async fn get(call: &Call<'_>, entry: &mut AccessLogEntry) -> Result<Reply, Problem> {
    let watcher = Watcher::of(call, call.config()?, entry).await?;
    Ok(Reply::json(200, watcher.ask(&Ask::State { follower: watcher.follower.clone() }, 0).await?))
}
