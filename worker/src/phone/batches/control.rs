//! Start, pause, resume and cancel: each may be asked for again and then changes nothing more.

use maytapi::json::{Json, Limits};

use super::ask::Verb;
use super::asked::{Asked, found};
use super::model::{Batch, State};
use super::{progress, run};
use crate::http::body;
use crate::http::problem::{Problem, ProblemType};
use crate::phone::alarm;
use crate::phone::object::Object;
use crate::platform::pending::now_ms;

/// Changes a batch's state.
///
/// # Errors
/// When it isn't in a state for that, or rows are missing.
pub async fn change(object: &Object, asked: &Asked<'_>) -> Result<String, Problem> {
    let mut batch = found(object, asked)?;
    let to = match (asked.ask.verb, batch.state) {
        (Verb::Start, State::Draft) => {
            is_whole(&batch, &asked.ask.rest)?;
            State::Running
        }
        (Verb::Start | Verb::Resume, State::Running) => State::Running,
        (Verb::Pause, State::Running | State::Paused) => State::Paused,
        (Verb::Resume, State::Paused | State::Held) => State::Running,
        (Verb::Cancel, State::Draft | State::Running | State::Paused | State::Held | State::Cancelled) => {
            State::Cancelled
        }
        (verb, state) => {
            let detail = format!("A batch that is {} can't be asked to {}.", state.as_str(), verb.as_str());
            return Err(Problem::new(ProblemType::BatchState, detail));
        }
    };
    if to != batch.state {
        let now = now_ms();
        match to {
            State::Running => {
                // Who lets a held one go on begins anew; what the pace was is over.
                (batch.reason, batch.waits_for, batch.next_at) = (None, None, now);
                batch.pace.clear();
            }
            State::Cancelled => batch.ended = Some(now),
            _ => {}
        }
        batch.state = to;
        progress::write(object, &mut batch)?;
        if to == State::Cancelled {
            run::close_some(object, &mut batch)?;
        }
        object.alarm.forget();
    }
    // Who asks again because this failed sets it then.
    alarm::ensure(object).await?;
    Ok(asked.told(object, &batch))
}

/// Whether all rows are there that the caller has sent.
fn is_whole(batch: &Batch, body: &str) -> Result<(), Problem> {
    let sent = match body {
        "" => None,
        body => size(&body::json(body.as_bytes(), Limits::MESSAGE)?)?,
    };
    if sent.is_some_and(|sent| sent != batch.size) {
        let detail = format!("The batch has {} rows; send the pieces that are missing.", batch.size);
        return Err(Problem::new(ProblemType::PieceMissing, detail));
    }
    if batch.size == 0 {
        return Err(Problem::new(ProblemType::BatchState, "The batch has no rows yet: send its pieces first."));
    }
    Ok(())
}

/// How many rows the caller has sent, where the body says so. One that says it wrongly would otherwise start what is not whole.
fn size(body: &Json) -> Result<Option<i64>, Problem> {
    let wrong = || Problem::new(ProblemType::InvalidQuestion, r#"Send {"size": …}, the number of rows, or no body."#);
    let Json::Object(members) = body else { return Err(wrong()) };
    match members.iter().map(|(name, value)| (name.as_str(), value)).collect::<Vec<_>>().as_slice() {
        [] | [("size", Json::Null)] => Ok(None),
        [("size", value)] => value.as_int().map(Some).ok_or_else(wrong),
        _ => Err(wrong()),
    }
}
