//! Credentials of a client: Maytapi's key, a proxy's token, or a source of tokens that is asked before each try.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{Either, LocalBoxFuture, select};

use super::endpoint::Endpoint;
use super::error::{Error, ErrorKind};
use super::secret::Secret;
use super::transport::{Transport, TransportError, TransportErrorKind};

/// What a source of tokens gives: a token, or why there is none.
pub type TokenResult = Result<String, Box<dyn StdError>>;

/// A token for an edge proxy: one that stays, or a source that is asked before each try, and once more when the proxy answers 401.
#[derive(Clone)]
pub enum Token {
    /// One that stays.
    Fixed(String),
    /// A source. It should keep a token as long as it is good.
    Source(Rc<dyn TokenSource>),
}

/// Gives tokens. The client bounds the wait for it by the request's time-out.
pub trait TokenSource {
    /// A token that is good now.
    fn token(&self) -> LocalBoxFuture<'_, TokenResult>;
}

/// Where requests go and what they show there.
#[derive(Clone)]
pub struct Account {
    /// With a stand-in for the token where a source gives it.
    endpoint: Endpoint,
    source: Option<Rc<dyn TokenSource>>,
}

impl Token {
    /// A source from an async function.
    ///
    /// ```
    /// use maytapi::client::Token;
    ///
    /// let token = Token::from_fn(async || Ok("a token from the application's backend".to_owned()));
    /// # let _ = token;
    /// ```
    pub fn from_fn<F>(function: F) -> Self
    where
        F: AsyncFn() -> TokenResult + 'static,
    {
        Token::Source(Rc::new(FnSource(function)))
    }
}

impl From<&str> for Token {
    fn from(token: &str) -> Self {
        Token::Fixed(token.to_owned())
    }
}

impl From<String> for Token {
    fn from(token: String) -> Self {
        Token::Fixed(token)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

struct FnSource<F>(F);

impl<F: AsyncFn() -> TokenResult> TokenSource for FnSource<F> {
    fn token(&self) -> LocalBoxFuture<'_, TokenResult> {
        Box::pin((self.0)())
    }
}

impl Account {
    /// An edge proxy, with a token that it accepts. `base` ends in the account: `https://edge.example/api/main`.
    ///
    /// # Errors
    /// When the base is no URL that a path can be added to, the token would travel in clear text or can't stand in a header.
    pub fn at_proxy(base: &str, token: impl Into<Token>) -> Result<Self, Error> {
        let (secret, source) = match token.into() {
            Token::Fixed(token) => (Secret::new(&token), None),
            // Until a token is asked for, something has to stand where it will be.
            Token::Source(source) => (Secret::new("none"), Some(source)),
        };
        let secret = secret.ok_or_else(|| Error::invalid_option("token", CREDENTIAL_ADVICE))?;
        Ok(Account { endpoint: Endpoint::edge(base, secret)?, source })
    }

    /// Maytapi itself, with the account's key. The key opens the whole account: keep it out of browsers.
    ///
    /// # Errors
    /// When the product id can't be part of a URL, or the key can't stand in a header.
    pub fn at_maytapi(product_id: &str, api_key: &str) -> Result<Self, Error> {
        let key = Secret::new(api_key).ok_or_else(|| Error::invalid_option("apiKey", CREDENTIAL_ADVICE))?;
        Ok(Endpoint::maytapi(product_id, key, None)?.into())
    }

    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    pub(super) fn has_token_source(&self) -> bool {
        self.source.is_some()
    }

    /// Address and credential for one try. A source of tokens is given as much time as the exchange itself.
    pub(super) async fn endpoint_for_try(
        &self,
        transport: &impl Transport,
        timeout: Option<Duration>,
    ) -> Result<Cow<'_, Endpoint>, Error> {
        let Some(source) = &self.source else { return Ok(Cow::Borrowed(&self.endpoint)) };
        let time = pin!(transport.sleep(timeout.unwrap_or(Duration::MAX)));
        match select(source.token(), time).await {
            Either::Left((Ok(token), _)) => {
                let advice = "the function has to give a token: visible ASCII";
                let secret = Secret::new(&token).ok_or_else(|| Error::invalid_option("token", advice))?;
                Ok(Cow::Owned(self.endpoint.with_token(secret)))
            }
            Either::Left((Err(cause), _)) => {
                let message = "The token function failed; nothing was sent.";
                Err(Error::new(ErrorKind::Authentication, "no_token", message).caused_by(Some(cause)))
            }
            Either::Right((Ok(()), _)) => Err(TransportError::from(TransportErrorKind::Timeout).into()),
            Either::Right((Err(ended), _)) => Err(ended.into()),
        }
    }
}

const CREDENTIAL_ADVICE: &str = "give the credential as it was issued: visible ASCII without spaces";

impl From<Endpoint> for Account {
    fn from(endpoint: Endpoint) -> Self {
        Account { endpoint, source: None }
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.endpoint.fmt(f)
    }
}
