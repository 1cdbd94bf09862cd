//! What an object knows of its feed between two events: the last number given, and who waits for the next. All else is in its storage.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::pin;
use std::rc::{Rc, Weak};
use std::task::{Poll, Waker};

use super::cursor::Cursor;
use super::early;
use super::item::PhoneState;
use super::rows::Start;
use crate::platform::pending::{now_ms, sleep};

/// What an object knows of its feed.
#[derive(Debug)]
pub struct Feed {
    epoch: String,
    seq: Cell<i64>,
    early_acks: Cell<usize>,
    phone: RefCell<Option<PhoneState>>,
    heard_ms: Cell<i64>,
    sent_ms: Cell<i64>,
    next_sweep_ms: Cell<i64>,
    waiting: RefCell<Vec<Weak<Waiter>>>,
}

/// Someone who waits for the next change.
#[derive(Debug)]
struct Waiter {
    caller: String,
    woken: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

/// Too many wait already.
#[derive(Clone, Copy, Debug)]
pub struct TooMany;

/// How many requests may wait at a phone, and of one caller.
const MOST_WAITING: usize = 50;
const MOST_OF_ONE: usize = 5;

impl Feed {
    /// As it is stored.
    pub fn new(start: Start) -> Self {
        Feed {
            epoch: start.epoch,
            seq: Cell::new(start.seq),
            early_acks: Cell::new(start.early_acks),
            phone: RefCell::new(start.phone),
            heard_ms: Cell::new(start.heard_ms),
            sent_ms: Cell::new(0),
            next_sweep_ms: Cell::new(0),
            waiting: RefCell::default(),
        }
    }

    /// The cursor of the newest change.
    pub fn cursor(&self) -> Cursor<'_> {
        Cursor { epoch: &self.epoch, seq: self.seq.get() }
    }

    /// The last number given.
    pub fn seq(&self) -> i64 {
        self.seq.get()
    }

    /// Numbers up to this one were given, and what they are about is stored.
    pub fn advance_to(&self, seq: i64) {
        self.seq.set(self.seq.get().max(seq));
    }

    /// How many ids have early acks.
    pub fn early_acks(&self) -> usize {
        self.early_acks.get()
    }

    /// So many have.
    pub fn set_early_acks(&self, early_acks: usize) {
        self.early_acks.set(early_acks);
    }

    /// The phone's state, where it was told.
    pub fn phone(&self) -> Option<PhoneState> {
        self.phone.borrow().clone()
    }

    /// The phone's state was told and stored.
    pub fn set_phone(&self, phone: PhoneState) {
        self.phone.replace(Some(phone));
    }

    /// When the last webhook was written down, in milliseconds since 1970.
    pub fn heard_ms(&self) -> i64 {
        self.heard_ms.get()
    }

    /// A webhook was written down.
    pub fn set_heard_ms(&self, heard_ms: i64) {
        self.heard_ms.set(heard_ms);
    }

    /// A send has ended.
    pub fn note_send(&self, now_ms: i64) {
        self.sent_ms.set(now_ms);
    }

    /// Whether the ack of an unknown message may belong to a send whose answer is not there yet.
    pub fn expects_acks(&self, is_sending: bool) -> bool {
        is_sending || now_ms().saturating_sub(self.sent_ms.get()) < early::KEPT_MS
    }

    /// When to look for sockets that are to be closed, in milliseconds since 1970; at birth at once.
    pub fn next_sweep_ms(&self) -> i64 {
        self.next_sweep_ms.get()
    }

    /// The next time for that.
    pub fn set_next_sweep_ms(&self, next_ms: i64) {
        self.next_sweep_ms.set(next_ms);
    }

    /// Wakes all who wait.
    pub fn wake(&self) {
        for waiter in self.waiting.take().iter().filter_map(Weak::upgrade) {
            waiter.woken.set(true);
            if let Some(waker) = waiter.waker.take() {
                waker.wake();
            }
        }
    }

    /// Waits for the next change, but no longer than so many milliseconds.
    ///
    /// # Errors
    /// When too many wait already.
    pub async fn changed(&self, caller: &str, ms: u32) -> Result<(), TooMany> {
        let waiter = Rc::new(Waiter { caller: caller.to_owned(), woken: Cell::new(false), waker: RefCell::default() });
        {
            let mut waiting = self.waiting.borrow_mut();
            waiting.retain(|waiter| waiter.strong_count() > 0);
            let own = waiting.iter().filter_map(Weak::upgrade).filter(|waiter| waiter.caller == caller).count();
            if waiting.len() >= MOST_WAITING || own >= MOST_OF_ONE {
                return Err(TooMany);
            }
            waiting.push(Rc::downgrade(&waiter));
        }
        let mut timer = pin!(sleep(ms));
        poll_fn(|context| {
            if waiter.woken.get() {
                return Poll::Ready(());
            }
            waiter.waker.replace(Some(context.waker().clone()));
            timer.as_mut().poll(context)
        })
        .await;
        Ok(())
    }
}
