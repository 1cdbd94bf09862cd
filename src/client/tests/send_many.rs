//! Many sends: in order, so many at a time, each for itself.

use futures_util::StreamExt;

use super::scripted::{QUEUED, Scripted, Step, block_on, message, phone};
use crate::client::TransportErrorKind as Ends;

#[test]
fn results_come_in_order_and_a_failure_stops_nobody() {
    let host = Scripted::new([
        Step::Answer(200, r#"{"success":true,"data":{"msgId":"a"}}"#),
        Step::Ends(Ends::NotAResponse),
        Step::Answer(200, r#"{"success":false,"message":"no"}"#),
        Step::Answer(200, r#"{"success":true,"data":{"msgId":"d"}}"#),
    ]);
    let phone = phone(host.through_proxy());
    let results = block_on(phone.send_many(["1", "2", "3", "4"].map(message), 2).collect::<Vec<_>>());
    let told: Vec<String> = results
        .into_iter()
        .map(|result| result.map_or_else(|error| error.code().to_owned(), |queued| queued.msg_id))
        .collect();
    assert_eq!(told, ["a", "not_a_response", "refused", "d"]);
    let mut keys = host.sent("idempotency-key");
    keys.dedup();
    assert_eq!(keys.len(), 4, "one key is for one send");
}

#[test]
fn no_more_than_asked_for_are_under_way() {
    for (concurrency, most) in [(0, 1), (1, 1), (3, 3), (99, 8)] {
        let host = Scripted::new((0..8).map(|_| Step::Answer(200, QUEUED)));
        let phone = phone(host.through_proxy());
        let results =
            block_on(phone.send_many((0..8).map(|n| message(&n.to_string())), concurrency).collect::<Vec<_>>());
        assert_eq!((results.len(), host.most_under_way()), (8, most), "{concurrency}");
    }
}

#[test]
fn what_nobody_asks_for_is_not_sent() {
    let host = Scripted::new((0..8).map(|_| Step::Answer(200, QUEUED)));
    let phone = phone(host.through_proxy());
    let mut results = phone.send_many((0..8).map(|n| message(&n.to_string())), 2);
    block_on(results.next()).unwrap().unwrap();
    drop(results);
    assert!(host.requests().len() <= 3, "{}", host.requests().len());
}
