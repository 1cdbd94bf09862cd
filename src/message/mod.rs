//! What can be sent: the request model of `POST /{phone_id}/sendMessage`, checked before it leaves.
//!
//! A [`Message`] is read from JSON in either spelling (`toNumber` or `to_number`), and written in exactly Maytapi's. Reading reports
//! every fault at once. It is driven by one table: [`MessageType`] lists the types and the fields of each, `rules` has the rule of
//! every kind of field, and reading, writing, forms and documentation follow. In Rust a message is written as a value of its type's
//! own struct, such as [`Text`], and becomes a [`Message`] by the same checks. Everything here is pure: no JavaScript, no HTTP, no clock.

mod check;
mod fault;
mod fields;
mod hint;
mod media;
mod model;
mod parse;
mod recipient;
mod rules;
mod suggest;
mod table;
mod typed;
mod wire;

pub use fault::{Fault, FaultCode, Faults};
pub(crate) use fields::join;
pub use hint::{Hint, HintCode};
pub use media::{MAX_FILE_BYTES, MediaSource};
pub use model::Message;
pub use parse::Checked;
pub use recipient::{InvalidRecipient, Recipient};
pub(crate) use rules::numbered;
pub use table::{ENVELOPE, FieldKind, FieldSpec, MessageType};
pub use typed::*;
