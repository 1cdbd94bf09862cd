//! What may be sent to whom: the decision on a message, and on the addresses in it.

mod decision;
pub mod media_hosts;
pub mod message_ids;

pub use decision::{check, check_type};
