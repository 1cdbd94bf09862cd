//! The way of one request: head, route, answer, access log.

use std::borrow::Cow;

use web_sys::{Request, Response};

use crate::config::{Config, Fault, current};
use crate::http::access_log::{self, Line};
use crate::http::cors::{self, Origin};
use crate::http::head::Head;
use crate::http::problem::{Kind, Problem};
use crate::http::reply::{Body, Reply, SECURITY_HEADERS};
use crate::platform::env;
use crate::platform::http::{Exchange, read_head, respond, respond_bytes};
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
    let mut line =
        Line { request_id: head.request_id.to_owned(), method: access_log::method(head.method), ..Line::default() };

    let listed = config.map_or(&[][..], |config| config.origins.as_slice());
    let origin = Origin::of(head.origin, head.own_origin, listed);
    let answered = panic::catch(answer(&exchange, &head, origin, config, &mut line)).await;
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
    worker::console_log!("{}", line.text());
    if config.is_ok_and(|config| config.analytics) {
        write_data_point(&line);
    }
    response(&reply, head.request_id, head.method)
}

async fn answer(
    exchange: &Exchange<'_>,
    head: &Head<'_>,
    origin: Origin<'_>,
    config: Result<&Config, &Fault>,
    line: &mut Line,
) -> Result<Reply, Problem> {
    line.outcome = "ok";
    if head.method == "OPTIONS" {
        line.route = "preflight";
        return origin.preflight(routes::methods(head.path));
    }
    let found = routes::find(head.method, head.path)?;
    line.route = found.route.name;
    let call = Call { head, origin, exchange, route: found.route.name, parameters: found.parameters, config };
    (found.route.handler)(&call, line).await
}

fn write_data_point(line: &Line) {
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    let blobs = [line.outcome, line.route, &text(&line.message_type), &text(&line.phone)].join("\n");
    let doubles = [f64::from(line.status), f64::from(line.ms), f64::from(line.upstream_ms.unwrap_or_default())];
    // A lost data point must not cost a send its answer; the line of the log is there already.
    let _written = env::write_data_point(&text(&line.account), &blobs, &doubles);
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
