//! Checks one value by what its field holds, and gives it back in the form in which it goes onto the wire.

use super::fault::{FaultCode, Place};
use super::kind::FieldKind;
use super::{card, lists, media, recipient, text};
use crate::json::Json;
use crate::strings::concat;

/// How a value is checked. Values and not generic functions, so that whatever reads fields is compiled once.
#[derive(Clone, Copy)]
pub(super) enum Check {
    /// A string: the part of it that goes onto the wire, or what is wrong.
    Text(fn(&str) -> Result<&str, Wrong>),
    /// Anything else: puts the value into the form of the wire, or reports what is wrong.
    Value(fn(&mut Json, &mut Place<'_>) -> bool),
}

/// What is wrong with a value, and the sentence that says what to do.
pub(super) type Wrong = &'static (FaultCode, &'static str);

impl Check {
    /// How a field of this kind is checked.
    #[inline(never)]
    pub(super) fn of(kind: FieldKind) -> Self {
        match kind {
            FieldKind::Text => Check::Text(text::text),
            FieldKind::Flag => Check::Value(text::flag),
            FieldKind::MessageId => Check::Text(text::message_id),
            FieldKind::Emoji => Check::Text(text::emoji),
            FieldKind::Latitude => Check::Value(text::latitude),
            FieldKind::Longitude => Check::Value(text::longitude),
            FieldKind::Media => Check::Text(media::file),
            FieldKind::Image => Check::Text(media::image),
            FieldKind::Sticker => Check::Text(media::sticker),
            FieldKind::Url => Check::Text(media::url),
            FieldKind::Contact => Check::Value(recipient::contact),
            FieldKind::Vcard => Check::Value(card::contact_card),
            FieldKind::StickerSize => Check::Value(card::sticker_size),
            FieldKind::PollOptions => Check::Value(lists::poll_options),
            FieldKind::Buttons => Check::Value(lists::buttons),
        }
    }

    /// Puts the value into the form in which it goes onto the wire; `false` where something is wrong and reported. It is done in place:
    /// a file is tens of megabytes.
    #[inline(never)]
    pub(super) fn run(self, value: &mut Json, place: &mut Place<'_>) -> bool {
        let check = match self {
            Check::Text(check) => check,
            Check::Value(check) => return check(value, place),
        };
        let Some(text) = string(value, place) else { return false };
        match check(text) {
            Ok(part) => {
                if part.len() < text.len() {
                    *value = part.into();
                }
                true
            }
            Err((code, advice)) => place.report(*code, advice),
        }
    }
}

/// The text of a string field.
#[inline(never)]
pub(super) fn string<'v>(value: &'v Json, place: &mut Place<'_>) -> Option<&'v str> {
    let text = value.as_str();
    if text.is_none() {
        wrong_kind("a string", value, place);
    }
    text
}

/// Reports a value of the wrong kind.
#[inline(never)]
pub(super) fn wrong_kind(wanted: &str, found: &Json, place: &mut Place<'_>) -> bool {
    place.report(FaultCode::WrongKind, &concat(&["Give ", wanted, ", not ", found.kind(), "."]))
}
