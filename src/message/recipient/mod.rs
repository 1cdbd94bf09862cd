//! Who receives a message: a phone number in any common spelling, or a WhatsApp id (JID).

mod jid;
mod link;
mod model;
mod number;
mod parse;
mod rule;
mod spelling;

pub use model::{InvalidRecipient, Recipient};
pub(super) use rule::{contact, recipient};
