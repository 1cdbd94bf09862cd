//! The rules of the fields that name somebody.

use super::model::Recipient;
use crate::json::Json;
use crate::message::check::wrong_kind;
use crate::message::fault::{Context, FaultCode};
use crate::strings::{concat, decimal};

/// Reads the recipient of a message.
#[inline(never)]
pub(crate) fn recipient(value: &Json, context: &mut Context<'_>) -> Option<Recipient> {
    let read = match value {
        Json::String(text) => Recipient::parse(text),
        // A number typed without quotes is still the number that was meant: an integer has no leading zero to lose.
        Json::Int(number @ 0..) => Recipient::parse(&decimal(*number)),
        Json::Array(_) => {
            context.report(FaultCode::WrongKind, "Give one recipient for each message; sendMany sends to a list.");
            return None;
        }
        other => {
            wrong_kind("the recipient as a string", other, context);
            return None;
        }
    };
    read.map_err(|error| context.report(FaultCode::InvalidRecipient, error.0)).ok()
}

/// A person, as the `<digits>@c.us` that a contact message names.
pub(crate) fn contact(value: &mut Json, context: &mut Context<'_>) -> bool {
    let Some(recipient) = recipient(value, context) else { return false };
    let Some(digits) = recipient.phone_number() else {
        let advice = "Give a person: a phone number or an id that ends in @c.us.";
        return context.report(FaultCode::InvalidRecipient, advice);
    };
    *value = Json::String(concat(&[digits, "@c.us"]));
    true
}
