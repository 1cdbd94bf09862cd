//! Turns a panic into an answer. The build unwinds, so that one request's panic leaves all others in the isolate alone.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

/// Something panicked. The runtime's log says what; the caller learns only that it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panicked;

/// Runs a future to its end, or to its panic.
///
/// # Errors
/// When it panics. It is not polled again.
pub async fn panics<F: Future>(future: F) -> Result<F::Output, Panicked> {
    let mut future = pin!(future);
    // What the future holds is dropped with it and seen by nobody else.
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(poll) => poll.map(Ok),
        Err(_) => Poll::Ready(Err(Panicked)),
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::{Context, Waker};

    fn run<F: Future>(future: F) -> Poll<F::Output> {
        pin!(future).as_mut().poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn a_panic_becomes_an_error_and_everything_else_passes() {
        assert_eq!(run(panics(async { 7 })), Poll::Ready(Ok(7)));
        assert_eq!(run(panics(async { panic!("a panic on purpose") })), Poll::Ready(Err::<(), _>(Panicked)));
        assert_eq!(run(panics(std::future::pending::<()>())), Poll::Pending);
    }
}
