//! `POST /api/{account}/{phone}/sendMessage`: the message is read, judged by policy, and handed to its phone's object, which knows whether it
//! goes out.

use maytapi::json::Json;
use maytapi::message::{Message, MessageType};
use sha2::{Digest, Sha256};

use super::call::Call;
use crate::config::Config;
use crate::http::access_log::AccessLogEntry;
use crate::http::header::Header;
use crate::http::problem::{Problem, ProblemType};
use crate::http::reply::Reply;
use crate::phone::claim::{self, Ids, Outcome, SendReply, SendRequest};
use crate::phone::limits;
use crate::platform::{crypto, env};
use crate::policy;

/// How much longer than Maytapi the object may take, in milliseconds.
const RPC_MS: u32 = 10_000;
/// From this size on the runtime's own SHA-256 is worth a wait.
const LARGE_BYTES: usize = 64 * 1024;

/// Sends the message in the request's body.
///
/// # Errors
/// When it is wrong, not allowed, or did not go out.
pub async fn post(call: &Call<'_>, entry: &mut AccessLogEntry) -> Result<Reply, Problem> {
    let config = call.config()?;
    let caller = call.caller(config, entry).await?;
    let (account, phone) = call.phone(config, &caller, entry)?;
    let key = claim::idempotency_key(call.head.idempotency_key, config.key_required)?;
    let message = read(call.json(config.limits.body_bytes, config.limits.body_ms).await?, config)?;
    policy::check(&config.policy, &caller.capability, &message)?;
    let chat = match message.recipient().phone_number() {
        Some(number) => format!("{number}@c.us"),
        None => message.recipient().as_str().to_owned(),
    };
    entry.message_type = Some(message.type_name().to_owned());
    entry.recipient = Some(account.pseudonyms.of(message.recipient()));

    let body = serde_json::to_vec(&message).map_err(|_| unwritable())?;
    drop(message);
    let digest = match key {
        Some(key) => claim::digest(key, &sha256(&body).await?),
        None => None,
    };
    let request = SendRequest {
        account: account.name.clone(),
        phone: phone.as_str().to_owned(),
        id: key.map_or_else(|| call.head.request_id.to_owned(), |key| claim::id(&caller.identity(), key)),
        digest,
        caller: caller.identity().into_owned(),
        chat,
    };
    let send_reply = hand_over(call, &request, body, config.limits.upstream_ms).await?;
    entry.upstream_status = send_reply.upstream_status;
    entry.upstream_ms = send_reply.upstream_ms;
    entry.tries = Some(send_reply.tries).filter(|tries| *tries > 0);
    entry.replayed = send_reply.replayed;
    let reply = reply(send_reply)?;
    entry.outcome = "queued";
    Ok(reply)
}

fn read(json: Json, config: &Config) -> Result<Message, Problem> {
    let raw = json.get("type").and_then(Json::as_str).is_some_and(|name| {
        MessageType::from_name(name).is_none() && config.policy.raw_types.iter().any(|known| known == name)
    });
    let parsed = if raw { Message::parse_raw(json) } else { Message::parse(json) };
    parsed.map_err(|faults| Problem::invalid(&faults))
}

async fn sha256(body: &[u8]) -> Result<Vec<u8>, Problem> {
    if body.len() < LARGE_BYTES {
        return Ok(Sha256::digest(body).to_vec());
    }
    crypto::sha256(body).await.ok_or_else(unwritable)
}

fn unwritable() -> Problem {
    Problem::new(ProblemType::Internal, "The message can't be written as JSON.")
}

/// One RPC to the phone's object.
async fn hand_over(
    call: &Call<'_>,
    request: &SendRequest,
    message: Vec<u8>,
    upstream_ms: u32,
) -> Result<SendReply, Problem> {
    let ms = upstream_ms.saturating_add(RPC_MS);
    let text = env::send(&call.exchange.deadline, &request.object(), &request.text(), message, ms).await;
    text.and_then(|text| serde_json::from_str(&text).ok()).ok_or_else(|| {
        let detail = "The phone's object did not answer; ask again with the same Idempotency-Key to learn the outcome.";
        Problem::new(ProblemType::OutcomeUnknown, detail)
    })
}

fn reply(send_reply: SendReply) -> Result<Reply, Problem> {
    let mut headers: Vec<Header> = Vec::new();
    if send_reply.replayed {
        headers.push(("idempotency-replayed", "true".into()));
    }
    if let Some((policy, state)) = limits::headers(&send_reply.quotas) {
        headers.extend([("ratelimit-policy", policy.into()), ("ratelimit", state.into())]);
    }
    match send_reply.outcome {
        Outcome::Queued(ids) => {
            let mut reply = Reply::json(200, queued(&ids));
            reply.headers.append(&mut headers);
            Ok(reply)
        }
        Outcome::Failed(failed) => Err(Problem { headers, ..Problem::from(failed) }),
    }
}

/// A queued message, in Maytapi's own shape.
fn queued(ids: &Ids) -> String {
    // Two texts can always be written.
    format!(r#"{{"success":true,"data":{}}}"#, serde_json::to_string(ids).unwrap_or_default())
}
