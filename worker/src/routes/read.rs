//! `GET /api/{account}/{phone}/status` and the other reads: questions that change nothing, allowed by policy and token, asked of Maytapi with
//! the account's key.

use maytapi::answer::{Unreadable, refusal};
use maytapi::client::{Body as Received, Error, PhoneId, Response, Retryable};
use maytapi::json::Json;
use maytapi::reads::{Read, is_png};
use wasm_bindgen::JsValue;

use super::call::Call;
use super::narrow;
use crate::auth::token::Caller;
use crate::config::{Account, Config};
use crate::http::access_log::AccessLogEntry;
use crate::http::problem::{Problem, ProblemType};
use crate::http::reply::{Body, Reply};
use crate::platform::pending::now_ms;
use crate::upstream::{self, exchange};

/// The body of `checkPhones` at most, in bytes.
const BODY_BYTES: usize = 16 * 1024;

/// Asks about a phone.
///
/// # Errors
/// When the question is wrong or not allowed, or no answer came that can be passed on.
pub async fn of_phone(call: &Call<'_>, entry: &mut AccessLogEntry) -> Result<Reply, Problem> {
    let (config, read) = (call.config()?, read(call)?);
    let caller = call.caller(config, entry).await?;
    permit(config, &caller, read)?;
    let (account, phone) = call.phone(config, &caller, entry)?;
    ask(call, config, &caller, (account, Some(phone)), read, entry).await
}

/// Asks about an account.
///
/// # Errors
/// When the question is not allowed, or no answer came that can be passed on.
pub async fn of_account(call: &Call<'_>, entry: &mut AccessLogEntry) -> Result<Reply, Problem> {
    let (config, read) = (call.config()?, read(call)?);
    let caller = call.caller(config, entry).await?;
    permit(config, &caller, read)?;
    let account = call.account(config, &caller, entry)?;
    ask(call, config, &caller, (account, None), read, entry).await
}

fn read(call: &Call<'_>) -> Result<Read, Problem> {
    let read = Read::from_name(call.route);
    read.ok_or_else(|| Problem::new(ProblemType::UnknownRoute, "There is nothing to ask for at this path."))
}

/// Whether this caller may ask this.
fn permit(config: &Config, caller: &Caller, read: Read) -> Result<(), Problem> {
    if !config.policy.reads.contains(&read) {
        return Err(Problem::new(ProblemType::OperationNotAllowed, "The proxy's policy does not list this read."));
    }
    if !caller.capability.allows_read(read.as_str()) {
        return Err(Problem::new(ProblemType::OperationNotAllowed, "The token does not allow this read."));
    }
    Ok(())
}

async fn ask(
    call: &Call<'_>,
    config: &Config,
    caller: &Caller,
    (account, phone): (&Account, Option<&PhoneId>),
    read: Read,
    entry: &mut AccessLogEntry,
) -> Result<Reply, Problem> {
    let body = if read.is_post() {
        let json = call.json(BODY_BYTES, config.limits.body_ms).await?;
        JsValue::from_str(&narrow::numbers(&json)?)
    } else {
        JsValue::NULL
    };
    let url = match phone {
        Some(phone) => account.endpoint.url(phone, read.as_str()),
        None => account.endpoint.account_url(read.as_str()),
    };
    let (started, ms) = (now_ms(), config.limits.upstream_ms);
    let response = match read {
        Read::Screen => exchange::bytes(account, &url, ms).await,
        _ => exchange::text(account, &url, &body, ms).await,
    }
    .map_err(|error| upstream::problem(&error))?;
    entry.upstream_ms = u32::try_from(now_ms().saturating_sub(started)).ok();
    entry.upstream_status = Some(response.status);

    let ok = response.is_success();
    if read == Read::Screen {
        return match response.body {
            Received::Bytes(bytes) if ok && is_png(&bytes) => {
                let mut reply = Reply { status: 200, headers: Vec::new(), body: Body::Bytes(bytes) };
                reply.header("content-type", "image/png");
                Ok(reply)
            }
            _ => Err(failure(account, &response)),
        };
    }
    let parsed: Option<Json> = serde_json::from_str(response.text()).ok();
    match parsed.filter(|body| ok && refusal(body).is_none()) {
        Some(body) => {
            let allowed = |id: &str| account.phone(id).is_some() && caller.capability.allows_phone(&account.name, id);
            let narrowed = narrow::narrow(read, body, &allowed);
            let text = narrowed.and_then(|body| serde_json::to_string(&body).ok());
            text.map(|text| Reply::json(200, text))
                .ok_or_else(|| unreadable(account, &response, Unreadable::UnknownShape))
        }
        None => Err(failure(account, &response)),
    }
}

fn failure(account: &Account, response: &Response) -> Problem {
    let parsed: Option<Json> = serde_json::from_str(response.text()).ok();
    match parsed.as_ref().and_then(|body| Some((refusal(body)?, body))) {
        Some((refusal, body)) => upstream::problem(&Error::refused(&account.endpoint, response, &refusal, body)),
        None => {
            let empty = response.text().trim().is_empty();
            unreadable(account, response, if empty { Unreadable::Empty } else { Unreadable::NotJson })
        }
    }
}

/// A read whose answer can't be read may be asked again.
fn unreadable(account: &Account, response: &Response, why: Unreadable) -> Problem {
    let problem = upstream::problem(&Error::unreadable(&account.endpoint, response, why));
    Problem { retryable: Retryable::Yes, ..problem }
}
