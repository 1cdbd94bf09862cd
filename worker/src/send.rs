//! One send: the message is read, judged by policy, and handed to its phone's object, which knows whether it goes out.

use maytapi::client::PhoneId;
use maytapi::json::Json;
use maytapi::message::{Message, MessageType};
use sha2::{Digest, Sha256};
use wasm_bindgen::JsValue;

use crate::claim::{self, Claim, Ids, Outcome, Told};
use crate::config::{Account, Config};
use crate::head::Head;
use crate::log::Line;
use crate::problem::{Kind, Problem};
use crate::reply::Reply;
use crate::tasks::{Answer, wait};
use crate::token::Caller;
use crate::{glue, intake, limits, policy};

/// How much longer than Maytapi the object may take, in milliseconds.
const HOP_MS: u32 = 10_000;
/// From this size on the runtime's own SHA-256 is worth a wait.
const LARGE_BYTES: usize = 64 * 1024;

/// Sends the message in the request's body.
///
/// # Errors
/// When it is wrong, not allowed, or did not go out.
pub async fn send(
    call: &JsValue,
    head: &Head<'_>,
    config: &Config,
    caller: &Caller,
    (account, phone): (&Account, &PhoneId),
    line: &mut Line,
) -> Result<Reply, Problem> {
    let key = claim::idempotency_key(head.idempotency_key, config.key_required)?;
    let json = intake::json(call, head, config.limits.body_bytes, config.limits.body_ms).await?;
    let message = read(json, config)?;
    policy::check(&config.policy, caller, &message)?;
    let recipient = account.pseudonyms.of(message.recipient());
    let chat = match message.recipient().phone_number() {
        Some(number) => format!("{number}@c.us"),
        None => message.recipient().as_str().to_owned(),
    };
    line.message_type = Some(message.type_name().to_owned());
    line.recipient = Some(recipient.clone());

    let body = serde_json::to_vec(&message).map_err(|_| unwritable())?;
    drop(message);
    let digest = match key {
        Some(key) => claim::digest(key, &sha256(&body).await?),
        None => None,
    };
    let claim = Claim {
        account: account.name.clone(),
        phone: phone.as_str().to_owned(),
        id: key.map_or_else(|| head.request_id.to_owned(), |key| claim::id(&caller.identity(), key)),
        digest,
        caller: account.pseudonyms.of_text("caller", &caller.identity()),
        recipient,
        chat,
    };
    let told = ask(call, &claim, body, config.limits.upstream_ms).await?;
    line.upstream_status = told.upstream_status;
    line.upstream_ms = told.upstream_ms;
    line.tries = Some(told.tries).filter(|tries| *tries > 0);
    line.replayed = told.replayed;
    answer(told)
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
    match wait(glue::sha256(body)).await {
        Answer::Bytes(digest) => Ok(digest.to_vec()),
        Answer::Text(_) | Answer::Number(_) | Answer::Failed => Err(unwritable()),
    }
}

fn unwritable() -> Problem {
    Problem::new(Kind::Internal, "The message can't be written as JSON.")
}

/// One hop to the object.
async fn ask(call: &JsValue, claim: &Claim, message: Vec<u8>, upstream_ms: u32) -> Result<Told, Problem> {
    let name = format!("{}/{}", claim.account, claim.phone);
    let asked = glue::ask(call, &name, &claim.text(), &message, upstream_ms.saturating_add(HOP_MS));
    // The object has a copy. Kept here, it would stand in memory, which never shrinks, for as long as Maytapi takes or, where the
    // caller hangs up, until the task is thrown away.
    drop(message);
    let answered = wait(asked).await.text();
    answered.and_then(|text| serde_json::from_str(&text).ok()).ok_or_else(|| {
        let detail = "The phone's object did not answer; ask again with the same Idempotency-Key to learn the outcome.";
        Problem::new(Kind::OutcomeUnknown, detail)
    })
}

fn answer(told: Told) -> Result<Reply, Problem> {
    let standings = limits::headers(&told.standings);
    match told.outcome {
        Outcome::Queued(ids) => {
            let mut reply = Reply::json(200, queued(&ids));
            if told.replayed {
                reply.header("idempotency-replayed", "true");
            }
            if let Some((policy, state)) = standings {
                reply.header("ratelimit-policy", policy);
                reply.header("ratelimit", state);
            }
            Ok(reply)
        }
        Outcome::Failed(failed) => {
            let mut problem = Problem::from(failed);
            problem.replayed = told.replayed;
            problem.standings = standings;
            Err(problem)
        }
    }
}

/// A queued message, in Maytapi's own shape.
fn queued(ids: &Ids) -> String {
    // Two texts can always be written.
    format!(r#"{{"success":true,"data":{}}}"#, serde_json::to_string(ids).unwrap_or_default())
}
