//! Batches over HTTP: made, filled piece by piece, started and stopped, and told. What they are is the phone's object's.

#[cfg(target_arch = "wasm32")]
mod caller;
#[cfg(target_arch = "wasm32")]
pub mod control;
#[cfg(target_arch = "wasm32")]
pub mod create;
#[cfg(target_arch = "wasm32")]
pub mod optouts;
#[cfg(target_arch = "wasm32")]
pub mod pieces;
#[cfg(target_arch = "wasm32")]
pub mod read;
#[cfg(target_arch = "wasm32")]
pub mod results;
