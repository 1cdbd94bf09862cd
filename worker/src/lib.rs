//! The edge proxy: a Cloudflare Worker between a web page and Maytapi, so that the page never holds the account's key.
//!
//! The rules are pure and build everywhere; what talks to the runtime builds for wasm32 only.

pub mod auth;
pub mod body;
pub mod capability;
pub mod catch;
pub mod claim;
pub mod config;
pub mod cors;
#[path = "phone/feed/mod.rs"]
pub mod feed;
pub mod head;
pub mod hooks;
pub mod hosts;
pub mod jwks;
pub mod ledger;
pub mod limits;
pub mod log;
pub mod policy;
pub mod problem;
pub mod pseudonym;
pub mod reading;
pub mod reply;
pub mod route;
mod schema;
pub mod token;
pub mod turnstile;
pub mod upstream;

#[cfg(target_arch = "wasm32")]
mod exchange;
#[cfg(target_arch = "wasm32")]
mod exports;
#[cfg(target_arch = "wasm32")]
mod glue;
#[cfg(target_arch = "wasm32")]
mod handler;
#[cfg(target_arch = "wasm32")]
mod intake;
#[cfg(target_arch = "wasm32")]
mod keys;
#[cfg(target_arch = "wasm32")]
mod phone;
#[cfg(target_arch = "wasm32")]
mod read;
#[cfg(target_arch = "wasm32")]
mod runtime;
#[cfg(target_arch = "wasm32")]
mod send;
#[cfg(target_arch = "wasm32")]
mod tasks;
#[cfg(target_arch = "wasm32")]
mod visitor;

/// What the runtime calls once per instance. There is nothing to do, but it is what has the crate `worker` linked, which begins anew
/// after a trap. It also logs panics with their messages, until `runtime` takes that over.
#[cfg(target_arch = "wasm32")]
#[worker::event(start)]
fn start() {}
