//! A message that passed its checks, and what can be asked of it.

use std::fmt;

use super::media::{self, MediaSource};
use super::recipient::Recipient;
use super::table::{MessageType, wire_name};
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
        match self.message_type()? {
            MessageType::Media | MessageType::Image | MessageType::Sticker => {
                media::of_checked(self.field("message")?.as_str()?)
            }
            _ => None,
        }
    }

    /// The pages that it leads to: a link, the buttons that open one.
    #[must_use]
    pub fn links(&self) -> Vec<HttpUrl> {
        let url = |value: Option<&Json>| value.and_then(Json::as_str).and_then(HttpUrl::parse);
        match (self.message_type(), self.field("buttons")) {
            (Some(MessageType::Link), _) => url(self.field("message")).into_iter().collect(),
            (Some(MessageType::Buttons), Some(Json::Array(buttons))) => {
                buttons.iter().filter_map(|button| url(button.get("url"))).collect()
            }
            _ => Vec::new(),
        }
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
