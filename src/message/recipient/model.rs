//! Who receives a message, by kind.

use std::fmt;

/// Who receives a message. The country is never guessed: a number starts with its country code.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Recipient {
    /// A phone number: 7 to 15 digits, country code first (E.164 without its `+`).
    Phone(String),
    /// A user's JID, `<digits>@c.us`.
    User(String),
    /// A group's JID, `<id>@g.us` or, from older groups, `<creator>-<time>@g.us`.
    Group(String),
    /// A channel's JID, `<digits>@newsletter`.
    Channel(String),
    /// Any other JID, kept as it is.
    Other(String),
}

/// Why a text is no recipient, in a sentence that says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidRecipient(pub(super) &'static str);

impl Recipient {
    /// As it stands on the wire in `to_number`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Recipient::Phone(text)
            | Recipient::User(text)
            | Recipient::Group(text)
            | Recipient::Channel(text)
            | Recipient::Other(text) => text,
        }
    }

    /// The digits of the phone number behind it, where there is one.
    #[must_use]
    pub fn phone_number(&self) -> Option<&str> {
        match self {
            Recipient::Phone(digits) => Some(digits),
            Recipient::User(jid) => jid.strip_suffix("@c.us"),
            Recipient::Group(_) | Recipient::Channel(_) | Recipient::Other(_) => None,
        }
    }
}

/// A recipient is personal data: its debug form says only what kind it is.
impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Recipient::Phone(_) => "Recipient::Phone(…)",
            Recipient::User(_) => "Recipient::User(…)",
            Recipient::Group(_) => "Recipient::Group(…)",
            Recipient::Channel(_) => "Recipient::Channel(…)",
            Recipient::Other(_) => "Recipient::Other(…)",
        })
    }
}
