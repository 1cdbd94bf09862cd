//! The rule of every kind of field: what a value must be, the form in which it goes onto the wire, and where it leads.

mod card;
mod hints;
mod lists;
mod text;

pub(crate) use lists::numbered;
pub(super) use text::TEXT;

use super::check::{Check, no_hint};
use super::table::FieldKind;
use super::{media, recipient};
use crate::json::Json;

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

/// Where an address in a message leads.
#[derive(Clone, Copy)]
pub(super) enum Address {
    /// Maytapi fetches it and sends what it finds, or it is the bytes themselves.
    File,
    /// The recipient opens it, and Maytapi or WhatsApp may fetch it for a preview.
    Page,
}

/// The addresses that a field of this kind holds. Without an arm for all others on purpose: whoever adds a kind has to say.
pub(super) fn addresses(kind: FieldKind, value: Option<&Json>) -> Vec<(Address, &str)> {
    let one = |of| value.and_then(Json::as_str).map(|text| (of, text)).into_iter().collect();
    match kind {
        FieldKind::Media | FieldKind::Image | FieldKind::Sticker => one(Address::File),
        FieldKind::Url => one(Address::Page),
        FieldKind::Buttons => match value {
            Some(Json::Array(buttons)) => {
                buttons.iter().filter_map(|button| button.text("url").map(|url| (Address::Page, url))).collect()
            }
            _ => Vec::new(),
        },
        FieldKind::Text
        | FieldKind::Question
        | FieldKind::Filename
        | FieldKind::Flag
        | FieldKind::Contact
        | FieldKind::MessageId
        | FieldKind::Emoji
        | FieldKind::Latitude
        | FieldKind::Longitude
        | FieldKind::Vcard
        | FieldKind::PollOptions
        | FieldKind::StickerSize => Vec::new(),
    }
}
