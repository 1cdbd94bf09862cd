//! The edge proxy: a Cloudflare Worker between a web page and Maytapi, so that the page never holds the account's key.
//!
//! The rules are pure and build everywhere; what talks to the runtime builds for wasm32 only. A folder uses those under it: `routes`,
//! then `phone`, `policy`, `auth`, `upstream` and `http`, then `config`, then `platform`.

pub mod auth;
pub mod config;
pub mod http;
pub mod phone;
pub mod platform;
pub mod policy;
pub mod routes;
pub mod upstream;

#[cfg(target_arch = "wasm32")]
mod handler;

/// Answers a request. `worker::Request` would read method, address, headers and Cloudflare's properties at once.
#[cfg(target_arch = "wasm32")]
#[worker::event(fetch)]
async fn fetch(
    request: web_sys::Request,
    _env: worker::Env,
    _context: worker::Context,
) -> worker::Result<web_sys::Response> {
    Ok(handler::handle(&request).await)
}

/// Does nothing, but for what the bridge does at each call: begin with a new instance, where a trap ended the old one.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen(js_name = renewAfterTrap)]
pub fn renew_after_trap() {}
