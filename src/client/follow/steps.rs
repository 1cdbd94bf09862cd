//! A stream made of one async step after the other, whose state can be looked at between them.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::future::LocalBoxFuture;

/// A step's future: the state after it, none where the stream has ended, and an item.
pub(super) type Step<'a, S, I> = LocalBoxFuture<'a, (Option<S>, Option<I>)>;

/// The steps of a stream. (`futures_util::stream::unfold` would hide the state.)
pub(super) struct Steps<'a, S, I> {
    /// Between two steps.
    pub idle: Option<S>,
    step: Option<Step<'a, S, I>>,
    next: fn(S) -> Step<'a, S, I>,
}

impl<'a, S, I> Steps<'a, S, I> {
    pub fn new(state: S, next: fn(S) -> Step<'a, S, I>) -> Self {
        Steps { idle: Some(state), step: None, next }
    }

    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<I>> {
        let Some(mut step) = self.step.take().or_else(|| self.idle.take().map(self.next)) else {
            return Poll::Ready(None);
        };
        match Pin::new(&mut step).poll(context) {
            Poll::Pending => {
                self.step = Some(step);
                Poll::Pending
            }
            Poll::Ready((state, item)) => {
                self.idle = state;
                Poll::Ready(item)
            }
        }
    }
}
