//! An answer of the proxy before it becomes the runtime's: status, headers built from nothing, body.

use std::borrow::Cow;

use crate::http::header::Header;
use crate::http::problem::Problem;

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// What its head says.
    pub headers: Vec<Header>,
    /// What it says.
    pub body: Body,
}

/// What an answer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    Empty,
    /// A text.
    Text(String),
    /// A picture.
    Bytes(Vec<u8>),
    /// Pages that a phone's object is asked for one after the other.
    Pages {
        /// What comes before the first.
        head: &'static str,
        /// The object's name.
        phone: String,
        /// What it is asked, but for where to go on.
        question: String,
    },
}

/// On every answer: not to be stored, guessed at, framed, or used as a page.
pub const SECURITY_HEADERS: [(&str, &str); 6] = [
    ("cache-control", "no-store"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    ("strict-transport-security", "max-age=31536000"),
    ("x-content-type-options", "nosniff"),
];

impl Reply {
    /// An answer without a body.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Reply { status, headers: Vec::new(), body: Body::Empty }
    }

    /// A JSON text.
    #[must_use]
    pub fn json(status: u16, text: String) -> Self {
        let mut reply = Reply { status, headers: Vec::new(), body: Body::Text(text) };
        reply.header("content-type", "application/json");
        reply
    }

    /// A problem.
    #[must_use]
    pub fn problem(problem: &Problem, request_id: &str) -> Self {
        let mut reply = Reply::json(problem.kind.status(), problem.body(request_id));
        reply.headers.clear();
        reply.header("content-type", "application/problem+json");
        if let Some(seconds) = problem.retry_after {
            reply.header("retry-after", seconds.to_string());
        }
        reply.headers.extend_from_slice(&problem.headers);
        if problem.kind.status() == 401 {
            let error = if problem.kind.as_str() == "missing_token" { "" } else { ", error=\"invalid_token\"" };
            reply.header("www-authenticate", format!("Bearer realm=\"maytapi-edge\"{error}"));
        }
        reply
    }

    /// Adds a header. Values are ours or were checked; a line break would end up as an error of the runtime, never on the wire.
    pub fn header(&mut self, name: &'static str, value: impl Into<Cow<'static, str>>) {
        self.headers.push((name, value.into()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::problem::ProblemType;

    fn header(reply: &Reply, name: &str) -> Option<String> {
        reply.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.to_string())
    }

    #[test]
    fn a_problem_without_a_good_token_says_how_to_come_back() {
        for kind in ProblemType::ALL {
            let reply = Reply::problem(&Problem::new(kind, "What to do."), "r-1");
            let wanted = match kind {
                ProblemType::MissingToken => Some("Bearer realm=\"maytapi-edge\""),
                ProblemType::InvalidToken | ProblemType::ExpiredToken => {
                    Some("Bearer realm=\"maytapi-edge\", error=\"invalid_token\"")
                }
                _ => None,
            };
            assert_eq!(header(&reply, "www-authenticate").as_deref(), wanted, "{kind:?}");
            assert_eq!(reply.status, kind.status());
            assert_eq!(header(&reply, "content-type").as_deref(), Some("application/problem+json"));
        }
    }

    #[test]
    fn a_problem_brings_its_time_to_wait_and_its_own_headers() {
        let mut problem = Problem::new(ProblemType::MethodNotAllowed, "What to do.").after(7);
        problem.headers.push(("allow", "GET".into()));
        let reply = Reply::problem(&problem, "r-1");
        let named = |name| header(&reply, name);
        assert_eq!((named("retry-after").as_deref(), named("allow").as_deref()), (Some("7"), Some("GET")));
        assert_eq!(reply.body, Body::Text(problem.body("r-1")));
    }

    #[test]
    fn what_is_no_problem_is_json_or_nothing() {
        let reply = Reply::json(200, "{}".to_owned());
        assert_eq!((reply.status, &reply.body), (200, &Body::Text("{}".to_owned())));
        assert_eq!(reply.headers, [("content-type", "application/json".into())]);
        assert_eq!(Reply::empty(204), Reply { status: 204, headers: Vec::new(), body: Body::Empty });
    }
}
