//! One read: a question that changes nothing, allowed by policy and token, asked of Maytapi with the account's key.

use maytapi::answer::{Unreadable, refusal};
use maytapi::client::{Error, PhoneId, Reply as Told};
use maytapi::json::Json;
use maytapi::reads::{Read, is_png};
use wasm_bindgen::JsValue;

use crate::config::{Account, Config};
use crate::head::Head;
use crate::log::Line;
use crate::problem::{Kind, Problem};
use crate::reply::{Body, Reply};
use crate::tasks::now_ms;
use crate::token::Caller;
use crate::{exchange, intake, reading, upstream};

/// The body of `checkPhones` at most, in bytes.
const BODY_BYTES: usize = 16 * 1024;

/// Whether this caller may ask this.
///
/// # Errors
/// When policy or token leave it out.
pub fn permit(config: &Config, caller: &Caller, read: Read) -> Result<(), Problem> {
    if !config.policy.reads.contains(&read) {
        return Err(Problem::new(Kind::OperationNotAllowed, "The proxy's policy does not list this read."));
    }
    if !caller.capability.allows_read(read.as_str()) {
        return Err(Problem::new(Kind::OperationNotAllowed, "The token does not allow this read."));
    }
    Ok(())
}

/// Asks Maytapi.
///
/// # Errors
/// When the question is wrong, or no answer came that can be passed on.
pub async fn ask(
    call: &JsValue,
    head: &Head<'_>,
    config: &Config,
    caller: &Caller,
    (account, phone): (&Account, Option<&PhoneId>),
    read: Read,
    line: &mut Line,
) -> Result<Reply, Problem> {
    let body = if read.is_post() {
        let json = intake::json(call, head, BODY_BYTES, config.limits.body_ms).await?;
        JsValue::from_str(&reading::numbers(&json)?)
    } else {
        JsValue::NULL
    };
    let url = match phone {
        Some(phone) => account.endpoint.url(phone, read.as_str()),
        None => account.endpoint.account_url(read.as_str()),
    };
    let method = if read.is_post() { "POST" } else { "GET" };
    let (started, ms) = (now_ms(), config.limits.upstream_ms);
    let (told, picture) = match read {
        Read::Screen => exchange::bytes(account, &url, ms).await.map(|(told, bytes)| (told, Some(bytes))),
        _ => exchange::text(account, method, &url, &body, ms).await.map(|told| (told, None)),
    }
    .map_err(|error| upstream::problem(&error))?;
    line.upstream_ms = u32::try_from(now_ms().saturating_sub(started)).ok();
    line.upstream_status = Some(told.status);

    let ok = (200..300).contains(&told.status);
    if let Some(bytes) = picture {
        if ok && is_png(&bytes) {
            let mut reply = Reply { status: 200, headers: Vec::new(), body: Body::Bytes(bytes) };
            reply.header("content-type", "image/png");
            return Ok(reply);
        }
        let told = Told { text: String::from_utf8_lossy(&bytes).into_owned(), ..told };
        return Err(failure(account, &told));
    }
    let parsed: Option<Json> = serde_json::from_str(&told.text).ok();
    match parsed.filter(|body| ok && refusal(body).is_none()) {
        Some(body) => {
            let allowed = |id: &str| account.phone(id).is_some() && caller.capability.allows_phone(&account.name, id);
            let narrowed = reading::narrow(read, body, &allowed);
            let text = narrowed.and_then(|body| serde_json::to_string(&body).ok());
            text.map(|text| Reply::json(200, text)).ok_or_else(|| unreadable(&told, Unreadable::UnknownShape))
        }
        None => Err(failure(account, &told)),
    }
}

fn failure(account: &Account, told: &Told) -> Problem {
    let parsed: Option<Json> = serde_json::from_str(&told.text).ok();
    match parsed.as_ref().and_then(|body| Some((refusal(body)?, body))) {
        Some((refusal, body)) => {
            let error = Error::refused(told, &refusal, body).without(account.endpoint.secret());
            upstream::problem(&error)
        }
        None => unreadable(told, if told.text.trim().is_empty() { Unreadable::Empty } else { Unreadable::NotJson }),
    }
}

/// A read that can't be read may be asked again.
fn unreadable(told: &Told, why: Unreadable) -> Problem {
    let problem = upstream::problem(&Error::unreadable(told, why));
    Problem { retryable: maytapi::client::Retryable::Yes, ..problem }
}
