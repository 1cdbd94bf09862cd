//! A send: one message for one phone's queue, as a builder that is awaited.

use std::future::IntoFuture;
use std::time::Duration;

use futures_util::future::LocalBoxFuture;

use crate::answer::Queued;
use crate::client::attempts::Call;
use crate::client::decode::Answered;
use crate::client::endpoint::Route;
use crate::client::error::Error;
use crate::client::handles::{Phone, Settings};
use crate::client::idempotency::IdempotencyKey;
use crate::client::json_text;
use crate::client::transport::{Response, Transport};
use crate::message::{Faults, Message};

/// A message on its way: set what one send needs, and await it.
///
/// ```
/// # use maytapi::client::{Error, Phone, Transport};
/// # use maytapi::message::Message;
/// # use std::time::Duration;
/// # async fn example(phone: Phone<impl Transport>, message: Message) -> Result<(), Error> {
/// let queued = phone
///     .send(message)
///     .idempotency_key("order-4711")
///     .timeout(Duration::from_secs(20))
///     .await?;
/// # let _ = queued.msg_id;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a send does nothing unless it is awaited"]
pub struct Send<'a, T> {
    phone: &'a Phone<T>,
    message: Result<Message, Error>,
    key: Result<Option<IdempotencyKey>, Error>,
    settings: Settings,
}

impl<T: Transport> Phone<T> {
    /// A message to be sent: whatever is one, or is checked to become one. Nothing leaves until it is awaited, nor when it has faults.
    pub fn send<M>(&self, message: M) -> Send<'_, T>
    where
        M: TryInto<Message, Error: Into<Faults>>,
    {
        Send::new(self, message)
    }
}

impl<'a, T: Transport> Send<'a, T> {
    fn new<M>(phone: &'a Phone<T>, message: M) -> Self
    where
        M: TryInto<Message, Error: Into<Faults>>,
    {
        let message = message.try_into().map_err(|faults| Error::invalid(&faults.into()));
        Send { phone, message, key: Ok(None), settings: phone.client.settings }
    }

    /// The key under which an edge proxy knows this send again: with the same key, the same message is sent once. Made by the client
    /// where it is not given. Maytapi itself knows no such key, so there it is an error.
    pub fn idempotency_key<K>(mut self, key: K) -> Self
    where
        K: TryInto<IdempotencyKey, Error: Into<Error>>,
    {
        self.key = key.try_into().map(Some).map_err(Into::into);
        self
    }

    /// How long one try may take; `None`: no bound.
    pub fn timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.settings.timeout = timeout.into();
        self
    }

    /// How many tries may follow the first.
    pub fn max_retries(mut self, max_retries: u32) -> Self {
        self.settings.max_retries = max_retries;
        self
    }

    /// Sends, for a caller who wants the HTTP answer beside what it says.
    ///
    /// # Errors
    /// As awaiting the send itself.
    pub async fn with_response(self) -> Result<(Queued, Response<T::Raw>), Error> {
        let client = &self.phone.client;
        match client.run(self.call()?).await? {
            (Answered::Queued(queued), response) => Ok((queued, response)),
            (Answered::Data(_) | Answered::Picture, response) => Err(client.of_another_kind(&response)),
        }
    }

    /// The request, where everything about it is in order.
    pub(crate) fn call(self) -> Result<Call, Error> {
        let Phone { client, id } = self.phone;
        let endpoint = client.account.endpoint();
        let key = match (endpoint.route(), self.key?) {
            (Route::Maytapi, Some(_)) => {
                let advice = "Maytapi itself knows no such key; send through an edge proxy to use one";
                return Err(Error::invalid_option("idempotencyKey", advice));
            }
            (Route::Edge, None) => {
                let advice = "this host has no source of randomness; give a key of your own";
                let made = client.transport.new_idempotency_key();
                Some(made.ok_or_else(|| Error::invalid_option("idempotencyKey", advice))?)
            }
            (_, key) => key,
        };
        let body = self.message?.to_text(json_text::FLOATS);
        Ok(Call::send(endpoint.url(id, "sendMessage"), body, key, self.settings))
    }
}

impl<'a, T: Transport> IntoFuture for Send<'a, T> {
    type Output = Result<Queued, Error>;
    type IntoFuture = LocalBoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { Ok(self.with_response().await?.0) })
    }
}
