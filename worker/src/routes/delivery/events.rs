//! `GET …/events`: what changed since a cursor, page for page, as soon as something does, or over a live socket.

use super::socket;
use super::watcher::Watcher;
use crate::http::access_log::AccessLogEntry;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::phone::feed::ask::Ask;
use crate::routes::call::Call;
use crate::routes::query;

/// How many changes a page has, and at most.
const PAGE: u32 = 200;
const MOST: u32 = 1000;
/// How long a request may wait for the first change, in seconds: shorter than proxies on the way cut off what says nothing.
const LONGEST_WAIT_S: u32 = 25;

/// A page of the feed.
///
/// # Errors
/// When the caller may not follow messages, or the cursor is of another storage.
pub async fn get(call: &Call<'_>, entry: &mut AccessLogEntry) -> Result<Reply, Problem> {
    if socket::is_upgrade(call) {
        return Ok(socket::open(call, entry).await);
    }
    let watcher = Watcher::of(call, call.config()?, entry).await?;
    let after = call.head.query_value("after").map(str::to_owned);
    let limit = query::number(call, "limit", MOST)?.unwrap_or(PAGE).max(1);
    let wait_ms = query::number(call, "wait", LONGEST_WAIT_S)?.unwrap_or_default().saturating_mul(1000);
    let question = Ask::Events { follower: watcher.follower.clone(), after, limit, wait_ms };
    Ok(Reply::json(200, watcher.ask(&question, wait_ms).await?))
}
