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
pub async fn catch<F: Future>(future: F) -> Result<F::Output, Panicked> {
    let mut future = pin!(future);
    // What the future holds is dropped with it and seen by nobody else.
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(poll) => poll.map(Ok),
        Err(_) => Poll::Ready(Err(Panicked)),
    })
    .await
}

/// Logs where a panic was and not its message, which may hold what it was working on.
#[cfg(target_arch = "wasm32")]
pub fn log_without_message() {
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(|at| format!("{}:{}", at.file(), at.line())).unwrap_or_default();
        // A path of ours needs no escape.
        worker::console_log!(r#"{{"event":"panic","at":"{at}"}}"#);
    }));
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
        assert_eq!(run(catch(async { 7 })), Poll::Ready(Ok(7)));
        assert_eq!(run(catch(async { panic!("a panic on purpose") })), Poll::Ready(Err::<(), _>(Panicked)));
        assert_eq!(run(catch(std::future::pending::<()>())), Poll::Pending);
    }
}
