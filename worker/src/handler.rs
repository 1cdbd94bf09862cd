//! The way of one request: head, route, origin, caller, body, message, policy, Maytapi, answer. Everything it calls is a file of its own.

use std::cell::OnceCell;
use std::rc::Rc;

use js_sys::{Date, Uint8Array};
use maytapi::client::{Fetch, PhoneId, SendOptions, Sent};
use maytapi::json::Json;
use maytapi::message::{Kind as MessageKind, Message};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Request, Response};
use worker::Env;

use crate::config::{Account, Config, Fault};
use crate::cors::Origin;
use crate::head::Head;
use crate::log::{self, Line};
use crate::problem::{Kind, Problem};
use crate::reply::{Body, Reply, SECURITY};
use crate::route::{self, Route};
use crate::token::Caller;
use crate::{auth, body, glue, policy, upstream};

/// Answers a request and writes its line of the log.
pub async fn handle(request: &Request, env: &Env) -> Response {
    let started = Date::now();
    let text = glue::head(request);
    let head = Head::parse(&text);
    let config = config(env);
    let mut line = Line { request_id: head.request_id.to_owned(), method: log::method(head.method), ..Line::default() };

    let listed = config.as_ref().as_ref().map_or(&[][..], |config| config.origins.as_slice());
    let origin = Origin::of(head.origin, head.own_origin, listed);
    let answered = answer(request, &head, origin, config.as_ref(), &mut line).await;
    let mut reply = answered.unwrap_or_else(|problem| {
        line.outcome = problem.kind.id();
        // Only sentences of ours: Maytapi's may repeat what it was sent.
        line.reason = problem.code.is_none().then(|| problem.detail.clone().into_owned());
        if problem.kind == Kind::InvalidMessage {
            let codes: Vec<&str> = problem.faults.iter().map(|fault| fault.code.as_str()).collect();
            line.reason = Some(codes.join(", "));
        }
        Reply::problem(&problem, head.request_id)
    });
    if head.preflight_method.is_none() {
        origin.mark(&mut reply);
    }
    line.status = reply.status;
    line.ms = (Date::now() - started) as u32;
    glue::log(&line.text());
    respond(&reply, head.request_id, head.method)
}

async fn answer(
    request: &Request,
    head: &Head<'_>,
    origin: Origin<'_>,
    config: &Result<Config, Fault>,
    line: &mut Line,
) -> Result<Reply, Problem> {
    if head.method == "OPTIONS" {
        line.route = "preflight";
        line.outcome = "ok";
        return origin.preflight(head.path);
    }
    let route = route::find(head.method, head.path)?;
    line.route = route.name();
    match (route, config) {
        (Route::Ping, _) => {
            line.outcome = "ok";
            Ok(Reply::json(200, r#"{"ok":true}"#.to_owned()))
        }
        (_, Err(fault)) => Err(Problem::new(Kind::Misconfigured, format!("{fault}."))),
        (Route::Ready, Ok(_)) => {
            line.outcome = "ok";
            Ok(Reply::json(200, r#"{"ok":true}"#.to_owned()))
        }
        (Route::Send { account, phone }, Ok(config)) => {
            origin.check()?;
            let caller = auth::authenticate(&config.auth, head, (Date::now() / 1000.0) as i64)?;
            line.caller = Some(caller.subject.clone());
            let (account, phone) = place(config, &caller, account, phone, line)?;
            let message = message(request, head, config).await?;
            policy::check(&config.policy, &caller, &message)?;
            line.message_type = Some(message.type_name().to_owned());
            line.recipient = Some(account.pseudonyms.of(message.recipient()));
            let sent = send(config, account, phone, &message, line).await?;
            line.outcome = "queued";
            queued(&sent)
        }
    }
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
        _ => {
            let detail = "The account and phone aren't configured, or the token leaves them out.";
            Err(Problem::new(Kind::PhoneNotAllowed, detail))
        }
    }
}

async fn message(request: &Request, head: &Head<'_>, config: &Config) -> Result<Message, Problem> {
    let limit = config.limits.body_bytes;
    let sized = body::check(head, limit)?;
    let read = JsFuture::from(glue::read_body(request, limit as f64, sized, config.limits.body_ms)).await;
    let read = read.map_err(|_| incomplete())?;
    let bytes = match read.as_f64() {
        None => read.dyn_into::<Uint8Array>().map_err(|_| incomplete())?.to_vec(),
        Some(1.0) => return Err(body::too_large(limit)),
        Some(3.0) => return Err(Problem::new(Kind::BodyTimeout, "The body did not arrive in time.")),
        Some(_) => return Err(incomplete()),
    };
    let json: Json = serde_json::from_slice(&bytes).map_err(|error| {
        // The line and column, not serde's sentence, which may repeat what it read.
        let detail =
            format!("The body is not JSON that is taken here (line {}, column {}).", error.line(), error.column());
        Problem::new(Kind::NotJson, detail)
    })?;
    // A file of 50 MB is in memory twice by now.
    drop(bytes);
    let raw = json.get("type").and_then(Json::as_str).is_some_and(|name| {
        MessageKind::from_name(name).is_none() && config.policy.raw_types.iter().any(|known| known == name)
    });
    let parsed = if raw { Message::parse_raw(json) } else { Message::parse(json) };
    parsed.map_err(|faults| Problem::invalid(&faults))
}

fn incomplete() -> Problem {
    Problem::new(Kind::BodyIncomplete, "The body did not arrive to its end.")
}

async fn send(
    config: &Config,
    account: &Account,
    phone: &PhoneId,
    message: &Message,
    line: &mut Line,
) -> Result<Sent, Problem> {
    let options = SendOptions { timeout_ms: Some(config.limits.upstream_ms), ..SendOptions::default() };
    let started = Date::now();
    let sent = maytapi::client::send(&Fetch::Global, &account.endpoint, phone, message, &options).await;
    line.upstream_ms = Some((Date::now() - started) as u32);
    match sent {
        Ok(sent) => {
            line.upstream_status = Some(sent.status);
            Ok(sent)
        }
        Err(failure) => {
            line.upstream_status = failure.error.status;
            Err(upstream::problem(&failure.error))
        }
    }
}

/// A queued message, in Maytapi's own shape.
fn queued(sent: &Sent) -> Result<Reply, Problem> {
    let body = serde_json::json!({ "success": true, "data": sent.queued });
    Ok(Reply::json(200, body.to_string()))
}

fn respond(reply: &Reply, request_id: &str, method: &str) -> Response {
    let mut headers = format!("x-request-id\n{request_id}");
    for (name, value) in &reply.headers {
        headers.push_str(&format!("\n{name}\n{value}"));
    }
    for (name, value) in SECURITY {
        headers.push_str(&format!("\n{name}\n{value}"));
    }
    let body = match &reply.body {
        Body::Text(text) if method != "HEAD" => Some(text.as_str()),
        _ => None,
    };
    glue::respond(reply.status, &headers, body)
}

thread_local! {
    static CONFIG: OnceCell<Rc<Result<Config, Fault>>> = const { OnceCell::new() };
}

/// The configuration, read once per isolate: a deployment with other variables starts new ones.
fn config(env: &Env) -> Rc<Result<Config, Fault>> {
    CONFIG.with(|cell| {
        let read = || {
            let env: &JsValue = env.as_ref();
            let lookup = |name: &str| glue::setting(env, name);
            Rc::new(Config::read(lookup("PROXY").as_deref(), &lookup))
        };
        Rc::clone(cell.get_or_init(read))
    })
}
