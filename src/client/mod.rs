//! Sending: where a request goes, the exchange over `fetch`, and what its failures mean.
//!
//! The endpoint, the errors and the rule on repeating are pure and build everywhere; the exchange needs a JavaScript host.

mod endpoint;
mod error;
mod idempotency;
mod outcome;
mod retry;

#[cfg(all(target_arch = "wasm32", feature = "fetch"))]
mod exchange;
#[cfg(all(target_arch = "wasm32", feature = "fetch"))]
pub(crate) mod host;
#[cfg(all(target_arch = "wasm32", feature = "fetch"))]
pub(crate) mod host_json;
#[cfg(all(target_arch = "wasm32", feature = "fetch"))]
mod read;
#[cfg(all(target_arch = "wasm32", feature = "fetch"))]
mod send;

pub use endpoint::{Endpoint, InvalidEndpoint, MAYTAPI_BASE_URL, PhoneId, Route, Secret, is_loopback, is_product_id};
pub use error::{Error, ErrorKind, Reply, ReportedFault};
pub use idempotency::IdempotencyKey;
pub use outcome::queued;
pub use retry::{
    Attempts, DEFAULT_MAX_RETRIES, LONGEST_RETRY_AFTER_MS, Next, Repeat, Retryable, next_delay_ms, retry_safety,
};

#[cfg(all(target_arch = "wasm32", feature = "fetch"))]
pub use exchange::{BodyAs, Call, Failure, Outcome, Target, Then, start_asking, start_exchange, start_sleep, waited};
#[cfg(all(target_arch = "wasm32", feature = "fetch"))]
pub use host::Came;
#[cfg(all(target_arch = "wasm32", feature = "fetch"))]
pub use read::{Found, found, read_call};
#[cfg(all(target_arch = "wasm32", feature = "fetch"))]
pub use send::{DEFAULT_TIMEOUT_MS, SendOptions, send_call, sent};
