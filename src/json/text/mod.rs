//! JSON as text, read and written in one pass each.
//!
//! serde_json is too large for what a browser downloads, and the host's own `JSON` gives objects, each member of which crosses the
//! boundary by itself. A text crosses once. Only numbers with a fraction are left to others (see [`Floats`]): their tables are the
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
