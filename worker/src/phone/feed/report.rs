//! One report about one message, as it goes from the webhook's route to the phone's object.

use maytapi::delivery::Delivery;

/// What Maytapi says of one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The `msgId` of the send: visible characters.
    pub msg_id: String,
    /// How far it has come.
    pub state: Delivery,
    /// When, in milliseconds since 1970, where Maytapi says so.
    pub at_ms: Option<i64>,
    /// Maytapi's code of a failure: a word.
    pub code: Option<String>,
}

impl Report {
    /// As a line: four fields between tabs, none of which can hold a tab or a line break.
    #[must_use]
    pub fn line(&self) -> String {
        let at = self.at_ms.map(|at| at.to_string()).unwrap_or_default();
        format!("{}\t{}\t{at}\t{}", self.msg_id, number(self.state), self.code.as_deref().unwrap_or_default())
    }

    /// Reads what [`Report::line`] wrote.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let mut fields = line.split('\t');
        let (msg_id, state, at, code) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        Some(Report {
            msg_id: msg_id.to_owned(),
            state: from_number(state.parse().ok()?),
            at_ms: at.parse().ok(),
            code: Some(code.to_owned()).filter(|code| !code.is_empty()),
        })
    }

    /// Reads the lines of many.
    #[must_use]
    pub fn parse_all(lines: &str) -> Vec<Self> {
        lines.lines().filter_map(Report::parse).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_survives_the_hop() {
        for state in Delivery::ALL {
            let report = Report { msg_id: "m-1".into(), state, at_ms: Some(7), code: Some("F04".into()) };
            assert_eq!(Report::parse(&report.line()), Some(report.clone()), "{}", report.line());
            let bare = Report { at_ms: None, code: None, ..report.clone() };
            let lines = format!("{}\n{}", report.line(), bare.line());
            assert_eq!(Report::parse_all(&lines), [report, bare]);
            assert_eq!(from_number(number(state)), state);
        }
        for line in ["", "m", "m\t1", "m\tx\t\t"] {
            assert_eq!(Report::parse(line), None, "{line}");
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
