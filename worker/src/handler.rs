//! The way of one request: head, route, answer, access log.

use std::borrow::Cow;

use web_sys::{Request, Response};

use crate::config::{Config, ConfigError, current};
use crate::http::access_log::{self, AccessLogEntry};
use crate::http::cors::{self, Origin};
use crate::http::head::Head;
use crate::http::problem::{Problem, ProblemType};
use crate::http::reply::{Body, Reply, SECURITY_HEADERS};
use crate::platform::env;
use crate::platform::http::{Exchange, read_head, respond, respond_bytes, respond_pages};
use crate::platform::panic;
use crate::platform::pending::now_ms;
use crate::routes::{self, call::Call};

/// Answers a request and writes its line of the access log. It has no error to give: whatever goes wrong is an answer.
pub async fn handle(request: &Request) -> Response {
    let started_ms = now_ms();
    let head = read_head(request);
    let head = String::from_utf8_lossy(&head);
    let head = Head::parse(&head);
    let exchange = Exchange::new(request);
    let shared = current::config();
    let config = shared.as_ref().as_ref();
    let mut entry = AccessLogEntry {
        request_id: head.request_id.to_owned(),
        method: access_log::method(head.method),
        ..AccessLogEntry::default()
    };

    let listed = config.map_or(&[][..], |config| config.origins.as_slice());
    let origin = Origin::of(head.origin, head.own_origin, listed);
    entry.origin = origin.refused();
    let answered = panic::catch(answer(&exchange, &head, origin, config, &mut entry)).await;
    let answered = answered.unwrap_or_else(|_| {
        let detail = "The proxy failed; ask again with the same Idempotency-Key to learn the outcome.";
        Err(Problem::new(ProblemType::Internal, detail))
    });
    let mut reply = answered.unwrap_or_else(|problem| {
        entry.outcome = problem.kind.as_str();
        entry.reason = problem.reason();
        Reply::problem(&problem, head.request_id)
    });
    if head.method != "OPTIONS" || reply.status >= 400 {
        origin.mark(&mut reply);
    }
    entry.status = reply.status;
    entry.ms = u32::try_from(now_ms().saturating_sub(started_ms)).unwrap_or_default();
    let upstream = entry.upstream_ms.map(|ms| format!(", upstream;dur={ms}")).unwrap_or_default();
    reply.header("server-timing", format!("total;dur={}{upstream}", entry.ms));
    worker::console_log!("{}", entry.text());
    if config.is_ok_and(|config| config.analytics) {
        write_data_point(&entry);
    }
    exchange.upgraded().unwrap_or_else(|| response(&reply, head.request_id, head.method))
}

async fn answer(
    exchange: &Exchange<'_>,
    head: &Head<'_>,
    origin: Origin<'_>,
    config: Result<&Config, &ConfigError>,
    entry: &mut AccessLogEntry,
) -> Result<Reply, Problem> {
    entry.outcome = "ok";
    if head.method == "OPTIONS" {
        entry.route = "preflight";
        return origin.preflight(routes::methods(head.path));
    }
    let found = routes::find(head.method, head.path)?;
    entry.route = found.route.name;
    let call = Call { head, origin, exchange, route: found.route.name, parameters: found.parameters, config };
    (found.route.handler)(&call, entry).await
}

fn write_data_point(entry: &AccessLogEntry) {
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    let blobs = [entry.outcome, entry.route, &text(&entry.message_type), &text(&entry.phone)].join("\n");
    let doubles = [f64::from(entry.status), f64::from(entry.ms), f64::from(entry.upstream_ms.unwrap_or_default())];
    // A lost data point must not cost a send its answer; the line of the log is there already.
    let _written = env::write_data_point(&text(&entry.account), &blobs, &doubles);
}

fn response(reply: &Reply, request_id: &str, method: &str) -> Response {
    // What is constant is the same in many responses, and kept in JavaScript.
    let (mut common, mut own) = (String::with_capacity(640), format!("x-request-id\n{request_id}"));
    for (name, value) in SECURITY_HEADERS {
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
        Body::Text(text) if method != "HEAD" => respond(reply.status, &common, &own, Some(text)),
        Body::Bytes(bytes) if method != "HEAD" => respond_bytes(reply.status, &common, &own, bytes),
        Body::Pages { head, phone, question } if method != "HEAD" => {
            respond_pages(reply.status, &common, &own, head, phone, question)
        }
        _ => respond(reply.status, &common, &own, None),
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
