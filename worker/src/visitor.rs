//! `POST /token`: a visitor's answer to a Turnstile challenge for a token that lives for minutes.

use wasm_bindgen::JsValue;

use crate::config::Config;
use crate::head::Head;
use crate::problem::{Kind, Problem};
use crate::reply::Reply;
use crate::tasks::{now_ms, wait};
use crate::{glue, intake, runtime, turnstile};

/// What an answer to a challenge needs at most, in bytes and milliseconds.
const BODY_BYTES: usize = 4096;
const BODY_MS: u32 = 10_000;
/// How long Turnstile may take, in milliseconds.
const TURNSTILE_MS: u32 = 10_000;

/// Checks the answer and mints a token.
///
/// # Errors
/// When there are no such tokens here, the answer is not accepted, or can't be checked: then nobody gets one.
pub async fn token(call: &JsValue, head: &Head<'_>, config: &Config) -> Result<Reply, Problem> {
    let Some(turnstile) = &config.turnstile else {
        return Err(Problem::new(Kind::UnknownRoute, "There are no tokens for visitors here."));
    };
    let body = intake::json(call, head, BODY_BYTES, BODY_MS).await?;
    let question = turnstile::question(turnstile, turnstile::answer_of(&body)?, head.address);
    let headers = "content-type\napplication/json";
    let asked = glue::exchange("POST", &turnstile.url, headers, &JsValue::from_str(&question), TURNSTILE_MS);
    let reply = wait(asked).await.text().and_then(|text| runtime::reply(&text)).filter(|reply| reply.status == 200);
    let unavailable = || Problem::new(Kind::ChallengeUnavailable, "Turnstile can't be asked at the moment.").after(5);
    turnstile::judge(turnstile, reply.ok_or_else(unavailable)?.text())?;
    // One visitor's tokens share one subject, so that limits per caller hold over all of them.
    let pseudonyms = config.accounts.first().map(|account| &account.pseudonyms);
    let visitor = pseudonyms
        .map(|pseudonyms| pseudonyms.of_text("visitor", &turnstile::network(head.address.unwrap_or_default())));
    let subject = format!("visitor-{}", visitor.unwrap_or_default());
    let minted = turnstile::mint(turnstile, &config.auth, &subject, now_ms() / 1000);
    minted.map(|text| Reply::json(200, text)).ok_or_else(unavailable)
}
