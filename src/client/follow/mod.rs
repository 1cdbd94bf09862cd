//! What becomes of messages, followed through an edge proxy: one message as it stands, one until it is read, or everything of a phone, as
//! streams over requests that wait for the next change.

mod change;
mod events;
mod steps;
mod track;

use std::time::Duration;

pub use change::{Change, DeliveryReport};
pub use events::Events;
pub use track::Track;

use super::attempts::Call;
use super::decode::Answered;
use super::endpoint::Route;
use super::error::{Error, ErrorKind};
use super::handles::Phone;
use super::retry::{Backoff, RetrySafety};
use super::transport::Transport;
use crate::json::Json;

/// How long a request waits for the next change: shorter than proxies on the way cut off what says nothing.
const WAIT: Duration = Duration::from_secs(20);
/// A feed that can't be had is asked for again for as long as it takes, more and more seldom.
const SELDOM: Backoff = Backoff { base: Duration::from_millis(500), cap: Duration::from_secs(30) };

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
        Events::new(self)
    }

    /// A message as it comes along: what is known now, and each state after it, as a `Stream` of [`DeliveryReport`]s. Ends when the message is
    /// read (or what [`Track::until`] says is reached), when it is deleted, and when it failed and nothing has refuted that for a minute.
    pub fn track(&self, msg_id: impl Into<String>) -> Track<'_, T> {
        Track::new(self, msg_id.into())
    }

    /// A page of the feed: what changed after a cursor, as soon as something did; without one the present's cursor. What may pass is waited out.
    async fn page(&self, after: Option<&str>, wait: Duration) -> Result<Page, Error> {
        let query = after.map(|after| format!("?after={}&wait={}", encoded(after), wait.as_secs()));
        let path = format!("events{}", query.unwrap_or_default());
        let mut failures = 0;
        loop {
            // One try each: the waits between them are those of a follower, which are longer.
            let error = match self.ask(&path, wait, 0).await {
                Ok(page) => return Page::from_json(page).ok_or_else(unreadable),
                Err(error) if RetrySafety::Idempotent.allows(error.kind(), error.retryable()) => error,
                Err(error) => return Err(error),
            };
            let delay = SELDOM.delay(failures, error.retry_after(), self.client.transport.random());
            failures = failures.saturating_add(1);
            if let Some(on_retry) = &self.client.on_retry {
                on_retry(&error, delay);
            }
            self.client.transport.sleep(delay).await?;
        }
    }

    async fn ask(&self, path: &str, wait: Duration, max_retries: u32) -> Result<Json, Error> {
        let endpoint = self.client.account.endpoint();
        if endpoint.route() != Route::Edge {
            return Err(Error::invalid_option("baseUrl", "messages are followed through an edge proxy"));
        }
        let mut settings = self.client.settings;
        settings.max_retries = max_retries;
        settings.timeout = settings.timeout.map(|timeout| timeout.saturating_add(wait));
        match self.client.run(Call::of_proxy(endpoint.url(&self.id, path), settings)).await? {
            (Answered::Data(data), _) => Ok(data),
            (Answered::Queued(_) | Answered::Picture, response) => Err(self.client.of_another_kind(&response)),
        }
    }
}

/// A page of the feed.
struct Page {
    changes: Vec<(i64, Change)>,
    cursor: String,
}

impl Page {
    fn from_json(page: Json) -> Option<Self> {
        let Json::Array(items) = page.get("items")? else { return None };
        let seq = |item: &Json| item.get("seq").and_then(Json::to_int).unwrap_or_default();
        let changes = items.iter().map(|item| (seq(item), Change::from_json(item))).collect();
        Some(Page { changes, cursor: page.text("cursor")?.to_owned() })
    }
}

/// Whether an error says that a cursor is of another storage.
fn is_reset(error: &Error) -> bool {
    error.code() == "cursor_reset"
}

fn unreadable() -> Error {
    Error::new(ErrorKind::UnreadableAnswer, "unreadable_answer", "The proxy told something that is no part of a feed.")
}

/// A text as a part of a path or query.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
