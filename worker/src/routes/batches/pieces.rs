//! `PUT …/batches/{id}/pieces/{n}`: rows of a draft.

use super::caller::{BatchCaller, Wants};
use crate::http::access_log::AccessLogEntry;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::phone::batches::ask::{BatchAsk, Verb};
use crate::routes::call::Call;

/// Well below what an RPC's argument may have.
const BODY_BYTES: usize = 1024 * 1024;

/// Takes a piece.
///
/// # Errors
/// When the batch isn't the caller's, takes no pieces, or something is wrong with the rows.
pub async fn put(call: &Call<'_>, entry: &mut AccessLogEntry) -> Result<Reply, Problem> {
    let caller = BatchCaller::of(call, entry, Wants::Send).await?;
    let question = BatchAsk {
        claim: caller.verified.capability.narrowing(),
        detail: call.parameters.get("piece").into_owned(),
        rest: caller.body(BODY_BYTES).await?,
        ..caller.question(Verb::Piece, caller.as_manager())
    };
    Ok(Reply::json(200, caller.ask(&question).await?))
}
