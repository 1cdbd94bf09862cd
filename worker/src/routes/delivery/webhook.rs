//! `GET` and `PUT …/webhook`: where a phone's events go, and this proxy as their receiver, with acks: nobody handles the address with its secret.

use maytapi::answer::refusal;
use maytapi::client::Error;
use maytapi::json::Json;
use serde_json::json;
use wasm_bindgen::JsValue;

use super::receiver::{self, Receiver};
use crate::config::delivery::admission::HookSecrets;
use crate::config::{Account, Config};
use crate::http::access_log::AccessLogEntry;
use crate::http::problem::{Problem, ProblemType};
use crate::http::reply::Reply;
use crate::routes::call::Call;
use crate::upstream::{self, exchange};

const BODY_BYTES: usize = 1024;

/// Tells where the phone's events go now, and whether acks are among them.
///
/// # Errors
/// When the caller may not manage the phone, or Maytapi says no.
pub async fn get(call: &Call<'_>, entry: &mut AccessLogEntry) -> Result<Reply, Problem> {
    let managed = Managed::of(call, entry).await?;
    let now = managed.receiver().await?;
    Ok(Reply::json(200, receiver::told(&now, &managed.ours(), managed.secrets.current()).to_string()))
}

/// Sets the webhook.
///
/// # Errors
/// When the caller may not manage the phone, when another receiver is there that nobody said may be replaced, or when Maytapi says no.
pub async fn put(call: &Call<'_>, entry: &mut AccessLogEntry) -> Result<Reply, Problem> {
    let managed = Managed::of(call, entry).await?;
    let body = call.json(BODY_BYTES, managed.config.limits.body_ms).await?;
    let replace = body.get("replace").and_then(Json::as_bool) == Some(true);
    let (now, ours) = (managed.receiver().await?.url, managed.ours());
    if !now.is_empty() && !now.starts_with(&ours) && !replace && managed.account.forward.is_none() {
        let place = receiver::place(&now);
        let detail = format!("The phone's events go to {place} already; send {{\"replace\":true}} to take them over.");
        return Err(Problem::new(ProblemType::WebhookTaken, detail));
    }
    let wanted = json!({ "webhook": format!("{ours}{}", managed.secrets.current().expose()), "ack_delivery": true });
    let wanted = serde_json::to_string(&wanted).unwrap_or_default();
    managed.ask(&managed.url, Some(&wanted)).await?;
    Ok(Reply::json(200, r#"{"set":true}"#.to_owned()))
}

/// A phone whose webhook the caller may look at and set.
struct Managed<'r> {
    config: &'r Config,
    account: &'r Account,
    secrets: &'r HookSecrets,
    /// Where the phone's settings are.
    url: String,
    own_origin: &'r str,
}

impl<'r> Managed<'r> {
    async fn of(call: &Call<'r>, entry: &mut AccessLogEntry) -> Result<Self, Problem> {
        let config = call.config()?;
        let caller = call.caller(config, entry).await?;
        let (account, phone) = call.phone(config, &caller, entry)?;
        if !config.policy.manage || !caller.capability.allows_manage() {
            let detail = "Policy or token do not allow to set the phone up.";
            return Err(Problem::new(ProblemType::OperationNotAllowed, detail));
        }
        let secrets = config.delivery.secrets.as_ref().ok_or_else(|| {
            let detail = "HOOK_SECRET is missing: it stands in the address that Maytapi is told.";
            Problem::new(ProblemType::Misconfigured, detail)
        })?;
        let url = account.endpoint.url(phone, "config");
        Ok(Managed { config, account, secrets, url, own_origin: call.head.own_origin })
    }

    /// The address of this proxy's webhooks, but for the secret.
    fn ours(&self) -> String {
        format!("{}/hooks/{}/", self.own_origin, self.account.name)
    }

    /// Where the phone's events go. One without a receiver of its own has the product's.
    async fn receiver(&self) -> Result<Receiver, Problem> {
        let settings = self.ask(&self.url, None).await?;
        let url = match receiver::of_phone(&settings) {
            Some(own) => own,
            None => receiver::of_product(&self.ask(&self.account.endpoint.account_url("product"), None).await?),
        };
        Ok(Receiver { url, acks: receiver::has_acks(&settings) })
    }

    async fn ask(&self, url: &str, body: Option<&str>) -> Result<Json, Problem> {
        ask(self.account, self.config, url, body).await
    }
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
