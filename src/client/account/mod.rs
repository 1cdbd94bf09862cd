//! Where requests go and what they show there: Maytapi's key, a proxy's token, or a source of tokens.

mod cache;
mod token;

use std::fmt;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use cache::TokenCache;
use futures_util::future::{Either, select};
pub use token::{AccessToken, Token, TokenResult, TokenSource};

use super::endpoint::Endpoint;
use super::error::{Error, ErrorKind};
use super::retry::Retryable;
use super::secret::Secret;
use super::transport::Transport;

/// Where requests go and what they show there.
#[derive(Clone)]
pub struct Account {
    /// With a stand-in for the token where a source gives it.
    endpoint: Rc<Endpoint>,
    tokens: Option<Rc<TokenCache>>,
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
        let endpoint = Rc::new(Endpoint::edge(base, secret)?);
        let tokens = source.map(|source| Rc::new(TokenCache::new(source, &endpoint)));
        Ok(Account { endpoint, tokens })
    }

    /// Maytapi itself, with the account's key. The key opens the whole account: keep it out of browsers.
    ///
    /// # Errors
    /// When the product id can't be part of a URL, or the key can't stand in a header.
    pub fn at_maytapi(product_id: &str, api_key: &str) -> Result<Self, Error> {
        let key = Secret::new(api_key).ok_or_else(|| Error::invalid_option("apiKey", CREDENTIAL_ADVICE))?;
        Ok(Endpoint::maytapi(product_id, key, None)?.into())
    }

    pub(in crate::client) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    pub(in crate::client) fn has_token_source(&self) -> bool {
        self.tokens.is_some()
    }

    /// Says that a token was not accepted: it is not used again.
    pub(crate) fn drop_token(&self, used: &Secret) {
        if let Some(tokens) = &self.tokens {
            tokens.drop_token(used);
        }
    }

    /// Address and credential for one try. A source of tokens is given as much time as the exchange itself.
    pub(crate) async fn endpoint_for_try(
        &self,
        transport: &impl Transport,
        timeout: Option<Duration>,
    ) -> Result<Rc<Endpoint>, Error> {
        let Some(tokens) = &self.tokens else { return Ok(Rc::clone(&self.endpoint)) };
        if let Some(kept) = tokens.kept(transport.now()) {
            return Ok(kept);
        }
        let time = pin!(transport.sleep(timeout.unwrap_or(Duration::MAX)));
        match select(tokens.fetch(), time).await {
            Either::Left((Ok(issued), _)) => Ok(issued.arrived(transport.now())),
            Either::Left((Err(failure), _)) => Err(failure.into()),
            Either::Right((ended, _)) => {
                let mut error = match ended {
                    Err(ended) => return Err(ended.into()),
                    Ok(()) => Error::new(
                        ErrorKind::Timeout,
                        "no_token",
                        "The token function gave nothing in time; nothing was sent.",
                    ),
                };
                error.details().retryable = Retryable::Yes;
                Err(error)
            }
        }
    }
}

const CREDENTIAL_ADVICE: &str = "give the credential as it was issued: visible ASCII without spaces";

impl From<Endpoint> for Account {
    fn from(endpoint: Endpoint) -> Self {
        Account { endpoint: Rc::new(endpoint), tokens: None }
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.endpoint.fmt(f)
    }
}
