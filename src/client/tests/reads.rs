//! Questions: their requests, typed answers, what is asked again.

use super::scripted::{Scripted, Step, block_on, phone};
use crate::client::{ErrorKind, Retryable, TransportErrorKind as Ends};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0";

#[test]
fn answers_are_typed() {
    let host = Scripted::new([
        Step::Answer(200, r#"[{"id":7,"number":"12025550100","status":"active","multi_device":true}]"#),
        Step::Answer(
            200,
            r#"{"success":true,"data":{"count":1,"list":[{"id":9,"type":"error","data":{"code":"F04"}}]}}"#,
        ),
        Step::Answer(200, r#"{"success":true,"status":{"loggedIn":true,"state":{"canSend":true}}}"#),
        Step::Answer(200, r#"{"success":true,"stats":{"sending":3}}"#),
        Step::Bytes(200, PNG),
        Step::Answer(200, r#"{"success":true,"data":[{"name":"Tea"}]}"#),
        Step::Answer(200, r#"{"success":true,"data":[{"id":"12025550123@c.us","valid":true}]}"#),
    ]);
    let phone = phone(host.through_proxy());
    let phones = block_on(phone.client().list_phones()).unwrap();
    assert_eq!((phones[0].id, phones[0].multi_device, phones[0].name.as_deref()), (Some(7), Some(true), None));
    let logs = block_on(phone.client().logs()).unwrap();
    assert_eq!((logs.count, logs.entries[0].entry_type.as_deref()), (Some(1), Some("error")));
    assert_eq!(logs.entries[0].data.text("code"), Some("F04"));
    let status = block_on(phone.status()).unwrap();
    assert_eq!((status.logged_in, status.can_send, status.loading), (Some(true), Some(true), None));
    assert_eq!(block_on(phone.queue()).unwrap(), 3);
    assert_eq!(block_on(phone.screen()).unwrap(), PNG);
    assert_eq!(block_on(phone.catalog()).unwrap()[0].text("name"), Some("Tea"));
    let checked = block_on(phone.check_phones(["+1 202 555 0123"])).unwrap();
    assert_eq!((checked[0].id.as_str(), checked[0].valid), ("12025550123@c.us", true));

    let requests = host.requests();
    let lines: Vec<String> =
        requests.iter().map(|request| format!("{request:?} {}", request.body.as_deref().unwrap_or_default())).collect();
    let base = "https://edge.example/api/main";
    assert_eq!(
        lines,
        [
            format!("GET {base}/listPhones "),
            format!("GET {base}/logs "),
            format!("GET {base}/1150/status "),
            format!("GET {base}/1150/queue "),
            format!("GET {base}/1150/screen "),
            format!("GET {base}/1150/catalog "),
            format!(r#"POST {base}/1150/checkPhones {{"numbers":["12025550123"]}}"#),
        ]
    );
    assert!(host.sent("idempotency-key").iter().all(Option::is_none));
}

#[test]
fn asking_again_is_always_safe() {
    let host = Scripted::new([
        Step::Ends(Ends::Timeout),
        Step::Answer(502, ""),
        Step::Answer(200, r#"{"stats":{"sending":0}}"#),
    ]);
    assert_eq!(block_on(phone(host.to_maytapi()).queue()).unwrap(), 0);
    for odd in [Step::Answer(200, "[]"), Step::Answer(200, ""), Step::Answer(500, r#"{"stats":{"sending":0}}"#)] {
        let host = Scripted::new([odd]);
        let error = block_on(phone(host.to_maytapi().max_retries(0)).queue()).unwrap_err();
        assert_eq!(error.retryable(), Retryable::Yes, "{error}");
    }
}

#[test]
fn what_is_no_picture_is_none() {
    for (step, kind) in [
        (Step::Bytes(200, br#"{"success":false,"message":"Phone is not connected"}"#), ErrorKind::Refused),
        (Step::Bytes(200, b"[]"), ErrorKind::UnreadableAnswer),
        (Step::Bytes(200, b"\xff\xfe"), ErrorKind::UnreadableAnswer),
        (Step::Bytes(502, PNG), ErrorKind::Server),
    ] {
        let host = Scripted::new([step]);
        assert_eq!(block_on(phone(host.through_proxy().max_retries(0)).screen()).unwrap_err().kind(), kind);
    }
}

#[test]
fn a_number_that_is_none_asks_nothing() {
    let host = Scripted::new([]);
    let error = block_on(phone(host.through_proxy()).check_phones(["x"])).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(host.requests().is_empty());
}
