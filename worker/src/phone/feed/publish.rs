//! Tells changes to all who wait for them: requests, and live sockets.

use super::item::Change;
use super::sockets;
use crate::phone::object::Object;

/// Tells changes that are stored, up to a number, to all who wait for them.
pub fn publish(object: &Object, seq: i64, changes: impl FnOnce() -> Vec<Change>) {
    if seq <= object.feed.seq() {
        return;
    }
    object.feed.advance_to(seq);
    object.feed.wake();
    sockets::tell(object, changes);
}
