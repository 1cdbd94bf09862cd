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
mod lists;
mod part;
mod raw;

// All of each file, so that a new message or part needs no line here.
pub use about::*;
pub use any::TypedMessage;
pub use content::*;
pub use files::*;
pub use lists::*;
pub use raw::Raw;
