//! Sends WhatsApp messages through Maytapi's HTTP API, from Rust that runs as WebAssembly in browsers, Node and edge workers.

#[macro_use]
mod names;

pub mod answer;
pub mod client;
pub mod delivery;
pub mod json;
pub mod message;
pub mod reads;
mod reason;
pub mod spelling;
mod strings;
mod suggest;
pub mod template;
pub mod url;
pub mod webhook;

#[cfg(all(target_arch = "wasm32", feature = "js"))]
pub mod js;

/// The examples of the README, compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
