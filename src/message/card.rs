//! The small objects in messages: a contact card, a sticker's size.

use super::check::{Check, Wrong, wrong_kind};
use super::fault::{FaultCode, Place};
use super::fields::Fields;
use super::text;
use crate::json::Json;
use crate::strings::{rsplit_once, split_once, trim};

/// `{ displayName, vcard }`: the name that is shown, and a vCard.
pub(super) fn contact_card(value: &mut Json, place: &mut Place<'_>) -> bool {
    object(value, ["displayName", "vcard"], [Check::Text(text::text), Check::Text(vcard)], place)
}

/// `{ width, height }` in pixels.
pub(super) fn sticker_size(value: &mut Json, place: &mut Place<'_>) -> bool {
    object(value, ["width", "height"], [Check::Value(pixels); 2], place)
}

/// An object that must have exactly these fields.
fn object(value: &mut Json, names: [&'static str; 2], checks: [Check; 2], place: &mut Place<'_>) -> bool {
    let Some(mut fields) = Fields::of(value, place) else { return false };
    for (name, check) in names.iter().zip(checks) {
        fields.check(name, true, check);
    }
    let checked = fields.finish(&names);
    let complete = checked.len() == names.len();
    *value = Json::Object(checked);
    complete
}

/// The first and the last line that are not blank tell a vCard.
fn vcard(text: &str) -> Result<&str, Wrong> {
    let (first, rest) = split_once(trim(text), b'\n').unwrap_or_default();
    let last = rsplit_once(rest, b'\n').map_or(rest, |(_, last)| last);
    let is = |line: &str, wanted: &str| trim(line).eq_ignore_ascii_case(wanted);
    if is(first, "BEGIN:VCARD") && is(last, "END:VCARD") {
        return Ok(text);
    }
    Err(&(FaultCode::InvalidVcard, "Give a vCard: lines from BEGIN:VCARD and VERSION:3.0 to END:VCARD."))
}

fn pixels(value: &mut Json, place: &mut Place<'_>) -> bool {
    match value {
        Json::Int(1..=4096) => true,
        Json::Int(_) => place.report(FaultCode::OutOfRange, "Give 1 to 4096 pixels."),
        other => wrong_kind("whole pixels", other, place),
    }
}
