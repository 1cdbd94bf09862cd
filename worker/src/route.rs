//! Which operation a method and a path ask for.

use maytapi::reads::Read;

use crate::problem::{Kind, Problem};

/// An operation of the proxy. Account and phone are still the caller's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route<'a> {
    /// `GET /ping`: alive.
    Ping,
    /// `GET /ready`: configured and able.
    Ready,
    /// `POST /token`: a visitor's token.
    Token,
    /// `POST /api/{account}/{phone_id}/sendMessage`.
    Send {
        /// The account's name.
        account: &'a str,
        /// The phone's id.
        phone: &'a str,
    },
    /// `GET /api/{account}/listPhones`, `GET /api/{account}/{phone_id}/status`, ….
    Read {
        /// The account's name.
        account: &'a str,
        /// The phone's id, where a phone is asked about.
        phone: Option<&'a str>,
        /// The question.
        read: Read,
    },
}

impl Route<'_> {
    /// The operation's name, for the log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Route::Ping => "ping",
            Route::Ready => "ready",
            Route::Token => "token",
            Route::Send { .. } => "sendMessage",
            Route::Read { read, .. } => read.as_str(),
        }
    }
}

/// Finds the operation of a request.
///
/// # Errors
/// When the path leads nowhere, or has other methods.
pub fn find<'a>(method: &str, path: &'a str) -> Result<Route<'a>, Problem> {
    let (allow, route) = at(path).ok_or_else(|| {
        Problem::new(Kind::UnknownRoute, "Messages go to POST /api/{account}/{phone_id}/sendMessage.")
    })?;
    // HEAD is GET without the body, which the runtime leaves out by itself.
    let method = if method == "HEAD" { "GET" } else { method };
    if !allow.split(", ").any(|allowed| allowed == method) {
        let detail = format!("This path takes {allow}.");
        return Err(Problem { allow: Some(allow), ..Problem::new(Kind::MethodNotAllowed, detail) });
    }
    Ok(route)
}

/// The methods of a path, for `Allow` and for preflights.
#[must_use]
pub fn methods(path: &str) -> Option<&'static str> {
    at(path).map(|(allow, _)| allow)
}

const GET: &str = "GET, HEAD, OPTIONS";
const POST: &str = "POST, OPTIONS";

fn at(path: &str) -> Option<(&'static str, Route<'_>)> {
    match path {
        "/ping" => return Some((GET, Route::Ping)),
        "/ready" => return Some((GET, Route::Ready)),
        "/token" => return Some((POST, Route::Token)),
        _ => {}
    }
    let mut parts = path.strip_prefix("/api/")?.split('/');
    match (parts.next()?, parts.next()?, parts.next(), parts.next()) {
        (account, phone, Some("sendMessage"), None) => Some((POST, Route::Send { account, phone })),
        (account, phone, Some(name), None) => reading(account, Some(phone), name),
        (account, name, None, None) => reading(account, None, name),
        _ => None,
    }
}

/// The reads are a list of their own: whatever else Maytapi has, destructive GETs among it, is not reachable.
fn reading<'a>(account: &'a str, phone: Option<&'a str>, name: &str) -> Option<(&'static str, Route<'a>)> {
    let read = Read::ALL.into_iter().find(|read| read.as_str() == name && read.is_of_phone() == phone.is_some())?;
    Some((if read.is_post() { POST } else { GET }, Route::Read { account, phone, read }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_is_found_by_method_and_path() {
        assert_eq!(find("GET", "/ping"), Ok(Route::Ping));
        assert_eq!(find("HEAD", "/ready"), Ok(Route::Ready));
        assert_eq!(find("POST", "/api/main/1150/sendMessage"), Ok(Route::Send { account: "main", phone: "1150" }));
    }

    #[test]
    fn reads_are_found_where_they_belong() {
        let read = |phone, read| Ok(Route::Read { account: "main", phone, read });
        assert_eq!(find("GET", "/api/main/listPhones"), read(None, Read::ListPhones));
        assert_eq!(find("HEAD", "/api/main/1150/screen"), read(Some("1150"), Read::Screen));
        assert_eq!(find("POST", "/api/main/1150/checkPhones"), read(Some("1150"), Read::CheckPhones));
        assert_eq!(find("POST", "/api/main/1150/status").unwrap_err().kind, Kind::MethodNotAllowed);
    }

    #[test]
    fn another_method_is_told_which_there_are() {
        for (method, path, allow) in [
            ("POST", "/ping", GET),
            ("GET", "/api/main/1150/sendMessage", POST),
            ("HEAD", "/api/main/1150/sendMessage", POST),
            ("DELETE", "/api/main/1150/sendMessage", POST),
            ("TRACE", "/ready", GET),
        ] {
            let problem = find(method, path).unwrap_err();
            assert_eq!((problem.kind, problem.allow), (Kind::MethodNotAllowed, Some(allow)), "{method} {path}");
        }
    }

    #[test]
    fn paths_that_only_look_like_one_lead_nowhere() {
        for path in [
            "",
            "/",
            "/api",
            "/api/",
            "/api/main/1150",
            "/api/main/1150/listPhones",
            "/api/main/1150/logs",
            "/api/main/status",
            "/api/main/1150/qrCode",
            "/api/main/1150/config",
            "/api/main/setWebhook",
            "/api/main/1150/clear",
            "/api/main/1150/sendmessage",
            "/api/main/1150/sendMessage/",
            "/api/main/1150/sendMessage/x",
            "/api//main/1150/sendMessage",
            "/API/main/1150/sendMessage",
            "/x/api/main/1150/sendMessage",
            "/api/main/1150/logout",
            "/api/main/1150/redeploy",
            "/api/main/1150/factoryreset",
            "/api/main/1150/purgeQueue",
            "/ping/",
            "/pingx",
        ] {
            assert_eq!(find("POST", path).unwrap_err().kind, Kind::UnknownRoute, "{path}");
            assert_eq!(find("GET", path).unwrap_err().kind, Kind::UnknownRoute, "{path}");
        }
    }
}
