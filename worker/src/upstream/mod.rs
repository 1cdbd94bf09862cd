//! Exchanges with Maytapi, and what a failed one means.

#[cfg(target_arch = "wasm32")]
pub mod exchange;
pub mod problem;
