//! `POST /token`: a visitor's answer to a Turnstile challenge for a token that lives for minutes.

use wasm_bindgen::JsValue;

use super::call::Call;
use crate::auth::turnstile;
use crate::http::access_log::AccessLogEntry;
use crate::http::problem::{Problem, ProblemType};
use crate::http::reply::Reply;
use crate::platform::exchange::{self, Question};
use crate::platform::pending::now_ms;

/// What an answer to a challenge needs at most, in bytes and milliseconds.
const BODY_BYTES: usize = 4096;
const BODY_MS: u32 = 10_000;
/// How long Turnstile may take, in milliseconds.
const TURNSTILE_MS: u32 = 10_000;

/// Checks the answer and mints a token.
///
/// # Errors
/// When there are no such tokens here, the answer is not accepted, or can't be checked: then nobody gets one.
pub async fn post(call: &Call<'_>, _entry: &mut AccessLogEntry) -> Result<Reply, Problem> {
    let config = call.config()?;
    call.origin.check()?;
    let Some(turnstile) = &config.turnstile else {
        return Err(Problem::new(ProblemType::UnknownRoute, "There are no tokens for visitors here."));
    };
    call.anyone(config).await?;
    let body = call.json(BODY_BYTES, BODY_MS).await?;
    let address = call.head.address;
    let question = JsValue::from_str(&turnstile::question(turnstile, turnstile::answer_of(&body)?, address));
    let asked = exchange::text(Question {
        method: "POST",
        url: &turnstile.url,
        headers: "content-type\napplication/json",
        body: &question,
        timeout_ms: TURNSTILE_MS,
    });
    let unavailable =
        || Problem::new(ProblemType::ChallengeUnavailable, "Turnstile can't be asked at the moment.").after(5);
    let response = asked.await.ok().filter(|response| response.status == 200);
    turnstile::judge(turnstile, &response.ok_or_else(unavailable)?.body)?;
    // One visitor's tokens share one subject, so that limits per caller hold over all of them.
    let pseudonyms = config.accounts.first().map(|account| &account.pseudonyms);
    let visitor =
        pseudonyms.map(|pseudonyms| pseudonyms.of_text("visitor", &turnstile::network(address.unwrap_or_default())));
    let subject = format!("visitor-{}", visitor.unwrap_or_default());
    let minted = turnstile::mint(turnstile, &config.auth, &subject, now_ms() / 1000);
    minted.map(|text| Reply::json(200, text)).ok_or_else(unavailable)
}
