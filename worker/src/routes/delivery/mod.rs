//! What becomes of messages: heard from Maytapi's webhooks, told to who may follow it.

pub mod event;
#[cfg(target_arch = "wasm32")]
pub mod events;
#[cfg(target_arch = "wasm32")]
pub mod hook;
#[cfg(target_arch = "wasm32")]
pub mod inbox;
#[cfg(target_arch = "wasm32")]
pub mod messages;
pub mod receiver;
#[cfg(target_arch = "wasm32")]
mod socket;
#[cfg(target_arch = "wasm32")]
pub mod state;
#[cfg(target_arch = "wasm32")]
mod watcher;
#[cfg(target_arch = "wasm32")]
pub mod webhook;
