//! `GET …/batches/{id}/results`: what became of each row, a page in JSON or all of it as a CSV.

use super::caller::{BatchCaller, Wants};
use crate::http::access_log::AccessLogEntry;
use crate::http::problem::Problem;
use crate::http::reply::{Body, Reply};
use crate::phone::batches::ask::{BatchAsk, Verb};
use crate::phone::batches::results::csv;
use crate::routes::call::Call;
use crate::routes::query;

/// How many rows a page has at most, and how many of a CSV are asked for at once.
const PAGE: u32 = 500;
const LINES: u32 = 2000;

/// What became of the rows.
///
/// # Errors
/// When the batch isn't known, or the question can't be understood.
pub async fn get(call: &Call<'_>, entry: &mut AccessLogEntry) -> Result<Reply, Problem> {
    let caller = BatchCaller::of(call, entry, Wants::LookOrStop).await?;
    // Commas stand as they are in a query, and yet most libraries escape them.
    let states = call.head.query_value("state").unwrap_or_default().replace("%2C", ",").replace("%2c", ",");
    let after = call.head.query_value("after").unwrap_or_default().to_owned();
    let question = |verb, limit: u32, rest| BatchAsk {
        detail: format!("{limit} {states}"),
        rest,
        ..caller.question(verb, caller.as_viewer())
    };
    let wants_csv = call.exchange.header("accept").is_some_and(|accept| accept.contains("text/csv"));
    if !wants_csv {
        let limit = query::number(call, "limit", PAGE)?.unwrap_or(PAGE).max(1);
        return Ok(Reply::json(200, caller.ask(&question(Verb::Results, limit, after)).await?));
    }
    // Asked for once, so that what is wrong is a problem and not the end of a file.
    caller.ask(&question(Verb::Table, 1, String::new())).await?;
    let question = question(Verb::Table, LINES, String::new()).text();
    let body = Body::Pages { head: csv::HEAD, phone: caller.object.clone(), question };
    let mut reply = Reply { status: 200, headers: Vec::new(), body };
    reply.header("content-type", "text/csv; charset=utf-8");
    reply.header("content-disposition", "attachment; filename=\"results.csv\"");
    Ok(reply)
}
