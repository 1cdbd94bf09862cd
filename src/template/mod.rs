//! Templates of messages: one message for many recipients, with placeholders for what differs.
//!
//! A template is a message of a checked type without `toNumber`, as JSON. `{{name}}` in any of its texts (but its `type`) stands for a field of a row, and
//! `{{name|there}}` says what stands there where the row has no such field or nothing to see in it. White space around the name and around
//! the fallback does not count; names are compared letter by letter, so `Name` and `name` are two. What is put in is put in as it is and
//! never read as a template. Neither a gap nor a brace reaches a recipient: both are faults.

mod placeholder;

use std::fmt;

use crate::json::text::{Floats, write};
use crate::json::{Json, Members};
use crate::message::{FaultCode, Faults, FieldKind, Message, MessageType, join, numbered};
use crate::spelling::{nearest_plain, plain};
use crate::strings::{after_ignoring_case, concat, is_blank};
use crate::suggest::is_spelling_of;
use placeholder::{Piece, each_piece, has_braces};

/// How many bytes the texts of a template, and of what is made of it, may have in all. A field may be named any number of times, so
/// without a bound a small request could grow to fill the memory.
pub const MAX_TEMPLATE_BYTES: usize = 1 << 16;

/// How many fields a template may name.
pub const MAX_TEMPLATE_FIELDS: usize = 100;

/// Stands for the recipient where there is none yet: the number is one of those kept for fiction.
pub(crate) const SOMEBODY: &str = "12025550123";

/// A message with placeholders, which passed those of its checks that need no row.
#[derive(Clone, PartialEq)]
pub struct Template {
    message: Members,
    message_type: MessageType,
    fields: Vec<TemplateField>,
}

/// A field that a template names.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TemplateField {
    /// Its name, as in the rows.
    pub name: String,
    /// Whether every row must have it: somewhere it stands without a fallback.
    pub required: bool,
}

impl Template {
    /// Reads a template. Texts with placeholders are checked when they are filled in, everything else here. A file is given by its address:
    /// what every row would repeat in a `data:` URI is refused.
    ///
    /// # Errors
    /// Every fault, at its path in the template.
    pub fn parse(mut template: Json) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        if let Json::Object(members) = &mut template {
            while let Some(at) = members.iter().position(|(name, _)| is_spelling_of(name, "toNumber")) {
                let (name, value) = members.remove(at);
                if !value.is_null() {
                    faults.add(&name, FaultCode::UnknownField, "A template has no recipient: each row brings its own.");
                }
            }
        }
        let (mut fields, mut open, mut bytes) = (Vec::new(), Vec::new(), 0_usize);
        each_text(&mut template, "", &mut |path, text| {
            bytes = bytes.saturating_add(text.len());
            let before = fields.len();
            let mut count = 0_usize;
            let read = each_piece(text, &mut |piece| {
                if let Piece::Placeholder { name, fallback } = piece {
                    count = count.saturating_add(1);
                    name_field(&mut fields, name, fallback.is_none());
                }
            });
            if let Err(advice) = read {
                faults.add(path, FaultCode::InvalidPlaceholder, advice);
            } else if count == 0 {
                return;
            }
            if before <= MAX_TEMPLATE_FIELDS && fields.len() > MAX_TEMPLATE_FIELDS {
                faults.add(path, FaultCode::TooMany, "A template names at most 100 fields.");
            }
            open.push(path.to_owned());
        });
        if bytes > MAX_TEMPLATE_BYTES {
            faults.add("", FaultCode::TooLarge, TOO_LARGE);
        }
        let message_type = template.text("type").and_then(MessageType::from_name);
        if let Err(found) = with_recipient(template.clone(), &SOMEBODY.into()) {
            faults.add_all_but(&open, found);
        }
        match (template, message_type) {
            (Json::Object(message), Some(message_type)) if faults.is_empty() => {
                Ok(Self { message, message_type, fields })
            }
            _ => Err(faults),
        }
    }

    /// The type of its messages.
    #[must_use]
    pub fn message_type(&self) -> MessageType {
        self.message_type
    }

    /// The fields that it names, each once, in the order in which they stand there.
    #[must_use]
    pub fn fields(&self) -> &[TemplateField] {
        &self.fields
    }

    /// As the JSON that [`Template::parse`] reads.
    #[must_use]
    pub fn to_json(&self) -> Json {
        Json::Object(self.message.clone())
    }

    /// The message of one row. A field is a text or a number, which is written as JSON writes it; `null` and what has nothing to see in it
    /// count as missing. Fields that the template does not name are left alone.
    ///
    /// # Errors
    /// Every fault of the row: `to` for its recipient, `fields.name` for a field, else where it stands in the message.
    pub fn render(&self, to: &Json, fields: &Json, floats: Floats) -> Result<Message, Faults> {
        let mut faults = Faults::default();
        let mut values = Vec::new();
        for field in &self.fields {
            values.push(value_of(field, fields, floats, &mut faults));
        }
        let (mut open, mut left) = (Vec::new(), MAX_TEMPLATE_BYTES);
        let mut message = Json::Object(self.message.clone());
        each_text(&mut message, "", &mut |path, text| match self.filled(text, &values, &mut left) {
            Some(filled) if has_braces(&filled) => {
                let advice = "A field brought braces along: another program's placeholder was not filled in.";
                faults.add(path, FaultCode::InvalidPlaceholder, advice);
                open.push(path.to_owned());
            }
            Some(filled) => *text = filled,
            None => open.push(path.to_owned()),
        });
        if left == 0 {
            faults.add("", FaultCode::TooLarge, TOO_LARGE);
        }
        match with_recipient(message, to) {
            Ok(message) if faults.is_empty() => return Ok(message),
            Ok(_) => {}
            Err(found) => {
                faults.add_all_but(&open, found);
                faults.rename("toNumber", "to");
            }
        }
        Err(faults)
    }

    /// A text with fields in place of its placeholders; `None` where one of them is missing, or there is no room left.
    fn filled(&self, text: &str, values: &[Option<String>], left: &mut usize) -> Option<String> {
        let (mut filled, mut complete) = (String::new(), true);
        let read = each_piece(text, &mut |piece| {
            let part = match piece {
                Piece::Text(text) => Some(text),
                Piece::Placeholder { name, fallback } => {
                    let mut named = self.fields.iter().zip(values).filter(|(field, _)| field.name == name);
                    named.find_map(|(_, value)| value.as_deref()).or(fallback)
                }
            };
            *left = left.saturating_sub(part.map_or(0, str::len));
            match part {
                Some(part) if *left > 0 => filled.push_str(part),
                _ => complete = false,
            }
        });
        (read.is_ok() && complete).then_some(filled)
    }
}

const TOO_LARGE: &str = "A message made of a template has at most 64 KiB of text.";

/// Adds a field to those that a template names.
fn name_field(fields: &mut Vec<TemplateField>, name: &str, required: bool) {
    if let Some(field) = fields.iter_mut().find(|field| field.name == name) {
        field.required |= required;
    } else if fields.len() <= MAX_TEMPLATE_FIELDS {
        // One more than allowed tells that there are too many; the search for a name stays short.
        fields.push(TemplateField { name: name.to_owned(), required });
    }
}

/// What a row has for a field; `None` where there is nothing to see in it, which is a fault where the field is required.
fn value_of(field: &TemplateField, fields: &Json, floats: Floats, faults: &mut Faults) -> Option<String> {
    let value = fields.get(&field.name).filter(|value| !value.is_null());
    let path = concat(&["fields.", &field.name]);
    match value {
        Some(Json::String(text)) if !is_blank(text) => return Some(text.clone()),
        Some(number @ (Json::Int(_) | Json::Float(_))) => {
            let mut text = String::new();
            write(number, floats, &mut text);
            return Some(text);
        }
        _ if !field.required && matches!(value, None | Some(Json::String(_))) => {}
        Some(Json::String(_)) => {
            faults.add(&path, FaultCode::Empty, "This is empty, and the template has no fallback for it.")
        }
        Some(other) => {
            faults.add(&path, FaultCode::WrongKind, &concat(&["Give a text or a number, not ", other.kind(), "."]));
        }
        None => faults.add(&path, FaultCode::Missing, &missing(&field.name, fields)),
    }
    None
}

fn missing(name: &str, fields: &Json) -> String {
    let mut known: Vec<&str> = Vec::new();
    if let Json::Object(members) = fields {
        for (name, _) in members {
            known.push(name);
        }
    }
    match nearest_plain(&plain(name), &known) {
        Some(near) => concat(&["The row has no such field; is it ", near, "? Names are compared letter by letter."]),
        None => "The row has no such field, and the template no fallback for it.".to_owned(),
    }
}

/// The message of a template whose placeholders are filled in.
fn with_recipient(mut message: Json, to: &Json) -> Result<Message, Faults> {
    if let Json::Object(members) = &mut message {
        members.push(("toNumber".to_owned(), to.clone()));
    }
    let message = Message::parse(message)?;
    for field in message.message_type().map_or(&[][..], MessageType::fields) {
        let is_file = matches!(field.kind, FieldKind::Media | FieldKind::Image | FieldKind::Sticker);
        let text = message.field(field.name).and_then(Json::as_str).unwrap_or_default();
        if is_file && after_ignoring_case(text, "data:").is_some() {
            let advice = "Give the address of the file: a template takes no file in a data: URI.";
            return Err(Faults::one(field.name, FaultCode::InvalidUrl, advice));
        }
    }
    Ok(message)
}

/// Visits every text of a message but its type, with its path.
fn each_text(value: &mut Json, path: &str, visit: &mut dyn FnMut(&str, &mut String)) {
    match value {
        Json::String(text) if !matches!(path, "" | "type") => visit(path, text),
        Json::Array(items) => {
            for (n, item) in items.iter_mut().enumerate() {
                each_text(item, &numbered(path, n, ""), visit);
            }
        }
        Json::Object(members) => {
            for (name, value) in members {
                each_text(value, &join(path, name.clone()), visit);
            }
        }
        _ => {}
    }
}

/// What a template says is nobody else's business: its debug form tells its type and how many fields it names.
impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Template({}, {} fields)", self.message_type.as_str(), self.fields.len())
    }
}

#[cfg(test)]
mod tests;
