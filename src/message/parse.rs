//! Reads a message from JSON and reports everything that is wrong with it.

use super::buttons::{Buttons, PollOptions};
use super::fault::{FaultCode, Faults};
use super::fields::{Fields, FromField, string};
use super::kind::{Kind, wire_name};
use super::media::{HttpUrl, MediaSource};
use super::recipient::Recipient;
use super::suggest::{is_spelling_of, nearest_type};
use super::value::{ContactCard, Emoji, Latitude, Longitude, MessageId, StickerSize, Text};
use super::{Content, Message, RawFields};
use crate::json::Json;

impl Message {
    /// Reads a message of one of the checked types.
    ///
    /// # Errors
    /// Every fault of the message, each with its path and code.
    pub fn parse(message: Json) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let parsed = parse_checked(message, &mut faults);
        accept(parsed, faults)
    }

    /// Reads a message in the raw form: any type, any further fields as Maytapi names them. Only the recipient, the id in `replyTo`
    /// and `skipFilter` are checked.
    ///
    /// # Errors
    /// The faults of what is checked.
    pub fn parse_raw(message: Json) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let parsed = parse_raw(message, &mut faults);
        accept(parsed, faults)
    }
}

/// A fault refuses the message even where its parts could be read.
fn accept(parsed: Option<Message>, faults: Faults) -> Result<Message, Faults> {
    match parsed {
        Some(message) if faults.is_empty() => Ok(message),
        _ => Err(faults),
    }
}

fn parse_checked(message: Json, faults: &mut Faults) -> Option<Message> {
    let mut fields = Fields::of(message, "", faults)?;
    let kind = fields.required::<Kind>("type");
    let to = fields.required::<Recipient>("toNumber");
    let skip_filter = fields.optional::<bool>("skipFilter");
    // Without the type nobody can say which of the other fields are right, so nothing more is reported.
    let kind = kind?;
    let content = content(kind, &mut fields);
    let reply_to = fields.optional::<MessageId>("replyTo");
    fields.finish(&kind.field_names());
    Some(Message { to: to?, content: content?, reply_to, skip_filter })
}

/// Every field is taken before the first `?`, so that all faults are reported.
fn content(kind: Kind, fields: &mut Fields<'_>) -> Option<Content> {
    Some(match kind {
        Kind::Text => Content::Text { message: fields.required("message")? },
        Kind::Media => {
            let file = fields.required::<MediaSource>("message");
            let caption = fields.optional("text");
            let filename = fields.optional("filename");
            let is_hd = fields.optional("isHd");
            let is_gif = fields.optional("isGif");
            Content::Media { file: file?, caption, filename, is_hd, is_gif }
        }
        Kind::Image => {
            let file = fields.required::<ImageFile>("message");
            let caption = fields.optional("text");
            Content::Image { file: file?.0, caption }
        }
        Kind::Sticker => {
            let file = fields.required::<StickerFile>("message");
            let size = fields.optional::<StickerSize>("options");
            Content::Sticker { file: file?.0, size }
        }
        Kind::Location => {
            let latitude = fields.required::<Latitude>("latitude");
            let longitude = fields.required::<Longitude>("longitude");
            let label = fields.optional("text");
            Content::Location { latitude: latitude?, longitude: longitude?, label }
        }
        Kind::Contact => Content::Contact { user_jid: fields.required("message")? },
        Kind::Vcard => Content::Vcard { card: fields.required::<ContactCard>("message")? },
        Kind::Link => {
            let url = fields.required::<HttpUrl>("message");
            let text = fields.optional("text");
            Content::Link { url: url?, text }
        }
        Kind::Poll => {
            let question = fields.required::<Text>("message");
            let options = fields.required::<PollOptions>("options");
            let only_one = fields.optional("onlyOne");
            Content::Poll { question: question?, options: options?, only_one }
        }
        Kind::Reaction => {
            let emoji = fields.required::<Emoji>("message");
            let target = fields.required::<MessageId>("replyTo");
            Content::Reaction { emoji: emoji?, target: target? }
        }
        Kind::Forward => {
            let message_id = fields.required::<MessageId>("message");
            let caption = fields.optional("forwardCaption");
            Content::Forward { message_id: message_id?, caption }
        }
        Kind::Edit => {
            let message = fields.required::<Text>("message");
            let target = fields.required::<MessageId>("replyTo");
            Content::Edit { message: message?, target: target? }
        }
        Kind::Delete => Content::Delete { message_id: fields.required::<MessageId>("message")? },
        Kind::Product => Content::Product { product_id: fields.required::<Text>("productId")? },
        Kind::Buttons => {
            let message = fields.required::<Text>("message");
            let buttons = fields.required::<Buttons>("buttons");
            let title = fields.optional("title");
            let footer = fields.optional("footer");
            Content::Buttons { message: message?, buttons: buttons?, title, footer }
        }
    })
}

fn parse_raw(message: Json, faults: &mut Faults) -> Option<Message> {
    let mut fields = Fields::of(message, "", faults)?;
    let kind = fields.required::<Text>("type");
    let to = fields.required::<Recipient>("toNumber");
    let reply_to = fields.optional::<MessageId>("replyTo");
    let skip_filter = fields.optional::<bool>("skipFilter");
    let further = fields.rest().into_iter().map(|(name, value)| (raw_wire_name(name), value)).collect();
    Some(Message {
        to: to?,
        content: Content::Raw { kind: kind?.as_str().to_owned(), fields: RawFields(further) },
        reply_to,
        skip_filter,
    })
}

/// The fields whose wire names we know take both spellings in the raw form too; any other name is left alone.
fn raw_wire_name(name: String) -> String {
    let known = ["onlyOne", "forwardCaption"].into_iter().find(|known| is_spelling_of(&name, known));
    known.map_or(name, |known| wire_name(known).to_owned())
}

impl FromField for Kind {
    fn read(value: Json, path: &str, faults: &mut Faults) -> Option<Self> {
        let name = string(value, path, faults)?;
        let kind = Kind::from_name(&name);
        if kind.is_none() {
            let known: Vec<&'static str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
            let suggestion = nearest_type(&name, &known);
            let message = match suggestion {
                Some(meant) => format!("There is no such message type; did you mean {meant}?"),
                None => {
                    format!("There is no such message type; there are {}. Others go by the raw form.", known.join(", "))
                }
            };
            faults.suggest(path, FaultCode::UnknownType, &message, suggestion);
        }
        kind
    }
}

struct ImageFile(MediaSource);

impl FromField for ImageFile {
    fn read(value: Json, path: &str, faults: &mut Faults) -> Option<Self> {
        let say = "An image's MIME type starts with image/; send other files with type media.";
        let file = MediaSource::read(value, path, faults)?;
        file.of_type(starts_with_image, say, path, faults).map(ImageFile)
    }
}

struct StickerFile(MediaSource);

impl FromField for StickerFile {
    fn read(value: Json, path: &str, faults: &mut Faults) -> Option<Self> {
        let say = "A sticker is a WebP image (image/webp).";
        let file = MediaSource::read(value, path, faults)?;
        file.of_type(|mime| mime.eq_ignore_ascii_case("image/webp"), say, path, faults).map(StickerFile)
    }
}

fn starts_with_image(mime: &str) -> bool {
    mime.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("image/"))
}
