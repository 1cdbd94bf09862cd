//! What is tried again, when, and what is not.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use super::scripted::{QUEUED, Scripted, Step, W05, block_on, message, phone};
use crate::client::{Client, Error, Retryable, TransportErrorKind as Ends};

const HTML: &str = "<html>";
const REFUSED: &str = r#"{"success":false,"message":"no"}"#;

/// How often a send was tried whose first answer is this one, and what came of it.
fn tried(client: fn(&Scripted) -> Client<Scripted>, first: Step) -> (usize, Result<(), Error>) {
    let host = Scripted::new([first, Step::Answer(200, QUEUED)]);
    let sent = block_on(phone(client(&host)).send(message("Hi")).into_future());
    (host.requests().len(), sent.map(drop))
}

#[test]
fn straight_to_maytapi_only_what_left_nothing_behind_is_tried_again() {
    for again in [Step::Answer(200, W05), Step::Answer(503, W05), Step::Answer(429, ""), Step::Answer(429, REFUSED)] {
        let (tries, sent) = tried(Scripted::to_maytapi, again);
        assert_eq!(tries, 2);
        sent.unwrap();
    }
    for (never, retryable) in [
        (Step::Ends(Ends::Connection), Retryable::Unknown),
        (Step::Ends(Ends::Timeout), Retryable::Unknown),
        (Step::Ends(Ends::NotAResponse), Retryable::Unknown),
        (Step::Answer(200, ""), Retryable::Unknown),
        (Step::Answer(200, HTML), Retryable::Unknown),
        (Step::Answer(502, HTML), Retryable::Unknown),
        (Step::Answer(500, REFUSED), Retryable::Unknown),
        (Step::Answer(302, ""), Retryable::Unknown),
        (Step::Answer(200, REFUSED), Retryable::No),
        (Step::Answer(401, ""), Retryable::No),
        // Queued by its body, not by its status.
        (Step::Answer(429, QUEUED), Retryable::Unknown),
        (Step::Answer(429, r#"{"success":true}"#), Retryable::Unknown),
        (Step::Answer(429, r#"{"data":{"msgId":"m"}}"#), Retryable::Unknown),
        (Step::Answer(429, r#"{"success":false,"data":{"msgId":"m"}}"#), Retryable::Unknown),
        (Step::Answer(503, QUEUED), Retryable::Unknown),
        // Only a proxy may say that sending again is safe.
        (Step::Answer(500, r#"{"success":false,"retryable":"yes"}"#), Retryable::Unknown),
        (Step::Answer(400, r#"{"success":false,"retryable":"yes"}"#), Retryable::No),
    ] {
        let (tries, sent) = tried(Scripted::to_maytapi, never);
        let error = sent.unwrap_err();
        assert_eq!((tries, error.retryable()), (1, retryable), "{error}");
        assert_eq!((error.request_id(), error.idempotency_key()), (None, None));
    }
}

#[test]
fn through_a_proxy_lost_answers_are_tried_again_too() {
    for again in [
        Step::Ends(Ends::Connection),
        Step::Ends(Ends::Timeout),
        Step::Answer(502, HTML),
        Step::Answer(500, REFUSED),
        Step::Answer(503, QUEUED),
        Step::Answer(429, ""),
        Step::Answer(200, W05),
        Step::Answer(409, r#"{"success":false,"retryable":"yes"}"#),
    ] {
        let (tries, sent) = tried(Scripted::through_proxy, again);
        assert_eq!(tries, 2);
        sent.unwrap();
    }
    for never in [
        Step::Ends(Ends::Aborted),
        Step::Ends(Ends::NotAResponse),
        Step::Answer(200, HTML),
        Step::Answer(200, REFUSED),
        Step::Answer(409, REFUSED),
        Step::Answer(429, QUEUED),
        Step::Answer(403, ""),
        Step::Answer(429, r#"{"success":false,"retryable":"unknown"}"#),
    ] {
        let (tries, sent) = tried(Scripted::through_proxy, never);
        let error = sent.unwrap_err();
        assert_eq!(tries, 1, "{error}");
        assert_eq!(error.idempotency_key(), Some("key-1"));
    }
}

#[test]
fn every_try_has_the_same_key() {
    let host = Scripted::new([
        Step::Ends(Ends::Connection),
        Step::Answer(502, HTML),
        Step::Answer(200, QUEUED),
        Step::Answer(200, QUEUED),
    ]);
    let phone = phone(host.through_proxy());
    block_on(phone.send(message("Hi")).into_future()).unwrap();
    block_on(phone.send(message("Hi")).into_future()).unwrap();
    let keys: Vec<_> = host.sent("idempotency-key").into_iter().flatten().collect();
    assert_eq!(keys, ["key-1", "key-1", "key-1", "key-2"]);
}

#[test]
fn tries_end_and_the_last_failure_is_told() {
    let host = Scripted::new([Step::Answer(200, W05), Step::Ends(Ends::Connection), Step::Answer(429, "")]);
    let error = block_on(phone(host.through_proxy()).send(message("Hi")).into_future()).unwrap_err();
    assert_eq!((error.code(), error.idempotency_key()), ("rate_limited", Some("key-1")));
    assert_eq!(host.requests().len(), 3);
    for (max_retries, tries) in [(0, 1), (1, 2), (4, 5)] {
        let host = Scripted::new((0..9).map(|_| Step::Answer(200, W05)));
        block_on(phone(host.through_proxy()).send(message("Hi")).max_retries(max_retries).into_future()).unwrap_err();
        assert_eq!(host.requests().len(), tries);
    }
}

#[test]
fn waits_double_and_retry_after_is_waited_out_first() {
    let host = Scripted::new([
        Step::Answer(200, W05),
        Step::Busy(429, Duration::from_secs(7)),
        Step::Busy(503, Duration::from_secs(60)),
        Step::Answer(200, QUEUED),
    ]);
    let client = host.through_proxy().max_retries(9);
    let told = Rc::new(RefCell::new(Vec::new()));
    let log = Rc::clone(&told);
    let client = client.on_retry(move |error, wait| log.borrow_mut().push((error.code().to_owned(), wait)));
    block_on(phone(client).send(message("Hi")).into_future()).unwrap();
    let waits = [250, 7_500, 61_000].map(Duration::from_millis);
    assert_eq!(host.sleeps(), waits);
    let codes = ["W05", "rate_limited", "server_error"].map(str::to_owned);
    assert_eq!(*told.borrow(), codes.into_iter().zip(waits).collect::<Vec<_>>());
}

#[test]
fn a_long_retry_after_is_left_to_the_caller() {
    let host = Scripted::new([Step::Busy(429, Duration::from_millis(60_001))]);
    let error = block_on(phone(host.through_proxy()).send(message("Hi")).into_future()).unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_millis(60_001)));
    assert!(host.sleeps().is_empty());
}

#[test]
fn an_abort_ends_the_wait_between_tries() {
    let host = Scripted::new([Step::Answer(200, W05)]).aborting(0);
    let error = block_on(phone(host.through_proxy()).send(message("Hi")).into_future()).unwrap_err();
    assert!(error.is_aborted());
    assert_eq!((host.requests().len(), error.idempotency_key()), (1, Some("key-1")));
}
