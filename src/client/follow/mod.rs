//! What becomes of messages, followed through an edge proxy: one message as it stands, one until it is read, or everything of a phone, as
//! streams over requests that wait for the next change.

mod change;
mod events;
mod page;
mod steps;
mod track;

use std::time::Duration;

pub use change::{Change, DeliveryReport};
pub use events::Events;
pub use track::Track;

use super::error::Error;
use super::handles::Phone;
use super::transport::Transport;
use crate::delivery::Delivery;
use page::{encoded, unreadable};

impl<T: Transport> Phone<T> {
    /// What has become of a message, as the proxy knows it from Maytapi's webhooks.
    ///
    /// # Errors
    /// With the code `unknown_message` where it isn't known or is another caller's; or when no answer comes.
    pub async fn message(&self, msg_id: &str) -> Result<DeliveryReport, Error> {
        let item = self
            .ask(&format!("messages/{}", encoded(msg_id)), Duration::ZERO, self.client.settings.max_retries)
            .await?;
        DeliveryReport::from_json(&item).ok_or_else(unreadable)
    }

    /// Everything that becomes of the phone's messages, from now on or after a cursor of before: a `Stream` of [`Change`]s. What may pass (a
    /// lost connection, a proxy that restarts) is waited out; any other error ends it.
    ///
    /// ```
    /// use futures_util::StreamExt;
    /// use maytapi::client::{Change, Error, Phone, Transport};
    ///
    /// async fn log(phone: Phone<impl Transport>, cursor: Option<String>) -> Result<(), Error> {
    ///     let mut events = phone.events().after(cursor);
    ///     while let Some(change) = events.next().await {
    ///         if let Change::Message(report) = change? {
    ///             println!("{} is {}", report.msg_id, report.state.as_str());
    ///         }
    ///         // Kept, it is where another run goes on: nothing is missed, and nothing told twice.
    ///         let _cursor = events.cursor();
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn events(&self) -> Events<'_, T> {
        Events::new(self, None)
    }

    /// A message as it comes along: what is known now, and each state after it, as a `Stream` of [`DeliveryReport`]s. Ends when the message is
    /// read (or what [`Track::until`] says is reached), when it is deleted, and when it failed and nothing has refuted that for a minute.
    pub fn track(&self, msg_id: impl Into<String>) -> Track<'_, T> {
        Track::new(self, msg_id.into(), Delivery::Read)
    }
}
