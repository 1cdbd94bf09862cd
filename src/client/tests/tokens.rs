//! Sources of tokens: asked before each try, once more after a 401, within the time of a try.

use std::cell::Cell;
use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use super::scripted::{QUEUED, Scripted, Step, W05, block_on, message};
use crate::client::{Account, Client, Error, ErrorKind, Phone, Token, TransportErrorKind as Ends};

/// A phone whose tokens are `token-1`, `token-2` and so on.
fn counting(host: &Scripted) -> Phone<Scripted> {
    let asked = Rc::new(Cell::new(0_u32));
    with(
        host,
        Token::from_fn(async move || {
            asked.set(asked.get().saturating_add(1));
            Ok(format!("token-{}", asked.get()))
        }),
    )
}

fn with(host: &Scripted, token: Token) -> Phone<Scripted> {
    Client::new(host.clone(), Account::at_proxy("https://edge.example/api/main", token).unwrap()).phone(1)
}

fn send(phone: &Phone<Scripted>) -> Result<(), Error> {
    block_on(phone.send(message("Hi")).into_future()).map(drop)
}

fn shown(host: &Scripted) -> Vec<String> {
    host.sent("authorization").into_iter().flatten().collect()
}

#[test]
fn a_token_is_asked_for_before_each_try() {
    let host = Scripted::new([Step::Answer(200, W05), Step::Ends(Ends::Connection), Step::Answer(200, QUEUED)]);
    send(&counting(&host)).unwrap();
    assert_eq!(shown(&host), ["Bearer token-1", "Bearer token-2", "Bearer token-3"]);
}

#[test]
fn a_401_is_answered_with_another_token_once_and_at_once() {
    let host = Scripted::new([Step::Answer(401, ""), Step::Answer(200, QUEUED)]);
    send(&counting(&host).client().clone().max_retries(0).phone(1)).unwrap();
    assert_eq!(shown(&host), ["Bearer token-1", "Bearer token-2"]);
    let host = Scripted::new([Step::Answer(401, ""), Step::Answer(401, ""), Step::Answer(200, QUEUED)]);
    assert_eq!(send(&counting(&host)).unwrap_err().kind(), ErrorKind::Authentication);
    assert_eq!(shown(&host).len(), 2);
    assert_eq!(host.sent("idempotency-key")[0], host.sent("idempotency-key")[1]);
}

#[test]
fn a_fixed_token_is_not_shown_again_after_a_401() {
    let host = Scripted::new([Step::Answer(401, "")]);
    let error = send(&host.through_proxy().phone(1)).unwrap_err();
    assert_eq!((error.kind(), host.requests().len()), (ErrorKind::Authentication, 1));
}

#[test]
fn a_source_that_fails_sends_nothing() {
    let host = Scripted::new([]);
    let failing = Token::from_fn(async || Err("no session".into()));
    let error = send(&with(&host, failing)).unwrap_err();
    assert_eq!((error.kind(), error.code(), error.status()), (ErrorKind::Authentication, "no_token", None));
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "no session");
    for token in ["", "a b", "a\r\nx: y"] {
        let error = send(&with(&host, Token::from_fn(async move || Ok(token.to_owned())))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{token:?}");
    }
    assert!(host.requests().is_empty());
}

#[test]
fn a_source_has_the_time_of_a_try() {
    let host = Scripted::new([]);
    let silent = || Token::from_fn(async || pending().await);
    let client = with(&host, silent()).client().clone().max_retries(1).timeout(Duration::from_secs(3));
    assert!(send(&client.phone(1)).unwrap_err().is_timeout());
    // Two tries of three seconds, and the back-off between them.
    assert_eq!(host.sleeps(), [3000, 250, 3000].map(Duration::from_millis));
    assert!(host.requests().is_empty());
}

#[test]
fn an_abort_ends_the_wait_for_a_token() {
    let host = Scripted::new([]).aborting(0);
    let phone = with(&host, Token::from_fn(async || pending().await)).client().clone().timeout(None).phone(1);
    assert!(send(&phone).unwrap_err().is_aborted());
    assert_eq!(host.sleeps(), [Duration::MAX]);
}

#[test]
fn a_token_that_is_echoed_is_taken_out() {
    let host = Scripted::new([Step::Answer(400, "<p>canary-token</p>")]);
    let error = send(&with(&host, Token::from("canary-token"))).unwrap_err();
    assert_eq!(error.body(), Some("<p>[redacted]</p>"));
}

#[test]
fn an_account_that_can_not_work_is_refused_when_it_is_made() {
    for (base, token, option) in [
        ("edge.example", "t", "baseUrl"),
        ("http://edge.example", "t", "baseUrl"),
        ("https://edge.example", "a b", "token"),
    ] {
        let error = Account::at_proxy(base, token).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.message().starts_with(option), "{error}");
    }
    let source = Token::from_fn(async || Ok(String::new()));
    assert!(Account::at_proxy("http://edge.example", source).is_err());
    assert!(Account::at_maytapi("../x", "k").is_err() && Account::at_maytapi("p", "a b").is_err());
}
