//! One row's result, as it is told.

use maytapi::json::Json;

use super::csv;
use crate::phone::batches::model::RowState;
use crate::phone::feed::message::quoted;
use crate::phone::feed::report;

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Result {
    /// Its number in the batch.
    pub row: i64,
    /// The caller's own name of it.
    pub reference: Option<String>,
    /// What became of it.
    pub state: RowState,
    /// Maytapi's code, or ours.
    pub code: Option<String>,
    /// Maytapi's id of the message.
    pub msg_id: Option<String>,
    /// When, in milliseconds since 1970.
    pub at: Option<i64>,
    /// The same as ISO 8601 has it.
    pub at_iso: Option<String>,
    /// How far the message has come, by its number in storage.
    pub delivery: Option<u8>,
    /// With what it failed, where it did.
    pub failure: Option<String>,
}

impl Result {
    /// In JSON.
    #[must_use]
    pub fn json(&self) -> String {
        let mut text = format!(r#"{{"row":{},"state":"{}""#, self.row, self.state.as_str());
        for (name, value) in [("ref", &self.reference), ("code", &self.told_code()), ("msgId", &self.msg_id)] {
            if let Some(value) = value {
                text.push_str(&format!(r#","{name}":{}"#, quoted(value)));
            }
        }
        if let Some(at) = self.told_at() {
            text.push_str(&format!(r#","at":{at}"#));
        }
        if let Some(delivery) = self.told_delivery() {
            text.push_str(&format!(r#","delivery":"{delivery}""#));
        }
        text.push('}');
        text
    }

    /// As a line of a CSV under [`csv::HEAD`].
    #[must_use]
    pub fn line(&self) -> String {
        let (row, code) = (self.row.to_string(), self.told_code());
        let at = self.told_at().and(self.at_iso.as_deref());
        csv::line(&[
            Some(&row),
            self.reference.as_deref(),
            Some(self.state.as_str()),
            code.as_deref(),
            self.msg_id.as_deref(),
            at,
            self.told_delivery(),
        ])
    }

    /// A late failure's code is the newer.
    fn told_code(&self) -> Option<String> {
        self.failure.clone().or_else(|| self.code.clone())
    }

    /// Of a row that waits it is when it may go again.
    fn told_at(&self) -> Option<i64> {
        self.at.filter(|_| self.state != RowState::Waiting)
    }

    fn told_delivery(&self) -> Option<&'static str> {
        self.delivery.map(|state| report::from_number(state).as_str())
    }
}

/// Reads which states are wanted, their names with commas between; as numbers in a list in JSON.
#[must_use]
pub fn states(names: &str) -> Option<String> {
    let wanted: Option<Vec<RowState>> = names.split(',').map(RowState::from_name).collect();
    let wanted = if names.is_empty() { RowState::ALL.to_vec() } else { wanted? };
    serde_json::to_string(&Json::list(&wanted, |state| Json::Int(state.number()))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queued() -> Result {
        Result {
            row: 7,
            reference: Some("=A1".into()),
            state: RowState::Queued,
            code: None,
            msg_id: Some("m-1".into()),
            at: Some(5),
            at_iso: Some("1970-01-01T00:00:00.005Z".into()),
            delivery: Some(2),
            failure: Some("F04".into()),
        }
    }

    #[test]
    fn a_result_is_told_with_what_was_heard_later() {
        let wanted = r#"{"row":7,"state":"queued","ref":"=A1","code":"F04","msgId":"m-1","at":5,"delivery":"failed"}"#;
        assert_eq!(queued().json(), wanted);
        assert_eq!(queued().line(), "7,'=A1,queued,F04,m-1,1970-01-01T00:00:00.005Z,failed\r\n");
        let waiting = Result {
            state: RowState::Waiting,
            reference: None,
            msg_id: None,
            delivery: None,
            failure: None,
            ..queued()
        };
        assert_eq!(
            (waiting.json().as_str(), waiting.line().as_str()),
            (r#"{"row":7,"state":"waiting"}"#, "7,,waiting,,,,\r\n")
        );
    }

    #[test]
    fn states_are_wanted_by_their_names() {
        assert_eq!(states("queued,unknown").as_deref(), Some("[2,4]"));
        assert_eq!(states("").as_deref(), Some("[0,1,2,3,4,5,6]"));
        assert_eq!((states("queued,"), states("sent")), (None, None));
    }
}
