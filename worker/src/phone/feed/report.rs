//! One report about one message, as it goes from the webhook's route to the phone's object.

use maytapi::delivery::Delivery;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What Maytapi says of one message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Wire", into = "Wire")]
pub struct Report {
    /// The `msgId` of the send.
    pub msg_id: String,
    /// How far it has come.
    pub state: Delivery,
    /// When, in milliseconds since 1970, where Maytapi says so.
    pub at_ms: Option<i64>,
    /// Maytapi's code of a failure.
    pub code: Option<String>,
}

/// On the hop: short, since there may be 1,500 of them.
#[derive(Serialize, Deserialize)]
struct Wire(String, u8, Option<i64>, Option<String>);

impl From<Wire> for Report {
    fn from(Wire(msg_id, state, at_ms, code): Wire) -> Self {
        Report { msg_id, state: from_number(state), at_ms, code }
    }
}

impl From<Report> for Wire {
    fn from(report: Report) -> Self {
        Wire(report.msg_id, number(report.state), report.at_ms, report.code)
    }
}

/// A state as it is stored. These numbers may never change: storage has them.
#[must_use]
pub fn number(state: Delivery) -> u8 {
    match state {
        Delivery::Queued => 0,
        Delivery::Sent => 1,
        Delivery::Failed => 2,
        Delivery::Delivered => 3,
        Delivery::Read => 4,
        Delivery::Played => 5,
        Delivery::Deleted => 6,
    }
}

/// The state of a stored number.
#[must_use]
pub fn from_number(stored: u8) -> Delivery {
    Delivery::ALL.into_iter().find(|state| number(*state) == stored).unwrap_or(Delivery::Queued)
}

/// The ids of reports, as the one parameter of a statement.
#[must_use]
pub fn ids(reports: &[Report]) -> Value {
    let ids: Vec<&str> = reports.iter().map(|report| report.msg_id.as_str()).collect();
    Value::String(json!(ids).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_survives_the_hop() {
        for state in Delivery::ALL {
            let report = Report { msg_id: "m-1".into(), state, at_ms: Some(7), code: Some("F04".into()) };
            let text = serde_json::to_string(&report).unwrap();
            assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report, "{text}");
            assert_eq!(from_number(number(state)), state);
        }
    }

    #[test]
    fn stored_states_are_in_the_order_of_delivery() {
        let mut states = Delivery::ALL;
        states.sort();
        let numbers: Vec<u8> = states.into_iter().map(number).collect();
        assert_eq!(numbers, [0, 1, 2, 3, 4, 5, 6]);
    }
}
