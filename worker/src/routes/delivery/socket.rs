//! `GET …/events` as a live socket: judged here, accepted by the phone's object.
//!
//! A page can give a socket no header, so the token comes among the protocols; and of a refused upgrade a page is told nothing, so whoever
//! is refused gets a socket that is closed with a code.

use super::watcher::Watcher;
use crate::http::access_log::AccessLogEntry;
use crate::http::head::Head;
use crate::http::problem::{Problem, ProblemType};
use crate::http::reply::Reply;
use crate::phone::feed::ask::Dial;
use crate::platform::socket;
use crate::routes::call::Call;

/// The protocol, and what stands before a token among the protocols.
const PROTOCOL: &str = "maytapi.v1";
const BEARER: &str = "maytapi.bearer.";
/// How long the object may take to accept, in milliseconds.
const RPC_MS: u32 = 10_000;

/// Whether a request asks for a socket.
pub fn is_upgrade(call: &Call<'_>) -> bool {
    call.exchange.header("upgrade").is_some_and(|value| value.eq_ignore_ascii_case("websocket"))
}

/// Opens the socket, or one that is closed with the reason.
pub async fn open(call: &Call<'_>, entry: &mut AccessLogEntry) -> Reply {
    let protocols = call.exchange.header("sec-websocket-protocol").unwrap_or_default();
    let mut protocols = protocols.split(',').map(str::trim);
    let offered = protocols.clone().any(|protocol| protocol == PROTOCOL);
    let token = protocols.find_map(|protocol| protocol.strip_prefix(BEARER));
    let response = match dial(call, offered, token, entry).await {
        Ok(response) => response,
        Err(problem) => {
            entry.outcome = problem.kind.as_str();
            entry.reason = problem.reason();
            socket::refuse(close_code(&problem), problem.kind.as_str(), offered)
        }
    };
    call.exchange.upgrade(response);
    Reply::empty(101)
}

async fn dial(
    call: &Call<'_>,
    offered: bool,
    token: Option<&str>,
    entry: &mut AccessLogEntry,
) -> Result<web_sys::Response, Problem> {
    if !offered {
        let detail = "Offer the protocol maytapi.v1, and the token as maytapi.bearer.TOKEN.";
        return Err(Problem::new(ProblemType::InvalidQuestion, detail));
    }
    let config = call.config()?;
    let authorization = token.map(|token| format!("Bearer {token}"));
    let head = Head { authorization: authorization.as_deref().or(call.head.authorization), ..*call.head };
    let call = Call { head: &head, ..*call };
    let caller = call.caller(config, entry).await?;
    let watcher = Watcher::for_caller(&call, config, &caller, entry)?;
    let question = Dial {
        follower: watcher.follower.clone(),
        after: head.query_value("after").map(str::to_owned),
        expires_s: caller.expires_s,
        most: config.limits.sockets,
    };
    let dialled = socket::dial(&call.exchange.deadline, &watcher.object, &question.text(), RPC_MS).await;
    dialled.ok_or_else(|| Problem::new(ProblemType::Internal, "The phone's object did not answer."))
}

fn close_code(problem: &Problem) -> u16 {
    match problem.kind.status() {
        401 => 4401,
        403 => 4403,
        429 => 4429,
        422 => 1002,
        503 => 1013,
        _ => 1011,
    }
}
