//! The edge proxy: a Cloudflare Worker between a web page and Maytapi, so that the page never holds the account's key.
//!
//! The rules are pure and build everywhere; what talks to the runtime builds for wasm32 only.

pub mod auth;
pub mod config;
pub mod http;
pub mod phone;
pub mod platform;
pub mod policy;
pub mod routes;
pub mod upstream;

/// What the runtime calls once per instance. There is nothing to do, but it is what has the crate `worker` linked, which begins anew
/// after a trap. It also logs panics with their messages, until `runtime` takes that over.
#[cfg(target_arch = "wasm32")]
#[worker::event(start)]
fn start() {}
