//! `POST /hooks/{account}/{secret}`: what Maytapi tells of messages and phones.
//!
//! It repeats what was answered with 5xx, without a known bound, and nothing else. So 200 means that it is stored, 503 that it could not be,
//! and what can't be used is answered with 200 and a line in the log.

use maytapi::json::Limits;
use serde::de::DeserializeSeed;
use sha2::{Digest, Sha256};

use super::event::{self, Unusable};
use super::watcher::{ask, object_name};
use crate::config::pseudonym::hex;
use crate::config::{Account, Config};
use crate::http::access_log::AccessLogEntry;
use crate::http::body;
use crate::http::problem::{Problem, ProblemType};
use crate::http::reply::Reply;
use crate::phone::batches::optouts;
use crate::phone::feed::ask::{Ask, Forwarded};
use crate::phone::inbox::Inbound;
use crate::platform::http::BodyError;
use crate::platform::pending::now_ms;
use crate::routes::call::Call;

/// Takes a webhook.
///
/// # Errors
/// When the address is wrong, the body too large, or what it says could not be stored.
pub async fn post(call: &Call<'_>, entry: &mut AccessLogEntry) -> Result<Reply, Problem> {
    let config = call.config()?;
    let account = admitted(call, config)?;
    entry.account = Some(account.name.clone());
    let text = text(call, config).await?;
    let mut reader = serde_json::Deserializer::from_str(&text);
    let Ok(body) = Limits::WEBHOOK.deserialize(&mut reader).and_then(|json| reader.end().map(|()| json)) else {
        return Ok(ignored(entry, Unusable::NotJson));
    };
    let is_ours = |id: &str| account.phone(id).is_some();
    let heard = match event::read(&body, &account.product_id, is_ours) {
        Ok(heard) => heard,
        Err(Unusable::TooManyAcks) => return Err(body::too_large(event::MAX_BYTES)),
        Err(why) => return Ok(ignored(entry, why)),
    };
    entry.event = Some(heard.event);
    entry.phone = Some(heard.phone.clone());
    let opt_out = heard.inbound.as_ref().zip(config.policy.batches.as_ref()).and_then(|(message, batches)| {
        let asked = optouts::asked_by(message, &batches.opt_out)?;
        asked.phone_number().map(str::to_owned)
    });
    let inbound = heard.inbound.filter(|_| config.policy.inbox_ms.is_some()).map(|message| Inbound::of(&message));
    let forward = account.forward.as_ref().map(|_| forwarded(call, heard.is_identified, text));
    let says_nothing = heard.reports.is_empty() && heard.status.is_none() && opt_out.is_none();
    let is_empty = says_nothing && inbound.is_none() && forward.is_none();
    if let Some((phone, _)) = account.phone(&heard.phone).filter(|_| !is_empty) {
        let question = Ask::Take { status: heard.status, reports: heard.reports, opt_out, inbound, forward };
        let stored = ask(call, &object_name(account, phone), &question, 0).await;
        stored.map_err(|problem| {
            let for_log = problem.reason().map(String::into_boxed_str);
            Problem { for_log, ..not_stored("The webhook could not be stored; send it again.") }
        })?;
    }
    Ok(Reply::json(200, r#"{"ok":true}"#.to_owned()))
}

/// The account of a webhook's address. A wrong secret and an unknown account are told alike, and nothing is read before. Only who knows the
/// secret is told that he calls from elsewhere.
fn admitted<'c>(call: &Call<'_>, config: &'c Config) -> Result<&'c Account, Problem> {
    let secret = config.delivery.secrets.as_ref().is_some_and(|secrets| secrets.admits(&call.parameters.get("secret")));
    let address = call.head.address.unwrap_or_default();
    let source =
        config.delivery.sources.as_ref().is_none_or(|sources| sources.iter().any(|source| source.covers(address)));
    let account = config.account(&call.parameters.get("account")).filter(|_| secret);
    let account = account.ok_or_else(|| Problem::new(ProblemType::UnknownRoute, "There is nothing here."))?;
    if source {
        return Ok(account);
    }
    let detail = "Webhooks are not taken from this address: delivery.sources does not list it.";
    Err(Problem::new(ProblemType::OperationNotAllowed, detail))
}

fn not_stored(detail: &'static str) -> Problem {
    Problem::new(ProblemType::HookNotStored, detail).after(5)
}

/// A webhook to pass on. Maytapi's repetitions are known again, within the hour; what has neither id nor time is another each time.
fn forwarded(call: &Call<'_>, is_identified: bool, body: String) -> Forwarded {
    let mut hash = Sha256::new();
    if is_identified {
        hash.update(format!("{}\n", now_ms() / 3_600_000).as_bytes());
        hash.update(body.as_bytes());
    } else {
        hash.update(call.head.request_id.as_bytes());
    }
    Forwarded { key: hex(&hash.finalize()), body }
}

/// The body, whatever its headers say of it. What is no UTF-8 is no JSON either.
async fn text(call: &Call<'_>, config: &Config) -> Result<String, Problem> {
    let bytes =
        call.exchange.body(event::MAX_BYTES, false, config.limits.body_ms).await.map_err(|error| match error {
            BodyError::TooLarge => body::too_large(event::MAX_BYTES),
            // Any other status than 503 is one after which it does not come again.
            BodyError::Timeout => not_stored("The webhook did not arrive in time; send it again."),
            BodyError::Incomplete => not_stored("The webhook did not arrive to its end; send it again."),
        })?;
    Ok(String::from_utf8(bytes).unwrap_or_default())
}

fn ignored(entry: &mut AccessLogEntry, why: Unusable) -> Reply {
    entry.outcome = "ignored";
    entry.reason = Some(why.as_str().to_owned());
    Reply::json(200, r#"{"ok":true}"#.to_owned())
}
