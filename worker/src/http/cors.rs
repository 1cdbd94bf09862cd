//! Which pages may call: exact origins, told to the browser on every answer. This is hygiene between browsers and pages, not
//! authentication: anything else can write whatever it likes into `Origin`.

use crate::http::problem::{Problem, ProblemType};
use crate::http::reply::Reply;

/// What the `Origin` of a request means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin<'a> {
    /// No browser page, or one that this Worker serves itself.
    None,
    /// A page that the configuration lists.
    Allowed(&'a str),
    /// A page from elsewhere.
    Foreign,
}

/// Tells a page that it may read the answer.
pub const ALLOW_ORIGIN: &str = "access-control-allow-origin";

/// The headers of answers that a page may read.
const EXPOSED: &str = "Idempotency-Replayed, RateLimit, RateLimit-Policy, Retry-After, Server-Timing, X-Request-Id";

/// The headers that a page may send.
const ACCEPTED: &str = "Authorization, Content-Type, Idempotency-Key, X-Maytapi-Key";

impl<'a> Origin<'a> {
    /// Judges an `Origin` header. `own` is the origin that the request went to: browsers name it in posts of pages from the very
    /// same place too.
    #[must_use]
    pub fn of(header: Option<&'a str>, own: &str, listed: &[String]) -> Self {
        match header {
            None => Origin::None,
            Some(origin) if listed.iter().any(|known| known == origin) => Origin::Allowed(origin),
            Some(origin) if origin == own => Origin::None,
            Some(_) => Origin::Foreign,
        }
    }

    /// Refuses pages from elsewhere.
    ///
    /// # Errors
    /// For those.
    pub fn check(self) -> Result<(), Problem> {
        match self {
            Origin::Foreign => {
                Err(Problem::new(ProblemType::OriginNotAllowed, "The configuration does not list this page's origin."))
            }
            Origin::None | Origin::Allowed(_) => Ok(()),
        }
    }

    /// Adds what the browser must see to let the page read the answer, errors as well.
    pub fn mark(self, reply: &mut Reply) {
        // Always: a cache must not hand one origin's answer to another.
        reply.header("vary", "Origin");
        if let Origin::Allowed(origin) = self {
            reply.header(ALLOW_ORIGIN, origin.to_owned());
            reply.header("access-control-expose-headers", EXPOSED);
        }
    }

    /// Answers a preflight for a path with these methods, if any, without looking at anything else.
    ///
    /// # Errors
    /// For a page from elsewhere, or a path that leads nowhere.
    pub fn preflight(self, methods: Option<String>) -> Result<Reply, Problem> {
        self.check()?;
        let methods = methods
            .ok_or_else(|| Problem::new(ProblemType::UnknownRoute, "There is nothing to ask for at this path."))?;
        let mut reply = Reply::empty(204);
        reply.header("allow", methods.clone());
        reply.header("vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
        if let Origin::Allowed(origin) = self {
            reply.header(ALLOW_ORIGIN, origin.to_owned());
            reply.header("access-control-allow-methods", methods);
            reply.header("access-control-allow-headers", ACCEPTED);
            // Chromium's upper bound.
            reply.header("access-control-max-age", "7200");
        }
        Ok(reply)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_allowed_only_as_it_is_listed() {
        let listed = ["https://app.example".to_owned(), "http://localhost:5173".to_owned()];
        let own = "https://edge.example";
        for (header, wanted) in [
            (None, Origin::None),
            (Some("https://edge.example"), Origin::None),
            (Some("https://app.example"), Origin::Allowed("https://app.example")),
            (Some("http://localhost:5173"), Origin::Allowed("http://localhost:5173")),
            (Some("null"), Origin::Foreign),
            (Some(""), Origin::Foreign),
            (Some("*"), Origin::Foreign),
            (Some("http://app.example"), Origin::Foreign),
            (Some("https://app.example:443"), Origin::Foreign),
            (Some("https://app.example/"), Origin::Foreign),
            (Some("https://APP.example"), Origin::Foreign),
            (Some("https://app.example.evil.example"), Origin::Foreign),
            (Some("https://evil.example/https://app.example"), Origin::Foreign),
            (Some("https://xapp.example"), Origin::Foreign),
            (Some("https://sub.app.example"), Origin::Foreign),
            (Some("https://app.example https://evil.example"), Origin::Foreign),
            (Some("http://edge.example"), Origin::Foreign),
        ] {
            assert_eq!(Origin::of(header, own, &listed), wanted, "{header:?}");
        }
    }
}
