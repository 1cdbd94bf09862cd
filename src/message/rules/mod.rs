//! The rule of every kind of field: what a value must be, and the form in which it goes onto the wire.

mod card;
mod lists;
mod text;

use super::check::Check;
use super::table::FieldKind;
use super::{media, recipient};

/// How a field of this kind is checked.
#[inline(never)]
pub(super) fn rule(kind: FieldKind) -> Check {
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
        FieldKind::Url => Check::Text(text::url),
        FieldKind::Contact => Check::Value(recipient::contact),
        FieldKind::Vcard => Check::Value(card::contact_card),
        FieldKind::StickerSize => Check::Value(card::sticker_size),
        FieldKind::PollOptions => Check::Value(lists::poll_options),
        FieldKind::Buttons => Check::Value(lists::buttons),
    }
}

/// A non-empty text, which is also what a type's name is in the raw form.
pub(super) const TEXT: Check = Check::Text(text::text);
