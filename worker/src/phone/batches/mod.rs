//! Batches of a phone: many messages that are made of one template and go out one by one, at the pace that policy allows, each at most once.
//!
//! A batch is rows in storage: what they say is sealed, and thrown away when it has left. The object's alarm sends them.

pub mod ask;
pub mod content;
pub mod model;
pub mod optouts;
pub mod pace;
pub mod results;
pub mod telling;
pub mod upload;

#[cfg(target_arch = "wasm32")]
pub mod answer;
#[cfg(target_arch = "wasm32")]
mod asked;
#[cfg(target_arch = "wasm32")]
mod control;
#[cfg(target_arch = "wasm32")]
pub mod live;
#[cfg(target_arch = "wasm32")]
pub mod progress;
#[cfg(target_arch = "wasm32")]
pub mod run;
#[cfg(target_arch = "wasm32")]
mod setup;
#[cfg(target_arch = "wasm32")]
mod tables;
