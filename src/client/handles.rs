//! A client of an account, and one bound to a phone: what they were made with.

use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use super::account::Account;
use super::endpoint::PhoneId;
use super::error::Error;
#[cfg(all(target_arch = "wasm32", feature = "js"))]
use super::secret::Secret;
use super::transport::Transport;

/// How long one try may take when nobody says otherwise. Maytapi's larger users found 5 s too short and settled on 60.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

/// How many tries follow the first when nobody says otherwise.
pub const DEFAULT_MAX_RETRIES: u32 = 2;

/// A client of one account. Cheap to clone; any number of requests may be under way at a time.
#[derive(Clone)]
pub struct Client<T> {
    pub(super) transport: T,
    pub(super) account: Rc<Account>,
    pub(super) settings: Settings,
    pub(super) on_retry: Option<OnRetry>,
}

type OnRetry = Rc<dyn Fn(&Error, Duration)>;

/// A client bound to one of the account's phones.
#[derive(Clone, Debug)]
pub struct Phone<T> {
    pub(super) client: Client<T>,
    pub(super) id: PhoneId,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) timeout: Option<Duration>,
    pub(super) max_retries: u32,
}

impl<T: Transport> Client<T> {
    /// A client over a transport of the caller's own.
    #[must_use]
    pub fn new(transport: T, account: Account) -> Self {
        let settings = Settings { timeout: Some(DEFAULT_TIMEOUT), max_retries: DEFAULT_MAX_RETRIES };
        Client { transport, account: Rc::new(account), settings, on_retry: None }
    }

    /// How long one try may take, to the end of the answer; [`DEFAULT_TIMEOUT`] when not set, `None`: no bound. A source of tokens is
    /// given as much.
    #[must_use]
    pub fn timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.settings.timeout = timeout.into();
        self
    }

    /// How many tries may follow the first; [`DEFAULT_MAX_RETRIES`] when not set.
    #[must_use]
    pub fn max_retries(mut self, max_retries: u32) -> Self {
        self.settings.max_retries = max_retries;
        self
    }

    /// The same client over another transport.
    #[cfg(all(target_arch = "wasm32", feature = "js"))]
    pub(crate) fn with_transport(&self, transport: T) -> Self {
        Client {
            transport,
            account: Rc::clone(&self.account),
            settings: self.settings,
            on_retry: self.on_retry.clone(),
        }
    }

    /// A token that is good now, for what goes another way than this client's requests: a socket.
    #[cfg(all(target_arch = "wasm32", feature = "js"))]
    pub(crate) async fn access_token(&self) -> Result<String, Error> {
        let endpoint = self.account.endpoint_for_try(&self.transport, self.settings.timeout).await?;
        Ok(endpoint.secret().expose().to_owned())
    }

    /// Says that a token was not accepted: it is not used again.
    #[cfg(all(target_arch = "wasm32", feature = "js"))]
    pub(crate) fn drop_token(&self, token: &str) {
        if let Some(token) = Secret::new(token) {
            self.account.drop_token(&token);
        }
    }

    /// What requests travel by.
    #[must_use]
    pub fn transport(&self) -> &T {
        &self.transport
    }

    /// A function that is told of every failure that is followed by another try, and after how long: for logs.
    #[must_use]
    pub fn on_retry(mut self, told: impl Fn(&Error, Duration) + 'static) -> Self {
        self.on_retry = Some(Rc::new(told));
        self
    }

    /// The client bound to one of the account's phones: `client.phone(1150)`, or `client.phone("1150".parse::<PhoneId>()?)`.
    #[must_use]
    pub fn phone(self, id: impl Into<PhoneId>) -> Phone<T> {
        Phone { client: self, id: id.into() }
    }
}

impl<T: Transport> Phone<T> {
    /// Its number at Maytapi.
    #[must_use]
    pub fn id(&self) -> &PhoneId {
        &self.id
    }

    /// The client that it was bound to.
    #[cfg(all(target_arch = "wasm32", feature = "js"))]
    pub(crate) fn into_client(self) -> Client<T> {
        self.client
    }

    /// The client that it is bound to.
    #[must_use]
    pub fn client(&self) -> &Client<T> {
        &self.client
    }
}

impl<T> fmt::Debug for Client<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("account", &self.account)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
