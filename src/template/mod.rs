//! Templates of messages: one message for many recipients, with placeholders for what differs.
//!
//! A template is a message of a checked type without `toNumber`, as JSON. `{{name}}` in any of its texts (but its `type`) stands for a field of a row, and
//! `{{name|there}}` says what stands there where the row has no such field or nothing to see in it. White space around the name and around
//! the fallback does not count; names are compared letter by letter, so `Name` and `name` are two. What is put in is put in as it is and
//! never read as a template. Neither a gap nor a brace reaches a recipient: both are faults.

mod placeholder;

use std::fmt;
use std::mem::replace;

use crate::json::Json;
use crate::json::text::{Floats, write};
use crate::message::{FaultCode, Faults, FieldKind, FieldSpec, Message, MessageType, join, numbered};
use crate::strings::{after_ignoring_case, concat, is_blank};
use crate::suggest::is_spelling_of;
use placeholder::{fill, has_braces};

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
    message: Json,
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
            for (name, value) in members {
                // Taken away, so that the one that stands in for the rows' is the only one.
                if is_spelling_of(name, "toNumber") && !replace(value, Json::Null).is_null() {
                    faults.add(name, FaultCode::UnknownField, "A template has no recipient: each row brings its own.");
                }
            }
        }
        let (mut fields, mut open, mut bytes) = (Vec::new(), Vec::new(), 0_usize);
        each_text(&mut template, "", &mut |path, text| {
            bytes = bytes.saturating_add(text.len());
            let mut is_open = false;
            let read = fill(text, &mut |name, fallback, _| {
                is_open = true;
                name_field(&mut fields, name, fallback.is_none());
            });
            if let Err(advice) = read {
                is_open = true;
                faults.add(path, FaultCode::InvalidPlaceholder, advice);
            }
            if is_open {
                open.push(path.to_owned());
            }
        });
        if bytes > MAX_TEMPLATE_BYTES {
            faults.add("", FaultCode::TooLarge, TOO_LARGE);
        }
        if fields.len() > MAX_TEMPLATE_FIELDS {
            faults.add("", FaultCode::TooMany, "A template names at most 100 fields.");
        }
        let message_type = template.text("type").and_then(MessageType::from_name);
        if let Err(found) = with_recipient(template.clone(), &SOMEBODY.into()) {
            faults.add_all_but(&open, found);
        }
        match message_type {
            Some(message_type) if faults.is_empty() => Ok(Self { message: template, message_type, fields }),
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
        self.message.clone()
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
        let (mut open, mut room, mut too_large) = (Vec::new(), MAX_TEMPLATE_BYTES, false);
        let mut message = self.message.clone();
        each_text(&mut message, "", &mut |path, text| {
            let mut is_open = false;
            let filled = fill(text, &mut |name, fallback, filled| {
                let at = self.fields.iter().position(|field| field.name == name);
                let value = at.and_then(|at| values.get(at)?.as_deref()).or(fallback);
                match value {
                    Some(value) if filled.len().saturating_add(value.len()) <= room => filled.push_str(value),
                    Some(_) => too_large = true,
                    None => is_open = true,
                }
            });
            // No template that was read has a placeholder that can't be.
            let filled = filled.unwrap_or_default();
            match room.checked_sub(filled.len()) {
                Some(left) => room = left,
                None => too_large = true,
            }
            if has_braces(&filled) {
                is_open = true;
                let advice = "A field brought braces along: another program's placeholder was not filled in.";
                faults.add(path, FaultCode::InvalidPlaceholder, advice);
            }
            if is_open || too_large {
                open.push(path.to_owned());
            }
            *text = filled;
        });
        if too_large {
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
    let (code, advice) = match fields.get(&field.name).unwrap_or(&Json::Null) {
        Json::String(text) if !is_blank(text) => return Some(text.clone()),
        number @ (Json::Int(_) | Json::Float(_)) => {
            let mut text = String::new();
            write(number, floats, &mut text);
            return Some(text);
        }
        Json::Null | Json::String(_) if !field.required => return None,
        Json::Null => {
            (FaultCode::Missing, "The row has no field of exactly this name, and the template no fallback for it.")
        }
        Json::String(_) => (FaultCode::Empty, "This is empty, and the template has no fallback for it."),
        _ => (FaultCode::WrongKind, "Give a text or a number."),
    };
    faults.add(&concat(&["fields.", &field.name]), code, advice);
    None
}

/// The message of a template whose placeholders are filled in.
fn with_recipient(mut message: Json, to: &Json) -> Result<Message, Faults> {
    if let Json::Object(members) = &mut message {
        members.push(("toNumber".to_owned(), to.clone()));
    }
    let message = Message::parse(message)?;
    // Where a message has a file, it is its first field.
    let first = message.message_type().and_then(|of| of.fields().first());
    if let Some(FieldSpec { name, kind: FieldKind::Media | FieldKind::Image | FieldKind::Sticker, .. }) = first
        && message.field(name).and_then(Json::as_str).is_some_and(|file| after_ignoring_case(file, "data:").is_some())
    {
        let advice = "Give the address of the file: a template takes no file in a data: URI.";
        return Err(Faults::one(name, FaultCode::InvalidUrl, advice));
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
