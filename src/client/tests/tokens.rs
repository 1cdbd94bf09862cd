//! Sources of tokens: asked once for all who wait, again when a token expires or is not accepted, within the time of a try.

use std::cell::Cell;
use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{join, join_all};

use super::scripted::{NextTurn, QUEUED, Scripted, Step, W05, block_on, message};
use crate::client::{
    AccessToken, Account, Client, Error, ErrorKind, Phone, Retryable, Token, TransportErrorKind as Ends,
};

/// A phone whose tokens are `token-1`, `token-2` and so on.
fn counting(host: &Scripted) -> Phone<Scripted> {
    let asked = Rc::new(Cell::new(0_u32));
    with(
        host,
        Token::from_fn(async move || {
            asked.set(asked.get().saturating_add(1));
            NextTurn::default().await;
            Ok(format!("token-{}", asked.get()).into())
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

/// A phone whose source gives the same each time, and how often it was asked.
fn giving(host: &Scripted, token: AccessToken) -> (Phone<Scripted>, Rc<Cell<u32>>) {
    let asked = Rc::new(Cell::new(0_u32));
    let count = Rc::clone(&asked);
    let source = Token::from_fn(async move || {
        count.set(count.get().saturating_add(1));
        Ok(token.clone())
    });
    (with(host, source), asked)
}

/// How often a source is asked that gives this, by sends at these seconds.
fn asked_at(token: AccessToken, seconds: &[u64]) -> Vec<u32> {
    let host = Scripted::new(seconds.iter().map(|_| Step::Answer(200, QUEUED)));
    let (phone, asked) = giving(&host, token);
    let mut now = 0;
    let mut counts = Vec::new();
    for at in seconds {
        host.pass(Duration::from_secs(at.saturating_sub(now)));
        now = *at;
        send(&phone).unwrap();
        counts.push(asked.get());
    }
    counts
}

#[test]
fn a_token_is_kept_until_shortly_before_it_expires() {
    // {"exp":1000}
    let jwt = || AccessToken::from("e30.eyJleHAiOjEwMDB9.c2ln");
    assert_eq!(asked_at(jwt(), &[0, 500, 969, 970]), [1, 1, 1, 2]);
    assert_eq!(
        asked_at(jwt().expires_in(Duration::from_secs(100)), &[0, 74, 75]),
        [1, 1, 2],
        "the source knows better"
    );
    assert_eq!(asked_at(AccessToken::from("opaque").expires_in(Duration::from_secs(100)), &[0, 74, 75]), [1, 1, 2]);
    assert_eq!(asked_at(AccessToken::from("opaque"), &[0, 0, 1, 1]), [1, 1, 2, 2], "only for a burst");
    assert_eq!(asked_at(AccessToken::from("opaque").expires_in(Duration::ZERO), &[0, 0]), [1, 2]);
}

#[test]
fn a_source_is_asked_once_however_many_wait() {
    let host = Scripted::new((0..50).map(|_| Step::Answer(200, QUEUED)));
    let phone = counting(&host).client().clone().timeout(None).phone(1);
    let sent = block_on(join_all((0..50).map(|_| phone.send(message("Hi")).into_future())));
    assert!(sent.iter().all(Result::is_ok));
    assert_eq!(shown(&host), vec!["Bearer token-1"; 50]);
}

#[test]
fn all_who_wait_hear_why_there_is_no_token_and_who_comes_later_asks_anew() {
    let host = Scripted::new([]);
    let (asked, all_wait) = (Rc::new(Cell::new(0_u32)), Rc::new(Cell::new(false)));
    let (count, fails) = (Rc::clone(&asked), Rc::clone(&all_wait));
    let source = Token::from_fn(async move || {
        count.set(count.get().saturating_add(1));
        while !fails.get() {
            NextTurn::default().await;
        }
        Err("no session".into())
    });
    let phone = with(&host, source).client().clone().timeout(None).phone(1);
    let sends = join_all((0..50).map(|_| phone.send(message("Hi")).into_future()));
    let opening = async {
        // Until each of them has had its turn.
        for _ in 0..200 {
            NextTurn::default().await;
        }
        all_wait.set(true);
    };
    let (sent, ()) = block_on(join(sends, opening));
    for error in sent {
        assert_eq!(std::error::Error::source(&error.unwrap_err()).unwrap().to_string(), "no session");
    }
    assert_eq!(asked.get(), 1);
    assert!(send(&phone).is_err());
    assert_eq!(asked.get(), 2);
}

#[test]
fn sends_that_were_refused_together_ask_for_one_new_token() {
    let steps =
        [401, 401, 401, 200, 200, 200].map(|status| Step::Answer(status, if status == 200 { QUEUED } else { "" }));
    let host = Scripted::new(steps);
    let phone = counting(&host).client().clone().timeout(None).phone(1);
    let sent = block_on(join_all((0..3).map(|_| phone.send(message("Hi")).into_future())));
    assert!(sent.iter().all(Result::is_ok));
    assert_eq!(shown(&host), [["Bearer token-1"; 3], ["Bearer token-2"; 3]].concat());
}

#[test]
fn a_send_that_gives_up_on_a_source_leaves_it_to_nobody() {
    let host = Scripted::new([Step::Answer(200, QUEUED)]).aborting(0);
    let asked = Rc::new(Cell::new(0_u32));
    let phone = with(
        &host,
        Token::from_fn(async move || {
            asked.set(asked.get().saturating_add(1));
            if asked.get() == 1 { pending().await } else { Ok("token".into()) }
        }),
    );
    assert!(send(&phone).unwrap_err().is_aborted());
    send(&phone).unwrap();
}

#[test]
fn a_token_is_shown_at_each_try_while_it_is_good() {
    let host = Scripted::new([Step::Answer(200, W05), Step::Ends(Ends::Connection), Step::Answer(200, QUEUED)]);
    send(&counting(&host)).unwrap();
    assert_eq!(shown(&host), ["Bearer token-1"; 3]);
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
        let error = send(&with(&host, Token::from_fn(async move || Ok(token.into())))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{token:?}");
    }
    for (given, says) in [
        ("<!doctype html><p>Log in", "web page"),
        ("\n <p>", "web page"),
        (r#"{"token":"x"}"#, "JSON"),
        (r#""x""#, "JSON"),
    ] {
        let error = send(&with(&host, Token::from_fn(async move || Ok(given.into())))).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, "no_token"), "{given}");
        assert!(error.message().contains(says) && !error.message().contains("Log in"), "{error}");
    }
    assert!(host.requests().is_empty());
}

#[test]
fn a_source_has_the_time_of_a_try() {
    let host = Scripted::new([]);
    let silent = || Token::from_fn(async || pending().await);
    let client = with(&host, silent()).client().clone().max_retries(1).timeout(Duration::from_secs(3));
    let error = send(&client.phone(1)).unwrap_err();
    assert!(error.is_timeout());
    assert_eq!((error.code(), error.retryable()), ("no_token", Retryable::Yes), "nothing was sent");
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
    let source = Token::from_fn(async || Ok("".into()));
    assert!(Account::at_proxy("http://edge.example", source).is_err());
    assert!(Account::at_maytapi("../x", "k").is_err() && Account::at_maytapi("p", "a b").is_err());
}
