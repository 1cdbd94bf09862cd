//! A new batch: a draft with its template, known again by its idempotency key.

use maytapi::json::Limits;

use super::draft;
use crate::auth::capability::Capability;
use crate::http::body;
use crate::http::problem::{Problem, ProblemType};
use crate::phone::alarm;
use crate::phone::batches::asked::{Asked, off};
use crate::phone::batches::model::{Batch, Counts, State};
use crate::phone::batches::progress;
use crate::phone::batches::setup::Setup;
use crate::phone::object::Object;
use crate::platform::pending::now_ms;
use crate::platform::zone;
use crate::policy;

/// Makes a batch of what the body says; or tells what is wrong with it.
///
/// # Errors
/// When the key came with another body, or there are too many.
pub async fn create(object: &Object, asked: &Asked<'_>) -> Result<String, Problem> {
    let ask = &asked.ask;
    let setup = Setup::of(asked.config, asked.phone).ok_or_else(off)?;
    if let Some(known) = known(object, asked)? {
        return Ok(known);
    }
    let claim = serde_json::from_str(&ask.claim).ok();
    let capability = claim.and_then(|claim| Capability::read(&claim).ok()).ok_or_else(off)?;
    let body = body::json(ask.rest.as_bytes(), Limits::MESSAGE)?;
    let (content, plan) = match draft::read(body, capability, setup.policy, now_ms(), &zone::offset_min) {
        Ok(read) => read,
        Err(faults) => return Ok(faults.text()),
    };
    policy::check_type(&setup.config.policy, &content.capability, content.template.message_type().as_str())?;
    let sealed = setup.seal_content(&ask.id, &content).await.ok_or_else(unsealed)?;
    // Another request with the same key may have come meanwhile.
    if let Some(known) = known(object, asked)? {
        return Ok(known);
    }
    let caller = asked.viewer.caller();
    object.store.count_batches(caller)?.one_more()?;
    let now = now_ms();
    let mut batch = Batch {
        // Never given twice, as those of the feed aren't.
        n: object.feed.seq().saturating_add(1),
        id: ask.id.clone(),
        seq: 0,
        state: State::Draft,
        reason: None,
        caller: caller.to_owned(),
        digest: ask.detail.clone(),
        plan: plan.text(),
        pace: String::new(),
        size: 0,
        next_row: 0,
        next_at: now,
        waits_for: None,
        made: now,
        expires: plan.expires_ms,
        ended: None,
        counts: Counts::default(),
    };
    progress::touch(object, &mut batch, object.feed.seq(), true);
    object.store.add_batch(&batch, sealed, asked.phone)?;
    progress::tell(object, &[&batch]);
    object.alarm.forget();
    alarm::set(object).await?;
    Ok(asked.told(object, &batch))
}

/// The batch that this request made before.
fn known(object: &Object, asked: &Asked<'_>) -> Result<Option<String>, Problem> {
    match object.store.batch(&asked.ask.id)? {
        Some(batch) if batch.digest == asked.ask.detail => Ok(Some(asked.told(object, &batch))),
        Some(_) => {
            let detail = "This Idempotency-Key came with another batch before; use a new key for a new batch.";
            Err(Problem::new(ProblemType::IdempotencyKeyReused, detail))
        }
        None => Ok(None),
    }
}

/// The runtime's cryptography failed.
pub fn unsealed() -> Problem {
    Problem::new(ProblemType::Internal, "The batch could not be sealed or opened.")
}
