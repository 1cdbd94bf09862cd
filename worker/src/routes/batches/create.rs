//! `POST …/batches`: a new batch, a draft until its rows are there.

use sha2::{Digest, Sha256};

use super::caller::{BatchCaller, Wants};
use crate::http::access_log::AccessLogEntry;
use crate::http::problem::{Problem, ProblemType};
use crate::http::reply::Reply;
use crate::phone::batches::ask::{BatchAsk, Verb};
use crate::phone::claim;
use crate::routes::call::Call;

/// A template and a plan: the texts of a template have 64 KiB at most.
const BODY_BYTES: usize = 256 * 1024;

/// Makes a batch.
///
/// # Errors
/// When the caller may not, there is no key, or something is wrong with the body.
pub async fn post(call: &Call<'_>, entry: &mut AccessLogEntry) -> Result<Reply, Problem> {
    let caller = BatchCaller::of(call, entry, Wants::Send).await?;
    let key = claim::idempotency_key(call.head.idempotency_key, true)?;
    let no_key = || Problem::new(ProblemType::IdempotencyKeyRequired, "A batch needs an Idempotency-Key.");
    let key = key.ok_or_else(no_key)?;
    let body = caller.body(BODY_BYTES).await?;
    // Under another name than a send with the same key.
    let id = claim::id(&format!("batch {}", caller.verified.identity()), key);
    let question = BatchAsk {
        id: format!("b_{id}"),
        claim: caller.verified.capability.narrowing(),
        detail: claim::digest(key, &Sha256::digest(body.as_bytes())).unwrap_or_default(),
        rest: body,
        ..caller.question(Verb::Create, caller.as_manager())
    };
    Ok(Reply::json(201, caller.ask(&question).await?))
}
