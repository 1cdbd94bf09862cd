//! The counters of sends that are under way, in memory as they are stored, so that nobody asks the storage for them twice.

use std::cell::RefCell;
use std::collections::HashMap;

use super::Counter;

/// How many are kept at most.
const MOST: usize = 256;

/// The counters of sends that are under way, by their names. An object that is evicted leaves its memory behind, so it keeps none when it is idle.
#[derive(Debug, Default)]
pub struct KnownCounters(RefCell<HashMap<String, Option<Counter>>>);

impl KnownCounters {
    /// What is stored under a name, where that is known: a counter, or none.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Option<Counter>> {
        self.0.borrow().get(name).copied()
    }

    /// This is stored under a name now.
    pub fn set(&self, name: String, counter: Option<Counter>) {
        let mut known = self.0.borrow_mut();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(name, counter);
    }

    /// Nothing is under way any more.
    pub fn forget(&self) {
        self.0.take();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_is_known_as_it_was_stored_last() {
        let known = KnownCounters::default();
        assert_eq!(known.get("p"), None);
        known.set("p".to_owned(), None);
        assert_eq!(known.get("p"), Some(None));
        let counter = Counter { last_ms: 7, ..Counter::default() };
        known.set("p".to_owned(), Some(counter));
        assert_eq!((known.get("p"), known.get("q")), (Some(Some(counter)), None));
        known.forget();
        assert_eq!(known.get("p"), None);
    }

    #[test]
    fn many_recipients_take_no_more_memory_than_some() {
        let known = KnownCounters::default();
        for n in 0..=MOST {
            known.set(n.to_string(), None);
        }
        assert_eq!((known.get("0"), known.get(&MOST.to_string())), (None, Some(None)));
    }
}
