//! Sending: where a request goes, the exchange over `fetch`, and what its failures mean.
//!
//! The endpoint, the errors and the rule on repeating are pure and build everywhere; the exchange needs a JavaScript host.

mod endpoint;
mod error;
mod retry;

#[cfg(target_arch = "wasm32")]
pub(crate) mod host_json;
#[cfg(target_arch = "wasm32")]
mod send;
#[cfg(target_arch = "wasm32")]
mod stop;
#[cfg(target_arch = "wasm32")]
mod transport;

pub use endpoint::{Endpoint, InvalidEndpoint, MAYTAPI_BASE_URL, PhoneId, Route, Secret, is_loopback};
pub use error::{Error, ErrorKind, Reply, ReportedFault};
pub use retry::{Retryable, retry_safety};

#[cfg(target_arch = "wasm32")]
pub use send::{DEFAULT_TIMEOUT_MS, SendOptions, Sent, send};
#[cfg(target_arch = "wasm32")]
pub use transport::{Call, Failure, Fetch};
