//! The one loop of every request: a token, a try, what its answer says, and whether another try follows.

use std::time::Duration;

use super::decode::{self, Answered};
use super::error::{Error, ErrorKind};
use super::handles::{Client, Settings};
use super::idempotency::IdempotencyKey;
use super::json_text;
use super::retry::{Backoff, LONGEST_RETRY_AFTER, RetrySafety};
use super::transport::{BodyType, Method, Request, Response, Transport};
use crate::json::Limits;
use crate::reads::Read;

/// A request before it has a credential, with how often and how long it is tried.
pub(crate) struct Call {
    operation: Operation,
    request: Request,
    idempotency_key: Option<IdempotencyKey>,
    max_retries: u32,
}

#[derive(Clone, Copy)]
enum Operation {
    Send,
    Read(Read),
    /// A question that the proxy answers by itself.
    #[cfg(any(docsrs, not(all(target_arch = "wasm32", feature = "js"))))]
    OfProxy,
}

impl Operation {
    /// The budget of its answer. A list of phones, products or log entries is long.
    fn limits(self) -> Limits {
        match self {
            Operation::Send => Limits::WEBHOOK,
            Operation::Read(_) => Limits::BATCH,
            #[cfg(any(docsrs, not(all(target_arch = "wasm32", feature = "js"))))]
            Operation::OfProxy => Limits::BATCH,
        }
    }
}

impl Call {
    /// A send, with the key under which a proxy knows it again.
    pub(super) fn send(url: String, body: String, key: Option<IdempotencyKey>, settings: Settings) -> Self {
        let mut call = Call::new(Operation::Send, url, Some(body), BodyType::Text, settings);
        if let Some(key) = &key {
            call.request.set_header("idempotency-key", key.as_str().to_owned());
        }
        call.idempotency_key = key;
        call
    }

    /// A question. With a body it is a POST.
    pub(super) fn read(url: String, read: Read, body: Option<String>, settings: Settings) -> Self {
        let read_as = if read == Read::Screen { BodyType::Bytes } else { BodyType::Text };
        Call::new(Operation::Read(read), url, body, read_as, settings)
    }

    /// A question about what the proxy knows.
    #[cfg(any(docsrs, not(all(target_arch = "wasm32", feature = "js"))))]
    pub(super) fn of_proxy(url: String, settings: Settings) -> Self {
        Call::new(Operation::OfProxy, url, None, BodyType::Text, settings)
    }

    fn new(operation: Operation, url: String, body: Option<String>, read_as: BodyType, settings: Settings) -> Self {
        let (method, headers) = match body {
            Some(_) => (Method::Post, vec![("content-type", "application/json".to_owned())]),
            None => (Method::Get, Vec::new()),
        };
        let request = Request { method, url, headers, body, timeout: settings.timeout, read_as };
        Call { operation, request, idempotency_key: None, max_retries: settings.max_retries }
    }

    /// Asking again changes nothing. Of a send without a key nobody knows a repeated one again.
    fn retry_safety(&self) -> RetrySafety {
        match self.operation {
            Operation::Send if self.idempotency_key.is_none() => RetrySafety::NotIdempotent,
            _ => RetrySafety::Idempotent,
        }
    }
}

impl<T: Transport> Client<T> {
    /// Tries until there is an answer, or a failure that is not to be repeated.
    pub(crate) async fn run(&self, mut call: Call) -> Result<(Answered, Response<T::Raw>), Error> {
        let mut attempts = Attempts::new(call.retry_safety(), call.max_retries, self.account.has_token_source());
        let mut last = loop {
            let error = match self.attempt(&mut call).await {
                Ok(answered) => return Ok(answered),
                Err(error) => error,
            };
            match attempts.after(&error, self.transport.random()) {
                Next::GiveUp => break error,
                Next::RenewToken => {}
                Next::Retry(delay) => {
                    if let Some(on_retry) = &self.on_retry {
                        on_retry(&error, delay);
                    }
                    if let Err(ended) = self.transport.sleep(delay).await {
                        break ended.into();
                    }
                }
            }
        };
        // The key is of use to the caller: with it a send may be tried once more.
        last.details().idempotency_key = call.idempotency_key.map(|key| key.as_str().to_owned());
        Err(last)
    }

    async fn attempt(&self, call: &mut Call) -> Result<(Answered, Response<T::Raw>), Error> {
        let endpoint = self.account.endpoint_for_try(&self.transport, call.request.timeout).await?;
        let (name, credential) = endpoint.credential_header();
        call.request.set_header(name, credential);
        let response = self.transport.exchange(&call.request).await?;
        if response.status == 401 {
            self.account.drop_token(endpoint.secret());
        }
        let parsed = json_text::parse(response.text(), call.operation.limits()).ok();
        let answered = match call.operation {
            Operation::Send => decode::queued(&endpoint, &response, parsed.as_ref()).map(Answered::Queued),
            Operation::Read(read) => decode::read(&endpoint, read, &response, parsed),
            #[cfg(any(docsrs, not(all(target_arch = "wasm32", feature = "js"))))]
            Operation::OfProxy => decode::of_proxy(&endpoint, &response, parsed.as_ref()),
        };
        Ok((answered?, response))
    }
}

/// The tries of one request.
#[derive(Clone, Copy, Debug)]
struct Attempts {
    safety: RetrySafety,
    max_retries: u32,
    retries: u32,
    /// Whether a token that is not accepted may be replaced by another, once.
    may_renew_token: bool,
}

/// What follows a failed try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// Nothing: the failure is the outcome.
    GiveUp,
    /// Another try with another token, at once.
    RenewToken,
    /// Another try after a wait.
    Retry(Duration),
}

impl Attempts {
    fn new(safety: RetrySafety, max_retries: u32, may_renew_token: bool) -> Self {
        Attempts { safety, max_retries, retries: 0, may_renew_token }
    }

    fn after(&mut self, error: &Error, random: f64) -> Next {
        // An answer said so, and not the source of tokens.
        let not_accepted = error.kind() == ErrorKind::Authentication && error.status().is_some();
        if not_accepted && std::mem::take(&mut self.may_renew_token) {
            return Next::RenewToken;
        }
        let too_long = error.retry_after().is_some_and(|asked| asked > LONGEST_RETRY_AFTER);
        let allowed = self.safety.allows(error.kind(), error.retryable());
        if !allowed || too_long || self.retries >= self.max_retries {
            return Next::GiveUp;
        }
        let delay = Backoff::default().delay(self.retries, error.retry_after(), random);
        self.retries = self.retries.saturating_add(1);
        Next::Retry(delay)
    }
}
