//! The feed of a phone: what became of each message, as rows with a number that moves on at each change.
//!
//! Delivery only advances, so the rows themselves are the log of events: who has seen all numbers up to one asks for the rows above it,
//! and sees each change at most once.

pub mod ask;
pub mod cursor;
pub mod early;
pub mod item;
pub mod message;
pub mod report;

#[cfg(target_arch = "wasm32")]
pub mod answer;
#[cfg(target_arch = "wasm32")]
pub mod present;
#[cfg(target_arch = "wasm32")]
pub mod publish;
#[cfg(target_arch = "wasm32")]
pub mod rows;
#[cfg(target_arch = "wasm32")]
pub mod sockets;
