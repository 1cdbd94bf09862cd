//! Reads a message from JSON and reports everything that is wrong with it.

use super::check::string;
use super::fault::{FaultCode, Faults};
use super::fields::Fields;
use super::kind::{ENVELOPE, FieldSpec, Kind, wire_name};
use super::recipient::recipient;
use super::suggest::{is_spelling_of, nearest_type};
use super::text::text;
use super::{Message, MessageType};
use crate::json::Json;

impl Message {
    /// Reads a message of one of the checked types.
    ///
    /// # Errors
    /// Every fault of the message, each with its path and code.
    pub fn parse(message: Json) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let parsed = parse_checked(message, &mut faults);
        accept(parsed, faults)
    }

    /// Reads a message in the raw form: any type, any further fields as Maytapi names them. Only the recipient, the id in `replyTo`
    /// and `skipFilter` are checked.
    ///
    /// # Errors
    /// The faults of what is checked.
    pub fn parse_raw(message: Json) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let parsed = parse_raw(message, &mut faults);
        accept(parsed, faults)
    }
}

/// A fault refuses the message even where its parts could be read.
fn accept(parsed: Option<Message>, faults: Faults) -> Result<Message, Faults> {
    match parsed {
        Some(message) if faults.is_empty() => Ok(message),
        _ => Err(faults),
    }
}

fn parse_checked(message: Json, faults: &mut Faults) -> Option<Message> {
    let mut fields = Fields::of(message, "", faults)?;
    let kind = fields.require("type", known_type);
    let to = fields.require("toNumber", recipient);
    // Without the type nobody can say which of the other fields are right, so nothing more is reported.
    let kind = kind?;
    let checked = kind.all_fields().filter_map(|spec| checked(&mut fields, spec)).collect();
    let names: Vec<&'static str> = kind.all_fields().map(|spec| spec.name).chain(["toNumber", "type"]).collect();
    fields.finish(&names);
    Some(Message { to: to?, kind: MessageType::Checked(kind), fields: checked })
}

fn parse_raw(message: Json, faults: &mut Faults) -> Option<Message> {
    let mut fields = Fields::of(message, "", faults)?;
    let kind = fields.require("type", text);
    let to = fields.require("toNumber", recipient);
    let envelope: Vec<(String, Json)> = ENVELOPE.iter().filter_map(|spec| checked(&mut fields, spec)).collect();
    let further = fields.rest().into_iter().map(|(name, value)| (raw_wire_name(name), value));
    let fields = further.chain(envelope).collect();
    Some(Message { to: to?, kind: MessageType::Raw(kind?.as_str()?.to_owned()), fields })
}

/// One field, checked, under its name on the wire.
fn checked(fields: &mut Fields<'_>, spec: &FieldSpec) -> Option<(String, Json)> {
    let value =
        if spec.required { fields.required(spec.name, spec.kind) } else { fields.optional(spec.name, spec.kind) };
    value.map(|value| (wire_name(spec.name).to_owned(), value))
}

/// The fields whose wire names we know take both spellings in the raw form too; any other name is left alone.
fn raw_wire_name(name: String) -> String {
    let known = ["onlyOne", "forwardCaption"].into_iter().find(|known| is_spelling_of(&name, known));
    known.map_or(name, |known| wire_name(known).to_owned())
}

fn known_type(value: Json, path: &str, faults: &mut Faults) -> Option<Kind> {
    let name = string(value, path, faults)?;
    let kind = Kind::from_name(&name);
    if kind.is_none() {
        let known = Kind::ALL.map(Kind::as_str);
        let suggestion = nearest_type(&name, &known);
        let message = match suggestion {
            Some(meant) => format!("There is no such message type; did you mean {meant}?"),
            None => {
                format!("There is no such message type; there are {}. Others go by the raw form.", known.join(", "))
            }
        };
        faults.suggest(path, FaultCode::UnknownType, &message, suggestion);
    }
    kind
}
