//! Keeps what a source of tokens gave as long as it is good, and asks the source once for all who wait.

use std::cell::{Cell, RefCell};
use std::error::Error as StdError;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::future::LocalBoxFuture;

use super::token::{AccessToken, TokenSource};
use crate::client::endpoint::Endpoint;
use crate::client::error::{Error, ErrorKind};
use crate::client::json_text;
use crate::client::secret::Secret;
use crate::json::{Json, Limits};
use crate::strings::{rsplit_once, split_once, trim};

/// How long a token is kept of which nobody knows how long it is good: a burst of sends needs one.
pub(super) const BURST: Duration = Duration::from_secs(1);

/// A token is replaced so long before it expires, or a quarter of its time where that is less: it has a way to go, and clocks differ.
pub(super) const MARGIN: Duration = Duration::from_secs(30);

/// The tokens of one source.
pub(super) struct TokenCache {
    source: Rc<dyn TokenSource>,
    endpoint: Rc<Endpoint>,
    current: RefCell<Option<Rc<Fetch>>>,
}

/// A question to the source, for all who wait for its answer.
struct Fetch(RefCell<Question>);

enum Question {
    Asked { answer: LocalBoxFuture<'static, Result<Rc<Issued>, NoToken>>, waiting: Vec<Waker> },
    Answered(Result<Rc<Issued>, NoToken>),
}

/// A token that the source gave.
pub(super) struct Issued {
    endpoint: Rc<Endpoint>,
    lifetime: Lifetime,
    /// When it counts as expired. Known once it has arrived.
    until: Cell<Option<Duration>>,
}

/// How long a token is good.
#[derive(Clone, Copy)]
enum Lifetime {
    /// So long, as its source says.
    Stated(Duration),
    /// Until then, as it says itself: since the Unix epoch.
    Until(Duration),
    Unknown,
}

/// Why there is no token.
#[derive(Clone)]
pub(super) struct NoToken {
    kind: ErrorKind,
    message: &'static str,
    cause: Option<Rc<Box<dyn StdError>>>,
}

impl TokenCache {
    pub(super) fn new(source: Rc<dyn TokenSource>, endpoint: &Rc<Endpoint>) -> Self {
        TokenCache { source, endpoint: Rc::clone(endpoint), current: RefCell::default() }
    }

    /// The endpoint with the token that is there, while it is good.
    pub(super) fn kept(&self, now: Duration) -> Option<Rc<Endpoint>> {
        let issued = self.issued()?;
        if issued.until.get().is_none_or(|until| now < until) {
            return Some(issued.arrived(now));
        }
        self.drop_token(issued.endpoint.secret());
        None
    }

    /// A token from the source, or from who asks it already.
    pub(super) fn fetch(self: &Rc<Self>) -> Waiting {
        let fetch = Rc::clone(self.current.borrow_mut().get_or_insert_with(|| Rc::new(self.ask())));
        Waiting { cache: Rc::clone(self), fetch }
    }

    /// Forgets the token in here. Who else had it may have fetched another by now.
    pub(super) fn drop_token(&self, used: &Secret) {
        if self.issued().is_some_and(|issued| issued.endpoint.secret() == used) {
            *self.current.borrow_mut() = None;
        }
    }

    /// The token that is there. A failure is forgotten: it was for those who waited.
    fn issued(&self) -> Option<Rc<Issued>> {
        let mut current = self.current.borrow_mut();
        let answer = match &*current.as_ref()?.0.try_borrow().ok()? {
            Question::Asked { .. } => return None,
            Question::Answered(answer) => answer.as_ref().ok().map(Rc::clone),
        };
        if answer.is_none() {
            *current = None;
        }
        answer
    }

    fn ask(&self) -> Fetch {
        let (source, endpoint) = (Rc::clone(&self.source), Rc::clone(&self.endpoint));
        let answer = Box::pin(async move {
            match source.token().await {
                Ok(given) => issued(&given, &endpoint).map(Rc::new),
                Err(cause) => {
                    let message = "The token function failed; nothing was sent.";
                    Err(NoToken { kind: ErrorKind::Authentication, message, cause: Some(Rc::new(cause)) })
                }
            }
        });
        Fetch(RefCell::new(Question::Asked { answer, waiting: Vec::new() }))
    }
}

impl Question {
    fn wake_all(self) {
        if let Question::Asked { waiting, .. } = self {
            waiting.into_iter().for_each(Waker::wake);
        }
    }
}

impl Issued {
    /// The endpoint with this token, which has arrived by now at the latest.
    pub(super) fn arrived(&self, now: Duration) -> Rc<Endpoint> {
        let until = self.until.get().unwrap_or_else(|| now.saturating_add(self.lifetime.kept_for(now)));
        self.until.set(Some(until));
        Rc::clone(&self.endpoint)
    }
}

impl Lifetime {
    /// How long a token is kept that has arrived now.
    fn kept_for(self, now: Duration) -> Duration {
        let until_shortly_before =
            |left: Duration| left.saturating_sub(MARGIN.min(left.checked_div(4).unwrap_or_default()));
        match self {
            Lifetime::Stated(lifetime) => until_shortly_before(lifetime),
            // By a clock that is ahead, every token has expired.
            Lifetime::Until(expiry) => until_shortly_before(expiry.saturating_sub(now)).max(BURST),
            Lifetime::Unknown => BURST,
        }
    }
}

/// Waits for a source's answer. Whoever is polled moves the question on for all.
///
/// Who stops waiting before it is there leaves it to those who wait still: who comes later asks anew, or a source that never answers
/// would be waited for for ever.
pub(super) struct Waiting {
    cache: Rc<TokenCache>,
    fetch: Rc<Fetch>,
}

impl Future for Waiting {
    type Output = Result<Rc<Issued>, NoToken>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // A source that sends by the client that asks it waits for itself, until its time is over.
        let Ok(mut question) = self.fetch.0.try_borrow_mut() else { return Poll::Pending };
        let answer = match &mut *question {
            Question::Answered(answer) => return Poll::Ready(answer.clone()),
            Question::Asked { answer, waiting } => match answer.as_mut().poll(context) {
                Poll::Ready(answer) => answer,
                Poll::Pending => {
                    waiting.push(context.waker().clone());
                    return Poll::Pending;
                }
            },
        };
        let asked = std::mem::replace(&mut *question, Question::Answered(answer.clone()));
        drop(question);
        asked.wake_all();
        Poll::Ready(answer)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let asked = match self.fetch.0.try_borrow_mut().as_deref_mut() {
            Ok(Question::Asked { waiting, .. }) => std::mem::take(waiting),
            Ok(Question::Answered(_)) | Err(_) => return,
        };
        let is_this = |current: &mut Rc<Fetch>| Rc::ptr_eq(current, &self.fetch);
        let _ = self.cache.current.borrow_mut().take_if(is_this);
        // The question may know this one's waker alone.
        asked.into_iter().for_each(Waker::wake);
    }
}

/// The token in what a source gave.
fn issued(given: &AccessToken, endpoint: &Endpoint) -> Result<Issued, NoToken> {
    let AccessToken { token, expires_in } = given;
    let no_token = |kind, message| NoToken { kind, message, cause: None };
    match trim(token).bytes().next() {
        // The page of a login, or of an error: what a backend gives to who has no session.
        Some(b'<') => {
            return Err(no_token(
                ErrorKind::Authentication,
                "The token function gave a web page in place of a token: its backend may want a login. Nothing was sent.",
            ));
        }
        Some(b'{' | b'[' | b'"') => {
            return Err(no_token(
                ErrorKind::Authentication,
                "The token function gave JSON in place of a token: read the token out of it. Nothing was sent.",
            ));
        }
        _ => {}
    }
    let advice = "token: the function has to give a token: visible ASCII";
    let secret = Secret::new(token).ok_or(no_token(ErrorKind::Configuration, advice))?;
    let lifetime = match (expires_in, expiry(secret.expose())) {
        (Some(lifetime), _) => Lifetime::Stated(*lifetime),
        (None, Some(expiry)) => Lifetime::Until(expiry),
        (None, None) => Lifetime::Unknown,
    };
    Ok(Issued { endpoint: Rc::new(endpoint.with_token(secret)), lifetime, until: Cell::new(None) })
}

/// The `exp` of a JWT, since the Unix epoch. Nothing is verified: that is the proxy's.
fn expiry(token: &str) -> Option<Duration> {
    let (signed, _) = rsplit_once(token, b'.')?;
    let (_, payload) = split_once(signed, b'.')?;
    let claims = base64url(payload)?;
    let exp = json_text::parse(&claims, Limits::MESSAGE).ok()?.get("exp").and_then(Json::to_int)?;
    Some(Duration::from_secs(exp.try_into().ok()?))
}

/// What base64 of the URL's alphabet, without padding, stands for, a character for each byte: of the claims only a number is read, so
/// whatever is no ASCII may stay undecoded.
fn base64url(text: &str) -> Option<String> {
    let mut decoded = String::new();
    let (mut bits, mut count) = (0_u32, 0_u32);
    for digit in text.bytes() {
        let base = match digit {
            b'A'..=b'Z' => b'A',
            b'a'..=b'z' => b'a'.wrapping_sub(26),
            b'0'..=b'9' => b'0'.wrapping_sub(52),
            b'-' => b'-'.wrapping_sub(62),
            b'_' => b'_'.wrapping_sub(63),
            _ => return None,
        };
        bits = bits << 6 | u32::from(digit.wrapping_sub(base));
        count = count.wrapping_add(6);
        if count >= 8 {
            count = count.wrapping_sub(8);
            // The bits above are those of bytes that are written already.
            decoded.push(char::from((bits >> count) as u8));
        }
    }
    Some(decoded)
}

impl From<NoToken> for Error {
    fn from(NoToken { kind, message, cause }: NoToken) -> Self {
        let code = if kind == ErrorKind::Configuration { "invalid_option" } else { "no_token" };
        let mut error = Error::new(kind, code, message);
        error.details().source = cause;
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_expiry_of_a_jwt_is_read_and_of_nothing_else() {
        // {"sub":"ü?>","exp":1700000600}
        assert_eq!(
            expiry("e30.eyJzdWIiOiLDvD8-IiwiZXhwIjoxNzAwMDAwNjAwfQ.sig_-"),
            Some(Duration::from_secs(1_700_000_600))
        );
        for token in [
            "",
            "opaque",
            "a.b",
            "..",
            "a.e30.c",
            "a.!!.c",
            "a.eyJleHAiOi0xfQ.c",
            "a.eyJleHAiOiJ4In0.c",
            "a.W10.c",
            "a.____.c",
        ] {
            assert_eq!(expiry(token), None, "{token}");
        }
    }

    #[test]
    fn the_margin_is_never_more_than_a_quarter() {
        let seconds = Duration::from_secs;
        for (lifetime, kept) in [(600, 570), (120, 90), (40, 30), (4, 3), (0, 0)] {
            assert_eq!(Lifetime::Stated(seconds(lifetime)).kept_for(seconds(9)), seconds(kept));
        }
        assert_eq!(Lifetime::Until(seconds(1_600)).kept_for(seconds(1_000)), seconds(570));
        assert_eq!(Lifetime::Until(seconds(1_600)).kept_for(seconds(1_599)), BURST);
        assert_eq!(Lifetime::Until(seconds(1_600)).kept_for(seconds(9_999)), BURST);
    }
}
