//! Acks that come before the send's own answer: kept for a while, and taken up when the answer says whose they are.

use super::message::Message;
use super::message::{Cell, quoted};
use super::report::Report;

/// How long they are kept, in milliseconds: ten minutes.
pub const KEPT_MS: i64 = 600_000;
/// Of how many messages at most.
pub const MOST: usize = 1000;

/// The reports about one message that isn't known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlyAck {
    /// Maytapi's id.
    pub msg_id: String,
    /// What was said of it, in the order in which it came.
    pub reports: Vec<Report>,
}

impl EarlyAck {
    /// Reads a row of `msg_id, report`.
    #[must_use]
    pub fn read(row: &[Cell]) -> Option<Self> {
        let [msg_id, reports] = row else { return None };
        Some(EarlyAck { msg_id: msg_id.text()?.to_owned(), reports: Report::parse_all(reports.text()?) })
    }

    /// As a row of `msg_id, report, at`, in JSON.
    #[must_use]
    pub fn row(&self, now_ms: i64) -> String {
        let lines: Vec<String> = self.reports.iter().map(Report::line).collect();
        format!("[{},{},{now_ms}]", quoted(&self.msg_id), quoted(&lines.join("\n")))
    }

    /// Takes the reports for the message that they turn out to be about.
    pub fn give(&self, message: &mut Message, now_ms: i64) {
        for report in &self.reports {
            message.take(report, now_ms);
        }
    }
}

/// Adds reports to those that are kept: the rows to write.
#[must_use]
pub fn keep(kept: Vec<EarlyAck>, reports: Vec<Report>, in_all: usize) -> Vec<EarlyAck> {
    let mut early_acks = kept;
    let room = MOST.saturating_sub(in_all).saturating_add(early_acks.len());
    for report in reports {
        let Some(known) = early_acks.iter().position(|early_ack| early_ack.msg_id == report.msg_id) else {
            if early_acks.len() < room {
                early_acks.push(EarlyAck { msg_id: report.msg_id.clone(), reports: vec![report] });
            }
            continue;
        };
        if let Some(early_ack) = early_acks.get_mut(known) {
            // One for each state is enough.
            if !early_ack.reports.iter().any(|known| known.state == report.state) {
                early_ack.reports.push(report);
            }
        }
    }
    early_acks
}

#[cfg(test)]
mod tests {
    use super::*;
    use maytapi::delivery::Delivery;

    fn report(id: &str, state: Delivery) -> Report {
        Report { msg_id: id.into(), state, at_ms: Some(5), code: None }
    }

    #[test]
    fn what_came_early_is_taken_up() {
        let reports = vec![report("m", Delivery::Sent), report("m", Delivery::Sent), report("m", Delivery::Delivered)];
        let early_acks = keep(Vec::new(), reports, 0);
        assert_eq!((early_acks.len(), early_acks[0].reports.len()), (1, 2));
        let row: Vec<serde_json::Value> = serde_json::from_str(&early_acks[0].row(7)).unwrap();
        let row: Vec<Cell> = row[..2].iter().map(|text| Cell::Text(text.as_str().unwrap().to_owned())).collect();
        let read = EarlyAck::read(&row).unwrap();
        assert_eq!(read, early_acks[0]);
        let mut message = Message::queued("m", "c", 3);
        read.give(&mut message, 9);
        assert_eq!((message.state, message.steps), (Delivery::Delivered, [Some(3), Some(5), Some(5), None, None]));
    }

    #[test]
    fn a_flood_of_unknown_ids_is_bounded() {
        let flood: Vec<Report> = (0..1500).map(|n| report(&format!("x-{n}"), Delivery::Sent)).collect();
        assert_eq!(keep(Vec::new(), flood.clone(), 0).len(), MOST);
        assert_eq!(keep(Vec::new(), flood.clone(), MOST - 1).len(), 1);
        let known = EarlyAck { msg_id: "m".into(), reports: Vec::new() };
        let kept = keep(vec![known], [vec![report("m", Delivery::Sent)], flood].concat(), MOST);
        assert_eq!((kept.len(), kept[0].reports.len()), (1, 1));
    }
}
