//! What may be sent to whom: the decision on a message, and on the addresses in it.

mod decision;
pub mod media_hosts;

pub use decision::check;
