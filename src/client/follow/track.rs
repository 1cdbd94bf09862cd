//! One message, followed until it has come as far as it will.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::stream::Stream;

use super::change::{Change, DeliveryReport};
use super::page::{WAIT, is_reset};
use super::steps::Steps;
use crate::client::error::Error;
use crate::client::handles::Phone;
use crate::client::transport::Transport;
use crate::delivery::Delivery;

/// A failure counts once nothing has refuted it for so long: what is delivered after all refutes it.
const FAILURE_STANDS: Duration = Duration::from_secs(60);

/// A message as it comes along. Nothing is asked for before it is first polled.
#[must_use = "a stream does nothing unless it is polled"]
pub struct Track<'a, T> {
    phone: &'a Phone<T>,
    msg_id: String,
    steps: Steps<'a, Tracker<'a, T>, Result<DeliveryReport, Error>>,
}

struct Tracker<'a, T> {
    phone: &'a Phone<T>,
    msg_id: String,
    until: Delivery,
    /// Up to where the feed was read; nothing before it was first asked for.
    cursor: Option<String>,
    /// What was told last, and until when it stands, where it is a failure.
    last: Option<(Delivery, Duration)>,
    waiting: VecDeque<DeliveryReport>,
}

impl<'a, T: Transport> Track<'a, T> {
    pub(super) fn new(phone: &'a Phone<T>, msg_id: String, until: Delivery) -> Self {
        let tracker =
            Tracker { phone, msg_id: msg_id.clone(), until, cursor: None, last: None, waiting: VecDeque::new() };
        Track { phone, msg_id, steps: Steps::new(tracker, |tracker| Box::pin(tracker.next())) }
    }

    /// Where it ends; [`Delivery::Read`] when it isn't said. One that was polled begins anew, also after its end.
    pub fn until(self, state: Delivery) -> Self {
        Track::new(self.phone, self.msg_id, state)
    }
}

impl<T: Transport> Tracker<'_, T> {
    async fn next(mut self) -> (Option<Self>, Option<Result<DeliveryReport, Error>>) {
        loop {
            while let Some(report) = self.waiting.pop_front() {
                let advances = self.last.is_none_or(|(last, _)| last.advance(report.state) != last);
                if !advances {
                    continue;
                }
                self.last = Some((report.state, self.now().saturating_add(FAILURE_STANDS)));
                let more = (!self.is_end(report.state)).then_some(self);
                return (more, Some(Ok(report)));
            }
            let wait = match self.last {
                Some((Delivery::Failed, stands)) => match stands.saturating_sub(self.now()) {
                    Duration::ZERO => return (None, None),
                    left => left.min(WAIT).max(Duration::from_secs(1)),
                },
                _ => WAIT,
            };
            if let Err(error) = self.read(wait).await {
                return (None, Some(Err(error)));
            }
        }
    }

    /// Reads on in the feed; first, and where that was set back, how the message stands.
    async fn read(&mut self, wait: Duration) -> Result<(), Error> {
        if let Some(cursor) = self.cursor.take() {
            match self.phone.page(Some(&cursor), wait).await {
                Ok(page) => {
                    let own = page.changes.into_iter().filter_map(|(_, change)| match change {
                        Change::Message(report) if report.msg_id == self.msg_id => Some(report),
                        _ => None,
                    });
                    self.waiting.extend(own);
                    self.cursor = Some(page.cursor);
                    return Ok(());
                }
                Err(error) if is_reset(&error) => {}
                Err(error) => return Err(error),
            }
        }
        // First the place in the feed and then the state, so that nothing comes between them.
        self.cursor = Some(self.phone.page(None, Duration::ZERO).await?.cursor);
        self.waiting.push_back(self.phone.message(&self.msg_id).await?);
        Ok(())
    }

    /// Whether it is followed no further. A failure is no end by itself, but where it was asked for.
    fn is_end(&self, state: Delivery) -> bool {
        let counts = state != Delivery::Failed || self.until == Delivery::Failed;
        state == Delivery::Deleted || (counts && self.until.advance(state) == state)
    }

    fn now(&self) -> Duration {
        self.phone.client().transport().now()
    }
}

impl<T: Transport> Stream for Track<'_, T> {
    type Item = Result<DeliveryReport, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().steps.poll_next(context)
    }
}

impl<T> fmt::Debug for Track<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Track").finish_non_exhaustive()
    }
}
