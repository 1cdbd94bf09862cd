//! `GET …/messages/{id}` and `POST …/messages/lookup`: what became of messages, as far as it is known.

use maytapi::json::Json;

use super::watcher::Watcher;
use crate::http::access_log::AccessLogEntry;
use crate::http::problem::{Problem, ProblemType};
use crate::http::reply::Reply;
use crate::phone::feed::ask::Ask;
use crate::phone::feed::message::list;
use crate::routes::call::Call;

/// How many messages may be looked up at once, and how many bytes that takes at most.
const MOST_IDS: usize = 200;
const BODY_BYTES: usize = 64 * 1024;

/// One message.
///
/// # Errors
/// When it isn't known, or not the caller's.
pub async fn get(call: &Call<'_>, entry: &mut AccessLogEntry) -> Result<Reply, Problem> {
    let watcher = Watcher::of(call, call.config()?, entry).await?;
    let msg_id = call.parameters.get("message").into_owned();
    Ok(Reply::json(200, watcher.ask(&Ask::Message { follower: watcher.follower.clone(), msg_id }, 0).await?))
}

/// Many at once, as for a page that was reloaded. Those that aren't known are left out.
///
/// # Errors
/// When the body is no list of ids.
pub async fn lookup(call: &Call<'_>, entry: &mut AccessLogEntry) -> Result<Reply, Problem> {
    let config = call.config()?;
    let watcher = Watcher::of(call, config, entry).await?;
    let body = call.json(BODY_BYTES, config.limits.body_ms).await?;
    let msg_ids = ids(&body).ok_or_else(|| {
        let detail = r#"Send {"msgIds": […]} with 1 to 200 ids as sends gave them."#;
        Problem::new(ProblemType::InvalidQuestion, detail)
    })?;
    Ok(Reply::json(200, watcher.ask(&Ask::Lookup { follower: watcher.follower.clone(), msg_ids }, 0).await?))
}

/// The ids, as a list in JSON.
fn ids(body: &Json) -> Option<String> {
    let Json::Array(items) = body.get("msgIds")? else { return None };
    let all = items.iter().all(|item| item.as_str().is_some());
    ((1..=MOST_IDS).contains(&items.len()) && all).then(|| list(items.iter().filter_map(Json::as_str)))
}
