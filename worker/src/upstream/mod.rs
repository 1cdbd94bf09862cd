//! Exchanges with Maytapi, and what a failed one means to the caller.

#[cfg(target_arch = "wasm32")]
pub mod exchange;
mod problem;

pub use problem::problem;
