//! `PUT …/webhook`: points Maytapi's phone at this proxy and turns acks on, so that nobody handles the address with its secret.

use maytapi::answer::refusal;
use maytapi::client::Error;
use maytapi::json::Json;
use serde_json::json;
use wasm_bindgen::JsValue;

use super::receiver;
use crate::config::{Account, Config};
use crate::http::access_log::AccessLogEntry;
use crate::http::problem::{Problem, ProblemType};
use crate::http::reply::Reply;
use crate::routes::call::Call;
use crate::upstream::{self, exchange};

const BODY_BYTES: usize = 1024;

/// Sets the webhook.
///
/// # Errors
/// When the caller may not manage the phone, when another receiver is there that nobody said may be replaced, or when Maytapi says no.
pub async fn put(call: &Call<'_>, entry: &mut AccessLogEntry) -> Result<Reply, Problem> {
    let config = call.config()?;
    let caller = call.caller(config, entry).await?;
    let (account, phone) = call.phone(config, &caller, entry)?;
    if !config.policy.manage || !caller.capability.allows_manage() {
        let detail = "Policy or token do not allow to set the phone up.";
        return Err(Problem::new(ProblemType::OperationNotAllowed, detail));
    }
    let Some(secrets) = &config.delivery.secrets else {
        let detail = "HOOK_SECRET is missing: it stands in the address that Maytapi is told.";
        return Err(Problem::new(ProblemType::Misconfigured, detail));
    };
    let body = call.json(BODY_BYTES, config.limits.body_ms).await?;
    let replace = body.get("replace").and_then(Json::as_bool) == Some(true);
    let ours = format!("{}/hooks/{}/", call.head.own_origin, account.name);
    let url = account.endpoint.url(phone, "config");
    let settings = ask(account, config, &url, None).await?;
    let own = receiver::of_phone(&settings);
    // A phone without a receiver of its own has the product's.
    let now = match own {
        Some(own) => own,
        None => receiver::of_product(&ask(account, config, &account.endpoint.account_url("product"), None).await?),
    };
    if !now.is_empty() && !now.starts_with(&ours) && !replace && account.forward.is_none() {
        let place = receiver::place(&now);
        let detail = format!("The phone's events go to {place} already; send {{\"replace\":true}} to take them over.");
        return Err(Problem::new(ProblemType::WebhookTaken, detail));
    }
    let wanted = json!({ "webhook": format!("{ours}{}", secrets.current().expose()), "ack_delivery": true });
    let wanted = serde_json::to_string(&wanted).unwrap_or_default();
    ask(account, config, &url, Some(&wanted)).await?;
    Ok(Reply::json(200, r#"{"set":true}"#.to_owned()))
}

/// One exchange with Maytapi whose answer is an object.
async fn ask(account: &Account, config: &Config, url: &str, body: Option<&str>) -> Result<Json, Problem> {
    let body = body.map_or(JsValue::NULL, JsValue::from_str);
    let response = exchange::text(account, url, &body, config.limits.upstream_ms).await;
    let response = response.map_err(|error| upstream::problem(&error))?;
    let parsed: Option<Json> = serde_json::from_str(response.text()).ok();
    let parsed = parsed.filter(|body| matches!(body, Json::Object(_)));
    let refused = parsed.as_ref().and_then(|body| Some((refusal(body)?, body)));
    if let Some((refusal, body)) = refused {
        return Err(upstream::problem(&Error::refused(&account.endpoint, &response, &refusal, body)));
    }
    parsed.filter(|_| (200..300).contains(&response.status)).ok_or_else(|| {
        Problem::new(ProblemType::UpstreamUnreadable, "Maytapi's answer about the webhook can't be read.")
    })
}
