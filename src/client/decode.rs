//! What an answer comes to: the one rule by which a page, a server and the proxy read it.

use super::endpoint::{Endpoint, Route};
use super::error::{Error, ErrorKind, ReportedFault};
use super::retry::Retryable;
use super::transport::{Body, Response};
use crate::answer::{Answer, Queued, Refusal, Unreadable, is_turned_away, refusal as refusal_of};
use crate::json::Json;
use crate::reads::{Read, is_png};
use crate::strings::{beginning, concat, decimal, trim};

/// What an answer says. One type for all, so that the loop is compiled once.
pub(crate) enum Answered {
    /// The message is in the phone's queue.
    Queued(Queued),
    /// A question found data, in the one form that [`Read::decode`] gives it.
    Data(Json),
    /// A question found a PNG picture: the body.
    Picture,
}

/// The queued message, from an answer to a send and from what a JSON parser made of its text. Where it could be parsed, the text is not
/// looked at.
///
/// # Errors
/// When the answer is a refusal, or can't be read.
pub fn queued<R>(endpoint: &Endpoint, response: &Response<R>, parsed: Option<&Json>) -> Result<Queued, Error> {
    let body = parsed.unwrap_or(&Json::Null);
    let has_id_alone = !response.is_success() && has_message_id(body) && refusal_of(body).is_none();
    match Answer::read(response.status, response.text(), parsed) {
        Answer::Queued(queued) => Ok(queued),
        Answer::Refused(_) | Answer::Unreadable(_) if has_id_alone => Err(contradictory(endpoint, response)),
        Answer::Unreadable(Unreadable::Contradiction) => Err(contradictory(endpoint, response)),
        Answer::Refused(refusal) => Err(Error::refused(endpoint, response, &refusal, body)),
        Answer::Unreadable(why) => Err(Error::unreadable(endpoint, response, why)),
    }
}

/// What the answer to a question says. A picture is known by its first bytes: Maytapi answers 200 with JSON where there is none.
pub(super) fn read<R>(
    endpoint: &Endpoint,
    read: Read,
    response: &Response<R>,
    parsed: Option<Json>,
) -> Result<Answered, Error> {
    let unreadable = |why| unreadable_data(endpoint, response, why);
    let Some(body) = parsed else {
        return match &response.body {
            Body::Bytes(bytes) if response.is_success() && is_png(bytes) => Ok(Answered::Picture),
            _ if trim(response.text()).is_empty() => Err(unreadable(Unreadable::Empty)),
            _ => Err(unreadable(Unreadable::NotJson)),
        };
    };
    if let Some(refusal) = refusal_of(&body) {
        return Err(Error::refused(endpoint, response, &refusal, &body));
    }
    let data = read.decode(body).filter(|_| response.is_success());
    data.map(Answered::Data).ok_or_else(|| unreadable(Unreadable::UnknownShape))
}

/// What the proxy answers by itself: any object that is no refusal.
#[cfg(any(docsrs, not(all(target_arch = "wasm32", feature = "js"))))]
pub(super) fn of_proxy<R>(
    endpoint: &Endpoint,
    response: &Response<R>,
    parsed: Option<&Json>,
) -> Result<Answered, Error> {
    if let Some((refusal, body)) = parsed.and_then(|body| Some((refusal_of(body)?, body))) {
        return Err(Error::refused(endpoint, response, &refusal, body));
    }
    match parsed {
        Some(body @ Json::Object(_)) if response.is_success() => Ok(Answered::Data(body.clone())),
        _ => Err(unreadable_data(endpoint, response, Unreadable::UnknownShape)),
    }
}

/// The answer to a question could not be read. A question changes nothing, so asking again is always safe.
fn unreadable_data<R>(endpoint: &Endpoint, response: &Response<R>, why: Unreadable) -> Error {
    let mut error = Error::unreadable(endpoint, response, why);
    if matches!(error.kind(), ErrorKind::UnreadableAnswer | ErrorKind::Server) {
        error.details().retryable = Retryable::Yes;
    }
    error
}

impl Error {
    /// An answer said no. Only a proxy's answer has a say in whether sending again is safe, which faults the message has, and which id
    /// the request has: Maytapi may use the same words for something else.
    #[must_use]
    pub fn refused<R>(endpoint: &Endpoint, response: &Response<R>, refusal: &Refusal, body: &Json) -> Self {
        let of_proxy = endpoint.route() == Route::Edge;
        let kind = kind_of(response.status, body, of_proxy);
        // A code is taken as it is or not at all: programs compare it.
        let given = refusal.code.as_deref().filter(|code| !endpoint.secret().is_in(code));
        let code = given.unwrap_or(default_code(kind));
        let mut error = answered(endpoint, response, kind, code, &refusal.message);
        let details = error.details();
        if of_proxy {
            let text = |name| body.get(name).and_then(Json::as_str);
            if let Some(told) = text("retryable").and_then(Retryable::from_name) {
                details.retryable = told;
            }
            if details.request_id.is_none() {
                details.request_id = text("request_id").map(str::to_owned);
            }
            details.faults = reported_faults(body);
        } else if has_message_id(body) {
            // Refused and queued at once: nobody can say which.
            details.retryable = Retryable::Unknown;
        } else if is_turned_away(response.status) && details.retryable == Retryable::Unknown {
            details.retryable = Retryable::No;
        }
        if refusal_of(body).is_none() {
            // In no shape of Maytapi's or the proxy's: what it was says who spoke.
            details.body = body_excerpt(endpoint, response);
        }
        let mut error = error.without(endpoint.secret());
        // Cut only now: half of a credential would be found by nobody.
        let details = error.details();
        details.message = excerpt(&details.message);
        error
    }

    /// An answer could not be read.
    #[must_use]
    pub fn unreadable<R>(endpoint: &Endpoint, response: &Response<R>, why: Unreadable) -> Self {
        use ErrorKind as K;
        let status = decimal(response.status.into());
        let (kind, code, sentence) = match response.status {
            0 | 300..=399 => {
                (K::UnreadableAnswer, "redirected", ["The answer was a redirect, which is never followed", "", "", ""])
            }
            401 => (K::Authentication, "unauthorized", ["The credential was not accepted", "", "", ""]),
            403 => (K::Permission, "forbidden", ["The credential does not allow this", "", "", ""]),
            429 => (K::RateLimit, "rate_limited", ["Too many requests", "", "", ""]),
            500.. => (K::Server, "server_error", ["The server failed with HTTP ", &status, "", ""]),
            _ => (K::UnreadableAnswer, "unreadable_answer", ["With HTTP ", &status, ", ", why.as_str()]),
        };
        let mut error = answered(endpoint, response, kind, code, &concat(&[&concat(&sentence), "."]));
        error.details().body = body_excerpt(endpoint, response);
        error.without(endpoint.secret())
    }
}

/// An answer that says that the message is queued, with a status that says that it is not: nobody can say which.
fn contradictory<R>(endpoint: &Endpoint, response: &Response<R>) -> Error {
    let mut error = Error::unreadable(endpoint, response, Unreadable::Contradiction);
    let details = error.details();
    details.retryable = Retryable::Unknown;
    if details.kind != ErrorKind::Server {
        let status = decimal(response.status.into());
        details.kind = ErrorKind::UnreadableAnswer;
        details.code = "unreadable_answer".to_owned();
        details.message = concat(&["With HTTP ", &status, ", the answer says success."]);
    }
    error
}

/// An error that came with an answer.
fn answered<R>(endpoint: &Endpoint, response: &Response<R>, kind: ErrorKind, code: &str, message: &str) -> Error {
    let mut error = Error::new(kind, code, message);
    let details = error.details();
    details.status = Some(response.status);
    details.retryable = Retryable::of_failure(kind, details.status, code);
    details.request_id = response.request_id.clone().filter(|_| endpoint.route() == Route::Edge);
    details.retry_after = response.retry_after;
    error
}

fn kind_of(status: u16, body: &Json, of_proxy: bool) -> ErrorKind {
    match status {
        401 => ErrorKind::Authentication,
        403 => ErrorKind::Permission,
        409 => ErrorKind::Conflict,
        429 => ErrorKind::RateLimit,
        _ if of_proxy && body.get("faults").is_some() => ErrorKind::Validation,
        500.. if body.get("code").is_none() => ErrorKind::Server,
        _ => ErrorKind::Refused,
    }
}

fn default_code(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Authentication => "unauthorized",
        ErrorKind::Permission => "forbidden",
        ErrorKind::Conflict => "conflict",
        ErrorKind::RateLimit => "rate_limited",
        ErrorKind::Validation => "invalid_message",
        ErrorKind::Server => "server_error",
        _ => "refused",
    }
}

fn has_message_id(body: &Json) -> bool {
    body.get("data").and_then(|data| data.text("msgId")).is_some()
}

fn reported_faults(body: &Json) -> Vec<ReportedFault> {
    let Some(Json::Array(items)) = body.get("faults") else { return Vec::new() };
    let read = |item: &Json| {
        let text = |name| item.get(name).and_then(Json::as_str).map(str::to_owned);
        Some(ReportedFault {
            path: text("path")?,
            code: text("code")?,
            message: text("message")?,
            suggestion: text("suggestion"),
        })
    };
    let mut faults = Vec::new();
    for item in items {
        if let Some(fault) = read(item) {
            faults.push(fault);
        }
    }
    faults
}

/// What to recognise an answer by; nothing where it is empty.
fn body_excerpt<R>(endpoint: &Endpoint, response: &Response<R>) -> Option<String> {
    // Taken out before the text is cut: half of a credential would be found by nobody.
    let text = excerpt(&endpoint.secret().redact(response.text()));
    Some(text).filter(|text| !text.is_empty())
}

/// Enough of an answer to recognise a gateway's page by.
fn excerpt(text: &str) -> String {
    beginning(trim(text), 500).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Secret;

    fn proxy() -> Endpoint {
        Endpoint::edge("https://edge.example/api/main", Secret::new("canary-token").unwrap()).unwrap()
    }

    fn maytapi() -> Endpoint {
        Endpoint::maytapi("p", Secret::new("canary-key").unwrap(), None).unwrap()
    }

    fn error(endpoint: &Endpoint, status: u16, text: &str) -> Error {
        let response = Response {
            status,
            body: text.to_owned().into(),
            request_id: Some("r-0".to_owned()),
            ..Response::<()>::default()
        };
        let parsed: Option<Json> = serde_json::from_str(text).ok();
        queued(endpoint, &response, parsed.as_ref()).unwrap_err()
    }

    #[test]
    fn the_body_decides_before_the_status() {
        use ErrorKind as K;
        use Retryable as R;
        for (status, text, kind, code, retryable) in [
            (200, r#"{"success":false,"message":"Lib not loaded","code":"W05"}"#, K::Refused, "W05", R::Yes),
            (200, r#"{"success":false,"message":"Product id is wrong!"}"#, K::Refused, "refused", R::No),
            (404, r#"{"success":false,"message":"You dont own the phone[8310]. "}"#, K::Refused, "refused", R::No),
            (500, r#"{"success":false,"message":"internal server error"}"#, K::Server, "server_error", R::Unknown),
            (503, r#"{"success":false,"message":"loading","code":"W05"}"#, K::Refused, "W05", R::Yes),
            (401, r#"{"success":false,"message":"no"}"#, K::Authentication, "unauthorized", R::No),
            (403, r#"{"success":false,"message":"no"}"#, K::Permission, "forbidden", R::No),
            (429, r#"{"success":false,"message":"slow down"}"#, K::RateLimit, "rate_limited", R::Yes),
            (200, "", K::UnreadableAnswer, "unreadable_answer", R::Unknown),
            (200, "<html>", K::UnreadableAnswer, "unreadable_answer", R::Unknown),
            (302, "", K::UnreadableAnswer, "redirected", R::Unknown),
            (0, "", K::UnreadableAnswer, "redirected", R::Unknown),
            (504, "<html>Gateway Time-out</html>", K::Server, "server_error", R::Unknown),
            (429, "slow down", K::RateLimit, "rate_limited", R::Yes),
            (401, "", K::Authentication, "unauthorized", R::No),
        ] {
            for endpoint in [proxy(), maytapi()] {
                let error = error(&endpoint, status, text);
                assert_eq!((error.kind(), error.code(), error.retryable()), (kind, code, retryable), "{status} {text}");
                assert_eq!(error.status(), Some(status));
            }
        }
    }

    #[test]
    fn what_maytapi_turned_away_is_not_queued_and_a_proxy_says_so_itself() {
        use ErrorKind as K;
        use Retryable as R;
        let conflict = r#"{"success":false,"message":"no"}"#;
        let faults = r#"{"success":false,"message":"no","faults":[]}"#;
        for (endpoint, status, text, kind, code, retryable) in [
            (maytapi(), 409, conflict, K::Conflict, "conflict", R::No),
            (proxy(), 409, conflict, K::Conflict, "conflict", R::Unknown),
            (maytapi(), 404, r#"{"success":false,"message":"loading","code":"W05"}"#, K::Refused, "W05", R::Yes),
            (proxy(), 422, faults, K::Validation, "invalid_message", R::No),
            (maytapi(), 422, faults, K::Refused, "refused", R::No),
        ] {
            let error = error(&endpoint, status, text);
            assert_eq!((error.kind(), error.code(), error.retryable()), (kind, code, retryable), "{status} {text}");
        }
    }

    /// What is made of an answer to a question: its kind, its code, whether asking again is safe, and a part of its sentence.
    type Failure = (ErrorKind, &'static str, Retryable, &'static str);

    fn assert_fails(
        answered: Result<Answered, Error>,
        (kind, code, retryable, says): Failure,
        status: u16,
        text: &str,
    ) {
        let Err(error) = answered else { panic!("taken: {status} {text}") };
        assert_eq!((error.kind(), error.code(), error.retryable()), (kind, code, retryable), "{status} {text}");
        assert!(error.message().contains(says), "{status} {text}: {}", error.message());
    }

    #[test]
    fn a_question_whose_answer_can_not_be_read_may_be_asked_again() {
        use ErrorKind as K;
        use Retryable as R;
        for (status, text, wanted) in [
            (200, " ", (K::UnreadableAnswer, "unreadable_answer", R::Yes, "is empty")),
            (200, "<html>", (K::UnreadableAnswer, "unreadable_answer", R::Yes, "is not JSON")),
            (200, "{}", (K::UnreadableAnswer, "unreadable_answer", R::Yes, "neither success nor failure")),
            (302, "", (K::UnreadableAnswer, "redirected", R::Yes, "redirect")),
            (401, "", (K::Authentication, "unauthorized", R::No, "not accepted")),
            (403, "<html>", (K::Permission, "forbidden", R::No, "does not allow")),
            (429, "", (K::RateLimit, "rate_limited", R::Yes, "Too many")),
            (503, r#"{"status":{"loggedIn":true}}"#, (K::Server, "server_error", R::Yes, "HTTP 503")),
            (200, r#"{"success":false,"message":"no"}"#, (K::Refused, "refused", R::No, "no")),
        ] {
            let response = Response { status, body: text.to_owned().into(), ..Response::<()>::default() };
            let parsed: Option<Json> = serde_json::from_str(text).ok();
            assert_fails(read(&maytapi(), Read::Status, &response, parsed), wanted, status, text);
        }
    }

    #[test]
    fn what_a_proxy_tells_is_any_object_with_a_status_of_success() {
        use ErrorKind as K;
        use Retryable as R;
        let answered = |status, text: &str| {
            let response = Response { status, body: text.to_owned().into(), ..Response::<()>::default() };
            of_proxy(&proxy(), &response, serde_json::from_str(text).ok().as_ref())
        };
        assert!(matches!(answered(200, r#"{"items":[]}"#), Ok(Answered::Data(Json::Object(_)))));
        for (status, text, wanted) in [
            (200, "[]", (K::UnreadableAnswer, "unreadable_answer", R::Yes, "neither")),
            (404, r#"{"items":[]}"#, (K::UnreadableAnswer, "unreadable_answer", R::Yes, "neither")),
            (500, r#"{"items":[]}"#, (K::Server, "server_error", R::Yes, "HTTP 500")),
            (401, "", (K::Authentication, "unauthorized", R::No, "not accepted")),
            (
                404,
                r#"{"success":false,"message":"gone","code":"unknown_batch"}"#,
                (K::Refused, "unknown_batch", R::No, "gone"),
            ),
        ] {
            assert_fails(answered(status, text), wanted, status, text);
        }
    }

    /// A status that denies what the body says, or a body that says both: nobody knows whether the message is queued.
    #[test]
    fn what_contradicts_itself_has_an_unknown_outcome() {
        let queued = r#"{"success":true,"data":{"msgId":"m"}}"#;
        let without_id = r#"{"success":true}"#;
        let id_alone = r#"{"data":{"msgId":"m"}}"#;
        for endpoint in [proxy(), maytapi()] {
            for status in [0, 302, 400, 401, 403, 409, 422, 429, 500, 503] {
                for text in [queued, without_id, id_alone] {
                    let error = error(&endpoint, status, text);
                    assert_eq!(error.retryable(), Retryable::Unknown, "{status} {text}");
                    let wanted = if status >= 500 { ErrorKind::Server } else { ErrorKind::UnreadableAnswer };
                    assert_eq!(error.kind(), wanted, "{status} {text}");
                }
            }
        }
        for (status, code) in [(200, "W05"), (429, "x"), (400, "x")] {
            let both = format!(r#"{{"success":false,"code":"{code}","data":{{"msgId":"m"}}}}"#);
            assert_eq!(error(&maytapi(), status, &both).retryable(), Retryable::Unknown, "{status} {both}");
        }
    }

    #[test]
    fn a_problem_of_the_proxy_keeps_its_own_verdict() {
        let text = r#"{"type":"x","status":422,"success":false,"message":"The message is wrong.","code":"invalid_message",
            "retryable":"no","request_id":"r-1","faults":[{"path":"toNumber","code":"missing","message":"Say who.","suggestion":"to"}]}"#;
        let problem = error(&proxy(), 422, text);
        assert_eq!((problem.kind(), problem.retryable()), (ErrorKind::Validation, Retryable::No));
        assert_eq!(problem.request_id(), Some("r-0"));
        assert_eq!(problem.faults()[0].suggestion.as_deref(), Some("to"));
        let text = r#"{"success":false,"message":"m","code":"upstream_timeout","retryable":"unknown"}"#;
        assert_eq!(error(&proxy(), 502, text).retryable(), Retryable::Unknown);
        let response = Response::<()> { status: 422, ..Response::default() };
        let body: Json = serde_json::from_str(r#"{"success":false,"request_id":"r-1"}"#).unwrap();
        assert_eq!(queued(&proxy(), &response, Some(&body)).unwrap_err().request_id(), Some("r-1"));
    }

    #[test]
    fn a_reason_is_cut_only_after_the_credential_was_taken_out() {
        // The cut would fall into the credential, of which then half would be left.
        let padded = format!("{}canary-key", "x".repeat(495));
        for text in [padded.clone(), format!(r#"{{"success":false,"message":"{padded}"}}"#)] {
            let error = error(&maytapi(), 400, &text);
            assert_eq!(error.message().chars().count(), 500, "{text}");
            assert!(!error.message().contains("cana"), "{}", error.message());
        }
        let long = error(&maytapi(), 400, &"x".repeat(5000));
        assert_eq!((long.message().len(), long.body().map(str::len)), (500, Some(500)));
    }

    #[test]
    fn maytapi_can_not_speak_in_the_proxys_name() {
        let faults = r#""faults":[{"path":"p","code":"c","message":"m"}],"request_id":"r-1""#;
        for (status, told, kind, retryable) in [
            (400, "yes", ErrorKind::Refused, Retryable::No),
            (500, "yes", ErrorKind::Server, Retryable::Unknown),
            (200, "unknown", ErrorKind::Refused, Retryable::No),
            (429, "no", ErrorKind::RateLimit, Retryable::Yes),
        ] {
            let text = format!(r#"{{"success":false,"message":"m","retryable":"{told}",{faults}}}"#);
            let error = error(&maytapi(), status, &text);
            assert_eq!((error.kind(), error.retryable()), (kind, retryable), "{status}");
            assert!(error.faults().is_empty() && error.request_id().is_none(), "{status}");
        }
    }

    #[test]
    fn a_credential_that_is_echoed_is_in_no_error() {
        for text in [
            r#"{"success":false,"message":"m canary-token","code":"canary-token","request_id":"canary-token"}"#
                .to_owned(),
            format!("{}canary-token", "x".repeat(495)),
        ] {
            let error = error(&proxy(), 400, &text);
            let shown = format!("{error} {error:?} {:?} {:?}", error.body(), error.request_id());
            assert!(!shown.contains("canar"), "{shown}");
        }
    }

    #[test]
    fn a_refusal_is_told_with_its_code() {
        assert_eq!(error(&maytapi(), 200, r#"{"success":false,"message":" m ","code":"F04"}"#).to_string(), "m (F04)");
    }
}
