//! Messages followed over the proxy's feed: nothing missed, nothing told twice, and every end has its reason.

use std::time::Duration;

use futures_util::StreamExt;

use super::scripted::{Scripted, Step, block_on, phone};
use crate::client::{Change, DeliveryReport, Error, ErrorKind, TransportErrorKind as Ends};
use crate::delivery::Delivery;

const NOW: &str = r#"{"items":[],"cursor":"e.5","more":false}"#;
const RESET: &str =
    r#"{"success":false,"code":"cursor_reset","message":"The cursor is of another storage.","retryable":"no"}"#;

/// What a stream gives to its end, or so many of it.
fn take<I>(stream: impl futures_util::Stream<Item = Result<I, Error>>, most: usize) -> Result<Vec<I>, Error> {
    block_on(stream.take(most).collect::<Vec<_>>()).into_iter().collect()
}

fn urls(host: &Scripted) -> Vec<String> {
    let base = "GET https://edge.example/api/main/1150/";
    host.requests().iter().map(|request| format!("{request:?}").replace(base, "")).collect()
}

fn states(reports: &[DeliveryReport]) -> Vec<Delivery> {
    reports.iter().map(|report| report.state).collect()
}

#[test]
fn a_message_is_told_as_it_stands() {
    let host = Scripted::new([
        Step::Answer(
            200,
            r#"{"kind":"message","seq":7,"msgId":"m-1","state":"failed","at":{"queued":5,"failed":9},"code":"F04"}"#,
        ),
        Step::Answer(
            404,
            r#"{"success":false,"code":"unknown_message","message":"No such message.","retryable":"no"}"#,
        ),
        Step::Answer(200, r#"{"msgId":"m-1","state":"flown"}"#),
    ]);
    let phone = phone(host.through_proxy());
    let report = block_on(phone.message("m-1")).unwrap();
    assert_eq!((report.state, report.code.as_deref()), (Delivery::Failed, Some("F04")));
    assert_eq!(
        (report.at(Delivery::Queued), report.at(Delivery::Failed), report.at(Delivery::Read)),
        (Some(5), Some(9), None)
    );
    assert_eq!(block_on(phone.message("a/b c")).unwrap_err().code(), "unknown_message");
    assert_eq!(block_on(phone.message("m-1")).unwrap_err().kind(), ErrorKind::UnreadableAnswer);
    assert_eq!(urls(&host), ["messages/m-1", "messages/a%2Fb%20c", "messages/m-1"]);
}

#[test]
fn events_go_on_where_a_page_ended_and_tell_every_kind() {
    let host = Scripted::new([
        Step::Answer(200, NOW),
        Step::Answer(
            200,
            r#"{"items":[{"kind":"message","seq":6,"msgId":"m","state":"sent","at":{}},{"kind":"phone","seq":7,"status":"active","at":3},
            {"kind":"incoming","seq":8,"id":"in_0","at":4},{"kind":"later","seq":9}],"cursor":"e.9","more":false}"#,
        ),
        Step::Answer(200, r#"{"items":[],"cursor":"e.12","more":false}"#),
        Step::Answer(
            200,
            r#"{"items":[{"kind":"message","seq":13,"msgId":"m","state":"read","at":{}}],"cursor":"e.13","more":false}"#,
        ),
    ]);
    let phone = phone(host.through_proxy());
    let mut events = phone.events();
    assert_eq!(events.cursor(), None);
    let mut told = Vec::new();
    for _ in 0..5 {
        let change = block_on(events.next()).unwrap().unwrap();
        told.push((change, events.cursor().unwrap_or_default().to_owned()));
    }
    let cursors: Vec<&str> = told.iter().map(|(_, cursor)| cursor.as_str()).collect();
    assert_eq!(cursors, ["e.6", "e.7", "e.8", "e.9", "e.13"]);
    assert!(matches!(&told[0].0, Change::Message(report) if report.state == Delivery::Sent));
    assert_eq!(told[1].0, Change::Phone { status: "active".into(), at: 3 });
    assert_eq!(told[2].0, Change::Incoming { id: "in_0".into(), at: 4 });
    assert!(matches!(&told[3].0, Change::Unknown(item) if item.text("kind") == Some("later")));
    assert_eq!(
        urls(&host),
        ["events", "events?after=e.5&wait=20", "events?after=e.9&wait=20", "events?after=e.12&wait=20"]
    );
    // A request may wait, and is given the time for it.
    assert_eq!(host.requests()[1].timeout, Some(Duration::from_secs(80)));
    // The one that was answered at once, with nothing.
    assert_eq!(host.sleeps(), [Duration::from_millis(500)]);
}

#[test]
fn what_may_pass_is_waited_out_and_what_can_not_ends_the_stream() {
    let host = Scripted::new([
        Step::Ends(Ends::Connection),
        Step::Answer(503, ""),
        Step::Busy(429, Duration::from_secs(5)),
        Step::Answer(200, r#"{"items":[{"kind":"phone","seq":6,"status":"idle","at":3}],"cursor":"e.6","more":false}"#),
        Step::Answer(403, r#"{"success":false,"code":"operation_not_allowed","message":"No.","retryable":"no"}"#),
    ]);
    let phone = phone(host.through_proxy());
    let mut events = phone.events().after("e.5".to_owned());
    assert!(block_on(events.next()).unwrap().is_ok());
    assert_eq!(host.sleeps(), [250, 500, 6000].map(Duration::from_millis));
    assert_eq!(block_on(events.next()).unwrap().unwrap_err().code(), "operation_not_allowed");
    assert!(block_on(events.next()).is_none());
    assert_eq!(urls(&host)[0], "events?after=e.5&wait=20");
    // An abort is the caller's own end.
    let host = Scripted::new([Step::Ends(Ends::Connection)]).aborting(0);
    let phone = super::scripted::phone(host.through_proxy());
    assert!(take(phone.events(), 1).unwrap_err().is_aborted());
}

#[test]
fn a_cursor_of_another_storage_is_told_and_the_stream_goes_on_from_now() {
    let host = Scripted::new([
        Step::Answer(410, RESET),
        Step::Answer(200, NOW),
        Step::Answer(200, r#"{"items":[{"kind":"phone","seq":6,"status":"idle","at":3}],"cursor":"e.6","more":false}"#),
    ]);
    let phone = phone(host.through_proxy());
    let told = take(phone.events().after("old.900".to_owned()), 2).unwrap();
    assert_eq!(told, [Change::Reset, Change::Phone { status: "idle".into(), at: 3 }]);
    assert_eq!(urls(&host), ["events?after=old.900&wait=20", "events", "events?after=e.5&wait=20"]);
}

#[test]
fn a_stream_that_was_polled_begins_anew_where_it_is_told_to() {
    const IDLE: &str = r#"{"items":[{"kind":"phone","seq":6,"status":"idle","at":3}],"cursor":"e.6","more":false}"#;
    const GONE: &str = r#"{"success":false,"code":"operation_not_allowed","message":"No.","retryable":"no"}"#;
    let host = Scripted::new([
        Step::Answer(200, IDLE),
        Step::Answer(200, IDLE),
        Step::Answer(403, GONE),
        Step::Answer(200, IDLE),
        Step::Answer(200, NOW),
        Step::Answer(200, r#"{"msgId":"m","state":"failed","at":{}}"#),
        Step::Answer(200, NOW),
        Step::Answer(200, r#"{"msgId":"m","state":"failed","at":{}}"#),
    ]);
    let phone = phone(host.through_proxy());
    let mut events = phone.events().after("e.5".to_owned());
    assert!(block_on(events.next()).unwrap().is_ok());
    let mut events = events.after("e.3".to_owned());
    assert_eq!(events.cursor(), Some("e.3"));
    assert!(block_on(events.next()).unwrap().is_ok());
    assert!(block_on(events.next()).unwrap().is_err() && block_on(events.next()).is_none());
    let mut events = events.after("e.5".to_owned());
    assert!(block_on(events.next()).unwrap().is_ok());
    let mut track = phone.track("m");
    assert!(block_on(track.next()).unwrap().is_ok());
    assert_eq!(take(track.until(Delivery::Failed), 9).unwrap().len(), 1);
    let asked = ["5&wait=20", "3&wait=20", "6&wait=20", "5&wait=20"].map(|after| format!("events?after=e.{after}"));
    assert_eq!(
        urls(&host),
        [&asked[..], &["events", "messages/m", "events", "messages/m"].map(str::to_owned)].concat()
    );
}

#[test]
fn a_message_is_tracked_until_it_is_read_and_no_state_is_told_twice() {
    let host = Scripted::new([
        Step::Answer(200, NOW),
        Step::Answer(200, r#"{"msgId":"m","state":"queued","at":{}}"#),
        Step::Answer(
            200,
            r#"{"items":[{"kind":"message","seq":6,"msgId":"other","state":"read","at":{}},{"kind":"message","seq":7,"msgId":"m","state":"delivered","at":{}},
            {"kind":"message","seq":8,"msgId":"m","state":"delivered","at":{}}],"cursor":"e.8","more":false}"#,
        ),
        Step::Answer(410, RESET),
        Step::Answer(200, r#"{"items":[],"cursor":"f.1","more":false}"#),
        Step::Answer(200, r#"{"msgId":"m","state":"delivered","at":{}}"#),
        Step::Answer(
            200,
            r#"{"items":[{"kind":"message","seq":2,"msgId":"m","state":"read","at":{}}],"cursor":"f.2","more":false}"#,
        ),
    ]);
    let phone = phone(host.through_proxy());
    let told = take(phone.track("m"), 9).unwrap();
    assert_eq!(states(&told), [Delivery::Queued, Delivery::Delivered, Delivery::Read]);
    let asked = [
        "events",
        "messages/m",
        "events?after=e.5&wait=20",
        "events?after=e.8&wait=20",
        "events",
        "messages/m",
        "events?after=f.1&wait=20",
    ];
    assert_eq!(urls(&host), asked);
}

#[test]
fn a_failure_ends_it_once_nothing_has_refuted_it_for_a_minute() {
    const FAILED: Step = Step::Answer(200, r#"{"msgId":"m","state":"failed","at":{},"code":"F04"}"#);
    const NOTHING: &str = r#"{"items":[],"cursor":"e.5","more":false}"#;
    const DELIVERED: &str =
        r#"{"items":[{"kind":"message","seq":6,"msgId":"m","state":"delivered","at":{}}],"cursor":"e.6","more":false}"#;
    let late = |text| Step::Late(Duration::from_secs(20), 200, text);
    let host = Scripted::new([Step::Answer(200, NOW), FAILED, late(NOTHING), late(NOTHING), late(NOTHING)]);
    let told = take(phone(host.through_proxy()).track("m"), 9).unwrap();
    assert_eq!(states(&told), [Delivery::Failed]);
    assert_eq!(host.requests().len(), 5);
    let host = Scripted::new([Step::Answer(200, NOW), FAILED, late(NOTHING), late(DELIVERED)]);
    let told = take(phone(host.through_proxy()).track("m").until(Delivery::Delivered), 9).unwrap();
    assert_eq!(states(&told), [Delivery::Failed, Delivery::Delivered]);
    // Where it was asked for, and where nothing can come after.
    let host = Scripted::new([Step::Answer(200, NOW), FAILED]);
    assert_eq!(take(phone(host.through_proxy()).track("m").until(Delivery::Failed), 9).unwrap().len(), 1);
    let host = Scripted::new([Step::Answer(200, NOW), Step::Answer(200, r#"{"msgId":"m","state":"deleted","at":{}}"#)]);
    assert_eq!(take(phone(host.through_proxy()).track("m").until(Delivery::Played), 9).unwrap().len(), 1);
}

#[test]
fn straight_to_maytapi_nothing_can_be_followed() {
    let host = Scripted::new([]);
    let phone = phone(host.to_maytapi());
    assert_eq!(block_on(phone.message("m")).unwrap_err().kind(), ErrorKind::Configuration);
    assert_eq!(take(phone.events(), 1).unwrap_err().kind(), ErrorKind::Configuration);
    assert_eq!(take(phone.track("m"), 1).unwrap_err().kind(), ErrorKind::Configuration);
    assert!(host.requests().is_empty());
}
