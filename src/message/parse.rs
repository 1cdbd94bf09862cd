//! Reads a message from JSON and reports everything that is wrong with it.

use super::check::string;
use super::fault::{Context, FaultCode, Faults, Remarks};
use super::fields::Fields;
use super::hint::Hint;
use super::model::{Message, TypeName};
use super::recipient::recipient;
use super::rules::{self, rule};
use super::suggest::nearest_type;
use super::table::{FieldKind, MessageType, wire_name, with_envelope};
use crate::json::Json;
use crate::suggest::{is_spelling_of, no_such};

/// A message that passed its checks, with what may still disappoint.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Checked {
    /// The message.
    pub message: Message,
    /// What to look at before it is sent.
    pub hints: Vec<Hint>,
}

impl Message {
    /// Reads a message of one of the checked types.
    ///
    /// # Errors
    /// Every fault of the message, each with its path and code.
    pub fn parse(message: Json) -> Result<Self, Faults> {
        without_hints(message, Form::Checked)
    }

    /// Reads a message in the raw form: any type, any further fields as Maytapi names them. Only the recipient, the id in `replyTo`
    /// and `skipFilter` are checked.
    ///
    /// # Errors
    /// The faults of what is checked.
    pub fn parse_raw(message: Json) -> Result<Self, Faults> {
        without_hints(message, Form::Raw)
    }

    /// Like [`Message::parse`], with hints.
    ///
    /// # Errors
    /// As there.
    pub fn check(message: Json) -> Result<Checked, Faults> {
        checked(message, Form::Checked)
    }

    /// Like [`Message::parse_raw`], with hints.
    ///
    /// # Errors
    /// As there.
    pub fn check_raw(message: Json) -> Result<Checked, Faults> {
        checked(message, Form::Raw)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Checked,
    Raw,
}

#[inline(never)]
fn without_hints(message: Json, form: Form) -> Result<Message, Faults> {
    checked(message, form).map(|checked| checked.message)
}

/// A fault refuses the message even where its parts could be read.
#[inline(never)]
fn checked(message: Json, form: Form) -> Result<Checked, Faults> {
    let mut remarks = Remarks::default();
    match read(message, form, &mut Context { path: "", remarks: &mut remarks }) {
        Some(message) if remarks.faults.is_empty() => Ok(Checked { message, hints: remarks.hints }),
        _ => Err(remarks.faults),
    }
}

fn read(mut message: Json, form: Form, context: &mut Context<'_>) -> Option<Message> {
    let mut fields = Fields::of(&mut message, context)?;
    let type_name =
        fields.demand("type").and_then(|(path, mut value)| message_type(&mut value, form, &mut fields.context(&path)));
    let to = fields.demand("toNumber").and_then(|(path, value)| recipient(&value, &mut fields.context(&path)));
    let own = match (form, &type_name) {
        (Form::Checked, Some(TypeName::Checked(kind))) => kind.fields(),
        // Without the type nobody can say which of the other fields are right, but which are none of ours.
        (Form::Checked, _) => {
            fields.finish_without_type();
            return None;
        }
        (Form::Raw, _) => &[],
    };
    let mut known = Vec::with_capacity(16);
    let mut nameless = false;
    for field in with_envelope(own) {
        let given = fields.check(field.name, field.required, rule(field.kind));
        nameless |= field.kind == FieldKind::Filename && !given;
        known.push(field.name);
    }
    if nameless {
        fields.hint_at_name();
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
        context.remarks.faults.suggest(context.path, FaultCode::UnknownType, &message, suggestion);
    }
    kind.map(TypeName::Checked)
}
