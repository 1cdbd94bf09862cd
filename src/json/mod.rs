//! A JSON value in memory, read through any serde format or from a text, within limits, with repeated names refused.
//!
//! Validation has to see the whole of what a caller wrote to report every fault at once, which a derived `Deserialize` can't: it
//! stops at the first. The same tree is filled from a JavaScript value, from the body of a request and from an upstream answer.

mod limits;
mod object;
mod read;
pub mod text;
mod value;

pub use limits::{Limits, Rejected};
pub use object::{Object, Picked, Take};
pub use value::{Json, Members};
