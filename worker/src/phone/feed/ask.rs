//! What the Worker asks a phone's object about its feed: one side of a hop.

use serde::{Deserialize, Serialize};

use super::report::Report;

/// Who looks at the feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Viewer {
    /// A caller, by pseudonym, who may see what is theirs.
    Own(String),
    /// Someone who may see all of the phone; their pseudonym is counted by.
    Phone(String),
}

impl Viewer {
    /// The caller's pseudonym.
    #[must_use]
    pub fn caller(&self) -> &str {
        match self {
            Viewer::Own(caller) | Viewer::Phone(caller) => caller,
        }
    }

    /// Of whose messages alone they may see.
    #[must_use]
    pub fn only(&self) -> Option<&str> {
        match self {
            Viewer::Own(caller) => Some(caller),
            Viewer::Phone(_) => None,
        }
    }
}

/// What is asked of a phone's object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// To take what a webhook said.
    Take {
        /// What became of messages.
        reports: Vec<Report>,
        /// The phone's new state.
        status: Option<String>,
    },
    /// What became of these messages.
    Messages {
        /// Who asks.
        viewer: Viewer,
        /// Maytapi's ids.
        msg_ids: Vec<String>,
    },
    /// What changed since.
    Events {
        /// Who asks.
        viewer: Viewer,
        /// The cursor of what was seen.
        after: Option<String>,
        /// How many changes to tell at most.
        limit: u32,
        /// How long to wait for the first, in milliseconds.
        wait_ms: u32,
    },
}

/// A live socket that wants to be accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dial {
    /// Who watches.
    pub viewer: Viewer,
    /// The cursor of what was seen.
    pub after: Option<String>,
    /// When the token ends, in seconds since 1970.
    pub expires_s: i64,
    /// How many sockets the phone may have.
    pub most: u32,
}
