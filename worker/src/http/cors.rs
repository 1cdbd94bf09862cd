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
    /// A page from elsewhere, with what it calls itself.
    Foreign(&'a str),
}

/// Tells a page that it may read the answer.
pub const ALLOW_ORIGIN: &str = "access-control-allow-origin";

/// The headers of answers that a page may read.
const EXPOSED: &str = "Idempotency-Replayed, RateLimit, RateLimit-Policy, Retry-After, Server-Timing, X-Request-Id";

/// The headers that a page may send.
const ACCEPTED: &str = "Authorization, Content-Type, Idempotency-Key, X-Maytapi-Key";

/// More than any origin that is worth listing.
const LONGEST_LOGGED: usize = 128;

impl<'a> Origin<'a> {
    /// Judges an `Origin` header. `own` is the origin that the request went to: browsers name it in posts of pages from the very
    /// same place too.
    #[must_use]
    pub fn of(header: Option<&'a str>, own: &str, listed: &[String]) -> Self {
        match header {
            None => Origin::None,
            Some(origin) if listed.iter().any(|known| known == origin) => Origin::Allowed(origin),
            Some(origin) if origin == own => Origin::None,
            Some(origin) => Origin::Foreign(origin),
        }
    }

    /// Refuses pages from elsewhere.
    ///
    /// # Errors
    /// For those.
    pub fn check(self) -> Result<(), Problem> {
        match self {
            Origin::Foreign(_) => {
                let detail = "The proxy's configuration does not list this page's origin, in origins.";
                Err(Problem::new(ProblemType::OriginNotAllowed, detail))
            }
            Origin::None | Origin::Allowed(_) => Ok(()),
        }
    }

    /// The origin that isn't listed, for the log: whoever set the proxy up sees what to list. It is the caller's words, so it is cut
    /// and cleaned.
    #[must_use]
    pub fn refused(self) -> Option<String> {
        let clean = |c: char| if c.is_ascii_graphic() { c } else { '?' };
        match self {
            Origin::Foreign(origin) => Some(origin.chars().take(LONGEST_LOGGED).map(clean).collect()),
            Origin::None | Origin::Allowed(_) => None,
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
        let listed = ["https://app.example", "http://localhost:5173", "capacitor://localhost"].map(str::to_owned);
        let own = "https://edge.example";
        for (header, wanted) in [
            (None, Origin::None),
            (Some("https://edge.example"), Origin::None),
            (Some("https://app.example"), Origin::Allowed("https://app.example")),
            (Some("http://localhost:5173"), Origin::Allowed("http://localhost:5173")),
            (Some("capacitor://localhost"), Origin::Allowed("capacitor://localhost")),
            (Some("capacitor://localhost:80"), Origin::Foreign("capacitor://localhost:80")),
            (Some("null"), Origin::Foreign("null")),
            (Some(""), Origin::Foreign("")),
            (Some("*"), Origin::Foreign("*")),
            (Some("http://app.example"), Origin::Foreign("http://app.example")),
            (Some("https://app.example:443"), Origin::Foreign("https://app.example:443")),
            (Some("https://app.example/"), Origin::Foreign("https://app.example/")),
            (Some("https://APP.example"), Origin::Foreign("https://APP.example")),
            (Some("https://app.example.evil.example"), Origin::Foreign("https://app.example.evil.example")),
            (
                Some("https://evil.example/https://app.example"),
                Origin::Foreign("https://evil.example/https://app.example"),
            ),
            (Some("https://xapp.example"), Origin::Foreign("https://xapp.example")),
            (Some("https://sub.app.example"), Origin::Foreign("https://sub.app.example")),
            (
                Some("https://app.example https://evil.example"),
                Origin::Foreign("https://app.example https://evil.example"),
            ),
            (Some("http://edge.example"), Origin::Foreign("http://edge.example")),
        ] {
            assert_eq!(Origin::of(header, own, &listed), wanted, "{header:?}");
        }
    }

    #[test]
    fn only_a_refused_origin_is_logged_cut_and_clean() {
        for (header, wanted) in [
            (None, None),
            (Some("https://edge.example"), None),
            (Some("https://app.example"), None),
            (Some("tauri://localhost"), Some("tauri://localhost".to_owned())),
            (Some("null"), Some("null".to_owned())),
            (Some("a\u{1b}[31m b\u{202e}é"), Some("a?[31m?b??".to_owned())),
            (Some("x".repeat(300).as_str()), Some("x".repeat(128))),
        ] {
            let listed = ["https://app.example".to_owned()];
            assert_eq!(Origin::of(header, "https://edge.example", &listed).refused(), wanted, "{header:?}");
        }
    }

    #[test]
    fn only_pages_from_elsewhere_are_refused() {
        assert_eq!(
            Origin::Foreign("https://evil.example").check().map_err(|problem| problem.kind),
            Err(ProblemType::OriginNotAllowed)
        );
        assert!(Origin::None.check().is_ok());
        assert!(Origin::Allowed("https://app.example").check().is_ok());
    }

    #[test]
    fn an_answer_names_the_page_that_may_read_it_and_no_other() {
        let headers = |origin: Origin<'_>| {
            let mut reply = Reply::empty(204);
            origin.mark(&mut reply);
            reply.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>()
        };
        assert_eq!(headers(Origin::None), ["vary: Origin"]);
        assert_eq!(headers(Origin::Foreign("https://evil.example")), ["vary: Origin"]);
        let allowed = headers(Origin::Allowed("https://app.example"));
        assert!(allowed.contains(&"vary: Origin".to_owned()));
        assert!(allowed.contains(&"access-control-allow-origin: https://app.example".to_owned()), "{allowed:?}");
        assert_eq!(allowed.len(), 3);
    }
}
