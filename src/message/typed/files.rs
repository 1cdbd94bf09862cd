//! Messages with a file: by an address that Maytapi fetches, or with the bytes as a `data:` URI.

use serde::Serialize;

use super::part::Part;
use crate::json::{Json, Object};

typed_message! {
    /// A file of any kind: image, video, audio, document.
    ///
    /// ```
    /// use maytapi::message::{Media, Message};
    ///
    /// let menu = Media::new("+1 202-555-0123", "https://shop.example/menu.pdf").caption("The menu").filename("menu.pdf");
    /// assert!(Message::try_from(menu)?.media().is_some());
    /// # Ok::<(), maytapi::message::Faults>(())
    /// ```
    Media {
        /// The file: a public URL, or a `data:` URI of at most 50 MB decoded.
        source: String = "message",
    } optional {
        /// The caption.
        caption: String = "text",
        /// The name under which a document is shown.
        filename: String = "filename",
        /// Whether an image goes in high definition.
        is_hd: bool = "isHd",
        /// Whether a short MP4 plays in a loop.
        is_gif: bool = "isGif",
    }
}

typed_message! {
    /// An image. [`Media`] does the same and is what Maytapi's documentation prefers.
    ///
    /// ```
    /// use maytapi::message::{Image, Message};
    ///
    /// let photo = Image::new("+1 202-555-0123", "https://shop.example/cake.jpg").caption("Today's cake");
    /// assert!(Message::try_from(photo).is_ok());
    /// ```
    Image {
        /// The image: a public URL, or a `data:` URI.
        source: String = "message",
    } optional {
        /// The caption.
        caption: String = "text",
    }
}

typed_message! {
    /// A WebP sticker.
    ///
    /// ```
    /// use maytapi::message::{Message, Sticker};
    ///
    /// let sticker = Sticker::new("+1 202-555-0123", "https://shop.example/hello.webp").size((512, 512));
    /// assert!(Message::try_from(sticker).is_ok());
    /// ```
    Sticker {
        /// The sticker: a public URL, or a `data:` URI.
        source: String = "message",
    } optional {
        /// Its size in pixels.
        size: StickerSize = "options",
    }
}

/// A sticker's size in pixels, from `(width, height)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct StickerSize {
    /// 1 to 4096.
    pub width: u16,
    /// 1 to 4096.
    pub height: u16,
}

impl From<(u16, u16)> for StickerSize {
    fn from((width, height): (u16, u16)) -> Self {
        StickerSize { width, height }
    }
}

impl Part for StickerSize {
    fn into_json(self) -> Json {
        let mut size = Object::default();
        size.integer("width", Some(self.width.into()));
        size.integer("height", Some(self.height.into()));
        size.into()
    }

    fn of_checked(json: Json) -> Self {
        let pixels =
            |name| json.get(name).and_then(Json::as_int).and_then(|pixels| pixels.try_into().ok()).unwrap_or(0);
        StickerSize { width: pixels("width"), height: pixels("height") }
    }
}
