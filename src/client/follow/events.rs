//! Everything that becomes of a phone's messages.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::stream::Stream;

use super::change::Change;
use super::page::{WAIT, is_reset};
use super::steps::Steps;
use crate::client::error::Error;
use crate::client::handles::Phone;
use crate::client::transport::Transport;

/// The changes of a phone, one after the other. Nothing is asked for before it is first polled.
#[must_use = "a stream does nothing unless it is polled"]
pub struct Events<'a, T> {
    phone: &'a Phone<T>,
    steps: Steps<'a, Place<'a, T>, Result<Change, Error>>,
    cursor: Option<String>,
}

/// Where in the feed one is.
struct Place<'a, T> {
    phone: &'a Phone<T>,
    /// Up to where pages were read.
    after: Option<String>,
    /// Up to where changes were told.
    told: Option<String>,
    waiting: VecDeque<(i64, Change)>,
}

impl<'a, T: Transport> Events<'a, T> {
    pub(super) fn new(phone: &'a Phone<T>, cursor: Option<String>) -> Self {
        let place = Place { phone, after: cursor.clone(), told: cursor.clone(), waiting: VecDeque::new() };
        Events { phone, steps: Steps::new(place, |place| Box::pin(place.next())), cursor }
    }

    /// From where it goes on: the cursor of an earlier stream, or `start` for everything that is kept. From now on, where it isn't said. One
    /// that was polled begins anew there, also after its end.
    pub fn after(self, cursor: impl Into<Option<String>>) -> Self {
        Events::new(self.phone, cursor.into())
    }

    /// After this another stream goes on; none before anything was heard.
    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }
}

impl<T: Transport> Place<'_, T> {
    async fn next(mut self) -> (Option<Self>, Option<Result<Change, Error>>) {
        loop {
            if let Some((seq, change)) = self.waiting.pop_front() {
                // With more to come, a place in the middle of a page.
                let epoch = self.after.as_deref().and_then(|after| Some(after.rsplit_once('.')?.0));
                self.told = match epoch.filter(|_| !self.waiting.is_empty()) {
                    Some(epoch) => Some(format!("{epoch}.{seq}")),
                    None => self.after.clone(),
                };
                return (Some(self), Some(Ok(change)));
            }
            match self.phone.page(self.after.as_deref(), WAIT).await {
                Ok(page) => {
                    self.waiting.extend(page.changes);
                    self.after = Some(page.cursor);
                    if self.waiting.is_empty() {
                        self.told.clone_from(&self.after);
                    }
                }
                Err(error) if is_reset(&error) && self.after.is_some() => {
                    self.after = None;
                    match self.phone.page(None, WAIT).await {
                        Ok(page) => self.after = Some(page.cursor),
                        Err(error) => return (None, Some(Err(error))),
                    }
                    self.told.clone_from(&self.after);
                    return (Some(self), Some(Ok(Change::Reset)));
                }
                Err(error) => return (None, Some(Err(error))),
            }
        }
    }
}

impl<T: Transport> Stream for Events<'_, T> {
    type Item = Result<Change, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let polled = this.steps.poll_next(context);
        if let Some(place) = &this.steps.idle {
            this.cursor.clone_from(&place.told);
        }
        polled
    }
}

impl<T> fmt::Debug for Events<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").field("cursor", &self.cursor).finish_non_exhaustive()
    }
}
