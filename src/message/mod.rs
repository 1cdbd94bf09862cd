//! What can be sent: the request model of `POST /{phone_id}/sendMessage`, checked before it leaves.
//!
//! A [`Message`] is read from JSON in either spelling (`toNumber` or `to_number`), and written in exactly Maytapi's. Reading reports
//! every fault at once. Everything here is pure: no JavaScript, no HTTP, no clock.

mod buttons;
mod fault;
mod fields;
mod kind;
mod media;
mod parse;
mod recipient;
mod suggest;
mod value;
mod wire;

pub use buttons::{Button, ButtonAction, Buttons, CallNumber, PollOptions};
pub use fault::{Fault, FaultCode, Faults};
pub use kind::{ENVELOPE, FieldKind, FieldSpec, Kind};
pub use media::{DataUri, HttpUrl, MAX_FILE_BYTES, MediaSource};
pub use recipient::{InvalidRecipient, Recipient, UserJid};
pub use value::{ContactCard, Emoji, Latitude, Longitude, MessageId, StickerSize, Text};

use crate::json::Json;

/// A message that Maytapi will accept, as far as its documentation tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    to: Recipient,
    content: Content,
    reply_to: Option<MessageId>,
    skip_filter: Option<bool>,
}

/// What a message says, by type.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Text. `@12025550123` inside it mentions a member of the group.
    Text {
        /// The text.
        message: Text,
    },
    /// A file of any kind.
    Media {
        /// The file.
        file: MediaSource,
        /// Its caption.
        caption: Option<Text>,
        /// The name under which a document is shown.
        filename: Option<Text>,
        /// Sends an image in high definition.
        is_hd: Option<bool>,
        /// Plays a short MP4 in a loop.
        is_gif: Option<bool>,
    },
    /// An image.
    Image {
        /// The image.
        file: MediaSource,
        /// Its caption.
        caption: Option<Text>,
    },
    /// A WebP sticker.
    Sticker {
        /// The sticker.
        file: MediaSource,
        /// Its size.
        size: Option<StickerSize>,
    },
    /// A place on the map.
    Location {
        /// North of the equator.
        latitude: Latitude,
        /// East of Greenwich.
        longitude: Longitude,
        /// What stands beside it.
        label: Option<Text>,
    },
    /// Another WhatsApp user's contact, by JID.
    Contact {
        /// `<digits>@c.us`.
        user_jid: UserJid,
    },
    /// A contact card.
    Vcard {
        /// The card.
        card: ContactCard,
    },
    /// A link with a preview.
    Link {
        /// The page.
        url: HttpUrl,
        /// The text beside it.
        text: Option<Text>,
    },
    /// A poll.
    Poll {
        /// What is asked.
        question: Text,
        /// What can be answered.
        options: PollOptions,
        /// Whether only one answer can be chosen.
        only_one: Option<bool>,
    },
    /// An emoji on a message.
    Reaction {
        /// The emoji.
        emoji: Emoji,
        /// The message that it is put on.
        target: MessageId,
    },
    /// A message sent on.
    Forward {
        /// The message.
        message_id: MessageId,
        /// Whether its caption goes along.
        caption: Option<bool>,
    },
    /// A new text for a message of your own.
    Edit {
        /// The new text.
        message: Text,
        /// The message that is changed.
        target: MessageId,
    },
    /// Takes a message of your own back.
    Delete {
        /// The message: Maytapi's msgId.
        message_id: MessageId,
    },
    /// A product of your catalogue.
    Product {
        /// The product's id, as the catalogue gives it.
        product_id: Text,
    },
    /// A text with buttons.
    Buttons {
        /// The text.
        message: Text,
        /// The buttons.
        buttons: Buttons,
        /// A line above it.
        title: Option<Text>,
        /// A line below it.
        footer: Option<Text>,
    },
    /// The raw form: any type, any further fields, unchecked.
    Raw {
        /// The type, as Maytapi names it.
        kind: String,
        /// The further fields, as they go onto the wire.
        fields: RawFields,
    },
}

/// Fields that nobody checked, as they go onto the wire.
#[derive(Clone, PartialEq)]
pub struct RawFields(Vec<(String, Json)>);

impl RawFields {
    /// Names and values, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[(String, Json)] {
        &self.0
    }
}

impl std::fmt::Debug for RawFields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RawFields({})", self.0.len())
    }
}

impl Message {
    /// Who receives it.
    #[must_use]
    pub fn recipient(&self) -> &Recipient {
        &self.to
    }

    /// What it says.
    #[must_use]
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// The message that it answers, quoted above it. Of a reaction or an edit the target is in [`Content`].
    #[must_use]
    pub fn reply_to(&self) -> Option<&MessageId> {
        self.reply_to.as_ref()
    }

    /// Whether Maytapi's filter against repeated messages is passed by.
    #[must_use]
    pub fn skips_filter(&self) -> bool {
        self.skip_filter == Some(true)
    }

    /// The file that it carries, where it does.
    #[must_use]
    pub fn media(&self) -> Option<&MediaSource> {
        match &self.content {
            Content::Media { file, .. } | Content::Image { file, .. } | Content::Sticker { file, .. } => Some(file),
            _ => None,
        }
    }

    /// Its type's name, as on the wire.
    #[must_use]
    pub fn type_name(&self) -> &str {
        match &self.content {
            Content::Text { .. } => Kind::Text.as_str(),
            Content::Media { .. } => Kind::Media.as_str(),
            Content::Image { .. } => Kind::Image.as_str(),
            Content::Sticker { .. } => Kind::Sticker.as_str(),
            Content::Location { .. } => Kind::Location.as_str(),
            Content::Contact { .. } => Kind::Contact.as_str(),
            Content::Vcard { .. } => Kind::Vcard.as_str(),
            Content::Link { .. } => Kind::Link.as_str(),
            Content::Poll { .. } => Kind::Poll.as_str(),
            Content::Reaction { .. } => Kind::Reaction.as_str(),
            Content::Forward { .. } => Kind::Forward.as_str(),
            Content::Edit { .. } => Kind::Edit.as_str(),
            Content::Delete { .. } => Kind::Delete.as_str(),
            Content::Product { .. } => Kind::Product.as_str(),
            Content::Buttons { .. } => Kind::Buttons.as_str(),
            Content::Raw { kind, .. } => kind,
        }
    }
}
