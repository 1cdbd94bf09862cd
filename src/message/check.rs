//! Checks one value by what its field holds, and gives it back in the form in which it goes onto the wire.

use super::fault::{FaultCode, Faults};
use super::kind::FieldKind;
use super::{card, lists, media, recipient, text};
use crate::json::Json;

/// The value as it goes onto the wire, or `None` with what is wrong in `faults`.
pub(super) fn check(kind: FieldKind, value: Json, path: &str, faults: &mut Faults) -> Option<Json> {
    match kind {
        FieldKind::Text => text::text(value, path, faults),
        FieldKind::Flag => text::flag(value, path, faults),
        FieldKind::MessageId => text::message_id(value, path, faults),
        FieldKind::Emoji => text::emoji(value, path, faults),
        FieldKind::Latitude => text::degrees(value, 90, path, faults),
        FieldKind::Longitude => text::degrees(value, 180, path, faults),
        FieldKind::Media | FieldKind::Image | FieldKind::Sticker => media::file(kind, value, path, faults),
        FieldKind::Url => media::url(value, path, faults),
        FieldKind::Contact => recipient::contact(value, path, faults),
        FieldKind::Vcard => card::contact_card(value, path, faults),
        FieldKind::StickerSize => card::sticker_size(value, path, faults),
        FieldKind::PollOptions => lists::poll_options(value, path, faults),
        FieldKind::Buttons => lists::buttons(value, path, faults),
    }
}

/// The text of a string field.
pub(super) fn string(value: Json, path: &str, faults: &mut Faults) -> Option<String> {
    if let Json::String(text) = value {
        return Some(text);
    }
    wrong_kind("a string", &value, path, faults);
    None
}

/// Reports a value of the wrong kind.
pub(super) fn wrong_kind(wanted: &str, found: &Json, path: &str, faults: &mut Faults) {
    faults.add(path, FaultCode::WrongKind, &format!("Give {wanted}, not {}.", found.kind()));
}
