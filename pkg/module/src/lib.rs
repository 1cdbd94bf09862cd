//! The npm package's module. What JavaScript sees is the crate's `js`; here it only becomes a library of its own.

pub use maytapi::js::*;
