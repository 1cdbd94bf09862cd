//! What became of a batch's rows, as pages of JSON and as a CSV.

pub mod csv;
#[cfg(target_arch = "wasm32")]
pub mod page;
pub mod row;
