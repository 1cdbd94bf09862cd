//! JSON as text, read and written in one pass each.
//!
//! serde_json would add 13 KB to what a browser downloads, and the host's own `JSON` gives objects that cost two crossings of the
//! boundary for each member. A text costs one. Only numbers with a fraction are left to others (see [`Floats`]): their tables are the
//! larger part of any JSON library.

mod floats;
mod read;
mod special;
#[cfg(test)]
mod tests;
mod write;

pub use floats::Floats;
pub use read::parse;
pub use write::{write, write_string};
