//! What a failed exchange with Maytapi means to the caller.

use maytapi::client::{Error, ErrorKind, Retryable};

use crate::http::problem::{Problem, ProblemType};

/// Tells a caller of a failure. Maytapi's sentence goes along only where it was decoded as one.
#[must_use]
pub fn problem(error: &Error) -> Problem {
    let retry_after =
        error.retry_after().map(|wait| u32::try_from(wait.as_millis().div_ceil(1000).max(1)).unwrap_or(u32::MAX));
    let kind = match error.kind() {
        ErrorKind::RateLimit => ProblemType::UpstreamBusy,
        ErrorKind::Refused if error.retryable() == Retryable::Yes => ProblemType::UpstreamBusy,
        // Its 401 and 403 speak of the proxy's key, not of the caller's token.
        ErrorKind::Refused | ErrorKind::Authentication | ErrorKind::Permission | ErrorKind::Conflict => {
            ProblemType::UpstreamRefused
        }
        ErrorKind::Server => ProblemType::UpstreamFailed,
        ErrorKind::Connection => ProblemType::UpstreamUnreachable,
        ErrorKind::Timeout => ProblemType::UpstreamTimeout,
        ErrorKind::UnreadableAnswer if error.code() == "redirected" => ProblemType::UpstreamRedirected,
        ErrorKind::UnreadableAnswer => ProblemType::UpstreamUnreadable,
        ErrorKind::Validation | ErrorKind::Configuration | ErrorKind::Aborted => ProblemType::Internal,
    };
    let decoded = matches!(kind, ProblemType::UpstreamRefused | ProblemType::UpstreamBusy);
    let detail = match (decoded, kind) {
        (true, _) => error.message().chars().filter(|c| !c.is_control()).take(300).collect(),
        (false, ProblemType::UpstreamRedirected) => {
            "Maytapi's answer was a redirect, which is never followed.".to_owned()
        }
        (false, _) => format!("{}; whether the message was queued is not known.", kind.title()),
    };
    // Where it can't be passed on, the kind stands in its place: what has a code is in Maytapi's words, which are not logged.
    let code = decoded.then(|| {
        let code: String = error.code().chars().filter(char::is_ascii_graphic).take(64).collect();
        if code.is_empty() { kind.as_str().to_owned() } else { code }
    });
    let retry_after = retry_after.or((kind == ProblemType::UpstreamBusy).then_some(2));
    Problem {
        code: code.map(String::into_boxed_str),
        retryable: error.retryable(),
        retry_after,
        ..Problem::new(kind, detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use maytapi::client::{Endpoint, Response, Secret, queued};
    use maytapi::json::Json;
    use maytapi::message::Message;
    use std::time::Duration;

    fn problem_of(status: u16, text: &str) -> Problem {
        let response = Response::<()> { status, body: text.to_owned().into(), ..Response::default() };
        let endpoint = Endpoint::maytapi("p", Secret::new("k").unwrap(), None).unwrap();
        let parsed = serde_json::from_str(text).ok();
        problem(&queued(&endpoint, &response, parsed.as_ref()).unwrap_err())
    }

    #[test]
    fn each_failure_has_its_problem() {
        use Retryable::{No, Unknown, Yes};
        for (status, text, kind, code, retryable) in [
            (
                200,
                r#"{"success":false,"message":"Lib not loaded","code":"W05"}"#,
                ProblemType::UpstreamBusy,
                "W05",
                Yes,
            ),
            (
                200,
                r#"{"success":false,"message":"Options are required.","code":"F04"}"#,
                ProblemType::UpstreamRefused,
                "F04",
                No,
            ),
            (
                403,
                r#"{"success":false,"message":"You dont own the phone[1]. "}"#,
                ProblemType::UpstreamRefused,
                "forbidden",
                No,
            ),
            (401, r#"{"success":false,"message":"no"}"#, ProblemType::UpstreamRefused, "unauthorized", No),
            (429, "", ProblemType::UpstreamBusy, "rate_limited", Yes),
            (500, r#"{"success":false,"message":"internal"}"#, ProblemType::UpstreamFailed, "", Unknown),
            (504, "<html>", ProblemType::UpstreamFailed, "", Unknown),
            (200, "<html>", ProblemType::UpstreamUnreadable, "", Unknown),
            (302, "", ProblemType::UpstreamRedirected, "", Unknown),
        ] {
            let problem = problem_of(status, text);
            assert_eq!((problem.kind, problem.retryable), (kind, retryable), "{status} {text}");
            assert_eq!(problem.code.as_deref().unwrap_or_default(), code, "{status} {text}");
        }
    }

    #[test]
    fn a_busy_maytapi_is_asked_again_after_the_time_it_names_or_two_seconds() {
        let busy = |retry_after| {
            let response = Response::<()> { status: 429, retry_after, ..Response::default() };
            let endpoint = Endpoint::maytapi("p", Secret::new("k").unwrap(), None).unwrap();
            problem(&queued(&endpoint, &response, None).unwrap_err()).retry_after
        };
        assert_eq!(busy(Some(Duration::from_millis(6001))), Some(7));
        assert_eq!((busy(Some(Duration::ZERO)), busy(None)), (Some(1), Some(2)));
        assert_eq!(problem_of(500, "").retry_after, None);
    }

    #[test]
    fn what_the_error_knows_of_sending_again_stands_over_its_kind() {
        let faults = Message::parse(Json::Null).unwrap_err();
        let told = problem(&Error::invalid(&faults));
        assert_eq!((told.kind, told.kind.retryable()), (ProblemType::Internal, Retryable::Unknown));
        assert_eq!(told.retryable, Retryable::No);
    }

    #[test]
    fn words_of_maytapi_are_never_a_reason_in_the_log() {
        for code in ["\"F04\"", "\"é\"", "\"\"", "7", "null"] {
            let problem = problem_of(200, &format!(r#"{{"success":false,"message":"canary","code":{code}}}"#));
            assert_eq!((problem.kind, &*problem.detail), (ProblemType::UpstreamRefused, "canary"), "{code}");
            assert_eq!(problem.reason(), None, "{code}");
        }
    }

    #[test]
    fn nothing_that_was_not_decoded_is_passed_on() {
        for (status, text) in
            [(500, "canary"), (200, "<html>canary</html>"), (302, "canary"), (502, r#"{"x":"canary"}"#)]
        {
            let problem = problem_of(status, text);
            assert!(!problem.body("r").contains("canary"), "{status} {text}");
        }
    }
}
