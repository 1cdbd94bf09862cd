//! How a batch comes in: a draft with a template and a plan, then its rows piece by piece, each checked as a single message would be.

#[cfg(target_arch = "wasm32")]
pub mod create;
pub mod draft;

pub mod fault;
pub mod piece;
#[cfg(target_arch = "wasm32")]
pub mod pieces;
pub mod room;
