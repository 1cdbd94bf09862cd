//! The list of message types and the fields of each: the one place from which forms, types and documentation are made or checked.

/// The one list of message types, for the macros that need an arm for each: the enum of their names, and typed messages.
macro_rules! message_types {
    ($macro:ident) => {
        $macro! {
            /// The types of message that are checked field by field.
            pub enum MessageType {
                /// Text.
                Text = "text",
                /// A file of any kind: image, video, audio, document.
                Media = "media",
                /// An image; `media` does the same and is what Maytapi's documentation prefers.
                Image = "image",
                /// A WebP sticker.
                Sticker = "sticker",
                /// A place on the map.
                Location = "location",
                /// Another WhatsApp user's contact.
                Contact = "contact",
                /// A contact card.
                Vcard = "vcard",
                /// A link with a preview.
                Link = "link",
                /// A poll.
                Poll = "poll",
                /// An emoji on somebody's message.
                Reaction = "reaction",
                /// A message sent on to somebody else.
                Forward = "forward",
                /// A new text for a message of your own.
                Edit = "edit",
                /// Takes a message of your own back.
                Delete = "delete",
                /// A product of your WhatsApp catalogue.
                Product = "product",
                /// A text with buttons.
                Buttons = "buttons",
            }
        }
    };
}
pub(super) use message_types;

message_types!(named_enum);

named_enum! {
    /// What a message type's field holds.
    pub enum FieldKind {
        /// A text.
        Text = "text",
        /// What a poll asks: a text of at most 255 characters.
        Question = "question",
        /// A file's name.
        Filename = "filename",
        /// `true` or `false`.
        Flag = "flag",
        /// A file's URL or a `data:` URI.
        Media = "media",
        /// The same, of an image.
        Image = "image",
        /// The same, of a WebP image.
        Sticker = "sticker",
        /// An http or https URL.
        Url = "url",
        /// A phone number or a user's JID.
        Contact = "contact",
        /// A message's id.
        MessageId = "message_id",
        /// One emoji.
        Emoji = "emoji",
        /// Degrees, −90 to 90.
        Latitude = "latitude",
        /// Degrees, −180 to 180.
        Longitude = "longitude",
        /// `{ displayName, vcard }`.
        Vcard = "vcard",
        /// A list of texts.
        PollOptions = "poll_options",
        /// `{ width, height }` in pixels.
        StickerSize = "sticker_size",
        /// A list of buttons.
        Buttons = "buttons",
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
pub const ENVELOPE: [FieldSpec; 2] =
    [optional("replyTo", FieldKind::MessageId), optional("skipFilter", FieldKind::Flag)];

impl MessageType {
    /// The type's own fields, besides `toNumber`, `type` and the [`ENVELOPE`].
    #[must_use]
    #[inline(never)]
    pub const fn fields(self) -> &'static [FieldSpec] {
        use FieldKind as F;
        match self {
            MessageType::Text => const { &[required("message", F::Text)] },
            MessageType::Media => {
                const {
                    &[
                        required("message", F::Media),
                        optional("text", F::Text),
                        optional("filename", F::Filename),
                        optional("isHd", F::Flag),
                        optional("isGif", F::Flag),
                    ]
                }
            }
            MessageType::Image => const { &[required("message", F::Image), optional("text", F::Text)] },
            MessageType::Sticker => const { &[required("message", F::Sticker), optional("options", F::StickerSize)] },
            MessageType::Location => {
                const { &[required("latitude", F::Latitude), required("longitude", F::Longitude), optional("text", F::Text)] }
            }
            MessageType::Contact => const { &[required("message", F::Contact)] },
            MessageType::Vcard => const { &[required("message", F::Vcard)] },
            MessageType::Link => const { &[required("message", F::Url), optional("text", F::Text)] },
            MessageType::Poll => {
                const {
                    &[
                        required("message", F::Question),
                        required("options", F::PollOptions),
                        optional("onlyOne", F::Flag),
                    ]
                }
            }
            MessageType::Reaction => const { &[required("message", F::Emoji), required("replyTo", F::MessageId)] },
            MessageType::Forward => const { &[required("message", F::MessageId), optional("forwardCaption", F::Flag)] },
            MessageType::Edit => const { &[required("message", F::Text), required("replyTo", F::MessageId)] },
            MessageType::Delete => const { &[required("message", F::MessageId)] },
            MessageType::Product => const { &[required("productId", F::Text)] },
            MessageType::Buttons => {
                const {
                    &[
                        required("message", F::Text),
                        required("buttons", F::Buttons),
                        optional("title", F::Text),
                        optional("footer", F::Text),
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

const fn required(name: &'static str, kind: FieldKind) -> FieldSpec {
    FieldSpec { name, kind, required: true }
}

const fn optional(name: &'static str, kind: FieldKind) -> FieldSpec {
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
