//! Sends WhatsApp messages through Maytapi's HTTP API, from Rust that runs as WebAssembly in browsers, Node and edge workers.

pub mod json;
pub mod message;
