//! `GET …/optouts`, `POST …/optouts/lookup` and `…/optouts/remove`: who asked to get no more from batches. A number stands in the body, since
//! addresses are logged.

use maytapi::json::Json;
use maytapi::message::Recipient;

use super::caller::{BatchCaller, Wants};
use crate::http::access_log::AccessLogEntry;
use crate::http::problem::{Problem, ProblemType};
use crate::http::reply::Reply;
use crate::phone::batches::ask::{BatchAsk, Verb};
use crate::routes::call::Call;

const BODY_BYTES: usize = 1024;

/// Tells how many there are.
///
/// # Errors
/// When the caller may not manage the phone.
pub async fn count(call: &Call<'_>, entry: &mut AccessLogEntry) -> Result<Reply, Problem> {
    let caller = BatchCaller::of(call, entry, Wants::Manage).await?;
    Ok(Reply::json(200, caller.ask(&caller.question(Verb::OptOuts, caller.as_manager())).await?))
}

/// Tells whether somebody is among them, and since when.
///
/// # Errors
/// When the caller may not manage the phone, or names nobody.
pub async fn lookup(call: &Call<'_>, entry: &mut AccessLogEntry) -> Result<Reply, Problem> {
    of_person(call, entry, Verb::OptOut).await
}

/// Takes somebody out, who has agreed to get more again.
///
/// # Errors
/// When the caller may not manage the phone, or names nobody.
pub async fn remove(call: &Call<'_>, entry: &mut AccessLogEntry) -> Result<Reply, Problem> {
    of_person(call, entry, Verb::OptIn).await
}

async fn of_person(call: &Call<'_>, entry: &mut AccessLogEntry, verb: Verb) -> Result<Reply, Problem> {
    let caller = BatchCaller::of(call, entry, Wants::Manage).await?;
    let body = call.json(BODY_BYTES, caller.body_ms()).await?;
    let person = body.get("to").and_then(Json::to_text).and_then(|to| Recipient::parse(&to).ok());
    let number = person.as_ref().and_then(Recipient::phone_number).ok_or_else(|| {
        Problem::new(
            ProblemType::InvalidQuestion,
            r#"Send {"to": …} with the number of a person, as a message has it."#,
        )
    })?;
    entry.recipient = person.as_ref().map(|person| caller.account.pseudonyms.of(person));
    let question = BatchAsk { rest: number.to_owned(), ..caller.question(verb, caller.as_manager()) };
    Ok(Reply::json(200, caller.ask(&question).await?))
}
