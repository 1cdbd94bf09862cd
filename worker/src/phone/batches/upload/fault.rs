//! What is wrong with a batch or its rows: the first faults, and how many there are.

use maytapi::json::Json;
use maytapi::message::Faults;

/// How many faults are told.
const MOST: usize = 200;

/// What is wrong with a batch or its rows.
#[derive(Debug, Default)]
pub struct RowFaults {
    first: Vec<Json>,
    count: i64,
}

impl RowFaults {
    /// Adds one, of a row or of the batch itself.
    pub fn add(&mut self, row: Option<i64>, path: &str, code: &str, message: &str) {
        self.count = self.count.saturating_add(1);
        if self.first.len() < MOST {
            let row = row.map(|row| ("row".to_owned(), Json::Int(row)));
            let texts = [("path", path), ("code", code), ("message", message)];
            let texts = texts.map(|(name, text)| (name.to_owned(), Json::from(text)));
            self.first.push(Json::Object(row.into_iter().chain(texts).collect()));
        }
    }

    /// Adds those of a message or a template.
    pub fn add_all(&mut self, row: Option<i64>, faults: &Faults) {
        for fault in faults.as_slice() {
            self.add(row, &fault.path, fault.code.as_str(), &fault.message);
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// As an answer of the object, which no other begins like.
    #[must_use]
    pub fn text(self) -> String {
        // Texts and numbers can always be written.
        let first = serde_json::to_string(&Json::Array(self.first)).unwrap_or_default();
        format!("{MARK}{}\n{first}", self.count)
    }

    /// Reads what [`RowFaults::text`] wrote; nothing where the answer is another.
    #[must_use]
    pub fn parse(text: &str) -> Option<(i64, Json)> {
        let (count, first) = text.strip_prefix(MARK)?.split_once('\n')?;
        Some((count.parse().ok()?, serde_json::from_str(first).ok()?))
    }
}

/// Before faults, where JSON is awaited otherwise.
const MARK: &str = "faults ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_faults_are_told_and_all_are_counted() {
        let mut faults = RowFaults::default();
        assert!(faults.is_empty());
        faults.add(None, "template.message", "empty", "Say something.");
        for row in 0..300 {
            faults.add(Some(row), "to", "missing", "Name a recipient.");
        }
        assert!(!faults.is_empty());
        let (count, first) = RowFaults::parse(&faults.text()).unwrap();
        let Json::Array(first) = first else { panic!("no list") };
        assert_eq!((count, first.len()), (301, MOST));
        assert_eq!((first[0].get("row"), first[1].get("row")), (None, Some(&Json::Int(0))));
        assert_eq!(first[1].text("path"), Some("to"));
        assert_eq!(RowFaults::parse("{}"), None);
    }
}
