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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn message(fields: Value) -> Message {
        let mut message = fields;
        message["toNumber"] = "12025550123".into();
        Message::parse(serde_json::from_value(message).unwrap()).unwrap()
    }

    #[test]
    fn a_file_is_where_maytapi_or_the_message_has_it() {
        let url = "https://x.example/a.png";
        for kind in ["media", "image", "sticker"] {
            let of = message(json!({"type": kind, "message": url})).media();
            assert_eq!(of, HttpUrl::parse(url).map(MediaSource::Url), "{kind}");
        }
        let data = message(json!({"type": "image", "message": "data:image/png;x=1;base64,iVBORw0KGgo="})).media();
        assert_eq!(data, Some(MediaSource::Data { mime_type: "image/png".into(), bytes: 8 }));
        assert_eq!(message(json!({"type": "link", "message": url})).media(), None);
        assert_eq!(message(json!({"type": "text", "message": url})).media(), None);
    }

    #[test]
    fn a_message_leads_to_its_link_or_to_the_pages_of_its_buttons() {
        let links = |fields| message(fields).links().iter().map(|url| url.as_str().to_owned()).collect::<Vec<_>>();
        assert_eq!(links(json!({"type": "link", "message": "https://a.example/"})), ["https://a.example/"]);
        let buttons = json!([
            {"text": "A", "url": "https://a.example/1"}, {"text": "B", "id": "b"}, {"text": "C", "url": "https://c.example/"}
        ]);
        let wanted = ["https://a.example/1", "https://c.example/"];
        assert_eq!(links(json!({"type": "buttons", "message": "x", "buttons": buttons})), wanted);
        assert_eq!(links(json!({"type": "media", "message": "https://a.example/"})), [""; 0]);
        assert_eq!(links(json!({"type": "text", "message": "https://a.example/"})), [""; 0]);
    }

    #[test]
    fn every_id_of_another_message_is_told() {
        for (fields, wanted) in [
            (json!({"type": "text", "message": "x", "replyTo": "m-1"}), vec!["m-1"]),
            (json!({"type": "delete", "message": "m-2"}), vec!["m-2"]),
            (json!({"type": "forward", "message": "m-3", "replyTo": "m-4"}), vec!["m-3", "m-4"]),
            (json!({"type": "edit", "message": "x", "replyTo": "m-5"}), vec!["m-5"]),
            (json!({"type": "reaction", "message": "😀", "replyTo": "m-6"}), vec!["m-6"]),
            (json!({"type": "text", "message": "m-7"}), vec![]),
        ] {
            assert_eq!(message(fields).message_ids().collect::<Vec<_>>(), wanted);
        }
    }

    #[test]
    fn what_is_printed_of_a_message_tells_neither_words_nor_whose() {
        let printed = format!("{:?}", message(json!({"type": "text", "message": "canary", "replyTo": "m-1"})));
        assert_eq!(printed, "Message(text to Recipient::Phone(…), 2 fields)");
    }
}
