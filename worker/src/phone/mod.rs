//! A phone's object: the one place through which its messages go, so that none goes out twice and its limits hold.

pub mod batches;
pub mod claim;
pub mod feed;
pub mod inbox;
pub mod ledger;
pub mod limits;
pub mod schema;
pub mod seats;

#[cfg(target_arch = "wasm32")]
mod alarm;
#[cfg(target_arch = "wasm32")]
mod class;
#[cfg(target_arch = "wasm32")]
mod forward;
#[cfg(target_arch = "wasm32")]
mod object;
#[cfg(target_arch = "wasm32")]
mod pseudonyms;
#[cfg(target_arch = "wasm32")]
mod sealed;
#[cfg(target_arch = "wasm32")]
mod sender;
#[cfg(target_arch = "wasm32")]
mod store;
