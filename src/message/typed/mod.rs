//! Messages as Rust writes them: a struct for each type, with what it must have in `new` and the rest as methods.
//!
//! A struct holds what was written; `Message::try_from` checks it, by the same table and rules as a message that comes as JSON. The way
//! back is there too: a [`Message`](super::Message) becomes a [`TypedMessage`].

#[macro_use]
mod define;

mod about;
mod any;
mod content;
mod files;
mod parts;
mod raw;

pub use about::{Delete, Edit, Forward, Reaction};
pub use any::TypedMessage;
pub use content::{Buttons, Contact, Link, Location, Poll, Product, Text, Vcard};
pub use files::{Image, Media, Sticker};
pub use parts::{Button, ButtonAction, Card, Degrees, PollOptions, StickerSize};
pub use raw::Raw;
