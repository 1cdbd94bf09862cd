//! The way of one request: head, route, origin, caller, phone, and then the operation. Everything it calls is a file of its own.

use std::borrow::Cow;

use maytapi::client::PhoneId;
use wasm_bindgen::JsValue;

use super::{read, send, token as visitor};
use crate::auth::Checked;
use crate::auth::token::Caller;
use crate::auth::{self, keys};
use crate::config::{Account, Config, Fault};
use crate::http::access_log::{self, Line};
use crate::http::cors::{self, Origin};
use crate::http::head::Head;
use crate::http::problem::{Kind, Problem};
use crate::http::reply::{Body, Reply, SECURITY};
use crate::platform::tasks::{Answer, now_ms, wait};
use crate::platform::{glue, panic as catch, runtime};
use crate::routes::{self, Route};

/// How long the storage may take to say that it is able, in milliseconds.
const READY_MS: u32 = 5000;

/// Answers a request and writes its line of the log.
pub async fn handle(call: &JsValue, head: &str) -> JsValue {
    let started_ms = now_ms();
    let head = Head::parse(head);
    let shared = runtime::config();
    let config = shared.as_ref().as_ref();
    let mut line = Line { request_id: head.request_id.to_owned(), method: access_log::method(head.method), ..Line::default() };

    let listed = config.map_or(&[][..], |config| config.origins.as_slice());
    let origin = Origin::of(head.origin, head.own_origin, listed);
    let answered = catch::panics(answer(call, &head, origin, config, &mut line)).await;
    let answered = answered.unwrap_or_else(|_| {
        let detail = "The proxy failed; ask again with the same Idempotency-Key to learn the outcome.";
        Err(Problem::new(Kind::Internal, detail))
    });
    let mut reply = answered.unwrap_or_else(|problem| {
        line.outcome = problem.kind.id();
        line.reason = problem.reason();
        Reply::problem(&problem, head.request_id)
    });
    if head.method != "OPTIONS" || reply.status >= 400 {
        origin.mark(&mut reply);
    }
    line.status = reply.status;
    line.ms = u32::try_from(now_ms().saturating_sub(started_ms)).unwrap_or_default();
    let upstream = line.upstream_ms.map(|ms| format!(", upstream;dur={ms}")).unwrap_or_default();
    reply.header("server-timing", format!("total;dur={}{upstream}", line.ms));
    glue::log(&line.text());
    if config.is_ok_and(|config| config.analytics) {
        point(&line);
    }
    respond(&reply, head.request_id, head.method)
}

async fn answer(
    call: &JsValue,
    head: &Head<'_>,
    origin: Origin<'_>,
    config: Result<&Config, &Fault>,
    line: &mut Line,
) -> Result<Reply, Problem> {
    if head.method == "OPTIONS" {
        line.route = "preflight";
        line.outcome = "ok";
        return origin.preflight(head.path);
    }
    let route = routes::find(head.method, head.path)?;
    line.route = route.name();
    line.outcome = "ok";
    if route == Route::Ping {
        return Ok(Reply::json(200, r#"{"ok":true}"#.to_owned()));
    }
    let config = config.map_err(|fault| Problem::new(Kind::Misconfigured, format!("{fault}.")))?;
    match route {
        Route::Ping | Route::Ready => ready(call, config).await,
        Route::Token => {
            origin.check()?;
            visitor::token(call, head, config).await
        }
        Route::Send { account, phone } => {
            origin.check()?;
            let caller = caller(config, head, line).await?;
            shield(config, &caller).await?;
            let place = place(config, &caller, account, phone, line)?;
            let reply = send::send(call, head, config, &caller, place, line).await?;
            line.outcome = "queued";
            Ok(reply)
        }
        Route::Read { account, phone, read } => {
            origin.check()?;
            let caller = caller(config, head, line).await?;
            shield(config, &caller).await?;
            read::permit(config, &caller, read)?;
            let place = match phone {
                Some(phone) => {
                    let (account, phone) = place(config, &caller, account, phone, line)?;
                    (account, Some(phone))
                }
                None => (whole_account(config, &caller, account, line)?, None),
            };
            read::ask(call, head, config, &caller, place, read, line).await
        }
    }
}

async fn caller(config: &Config, head: &Head<'_>, line: &mut Line) -> Result<Caller, Problem> {
    let now_s = now_ms() / 1000;
    let caller = match auth::check(&config.auth, head, now_s)? {
        Checked::Good(caller) => caller,
        Checked::Ask(provider, algorithm, token) => {
            keys::verify(provider, algorithm, &token).await?;
            token.claims(&provider.rules, now_s).map_err(auth::refused)?
        }
    };
    line.caller = Some(caller.subject.clone());
    Ok(caller)
}

/// Cloudflare's rate limiter, where it is bound: coarse and quick. The phone's object counts exactly.
async fn shield(config: &Config, caller: &Caller) -> Result<(), Problem> {
    if !config.shield {
        return Ok(());
    }
    if matches!(wait(glue::shield(&caller.identity())).await, Answer::Number(0.0)) {
        let detail = "Too many requests of this caller; wait a moment.";
        return Err(Problem::new(Kind::RateLimited, detail).after(10));
    }
    Ok(())
}

/// The account and phone of the path. One answer to what isn't configured and to what the token leaves out, so that nobody learns
/// which there are.
fn place<'c>(
    config: &'c Config,
    caller: &Caller,
    account: &str,
    phone: &str,
    line: &mut Line,
) -> Result<(&'c Account, &'c PhoneId), Problem> {
    let found = config.account(account).and_then(|account| Some((account, account.phone(phone)?)));
    match found {
        Some((account, (phone, paused))) if caller.capability.allows_phone(&account.name, phone.as_str()) => {
            line.account = Some(account.name.clone());
            line.phone = Some(phone.as_str().to_owned());
            if paused {
                return Err(Problem::new(Kind::Paused, "This account or phone was switched off in the configuration."));
            }
            Ok((account, phone))
        }
        _ => Err(not_allowed()),
    }
}

/// An account of which the token leaves at least one phone.
fn whole_account<'c>(config: &'c Config, caller: &Caller, name: &str, line: &mut Line) -> Result<&'c Account, Problem> {
    let some = |account: &&Account| {
        account.phones.iter().any(|(phone, _)| caller.capability.allows_phone(&account.name, phone.as_str()))
    };
    let account = config.account(name).filter(some).ok_or_else(not_allowed)?;
    line.account = Some(account.name.clone());
    if account.phones.iter().all(|(_, paused)| *paused) {
        return Err(Problem::new(Kind::Paused, "This account was switched off in the configuration."));
    }
    Ok(account)
}

fn not_allowed() -> Problem {
    Problem::new(Kind::PhoneNotAllowed, "The account and phone aren't configured, or the token leaves them out.")
}

/// The configuration was read; the storage is asked through the first phone's object.
async fn ready(call: &JsValue, config: &Config) -> Result<Reply, Problem> {
    let first = config.accounts.first().and_then(|account| Some((account, account.phones.first()?)));
    let Some((account, (phone, _))) = first else {
        return Err(Problem::new(Kind::Misconfigured, "No phone is configured."));
    };
    let name = format!("{}/{}", account.name, phone.as_str());
    if wait(glue::ready(call, &name, READY_MS)).await.is_true() {
        return Ok(Reply::json(200, r#"{"ok":true}"#.to_owned()));
    }
    Err(Problem::new(Kind::Misconfigured, "PHONES does not answer: the Durable Objects' storage is not able."))
}

fn point(line: &Line) {
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    let blobs = [line.outcome, line.route, &text(&line.message_type), &text(&line.phone)].join("\n");
    let doubles = [f64::from(line.status), f64::from(line.ms), f64::from(line.upstream_ms.unwrap_or_default())];
    // A lost data point must not cost a send its answer; the line of the log is there already.
    let _written = glue::point(&text(&line.account), &blobs, &doubles);
}

fn respond(reply: &Reply, request_id: &str, method: &str) -> JsValue {
    // What is constant is the same in many answers, and kept by glue.js.
    let (mut common, mut own) = (String::with_capacity(640), format!("x-request-id\n{request_id}"));
    for (name, value) in SECURITY {
        push(&mut common, name, value);
    }
    for (name, value) in &reply.headers {
        match value {
            Cow::Borrowed(value) => push(&mut common, name, value),
            // One of the few that the configuration lists.
            Cow::Owned(value) if *name == cors::ALLOW_ORIGIN => push(&mut common, name, value),
            Cow::Owned(value) => push(&mut own, name, value),
        }
    }
    match &reply.body {
        Body::Text(text) if method != "HEAD" => glue::respond(reply.status, &common, &own, Some(text)),
        Body::Bytes(bytes) if method != "HEAD" => glue::respond_bytes(reply.status, &common, &own, bytes),
        _ => glue::respond(reply.status, &common, &own, None),
    }
}

fn push(lines: &mut String, name: &str, value: &str) {
    if !lines.is_empty() {
        lines.push('\n');
    }
    lines.push_str(name);
    lines.push('\n');
    lines.push_str(value);
}
