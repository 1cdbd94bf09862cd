//! The small objects in messages: a contact card, a sticker's size.

use super::check::{string, wrong_kind};
use super::fault::{FaultCode, Faults};
use super::fields::Fields;
use super::kind::FieldKind;
use crate::json::Json;

/// `{ displayName, vcard }`: the name that is shown, and a vCard.
pub(super) fn contact_card(value: Json, path: &str, faults: &mut Faults) -> Option<Json> {
    let mut fields = Fields::of(value, path, faults)?;
    let display_name = fields.required("displayName", FieldKind::Text);
    let card = fields.require("vcard", vcard);
    fields.finish(&["displayName", "vcard"]);
    Some(Json::Object(vec![("displayName".to_owned(), display_name?), ("vcard".to_owned(), card?)]))
}

/// `{ width, height }` in pixels.
pub(super) fn sticker_size(value: Json, path: &str, faults: &mut Faults) -> Option<Json> {
    let mut fields = Fields::of(value, path, faults)?;
    let width = fields.require("width", pixels);
    let height = fields.require("height", pixels);
    fields.finish(&["width", "height"]);
    Some(Json::Object(vec![("width".to_owned(), width?), ("height".to_owned(), height?)]))
}

fn vcard(value: Json, path: &str, faults: &mut Faults) -> Option<Json> {
    let text = string(value, path, faults)?;
    let is = |line: Option<&str>, wanted: &str| line.is_some_and(|line| line.trim().eq_ignore_ascii_case(wanted));
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    if is(lines.next(), "BEGIN:VCARD") && is(lines.next_back(), "END:VCARD") {
        return Some(Json::String(text));
    }
    let message = "Give a vCard: lines from BEGIN:VCARD and VERSION:3.0 to END:VCARD.";
    faults.add(path, FaultCode::InvalidVcard, message);
    None
}

fn pixels(value: Json, path: &str, faults: &mut Faults) -> Option<Json> {
    match value {
        Json::Int(1..=4096) => return Some(value),
        Json::Int(_) => faults.add(path, FaultCode::OutOfRange, "Give 1 to 4096 pixels."),
        other => wrong_kind("whole pixels", &other, path, faults),
    }
    None
}
