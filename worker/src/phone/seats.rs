//! The exchanges with Maytapi that one object holds open at once, first come first served.
//!
//! An object has one I/O context for all its requests, and the platform lets at most six connections of a context wait for a response's
//! headers: a seventh is queued unsent, or another is cut off. While Maytapi hangs, a send would so be given up as unknown that never left.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use tokio::sync::{Semaphore, SemaphorePermit};

/// One fewer than the platform's bound, for what else the object asks.
const SEATS: usize = 5;

/// The seats of an object.
#[derive(Debug)]
pub struct Seats(Semaphore);

/// One exchange may be open, until this is dropped.
pub type Seat<'s> = SemaphorePermit<'s>;

impl Seats {
    /// All of them free.
    #[must_use]
    pub fn new() -> Self {
        Seats(Semaphore::new(SEATS))
    }

    /// A seat, where one is free and nobody waits for it.
    pub fn free(&self) -> Option<Seat<'_>> {
        self.0.try_acquire().ok()
    }

    /// The next seat, where it comes before the deadline.
    pub async fn wait(&self, deadline: impl Future<Output = ()>) -> Option<Seat<'_>> {
        let (mut seat, mut deadline) = (pin!(self.0.acquire()), pin!(deadline));
        poll_fn(|context| match seat.as_mut().poll(context) {
            Poll::Ready(seat) => Poll::Ready(seat.ok()),
            Poll::Pending => deadline.as_mut().poll(context).map(|()| None),
        })
        .await
    }
}

impl Default for Seats {
    fn default() -> Self {
        Seats::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};
    use std::task::{Context, Waker};

    fn poll<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
        std::pin::Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn five_are_served_and_the_others_in_the_order_in_which_they_came() {
        let seats = Seats::new();
        let mut held: Vec<_> = (0..SEATS).map(|_| seats.free().unwrap()).collect();
        let mut first = Box::pin(seats.wait(pending()));
        let mut second = Box::pin(seats.wait(pending()));
        assert!(poll(&mut first).is_pending() && poll(&mut second).is_pending() && seats.free().is_none());
        held.pop();
        // It is the first one's, though he hasn't taken it yet.
        assert!(seats.free().is_none() && poll(&mut second).is_pending());
        let Poll::Ready(Some(seat)) = poll(&mut first) else { panic!("no seat") };
        drop(seat);
        assert!(matches!(poll(&mut second), Poll::Ready(Some(_))));
    }

    #[test]
    fn who_gives_up_takes_no_seat() {
        let seats = Seats::new();
        let held: Vec<_> = (0..SEATS).map(|_| seats.free().unwrap()).collect();
        assert!(matches!(poll(&mut Box::pin(seats.wait(ready(())))), Poll::Ready(None)));
        let mut gone = Box::pin(seats.wait(pending()));
        assert!(poll(&mut gone).is_pending());
        drop(held);
        drop(gone);
        assert_eq!((0..=SEATS).filter_map(|_| seats.free()).map(std::mem::forget).count(), SEATS);
    }
}
