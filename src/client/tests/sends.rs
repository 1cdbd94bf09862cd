//! A send: its request, what it needs, how it ends.

use std::time::Duration;

use super::scripted::{QUEUED, Scripted, Step, block_on, message, phone};
use crate::client::{BodyType, ErrorKind, Method, PhoneId, Request, Retryable, TransportErrorKind as Ends};
use crate::json::Json;
use crate::message::Message;

#[test]
fn a_send_is_one_post_with_maytapis_json() {
    let host = Scripted::new([Step::Answer(200, QUEUED)]);
    let queued = block_on(phone(host.through_proxy()).send(message("Hi")).into_future()).unwrap();
    assert_eq!((queued.msg_id.as_str(), queued.chat_id.as_deref()), ("m-1", Some("12025550123@c.us")));
    assert_eq!(
        host.requests(),
        [Request {
            method: Method::Post,
            url: "https://edge.example/api/main/1150/sendMessage".to_owned(),
            headers: vec![
                ("content-type", "application/json".to_owned()),
                ("idempotency-key", "key-1".to_owned()),
                ("authorization", "Bearer canary-token".to_owned()),
            ],
            body: Some(r#"{"to_number":"12025550123","type":"text","message":"Hi"}"#.to_owned()),
            timeout: Some(Duration::from_secs(60)),
            read_as: BodyType::Text,
        }]
    );
    assert!(!format!("{:?}", host.requests()).contains("canary"));
}

#[test]
fn what_one_send_sets_goes_before_what_the_client_has() {
    let host = Scripted::new([Step::Answer(200, QUEUED), Step::Answer(200, QUEUED)]);
    let phone = host.through_proxy().timeout(Duration::from_secs(5)).phone("7".parse::<PhoneId>().unwrap());
    block_on(phone.send(message("Hi")).timeout(None).idempotency_key("order-4711").into_future()).unwrap();
    block_on(phone.send(message("Hi")).into_future()).unwrap();
    assert_eq!(
        host.requests().iter().map(|request| request.timeout).collect::<Vec<_>>(),
        [None, Some(Duration::from_secs(5))]
    );
    assert_eq!(host.sent("idempotency-key"), [Some("order-4711".to_owned()), Some("key-1".to_owned())]);
}

#[test]
fn what_is_wrong_never_leaves() {
    let wrong = || Message::parse(Json::Null).unwrap_err();
    struct Wrong;
    impl TryFrom<Wrong> for Message {
        type Error = crate::message::Faults;
        fn try_from(_: Wrong) -> Result<Self, Self::Error> {
            Message::parse(Json::Null)
        }
    }
    let host = Scripted::new([]);
    let error = block_on(phone(host.through_proxy()).send(Wrong).into_future()).unwrap_err();
    assert!(error.is_validation());
    assert_eq!(error.faults().len(), wrong().as_slice().len());
    let keyed = |phone: crate::client::Phone<Scripted>, key: &'static str| {
        block_on(phone.send(message("Hi")).idempotency_key(key).into_future()).unwrap_err()
    };
    for error in [
        keyed(phone(host.through_proxy()), "a b"),
        // Maytapi knows no such key.
        keyed(phone(host.to_maytapi()), "order-4711"),
        block_on(phone(host.clone().without_keys().through_proxy()).send(message("Hi")).into_future()).unwrap_err(),
    ] {
        assert_eq!((error.kind(), error.retryable()), (ErrorKind::Configuration, Retryable::No));
        assert!(error.message().starts_with("idempotencyKey: "), "{error}");
    }
    assert!(host.requests().is_empty());
}

#[test]
fn how_an_exchange_ends_is_told_as_it_is() {
    for (end, kind, code) in [
        (Ends::Timeout, ErrorKind::Timeout, "timeout"),
        (Ends::Aborted, ErrorKind::Aborted, "aborted"),
        (Ends::Connection, ErrorKind::Connection, "connection_failed"),
        (Ends::NotAResponse, ErrorKind::UnreadableAnswer, "not_a_response"),
    ] {
        let host = Scripted::new([Step::Ends(end)]);
        let error = block_on(phone(host.to_maytapi()).send(message("Hi")).into_future()).unwrap_err();
        assert_eq!((error.kind(), error.code(), error.retryable()), (kind, code, Retryable::Unknown));
        assert!(error.is_outcome_unknown());
    }
}

#[test]
fn the_answer_is_at_hand_for_who_wants_it() {
    let host = Scripted::new([Step::Answer(200, QUEUED)]);
    let (queued, response) = block_on(phone(host.through_proxy()).send(message("Hi")).with_response()).unwrap();
    assert_eq!((queued.msg_id.as_str(), response.status), ("m-1", 200));
    assert_eq!((response.request_id.as_deref(), response.text()), (Some("r-1"), QUEUED));
}

#[test]
fn a_client_shows_no_credential() {
    let phone = phone(Scripted::default().through_proxy());
    assert!(!format!("{:?}", phone.client()).contains("canary"));
}
