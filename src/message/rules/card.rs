//! The small objects in messages: a contact card, a sticker's size.

use super::text;
use crate::json::Json;
use crate::message::check::{Check, wrong_kind};
use crate::message::fault::{Context, FaultCode, Violation};
use crate::message::fields::Fields;
use crate::strings::{rsplit_once, split_once, trim};

/// `{ displayName, vcard }`: the name that is shown, and a vCard.
pub(super) fn contact_card(value: &mut Json, context: &mut Context<'_>) -> bool {
    object(value, ["displayName", "vcard"], [Check::Text(text::text), Check::Text(vcard)], context)
}

/// `{ width, height }` in pixels.
pub(super) fn sticker_size(value: &mut Json, context: &mut Context<'_>) -> bool {
    object(value, ["width", "height"], [Check::Value(pixels); 2], context)
}

/// An object that must have exactly these fields.
fn object(value: &mut Json, names: [&'static str; 2], checks: [Check; 2], context: &mut Context<'_>) -> bool {
    let Some(mut fields) = Fields::of(value, context) else { return false };
    for (name, check) in names.iter().zip(checks) {
        fields.check(name, true, check);
    }
    let checked = fields.finish(&names);
    let complete = checked.len() == names.len();
    *value = Json::Object(checked);
    complete
}

/// The first and the last line that are not blank tell a vCard.
fn vcard(text: &str) -> Result<&str, Violation> {
    let (first, rest) = split_once(trim(text), b'\n').unwrap_or_default();
    let last = rsplit_once(rest, b'\n').map_or(rest, |(_, last)| last);
    let is = |line: &str, wanted: &str| trim(line).eq_ignore_ascii_case(wanted);
    if is(first, "BEGIN:VCARD") && is(last, "END:VCARD") {
        return Ok(text);
    }
    Err(&(FaultCode::InvalidVcard, "Give a vCard: lines from BEGIN:VCARD and VERSION:3.0 to END:VCARD."))
}

fn pixels(value: &mut Json, context: &mut Context<'_>) -> bool {
    match value {
        Json::Int(1..=4096) => true,
        Json::Int(_) => context.report(FaultCode::OutOfRange, "Give 1 to 4096 pixels."),
        other => wrong_kind("whole pixels", other, context),
    }
}
