//! The list of message types and the fields of each: the one place from which forms, types and documentation are made or checked.

/// The types of message that are checked field by field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Text.
    Text,
    /// A file of any kind: image, video, audio, document.
    Media,
    /// An image; `media` does the same and is what Maytapi's documentation prefers.
    Image,
    /// A WebP sticker.
    Sticker,
    /// A place on the map.
    Location,
    /// Another WhatsApp user's contact.
    Contact,
    /// A contact card.
    Vcard,
    /// A link with a preview.
    Link,
    /// A poll.
    Poll,
    /// An emoji on somebody's message.
    Reaction,
    /// A message sent on to somebody else.
    Forward,
    /// A new text for a message of your own.
    Edit,
    /// Takes a message of your own back.
    Delete,
    /// A product of your WhatsApp catalogue.
    Product,
    /// A text with buttons.
    Buttons,
}

/// What a message type's field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A file's URL or a `data:` URI.
    Media,
    /// The same, of an image.
    Image,
    /// The same, of a WebP image.
    Sticker,
    /// An http or https URL.
    Url,
    /// A phone number or a user's JID.
    Contact,
    /// A message's id.
    MessageId,
    /// One emoji.
    Emoji,
    /// Degrees, −90 to 90.
    Latitude,
    /// Degrees, −180 to 180.
    Longitude,
    /// `{ displayName, vcard }`.
    Vcard,
    /// A list of texts.
    PollOptions,
    /// `{ width, height }` in pixels.
    StickerSize,
    /// A list of buttons.
    Buttons,
}

impl FieldKind {
    /// Its name in JavaScript.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            FieldKind::Text => "text",
            FieldKind::Flag => "flag",
            FieldKind::Media => "media",
            FieldKind::Image => "image",
            FieldKind::Sticker => "sticker",
            FieldKind::Url => "url",
            FieldKind::Contact => "contact",
            FieldKind::MessageId => "message_id",
            FieldKind::Emoji => "emoji",
            FieldKind::Latitude => "latitude",
            FieldKind::Longitude => "longitude",
            FieldKind::Vcard => "vcard",
            FieldKind::PollOptions => "poll_options",
            FieldKind::StickerSize => "sticker_size",
            FieldKind::Buttons => "buttons",
        }
    }
}

/// One field of a message type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldSpec {
    /// Its name in JavaScript; the wire's snake_case is accepted too.
    pub name: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether a message of this type must have it.
    pub required: bool,
}

/// The optional fields that every type has besides its own, `toNumber` and `type`. A type that must have one of them lists it itself.
pub const ENVELOPE: [FieldSpec; 2] = [may("replyTo", FieldKind::MessageId), may("skipFilter", FieldKind::Flag)];

impl Kind {
    /// Every type.
    pub const ALL: [Kind; 15] = [
        Kind::Text,
        Kind::Media,
        Kind::Image,
        Kind::Sticker,
        Kind::Location,
        Kind::Contact,
        Kind::Vcard,
        Kind::Link,
        Kind::Poll,
        Kind::Reaction,
        Kind::Forward,
        Kind::Edit,
        Kind::Delete,
        Kind::Product,
        Kind::Buttons,
    ];

    /// The type's name, in JavaScript and on the wire.
    #[must_use]
    #[inline(never)]
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Media => "media",
            Kind::Image => "image",
            Kind::Sticker => "sticker",
            Kind::Location => "location",
            Kind::Contact => "contact",
            Kind::Vcard => "vcard",
            Kind::Link => "link",
            Kind::Poll => "poll",
            Kind::Reaction => "reaction",
            Kind::Forward => "forward",
            Kind::Edit => "edit",
            Kind::Delete => "delete",
            Kind::Product => "product",
            Kind::Buttons => "buttons",
        }
    }

    /// The type of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Kind::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }

    /// The type's own fields, besides `toNumber`, `type` and the [`ENVELOPE`].
    #[must_use]
    #[inline(never)]
    pub const fn fields(self) -> &'static [FieldSpec] {
        use FieldKind as F;
        match self {
            Kind::Text => const { &[must("message", F::Text)] },
            Kind::Media => {
                const {
                    &[
                        must("message", F::Media),
                        may("text", F::Text),
                        may("filename", F::Text),
                        may("isHd", F::Flag),
                        may("isGif", F::Flag),
                    ]
                }
            }
            Kind::Image => const { &[must("message", F::Image), may("text", F::Text)] },
            Kind::Sticker => const { &[must("message", F::Sticker), may("options", F::StickerSize)] },
            Kind::Location => {
                const { &[must("latitude", F::Latitude), must("longitude", F::Longitude), may("text", F::Text)] }
            }
            Kind::Contact => const { &[must("message", F::Contact)] },
            Kind::Vcard => const { &[must("message", F::Vcard)] },
            Kind::Link => const { &[must("message", F::Url), may("text", F::Text)] },
            Kind::Poll => {
                const { &[must("message", F::Text), must("options", F::PollOptions), may("onlyOne", F::Flag)] }
            }
            Kind::Reaction => const { &[must("message", F::Emoji), must("replyTo", F::MessageId)] },
            Kind::Forward => const { &[must("message", F::MessageId), may("forwardCaption", F::Flag)] },
            Kind::Edit => const { &[must("message", F::Text), must("replyTo", F::MessageId)] },
            Kind::Delete => const { &[must("message", F::MessageId)] },
            Kind::Product => const { &[must("productId", F::Text)] },
            Kind::Buttons => {
                const {
                    &[
                        must("message", F::Text),
                        must("buttons", F::Buttons),
                        may("title", F::Text),
                        may("footer", F::Text),
                    ]
                }
            }
        }
    }

    /// All fields besides `toNumber` and `type`: its own, then the envelope's.
    pub fn all_fields(self) -> impl Iterator<Item = &'static FieldSpec> {
        with_envelope(self.fields())
    }
}

/// These fields, then those of the envelope that are not among them.
pub(super) fn with_envelope(own: &'static [FieldSpec]) -> impl Iterator<Item = &'static FieldSpec> {
    own.iter().chain(ENVELOPE.iter().filter(|field| own.iter().all(|other| other.name != field.name)))
}

const fn must(name: &'static str, kind: FieldKind) -> FieldSpec {
    FieldSpec { name, kind, required: true }
}

const fn may(name: &'static str, kind: FieldKind) -> FieldSpec {
    FieldSpec { name, kind, required: false }
}

/// Maytapi's name of a field. Most are ours; four are snake_case there, the rest camelCase.
pub(super) fn wire_name(name: &str) -> &str {
    match name {
        "toNumber" => "to_number",
        "replyTo" => "reply_to",
        "skipFilter" => "skip_filter",
        "onlyOne" => "only_one",
        "forwardCaption" => "forward_caption",
        same => same,
    }
}
