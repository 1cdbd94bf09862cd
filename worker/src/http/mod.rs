//! HTTP: a request's head and body, answers and problems, CORS, the access log.

pub mod access_log;
pub mod body;
pub mod cors;
pub mod head;
pub mod header;
pub mod problem;
#[cfg(target_arch = "wasm32")]
pub mod receive;
pub mod reply;
