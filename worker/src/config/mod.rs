//! The configuration as it is used: checked as a whole when an isolate starts, so that a wrong one sends nothing.

pub mod batches;
#[cfg(target_arch = "wasm32")]
pub mod current;
pub mod delivery;
mod error;
pub mod host_pattern;
mod model;
pub mod pseudonym;
mod reading;
#[cfg(test)]
mod tests;
pub mod token_keys;

pub use batches::{BatchPolicy, QuietHours};
pub use delivery::{Delivery, Forward, Watch};
pub use error::{ConfigError, ConfigFault};
pub use model::{Account, Auth, Config, Limit, Limits, MessageIds, Policy, Recipients, Scope, Turnstile};
pub use reading::Lookup;
