//! What the RPCs, the sends and the alarm of one object share. All else is in its storage: the runtime evicts an object without freeing what
//! this holds.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::panic::RefUnwindSafe;
use std::pin::Pin;
use std::rc::Rc;

use worker::State;

use super::alarm::known::Alarm;
use super::batches::live::Live;
use super::claim::Claim;
use super::feed::present::Feed;
use super::forward::live::Forwarding;
use super::ledger::{self, Record};
use super::seats::Seats;
use super::store::{StorageFailed, Store};
use crate::config::pseudonym::Pseudonyms;
use crate::platform::pending::now_ms;

/// What the RPCs, the sends and the alarm of one object share.
#[derive(Debug)]
pub struct Object {
    /// The runtime's side of it.
    pub state: Rc<State>,
    /// Its storage, open.
    pub store: Store,
    /// What it knows of its feed.
    pub feed: Feed,
    /// What it knows of its batches.
    pub batches: Live,
    /// How callers and recipients are called in its rows, once it was asked for.
    pub pseudonyms: OnceCell<Rc<Pseudonyms>>,
    /// What it knows of its alarm.
    pub alarm: Alarm,
    /// Whether webhooks are being passed on.
    pub forwarding: Forwarding,
    /// When to clean again, in milliseconds since 1970; at birth at once.
    pub next_cleaning_ms: Cell<i64>,
    /// Its exchanges with Maytapi.
    pub seats: Seats,
    /// The digests of the sends that are under way, by their ids.
    in_flight: RefCell<HashMap<String, Option<String>>>,
}

/// A panic drops the future that it came out of and leaves nothing half done: what is not in storage are ids, each with a guard.
impl RefUnwindSafe for Object {}

/// A send that is under way, until this is dropped.
#[derive(Debug)]
pub struct InFlight<'o> {
    object: &'o Object,
    id: &'o str,
}

impl Object {
    /// An object that has just started, with its storage open: there is none without.
    ///
    /// # Errors
    /// When the storage can't be opened or read.
    pub fn open(state: Rc<State>) -> Result<Self, StorageFailed> {
        let store = Store::new(state.storage());
        store.open()?;
        Ok(Object {
            feed: Feed::new(store.feed()?),
            state,
            store,
            batches: Live::default(),
            pseudonyms: OnceCell::new(),
            alarm: Alarm::default(),
            forwarding: Forwarding::default(),
            next_cleaning_ms: Cell::new(0),
            seats: Seats::new(),
            in_flight: RefCell::default(),
        })
    }

    /// Does something beside what asks for it. The object stays awake meanwhile.
    pub fn spawn(&self, task: Pin<Box<dyn Future<Output = ()>>>) {
        self.state.wait_until(task);
    }

    /// Sets the alarm, in milliseconds from now.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn set_alarm(&self, after_ms: i64) -> Result<(), StorageFailed> {
        self.store.set_alarm(after_ms).await?;
        self.alarm.set(now_ms().saturating_add(after_ms));
        Ok(())
    }

    /// Whether any send is under way here.
    pub fn is_sending(&self) -> bool {
        self.has_single_sends() || self.batches.posting.get().is_some()
    }

    /// Whether any send is under way here that is none of a batch.
    pub fn has_single_sends(&self) -> bool {
        !self.in_flight.borrow().is_empty()
    }

    /// Forgets what only sends under way need, where there are none.
    pub fn rest(&self) {
        if !self.has_single_sends() && !self.batches.is_sending.get() {
            self.store.rest();
        }
    }

    /// The send of this id, where it is under way here: as it would be recorded while it waits to be posted.
    pub fn in_flight(&self, id: &str) -> Option<Record> {
        let digest = self.in_flight.borrow().get(id)?.clone();
        Some(Record { state: ledger::State::Claimed, digest, outcome: None })
    }

    /// The claim's send is under way, until what this returns is dropped.
    pub fn mark_in_flight<'o>(&'o self, claim: &'o Claim) -> InFlight<'o> {
        self.in_flight.borrow_mut().insert(claim.id.clone(), claim.digest.clone());
        InFlight { object: self, id: &claim.id }
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.object.in_flight.borrow_mut().remove(self.id);
        self.object.rest();
    }
}
