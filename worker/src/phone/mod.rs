//! A phone's object: the one place through which its messages go, so that none goes out twice and its limits hold.

pub mod claim;
pub mod ledger;
pub mod limits;

#[cfg(target_arch = "wasm32")]
pub(crate) mod object;
#[cfg(target_arch = "wasm32")]
mod sender;
#[cfg(target_arch = "wasm32")]
pub(crate) mod store;
