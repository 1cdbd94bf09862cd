//! The rule of every kind of field: what a value must be, and the form in which it goes onto the wire.

mod card;
mod hints;
mod lists;
mod text;

pub(super) use text::TEXT;

use super::check::{Check, no_hint};
use super::table::FieldKind;
use super::{media, recipient};

/// How a field of this kind is checked.
#[inline(never)]
pub(super) fn rule(kind: FieldKind) -> Check {
    match kind {
        FieldKind::Text => TEXT,
        FieldKind::Question => Check::Text(text::question, hints::text),
        FieldKind::Filename => Check::Text(text::filename, hints::filename),
        FieldKind::Flag => Check::Value(text::flag),
        FieldKind::MessageId => Check::Text(text::message_id, no_hint),
        FieldKind::Emoji => Check::Text(text::emoji, no_hint),
        FieldKind::Latitude => Check::Value(text::latitude),
        FieldKind::Longitude => Check::Value(text::longitude),
        FieldKind::Media => Check::Text(media::file, hints::file),
        FieldKind::Image => Check::Text(media::image, hints::file),
        FieldKind::Sticker => Check::Text(media::sticker, hints::file),
        FieldKind::Url => text::URL,
        FieldKind::Contact => Check::Value(recipient::contact),
        FieldKind::Vcard => Check::Value(card::contact_card),
        FieldKind::StickerSize => Check::Value(card::sticker_size),
        FieldKind::PollOptions => Check::Value(lists::poll_options),
        FieldKind::Buttons => Check::Value(lists::buttons),
    }
}
