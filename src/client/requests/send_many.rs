//! Many sends, a few at a time, as a stream.

use std::future::IntoFuture;

use futures_util::stream::{self, Stream, StreamExt};

use crate::answer::Queued;
use crate::client::error::Error;
use crate::client::handles::Phone;
use crate::client::transport::Transport;
use crate::message::{Faults, Message};

impl<T: Transport> Phone<T> {
    /// Sends messages, at most `concurrency` at a time, and tells in their order what became of each. One that fails stops none of the
    /// others. What the stream is not asked for is not sent: dropping it gives up what is under way and sends no more.
    ///
    /// ```
    /// # use maytapi::client::{Error, Phone, Transport};
    /// # use maytapi::message::Message;
    /// use futures_util::StreamExt;
    ///
    /// # async fn example(phone: Phone<impl Transport>, messages: Vec<Message>) -> Result<(), Error> {
    /// let mut results = phone.send_many(messages, 4);
    /// while let Some(result) = results.next().await {
    ///     match result {
    ///         Ok(queued) => println!("queued as {}", queued.msg_id),
    ///         Err(error) => println!("not queued: {error}"),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn send_many<I, M>(&self, messages: I, concurrency: usize) -> impl Stream<Item = Result<Queued, Error>> + Unpin
    where
        I: IntoIterator<Item = M>,
        I::IntoIter: Unpin,
        M: TryInto<Message, Error: Into<Faults>>,
    {
        // None at a time would wait for ever.
        stream::iter(messages).map(|message| self.send(message).into_future()).buffered(concurrency.max(1))
    }
}
