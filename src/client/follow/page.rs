//! What is asked of the proxy: one page of its feed after the other.

use std::time::Duration;

use super::change::Change;
use crate::client::attempts::Call;
use crate::client::decode::Answered;
use crate::client::endpoint::Route;
use crate::client::error::{Error, ErrorKind};
use crate::client::handles::Phone;
use crate::client::retry::{Backoff, RetrySafety};
use crate::client::transport::Transport;
use crate::json::Json;

/// How long a request waits for the next change: shorter than proxies on the way cut off what says nothing.
pub(super) const WAIT: Duration = Duration::from_secs(20);
/// A feed that can't be had is asked for again for as long as it takes, more and more seldom.
const SELDOM: Backoff = Backoff { base: Duration::from_millis(500), cap: Duration::from_secs(30) };

/// A page of the feed.
pub(super) struct Page {
    /// Each with its number.
    pub changes: Vec<(i64, Change)>,
    /// Up to where it goes.
    pub cursor: String,
}

impl<T: Transport> Phone<T> {
    /// A page of the feed: what changed after a cursor, as soon as something did; without one the present's cursor. What may pass is waited out.
    pub(super) async fn page(&self, after: Option<&str>, wait: Duration) -> Result<Page, Error> {
        let query = after.map(|after| format!("?after={}&wait={}", encoded(after), wait.as_secs()));
        let path = format!("events{}", query.unwrap_or_default());
        let (transport, mut failures) = (&self.client.transport, 0);
        loop {
            let asked = transport.now();
            // One try each: the waits between them are those of a follower, which are longer.
            let error = match self.ask(&path, wait, 0).await {
                Ok(told) => {
                    let page = Page::from_json(&told).ok_or_else(unreadable)?;
                    let more = told.get("more").and_then(Json::as_bool) == Some(true);
                    // Whatever on the way does not let a request wait is not asked without a pause.
                    let hasty = !wait.is_zero() && transport.now().saturating_sub(asked) < SELDOM.base;
                    if hasty && after.is_some() && page.changes.is_empty() && !more {
                        transport.sleep(SELDOM.base).await?;
                    }
                    return Ok(page);
                }
                Err(error) if RetrySafety::Idempotent.allows(error.kind(), error.retryable()) => error,
                Err(error) => return Err(error),
            };
            let delay = SELDOM.delay(failures, error.retry_after(), transport.random());
            failures = failures.saturating_add(1);
            if let Some(on_retry) = &self.client.on_retry {
                on_retry(&error, delay);
            }
            transport.sleep(delay).await?;
        }
    }

    /// One question that the proxy answers by itself.
    pub(super) async fn ask(&self, path: &str, wait: Duration, max_retries: u32) -> Result<Json, Error> {
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

impl Page {
    fn from_json(page: &Json) -> Option<Self> {
        let Json::Array(items) = page.get("items")? else { return None };
        let seq = |item: &Json| item.get("seq").and_then(Json::to_int).unwrap_or_default();
        let changes = items.iter().map(|item| (seq(item), Change::from_json(item))).collect();
        Some(Page { changes, cursor: page.text("cursor")?.to_owned() })
    }
}

/// Whether an error says that a cursor is of another storage.
pub(super) fn is_reset(error: &Error) -> bool {
    error.code() == "cursor_reset"
}

pub(super) fn unreadable() -> Error {
    Error::new(ErrorKind::UnreadableAnswer, "unreadable_answer", "The proxy told something that is no part of a feed.")
}

/// A text as a part of a path or query.
pub(super) fn encoded(text: &str) -> String {
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
