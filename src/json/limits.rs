//! How much a document may hold, whoever wrote it.

use std::fmt;

/// What a document may be at most. A value takes some thirty bytes in memory and as few as two in a text, so without a bound on their
/// number a body of a few megabytes could exhaust an isolate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many values it may have in all: each array, object, text, number, boolean and null.
    pub nodes: u32,
    /// How deep arrays and objects may stand in each other.
    pub depth: u32,
}

impl Limits {
    /// Of one message.
    pub const MESSAGE: Limits = Limits { nodes: 10_000, depth: DEPTH };
    /// Of one webhook, which may be a batch, and of an answer.
    pub const WEBHOOK: Limits = Limits { nodes: 50_000, depth: DEPTH };
    /// Of one request of a batch of messages.
    pub const BATCH: Limits = Limits { nodes: 100_000, depth: DEPTH };
}

/// Where nothing else is said, as when serde reads a [`Json`](super::Json) by itself: those of a webhook.
impl Default for Limits {
    fn default() -> Self {
        Limits::WEBHOOK
    }
}

/// Deeper than any message, answer or webhook; shallow enough that hostile input can't exhaust the stack.
const DEPTH: u32 = 32;

/// The search for repeated names is quadratic, so the number of members is bounded, far above what any message or answer has.
pub(super) const MAX_MEMBERS: usize = 1024;

/// Why a text is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejected {
    /// It is no JSON.
    Malformed,
    /// More values in all than [`Limits::nodes`].
    TooManyNodes,
    /// Nested deeper than [`Limits::depth`].
    TooDeep,
    /// More than 1024 members in one object.
    TooManyMembers,
    /// A name stands twice in one object. Parsers differ on which of two wins, so a check here and a reader elsewhere could see two
    /// messages.
    RepeatedName,
}

impl Rejected {
    /// What it is, as the end of a sentence.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Rejected::Malformed => "it is not JSON",
            Rejected::TooManyNodes => "it holds too many values",
            Rejected::TooDeep => "it is nested too deep",
            Rejected::TooManyMembers => "one of its objects has more than 1024 members",
            Rejected::RepeatedName => "a name stands twice in one object",
        }
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::error::Error for Rejected {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_sent_too_much_is_told_of_what() {
        for (rejected, wanted) in [
            (Rejected::Malformed, "it is not JSON"),
            (Rejected::TooManyNodes, "it holds too many values"),
            (Rejected::TooDeep, "it is nested too deep"),
            (Rejected::TooManyMembers, "one of its objects has more than 1024 members"),
            (Rejected::RepeatedName, "a name stands twice in one object"),
        ] {
            assert_eq!(rejected.to_string(), wanted);
        }
        assert_eq!(MAX_MEMBERS, 1024, "as the sentence says");
    }
}
