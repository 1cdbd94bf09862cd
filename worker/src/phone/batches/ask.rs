//! What the Worker asks a phone's object about its batches: one side of a hop, as lines of text.

use maytapi::named_enum;

use crate::phone::feed::ask::Follower;

named_enum! {
    /// What is asked.
    pub enum Verb {
        /// To make a batch of what the body says.
        Create = "create",
        /// To take a piece of its rows.
        Piece = "piece",
        /// To begin.
        Start = "start",
        /// To stop for now.
        Pause = "pause",
        /// To go on.
        Resume = "resume",
        /// To end.
        Cancel = "cancel",
        /// One.
        Get = "get",
        /// All, newest first.
        List = "list",
        /// A page of results, as JSON.
        Results = "results",
        /// A page of results, as rows of a CSV.
        Table = "table",
        /// How many asked to get no more.
        OptOuts = "optOuts",
        /// Whether one person did.
        OptOut = "optOut",
        /// To take that back.
        OptIn = "optIn",
    }
}

/// A question about batches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchAsk {
    /// What is asked.
    pub verb: Verb,
    /// Who asks, and whether they may see, or steer, all batches or their own.
    pub follower: Follower,
    /// The batch's id.
    pub id: String,
    /// What the token leaves open, as a claim in JSON.
    pub claim: String,
    /// Of a new batch its digest, of a piece its number, of results how many are wanted and of which states.
    pub detail: String,
    /// The request's body, or after which row or batch to go on, in the caller's words; of a person the number.
    pub rest: String,
}

/// Before every question of this kind.
const MARK: &str = "batch ";

impl BatchAsk {
    /// Whether a question is one about batches.
    #[must_use]
    pub fn is_one(text: &str) -> bool {
        text.starts_with(MARK)
    }

    /// For the hop. What is in the caller's words comes last.
    #[must_use]
    pub fn text(&self) -> String {
        let BatchAsk { verb, follower, id, claim, detail, rest } = self;
        format!("{MARK}{}\n{}\n{id}\n{claim}\n{detail}\n{rest}", verb.as_str(), follower.line())
    }

    /// Reads what [`BatchAsk::text`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_prefix(MARK)?.splitn(6, '\n');
        let mut line = || lines.next();
        let (verb, follower) = (Verb::from_name(line()?)?, Follower::parse(line()?)?);
        let mut text = || line().map(str::to_owned);
        Some(BatchAsk { verb, follower, id: text()?, claim: text()?, detail: text()?, rest: text()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_survives_the_hop() {
        for verb in Verb::ALL {
            let ask = BatchAsk {
                verb,
                follower: Follower { identity: "a\nb c".into(), sees_all: verb == Verb::Get },
                id: "b_1".into(),
                claim: r#"{"types":["text"]}"#.into(),
                detail: "7".into(),
                rest: "{\n\"rows\":[]\n}\n".into(),
            };
            assert!(BatchAsk::is_one(&ask.text()));
            assert_eq!(BatchAsk::parse(&ask.text()), Some(ask));
        }
        for text in ["", "batch start", "batch begin\nown 31\n\n\n\n", "batch get\nall 31\n\n\n\n", "state\nown 31\n"] {
            assert_eq!(BatchAsk::parse(text), None, "{text}");
        }
        assert!(!BatchAsk::is_one("state\nown 31\n") && !BatchAsk::is_one("batches"));
    }
}
