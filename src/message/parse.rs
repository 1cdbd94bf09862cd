//! Reads a message from JSON and reports everything that is wrong with it.

use super::check::string;
use super::fault::{Context, FaultCode, Faults};
use super::fields::{Fields, no_such};
use super::model::{Message, TypeName};
use super::recipient::recipient;
use super::rules::{self, rule};
use super::suggest::{is_spelling_of, nearest_type};
use super::table::{MessageType, wire_name, with_envelope};
use crate::json::Json;

impl Message {
    /// Reads a message of one of the checked types.
    ///
    /// # Errors
    /// Every fault of the message, each with its path and code.
    pub fn parse(message: Json) -> Result<Self, Faults> {
        accepted(message, Form::Checked)
    }

    /// Reads a message in the raw form: any type, any further fields as Maytapi names them. Only the recipient, the id in `replyTo`
    /// and `skipFilter` are checked.
    ///
    /// # Errors
    /// The faults of what is checked.
    pub fn parse_raw(message: Json) -> Result<Self, Faults> {
        accepted(message, Form::Raw)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Checked,
    Raw,
}

/// A fault refuses the message even where its parts could be read.
#[inline(never)]
fn accepted(message: Json, form: Form) -> Result<Message, Faults> {
    let mut faults = Faults::default();
    match read(message, form, &mut Context { path: "", faults: &mut faults }) {
        Some(message) if faults.is_empty() => Ok(message),
        _ => Err(faults),
    }
}

fn read(mut message: Json, form: Form, context: &mut Context<'_>) -> Option<Message> {
    let mut fields = Fields::of(&mut message, context)?;
    let type_name =
        fields.demand("type").and_then(|(path, mut value)| message_type(&mut value, form, &mut fields.context(&path)));
    let to = fields.demand("toNumber").and_then(|(path, value)| recipient(&value, &mut fields.context(&path)));
    let own = match (form, &type_name) {
        (Form::Checked, Some(TypeName::Checked(kind))) => kind.fields(),
        // Without the type nobody can say which of the other fields are right, so nothing more is reported.
        (Form::Checked, _) => return None,
        (Form::Raw, _) => &[],
    };
    let mut known = Vec::with_capacity(16);
    for field in with_envelope(own) {
        fields.check(field.name, field.required, rule(field.kind));
        known.push(field.name);
    }
    let fields = match form {
        Form::Checked => {
            known.push("toNumber");
            known.push("type");
            fields.finish(&known)
        }
        Form::Raw => {
            let (mut further, mut checked) = fields.into_parts();
            further.iter_mut().for_each(|(name, _)| in_wire_spelling(name));
            further.append(&mut checked);
            further
        }
    };
    Some(Message { to: to?, type_name: type_name?, fields })
}

/// The fields whose wire names we know take both spellings in the raw form too; any other name is left alone.
fn in_wire_spelling(name: &mut String) {
    for known in ["onlyOne", "forwardCaption"] {
        if is_spelling_of(name, known) {
            *name = wire_name(known).to_owned();
        }
    }
}

#[inline(never)]
fn message_type(value: &mut Json, form: Form, context: &mut Context<'_>) -> Option<TypeName> {
    if form == Form::Raw {
        let passes = rules::TEXT.run(value, context);
        return value.as_str().filter(|_| passes).map(|name| TypeName::Raw(name.to_owned()));
    }
    let name = string(value, context)?;
    let kind = MessageType::from_name(name);
    if kind.is_none() {
        let mut known = Vec::new();
        for kind in &MessageType::ALL {
            known.push(kind.as_str());
        }
        let suggestion = nearest_type(name, &known);
        let message = no_such("There is no such message type; ", suggestion, &known, " Others go by the raw form.");
        context.faults.suggest(context.path, FaultCode::UnknownType, &message, suggestion);
    }
    kind.map(TypeName::Checked)
}
