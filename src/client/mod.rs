//! Sending: where a request goes, the exchange over `fetch`, and what its failures mean.
//!
//! The endpoint, the errors and the rule on repeating are pure and build everywhere; the exchange needs a JavaScript host.

mod endpoint;
mod error;
mod idempotency;
mod retry;

#[cfg(target_arch = "wasm32")]
mod attempts;
#[cfg(target_arch = "wasm32")]
pub(crate) mod host_json;
#[cfg(target_arch = "wasm32")]
mod read;
#[cfg(target_arch = "wasm32")]
mod send;
#[cfg(target_arch = "wasm32")]
mod stop;
#[cfg(target_arch = "wasm32")]
mod transport;

pub use endpoint::{Endpoint, InvalidEndpoint, MAYTAPI_BASE_URL, PhoneId, Route, Secret, is_loopback};
pub use error::{Error, ErrorKind, Reply, ReportedFault};
pub use idempotency::IdempotencyKey;
pub use retry::{DEFAULT_MAX_RETRIES, LONGEST_RETRY_AFTER_MS, Repeat, Retryable, next_delay_ms, retry_safety};

#[cfg(target_arch = "wasm32")]
pub use attempts::Attempts;
#[cfg(target_arch = "wasm32")]
pub use read::{Found, found, read, read_call};
#[cfg(target_arch = "wasm32")]
pub use send::{DEFAULT_TIMEOUT_MS, SendOptions, Sent, send, send_call, sent};
#[cfg(target_arch = "wasm32")]
pub use stop::within;
#[cfg(target_arch = "wasm32")]
pub use transport::{BodyAs, Call, Exchange, Failure, Fetch};
