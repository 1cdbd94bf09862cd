//! One message's row: what of it is stored, and which report moves it on.

use std::collections::HashMap;

use maytapi::delivery::Delivery;

use super::report::{Report, from_number, number};

/// A message that was queued, and what became of it since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Maytapi's id.
    pub msg_id: String,
    /// The number of its last change.
    pub seq: i64,
    /// How far it has come.
    pub state: Delivery,
    /// When it came to each of [`STEPS`], in milliseconds since 1970.
    pub steps: [Option<i64>; 5],
    /// When it failed or was deleted, where that is its state.
    pub ended: Option<i64>,
    /// Maytapi's code of its failure; never Maytapi's words, which may repeat number and text.
    pub code: Option<String>,
    /// Whose it is: the caller's pseudonym.
    pub caller: Option<String>,
    /// The batch that it is of.
    pub batch: Option<InBatch>,
}

/// A message's place in a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InBatch {
    /// The batch's number in storage.
    pub n: i64,
    /// The batch's id; none where its results were thrown away.
    pub id: Option<String>,
    /// The row.
    pub row: i64,
}

/// The steps whose times have a column each, in the order of the columns.
pub const STEPS: [Delivery; 5] =
    [Delivery::Queued, Delivery::Sent, Delivery::Delivered, Delivery::Read, Delivery::Played];

/// The columns of a row, as [`Message::read`] takes them.
pub const COLUMNS: &str = "msg_id, seq, state, queued, sent, delivered, read, played, ended, code, caller, batch, row, (SELECT id FROM batches WHERE n = batch)";

impl Message {
    /// A message that Maytapi has just queued.
    #[must_use]
    pub fn queued(msg_id: &str, caller: &str, now_ms: i64) -> Self {
        Message {
            msg_id: msg_id.to_owned(),
            seq: 0,
            state: Delivery::Queued,
            steps: [Some(now_ms), None, None, None, None],
            ended: None,
            code: None,
            caller: Some(caller.to_owned()),
            batch: None,
        }
    }

    /// Takes a report, and tells whether it changed anything. Reports repeat and overtake each other: what does not advance changes
    /// nothing, so a step keeps the first time that was told of it.
    pub fn take(&mut self, report: &Report, now_ms: i64) -> bool {
        let state = self.state.advance(report.state);
        if state == self.state {
            return false;
        }
        // Maytapi's clock is another, and counts seconds: what it tells lies between queuing and now.
        let queued = self.steps[0].unwrap_or(now_ms);
        let at = report.at_ms.unwrap_or(now_ms).min(now_ms).max(queued);
        // Of a failure that was refuted nothing stays.
        (self.ended, self.code) = (None, None);
        self.state = state;
        match STEPS.into_iter().zip(&mut self.steps).find(|(step, _)| *step == state) {
            Some((_, slot)) => *slot = Some(at),
            None => self.ended = Some(at),
        }
        if state == Delivery::Failed {
            self.code.clone_from(&report.code);
        }
        true
    }

    /// Reads a row of [`COLUMNS`].
    #[must_use]
    pub fn read(row: &[Cell]) -> Option<Self> {
        let [msg_id, seq, state, steps @ .., ended, code, caller, batch, in_batch, id] = row else { return None };
        let steps: &[Cell; 5] = steps.try_into().ok()?;
        Some(Message {
            msg_id: msg_id.text()?.to_owned(),
            seq: seq.number()?,
            state: from_number(u8::try_from(state.number()?).ok()?),
            steps: steps.each_ref().map(Cell::number),
            ended: ended.number(),
            code: code.text().map(str::to_owned),
            caller: caller.text().map(str::to_owned),
            batch: batch.number().zip(in_batch.number()).map(|(n, row)| InBatch {
                n,
                id: id.text().map(str::to_owned),
                row,
            }),
        })
    }

    /// As a row of those of [`COLUMNS`] that change, in JSON.
    #[must_use]
    pub fn row(&self) -> String {
        let mut row = format!("[{},{},{}", quoted(&self.msg_id), self.seq, number(self.state));
        for time in self.steps.into_iter().chain([self.ended]) {
            row.push(',');
            row.push_str(&time.map_or_else(|| "null".to_owned(), |time| time.to_string()));
        }
        for text in [&self.code, &self.caller] {
            row.push(',');
            row.push_str(&text.as_deref().map_or_else(|| "null".to_owned(), quoted));
        }
        row.push(']');
        row
    }
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// None.
    Null,
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
}

impl Cell {
    /// The number, where it is one.
    #[must_use]
    pub fn number(&self) -> Option<i64> {
        match self {
            Cell::Number(number) => Some(*number),
            Cell::Null | Cell::Text(_) => None,
        }
    }

    /// The text, where it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Cell::Text(text) => Some(text),
            Cell::Null | Cell::Number(_) => None,
        }
    }
}

/// A text as JSON has it.
#[must_use]
pub fn quoted(text: &str) -> String {
    // Texts can always be written.
    serde_json::to_string(text).unwrap_or_default()
}

/// A list of texts in JSON, as the one parameter of a statement.
#[must_use]
pub fn list<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let quoted: Vec<String> = texts.map(quoted).collect();
    format!("[{}]", quoted.join(","))
}

/// What reports came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Advanced {
    /// The messages that they moved on, each with its new number.
    pub changed: Vec<Message>,
    /// The reports about messages that aren't known here.
    pub unknown: Vec<Report>,
    /// Of which batches messages failed, and how many; fewer than none where a delivery refuted failures.
    pub failures: Vec<(i64, i64)>,
}

/// Takes reports for the messages that are known, and numbers those that change from `seq` on, which is the last number given so far.
#[must_use]
pub fn advance(known: Vec<Message>, reports: &[Report], seq: i64, now_ms: i64) -> Advanced {
    let failed = |message: &Message| i64::from(message.state == Delivery::Failed);
    let entry = |message: Message| (message.msg_id.clone(), (failed(&message), false, message));
    let mut known: HashMap<String, (i64, bool, Message)> = known.into_iter().map(entry).collect();
    let mut order: Vec<&str> = Vec::new();
    let mut unknown = Vec::new();
    for report in reports {
        match known.get_mut(&report.msg_id) {
            Some((_, changed, message)) => {
                if message.take(report, now_ms) && !std::mem::replace(changed, true) {
                    order.push(&report.msg_id);
                }
            }
            None => unknown.push(report.clone()),
        }
    }
    let mut seq = seq;
    let mut changed = Vec::with_capacity(order.len());
    let mut failures: Vec<(i64, i64)> = Vec::new();
    for msg_id in order {
        if let Some((had_failed, _, mut message)) = known.remove(msg_id) {
            seq = seq.saturating_add(1);
            message.seq = seq;
            if let Some(batch) = &message.batch {
                let change = failed(&message).saturating_sub(had_failed);
                match failures.iter_mut().find(|(n, _)| *n == batch.n) {
                    Some((_, count)) => *count = count.saturating_add(change),
                    None => failures.push((batch.n, change)),
                }
            }
            changed.push(message);
        }
    }
    failures.retain(|(_, count)| *count != 0);
    Advanced { changed, unknown, failures }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Delivery::{Deleted, Delivered, Failed, Played, Queued, Read, Sent};

    const NOW: i64 = 1_800_000_000_000;

    fn report(state: Delivery, at_ms: i64) -> Report {
        let code = (state == Failed).then(|| "F04".to_owned());
        Report { msg_id: "m".into(), state, at_ms: Some(at_ms), code }
    }

    fn message() -> Message {
        Message::queued("m", "c", NOW)
    }

    #[test]
    fn a_report_that_does_not_advance_changes_nothing() {
        let mut message = message();
        assert!(message.take(&report(Read, NOW + 5), NOW + 9));
        let before = message.clone();
        for state in [Queued, Sent, Failed, Delivered, Read] {
            assert!(!message.take(&report(state, NOW + 7), NOW + 9), "{state:?}");
        }
        assert_eq!(message, before);
        assert!(message.take(&report(Played, NOW + 7), NOW + 9) && message.take(&report(Deleted, NOW + 8), NOW + 9));
        assert!(!message.take(&report(Played, NOW + 9), NOW + 9));
        assert_eq!((message.state, message.steps[3], message.ended), (Deleted, Some(NOW + 5), Some(NOW + 8)));
    }

    #[test]
    fn a_delivery_refutes_a_failure() {
        let mut message = message();
        assert!(message.take(&report(Sent, NOW), NOW) && message.take(&report(Failed, NOW + 1), NOW + 1));
        assert_eq!((message.state, message.code.as_deref(), message.ended), (Failed, Some("F04"), Some(NOW + 1)));
        assert!(message.take(&report(Delivered, NOW + 2), NOW + 2));
        assert_eq!((message.state, message.code, message.ended), (Delivered, None, None));
    }

    #[test]
    fn a_time_that_can_not_be_is_moved_to_one_that_can() {
        for (told, wanted) in [
            (Some(NOW - 500), NOW),
            (Some(NOW + 3), NOW + 3),
            (Some(NOW + 60_000), NOW + 10),
            (None, NOW + 10),
            (Some(i64::MIN), NOW),
        ] {
            let mut message = message();
            let told = Report { at_ms: told, ..report(Sent, 0) };
            assert!(message.take(&told, NOW + 10));
            assert_eq!(message.steps[1], Some(wanted), "{told:?}");
        }
    }

    #[test]
    fn a_row_is_read_as_it_was_written() {
        let mut message = Message { seq: 12, ..message() };
        for report in [report(Sent, NOW), report(Failed, NOW + 1)] {
            let row: Vec<serde_json::Value> = serde_json::from_str(&message.row()).unwrap();
            assert_eq!(row.len() + 3, COLUMNS.split(", ").count());
            let cell = |value: &serde_json::Value| match (value.as_i64(), value.as_str()) {
                (Some(number), _) => Cell::Number(number),
                (_, Some(text)) => Cell::Text(text.to_owned()),
                _ => Cell::Null,
            };
            let null = [const { Cell::Null }; 3];
            let mut cells: Vec<Cell> = row.iter().map(cell).chain(null).collect();
            assert_eq!(Message::read(&cells), Some(message.clone()));
            cells.splice(row.len().., [Cell::Number(7), Cell::Number(3), Cell::Text("b_1".into())]);
            let batch = Some(InBatch { n: 7, id: Some("b_1".into()), row: 3 });
            assert_eq!(Message::read(&cells), Some(Message { batch, ..message.clone() }));
            message.take(&report, NOW + 1);
        }
        assert_eq!(Message::read(&[]), None);
    }

    #[test]
    fn many_reports_give_each_message_that_changes_one_number() {
        let of = |id: &str, state| Report { msg_id: id.into(), ..report(state, NOW) };
        let known = vec![Message { msg_id: "a".into(), ..message() }, Message { msg_id: "b".into(), ..message() }];
        let reports = [of("b", Sent), of("x", Sent), of("a", Queued), of("b", Delivered), of("b", Sent)];
        let advanced = advance(known.clone(), &reports, 41, NOW);
        let changed: Vec<_> = advanced.changed.iter().map(|m| (m.msg_id.as_str(), m.seq, m.state)).collect();
        assert_eq!(changed, [("b", 42, Delivered)]);
        assert_eq!(advanced.unknown, [of("x", Sent)]);
        assert_eq!(advance(known, &[], 41, NOW), Advanced::default());
    }

    #[test]
    fn late_failures_of_a_batch_are_counted_and_taken_back() {
        let of = |id: &str, state| Report { msg_id: id.into(), ..report(state, NOW) };
        let known =
            |id: &str, n| Message { msg_id: id.into(), batch: Some(InBatch { n, id: None, row: 0 }), ..message() };
        let (mut refuted, single) = (known("c", 8), Message { msg_id: "d".into(), ..message() });
        assert!(refuted.take(&report(Failed, NOW), NOW));
        let all = vec![known("a", 7), known("b", 7), refuted, single];
        let reports = [of("a", Failed), of("b", Failed), of("c", Delivered), of("d", Failed), of("a", Sent)];
        assert_eq!(advance(all.clone(), &reports, 41, NOW).failures, [(7, 2), (8, -1)]);
        assert_eq!(advance(all, &[of("a", Failed), of("a", Delivered)], 41, NOW).failures, []);
    }
}
