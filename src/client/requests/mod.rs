//! What a client can be asked for: sends and questions.

mod read;
mod report;
mod send;
mod send_many;

#[cfg(all(target_arch = "wasm32", feature = "js"))]
pub(crate) use read::{numbers_body, phone_number};
pub use report::{CheckedNumber, LogEntry, Logs, PhoneInfo, PhoneStatus};
pub use send::Send;
