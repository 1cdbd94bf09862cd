//! `GET /token`: what the shown token may do here, so that a page need not be told account, phones and abilities by hand.

use maytapi::json::Json;

use super::call::Call;
use crate::auth::token::Caller;
use crate::config::batches::BatchPolicy;
use crate::config::{Account, Config};
use crate::http::access_log::AccessLogEntry;
use crate::http::problem::{Problem, ProblemType};
use crate::http::reply::Reply;

/// Tells who the token is of, until when it is good, and what policy and token together leave open. Nothing that is denied is named.
///
/// # Errors
/// When the token is not accepted.
pub async fn get(call: &Call<'_>, entry: &mut AccessLogEntry) -> Result<Reply, Problem> {
    let config = call.config()?;
    let caller = call.caller(config, entry).await?;
    let text = serde_json::to_string(&about(config, &caller));
    text.map(|text| Reply::json(200, text))
        .map_err(|_| Problem::new(ProblemType::Internal, "The answer can't be written."))
}

fn about(config: &Config, caller: &Caller) -> Json {
    let accounts = config.accounts.iter().filter_map(|account| phones_of(account, caller)).collect();
    let Config { policy, limits, .. } = config;
    let types = policy.types.iter().copied().chain(policy.raw_types.iter().map(String::as_str));
    let types = types.filter(|name| caller.capability.allows_type(name));
    let reads = policy.reads.iter().map(|read| read.as_str()).filter(|name| caller.capability.allows_read(name));
    let recipients = &policy.recipients;
    let batches = policy.batches.as_ref().filter(|_| caller.capability.allows_batch());
    object([
        ("sub", text(&caller.subject)),
        ("expires", Json::Int(caller.expires_s.saturating_mul(1000))),
        ("accounts", Json::Array(accounts)),
        (
            "can",
            object([
                ("types", texts(types)),
                ("reads", texts(reads)),
                ("batch", Json::Bool(batches.is_some())),
                ("watch", text(caller.capability.watch(policy.delivery).as_str())),
                ("manage", Json::Bool(policy.manage && caller.capability.allows_manage())),
            ]),
        ),
        ("batches", batches.map_or(Json::Null, bounds_of)),
        ("bodyBytes", size(limits.body_bytes)),
        ("media", object([("dataBytes", size(policy.data_bytes.unwrap_or(0)))])),
        (
            "recipients",
            object([
                ("groups", Json::Bool(recipients.groups)),
                ("channels", Json::Bool(recipients.channels)),
                ("other", Json::Bool(recipients.other)),
            ]),
        ),
    ])
}

/// What a batch may ask for at most.
fn bounds_of(batches: &BatchPolicy) -> Json {
    let whole = |number: u32| Json::Int(i64::from(number));
    object([
        ("maxRecipients", whole(batches.max_recipients)),
        ("perMinute", whole(batches.per_minute)),
        ("dailyCap", batches.daily_cap.map_or(Json::Null, whole)),
    ])
}

/// The account with the phones that the token leaves; nothing where it leaves none.
fn phones_of(account: &Account, caller: &Caller) -> Option<Json> {
    let allowed =
        account.phones.iter().filter(|(phone, _)| caller.capability.allows_phone(&account.name, phone.as_str()));
    let phone = |(id, paused): &(_, bool)| {
        object([("id", text(maytapi::client::PhoneId::as_str(id))), ("paused", Json::Bool(*paused))])
    };
    let phones: Vec<Json> = allowed.map(phone).collect();
    (!phones.is_empty()).then(|| object([("name", text(&account.name)), ("phones", Json::Array(phones))]))
}

fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
    Json::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn text(value: &str) -> Json {
    Json::String(value.to_owned())
}

fn texts<'a>(values: impl Iterator<Item = &'a str>) -> Json {
    Json::Array(values.map(text).collect())
}

fn size(bytes: usize) -> Json {
    Json::Int(i64::try_from(bytes).unwrap_or(i64::MAX))
}
