//! An async client of Maytapi's API: through an edge proxy that keeps the account's key, or straight to Maytapi.
//!
//! ```
//! use std::time::Duration;
//! use maytapi::client::{Client, Error, Transport};
//! use maytapi::message::Message;
//!
//! async fn greet<T: Transport>(client: Client<T>, message: Message) -> Result<(), Error> {
//!     let phone = client.phone(1150);
//!     let queued = phone.send(message).idempotency_key("order-4711").timeout(Duration::from_secs(20)).await?;
//!     println!("queued as {}", queued.msg_id);
//!     Ok(())
//! }
//! ```
//!
//! What is tried again, by itself:
//! - through a proxy, whatever may pass: lost connections, time-outs, 5xx, 429. Every send carries an idempotency key, so the proxy answers
//!   a repeated one with the first one's outcome;
//! - straight to Maytapi, only what is known to have left nothing behind: 429, and `W05`, where the phone is still starting;
//! - a send whose outcome nobody knows, never without a key. [`Error::retryable`] says which it is.
//!
//! With the feature `fetch`, which is on by default, `Client::through_proxy` and `Client::to_maytapi` make clients over the host's `fetch`
//! on wasm32. Everything else is pure and builds everywhere; [`Transport`] is what it stands on.

mod account;
mod attempts;
mod decode;
mod endpoint;
mod error;
mod handles;
// The npm package follows messages over sockets, in JavaScript that is loaded when first used.
#[cfg(any(docsrs, not(all(target_arch = "wasm32", feature = "js"))))]
mod follow;
mod idempotency;
pub(crate) mod json_text;
mod requests;
mod retry;
mod secret;
#[cfg(all(target_arch = "wasm32", any(feature = "fetch", feature = "js")))]
mod thrown;
mod transport;

#[cfg(all(target_arch = "wasm32", feature = "fetch"))]
mod fetch;
#[cfg(test)]
mod tests;

pub use account::{AccessToken, Account, Token, TokenResult, TokenSource};
#[cfg(all(target_arch = "wasm32", feature = "js"))]
pub(crate) use attempts::Call;
#[cfg(all(target_arch = "wasm32", feature = "js"))]
pub(crate) use decode::Answered;
pub use decode::queued;
pub use endpoint::{Endpoint, InvalidEndpoint, MAYTAPI_BASE_URL, PhoneId, Route, is_loopback, is_product_id};
pub use error::{Error, ErrorKind, ReportedFault};
#[cfg(all(target_arch = "wasm32", feature = "fetch"))]
pub use fetch::FetchTransport;
#[cfg(any(docsrs, not(all(target_arch = "wasm32", feature = "js"))))]
pub use follow::{Change, DeliveryReport, Events, Track};
pub use handles::{Client, DEFAULT_MAX_RETRIES, DEFAULT_TIMEOUT, Phone};
pub use idempotency::{IdempotencyKey, InvalidIdempotencyKey};
pub use requests::{CheckedNumber, LogEntry, Logs, PhoneInfo, PhoneStatus, Send};
#[cfg(all(target_arch = "wasm32", feature = "js"))]
pub(crate) use requests::{numbers_body, phone_number};
#[cfg(all(target_arch = "wasm32", feature = "js"))]
pub(crate) use retry::millis;
pub use retry::{Backoff, LONGEST_RETRY_AFTER, MAX_RETRY_AFTER, RetrySafety, Retryable, parse_retry_after};
pub use secret::Secret;
#[cfg(all(target_arch = "wasm32", any(feature = "fetch", feature = "js")))]
pub use thrown::Thrown;
pub use transport::{Body, BodyType, Method, Request, Response, Transport, TransportError, TransportErrorKind};
