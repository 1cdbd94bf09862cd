//! The Worker's module. What the runtime calls is the crate's; here it only becomes a library of its own.

pub use maytapi_edge::*;
