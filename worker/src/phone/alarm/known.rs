//! What an object knows of its alarm between two events.

use std::cell::{Cell, RefCell};

use crate::platform::pending::now_ms;

/// How late an alarm may fire before it counts as lost, in milliseconds.
const LATE_MS: i64 = 10_000;

/// What an object knows of its alarm.
#[derive(Debug, Default)]
pub struct Alarm {
    /// When it is set for, in milliseconds since 1970, if that is as early as what is stored wants it.
    set_for_ms: Cell<Option<i64>>,
    /// Until when customers are left alone that the storage refused, in milliseconds since 1970, by their numbers.
    refused_until_ms: RefCell<Vec<(usize, i64)>>,
}

impl Alarm {
    /// Whether it is set for what is stored now. One that should have fired long ago was lost.
    pub fn is_set(&self) -> bool {
        self.set_for_ms.get().is_some_and(|set_for_ms| now_ms().saturating_sub(set_for_ms) <= LATE_MS)
    }

    /// It is set for this time.
    pub fn set(&self, for_ms: i64) {
        self.set_for_ms.set(Some(for_ms));
    }

    /// It fired, or something was stored that may be due earlier.
    pub fn forget(&self) {
        self.set_for_ms.set(None);
    }

    /// Until when a customer is left alone that the storage refused, in milliseconds since 1970.
    pub fn refused_until_ms(&self, customer: usize) -> Option<i64> {
        let refused = self.refused_until_ms.borrow();
        refused.iter().find(|(of, until_ms)| *of == customer && *until_ms > now_ms()).map(|(_, until_ms)| *until_ms)
    }

    /// The storage refused a customer, which is left alone until then.
    pub fn refuse(&self, customer: usize, until_ms: i64) {
        let mut refused = self.refused_until_ms.borrow_mut();
        refused.retain(|(of, _)| *of != customer);
        refused.push((customer, until_ms));
    }
}
