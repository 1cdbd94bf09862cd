//! Who calls: tokens, the keys that they are checked with, and what their holders may do.

pub mod capability;
mod check;
pub mod jwks;
#[cfg(target_arch = "wasm32")]
pub mod keys;
pub mod token;
pub mod turnstile;

pub use check::{Checked, check, refused, wrong_signature};
