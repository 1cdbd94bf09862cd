//! What can be sent: the request model of `POST /{phone_id}/sendMessage`, checked before it leaves.
//!
//! A [`Message`] is read from JSON in either spelling (`toNumber` or `to_number`), and written in exactly Maytapi's. Reading reports
//! every fault at once. It is driven by one table: [`Kind`] lists the types and the fields of each, `check` knows every kind of field,
//! and reading, writing, forms and documentation follow. Everything here is pure: no JavaScript, no HTTP, no clock.

mod card;
mod check;
mod fault;
mod fields;
mod kind;
mod lists;
mod media;
mod parse;
mod recipient;
mod suggest;
mod text;
mod wire;

use std::fmt;

pub use fault::{Fault, FaultCode, Faults};
pub use kind::{ENVELOPE, FieldKind, FieldSpec, Kind};
pub use media::{HttpUrl, MAX_FILE_BYTES, Media};
pub use recipient::{InvalidRecipient, Recipient};

use crate::json::{Json, Members};

/// A message that Maytapi will accept, as far as its documentation tells. It can only be made by reading one, so what it holds is
/// checked, and in the form in which it goes onto the wire.
#[derive(Clone, PartialEq)]
pub struct Message {
    to: Recipient,
    kind: MessageType,
    /// By their names on the wire, in the order of the table.
    fields: Members,
}

#[derive(Clone, PartialEq)]
enum MessageType {
    Checked(Kind),
    Raw(String),
}

impl Message {
    /// Who receives it.
    #[must_use]
    pub fn recipient(&self) -> &Recipient {
        &self.to
    }

    /// Its type; `None` in the raw form.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        match self.kind {
            MessageType::Checked(kind) => Some(kind),
            MessageType::Raw(_) => None,
        }
    }

    /// Its type's name, as on the wire.
    #[must_use]
    pub fn type_name(&self) -> &str {
        match &self.kind {
            MessageType::Checked(kind) => kind.as_str(),
            MessageType::Raw(name) => name,
        }
    }

    /// One of its fields, by its name on the wire.
    #[must_use]
    pub fn field(&self, wire_name: &str) -> Option<&Json> {
        self.fields.iter().find(|(name, _)| name == wire_name).map(|(_, value)| value)
    }

    /// As the JSON that goes onto the wire.
    #[must_use]
    pub fn into_json(mut self) -> Json {
        let mut members =
            vec![("to_number".to_owned(), self.to.as_str().into()), ("type".to_owned(), self.type_name().into())];
        members.append(&mut self.fields);
        Json::Object(members)
    }

    /// Where its file comes from, where it has one.
    #[must_use]
    pub fn media(&self) -> Option<Media> {
        match self.kind()? {
            Kind::Media | Kind::Image | Kind::Sticker => media::of_checked(self.field("message")?.as_str()?),
            _ => None,
        }
    }

    /// The pages that it leads to: a link, the buttons that open one.
    #[must_use]
    pub fn links(&self) -> Vec<HttpUrl> {
        let url = |value: Option<&Json>| value.and_then(Json::as_str).and_then(HttpUrl::parse);
        match (self.kind(), self.field("buttons")) {
            (Some(Kind::Link), _) => url(self.field("message")).into_iter().collect(),
            (Some(Kind::Buttons), Some(Json::Array(buttons))) => {
                buttons.iter().filter_map(|button| url(button.get("url"))).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// What a message says is nobody else's business: its debug form tells its type, what kind of recipient it has, and how many fields.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({} to {:?}, {} fields)", self.type_name(), self.to, self.fields.len())
    }
}
