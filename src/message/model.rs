//! A message that passed its checks, and what can be asked of it.

use std::fmt;

use super::media::{self, MediaSource};
use super::recipient::Recipient;
use super::rules::{Address, addresses};
use super::table::{FieldKind, MessageType, wire_name, with_envelope};
use crate::json::{Json, Members};
use crate::url::HttpUrl;

/// A message that Maytapi will accept, as far as its documentation tells. It can only be made by reading one, so what it holds is
/// checked, and in the form in which it goes onto the wire.
#[derive(Clone, PartialEq)]
pub struct Message {
    pub(super) to: Recipient,
    pub(super) type_name: TypeName,
    /// By their names on the wire, in the order of the table.
    pub(super) fields: Members,
}

#[derive(Clone, PartialEq)]
pub(super) enum TypeName {
    Checked(MessageType),
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
    pub fn message_type(&self) -> Option<MessageType> {
        match self.type_name {
            TypeName::Checked(known) => Some(known),
            TypeName::Raw(_) => None,
        }
    }

    /// Its type's name, as on the wire.
    #[must_use]
    pub fn type_name(&self) -> &str {
        match &self.type_name {
            TypeName::Checked(known) => known.as_str(),
            TypeName::Raw(name) => name,
        }
    }

    /// One of its fields, by its name on the wire.
    #[must_use]
    pub fn field(&self, wire_name: &str) -> Option<&Json> {
        self.fields.iter().find(|(name, _)| name == wire_name).map(|(_, value)| value)
    }

    /// Whom it goes to, and its fields by their names on the wire.
    pub(super) fn into_fields(self) -> (String, Members) {
        (self.to.as_str().to_owned(), self.fields)
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
    pub fn media(&self) -> Option<MediaSource> {
        self.addresses().find_map(|(of, value)| match of {
            Address::File => media::of_checked(value),
            Address::Page => None,
        })
    }

    /// The ids of other messages that it names: to forward, to delete, to edit, to react to or to quote. They may stand in any chat.
    pub fn message_ids(&self) -> impl Iterator<Item = &str> {
        let own = self.message_type().map_or(&[][..], MessageType::fields);
        let ids = with_envelope(own).filter(|field| field.kind == FieldKind::MessageId);
        ids.filter_map(|field| self.field(wire_name(field.name))?.as_str())
    }

    /// The pages that it leads to: a link, the buttons that open one.
    #[must_use]
    pub fn links(&self) -> Vec<HttpUrl> {
        let page = |(of, value)| match of {
            Address::Page => HttpUrl::parse(value),
            Address::File => None,
        };
        self.addresses().filter_map(page).collect()
    }

    /// What its fields hold that leads somewhere, by the kinds that the table gives them.
    fn addresses(&self) -> impl Iterator<Item = (Address, &str)> {
        let own = self.message_type().map_or(&[][..], MessageType::fields);
        own.iter().flat_map(|spec| addresses(spec.kind, self.field(wire_name(spec.name))))
    }
}

/// Takes a field out, by its name in JavaScript.
pub(super) fn take_field(fields: &mut Members, name: &str) -> Option<Json> {
    let at = fields.iter().position(|(known, _)| known == wire_name(name))?;
    Some(fields.swap_remove(at).1)
}

/// What a message says is nobody else's business: its debug form tells its type, what kind of recipient it has, and how many fields.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({} to {:?}, {} fields)", self.type_name(), self.to, self.fields.len())
    }
}
