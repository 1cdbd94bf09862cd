//! A proxy's token: one that stays, or a source of tokens.

use std::error::Error as StdError;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::LocalBoxFuture;

/// What a source of tokens gives: a token, or why there is none.
pub type TokenResult = Result<AccessToken, Box<dyn StdError>>;

/// A token with how long it is good, where its source says so.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken {
    pub(super) token: String,
    pub(super) expires_in: Option<Duration>,
}

/// A token for an edge proxy: one that stays, or a source. What a source gave is kept until shortly before it expires: as the source
/// says ([`AccessToken::expires_in`]) or by the token's own `exp`, where it is a JWT. Any other is kept for a burst of sends. The source
/// is asked once, however many sends wait for it, and once more when the proxy answers 401.
#[derive(Clone)]
pub enum Token {
    /// One that stays.
    Fixed(String),
    /// A source of them.
    Source(Rc<dyn TokenSource>),
}

/// Gives tokens. The client bounds the wait for it by the request's time-out.
pub trait TokenSource {
    /// A token that is good now.
    fn token(&self) -> LocalBoxFuture<'_, TokenResult>;
}

impl Token {
    /// A source from an async function.
    ///
    /// ```
    /// use maytapi::client::Token;
    ///
    /// let token = Token::from_fn(async || Ok("a token from the application's backend".into()));
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

impl AccessToken {
    /// How long the token is good from now on.
    #[must_use]
    pub fn expires_in(mut self, lifetime: Duration) -> Self {
        self.expires_in = Some(lifetime);
        self
    }
}

impl From<String> for AccessToken {
    fn from(token: String) -> Self {
        AccessToken { token, expires_in: None }
    }
}

impl From<&str> for AccessToken {
    fn from(token: &str) -> Self {
        token.to_owned().into()
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken")
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
