//! What an object knows of passing webhooks on between two events.

use std::cell::Cell;

/// Whether webhooks are being passed on.
#[derive(Debug, Default)]
pub struct Forwarding {
    /// Whether they are.
    pub is_running: Cell<bool>,
    /// While they are, when to look whether that came to an end; where the storage refused, when to try again. In milliseconds since 1970.
    pub not_before_ms: Cell<i64>,
}
