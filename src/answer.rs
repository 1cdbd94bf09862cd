//! What Maytapi says at once: queued, refused, or nothing that can be read.
//!
//! Maytapi answers HTTP 200 to most failures, and "success" only means that the message stands in the phone's queue. So the body
//! decides first, the status second, and the good case is called queued, never sent. Where the body says nothing, a status that turns
//! the request away does.

use serde::Serialize;

use crate::json::Json;
use crate::reason::reason;
use crate::strings::{after_ignoring_case, any_word, split_once, trim, until};

/// Maytapi's answer to a send.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The message stands in the phone's queue. Whether it arrives is told later, by webhook.
    Queued(Queued),
    /// Maytapi, or the proxy before it, says no.
    Refused(Refusal),
    /// The answer can't be read, so nobody knows whether the message was queued.
    Unreadable(Unreadable),
}

/// A message that stands in the phone's queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Queued {
    /// Maytapi's id of the message, by which webhooks name it (`data.msgId`). Opaque.
    pub msg_id: String,
    /// The chat that it goes to, as a JID (`data.chatId`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat_id: Option<String>,
}

/// A refusal: `success: false`, at any HTTP status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Maytapi's code, such as `W05`. The list is open.
    pub code: Option<String>,
    /// Maytapi's sentence.
    pub message: String,
}

/// Why an answer can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Nothing at all.
    Empty,
    /// HTML of a gateway, truncated JSON, plain text.
    NotJson,
    /// JSON, but neither a success nor a refusal.
    UnknownShape,
    /// A success without the message's id.
    NoMessageId,
    /// A success with a status that is none.
    Contradiction,
}

impl Unreadable {
    /// What is wrong with it, as part of a sentence.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Unreadable::Empty => "the answer is empty",
            Unreadable::NotJson => "the answer is not JSON",
            Unreadable::UnknownShape => "the answer says neither success nor failure",
            Unreadable::NoMessageId => "the answer says success but gives no message id",
            Unreadable::Contradiction => "the answer says success with a status that is none",
        }
    }
}

/// The code of a phone whose WhatsApp library is still loading: the action never started, so it may be repeated.
pub const CODE_NOT_LOADED: &str = "W05";

/// Whether a code says that the action never started. Maytapi writes its codes in capitals; what stands between may not.
#[must_use]
pub fn never_started(code: &str) -> bool {
    code.eq_ignore_ascii_case(CODE_NOT_LOADED)
}

/// Whether a status says that the request was turned away before anything was queued: any 4xx, but for those by which a server says that
/// it gave up waiting (408) or that the same may pass later (425, 429).
#[must_use]
pub fn is_turned_away(status: u16) -> bool {
    matches!(status, 400..=499) && !matches!(status, 408 | 425 | 429)
}

impl Answer {
    /// Reads the answer to a send from its status, its text, and from what a JSON parser made of that.
    #[must_use]
    pub fn read(status: u16, text: &str, parsed: Option<&Json>) -> Self {
        if let Some(refusal) = parsed.and_then(refusal) {
            return Answer::Refused(refusal);
        }
        let claims_success = parsed.and_then(succeeded) == Some(true);
        match parsed {
            Some(body) if claims_success && (200..300).contains(&status) => queued(body),
            // Nobody can say whether the message is queued.
            Some(_) if claims_success => Answer::Unreadable(Unreadable::Contradiction),
            _ if is_turned_away(status) => Answer::Refused(turned_away(status, text, parsed)),
            Some(_) => Answer::Unreadable(Unreadable::UnknownShape),
            None if trim(text).is_empty() => Answer::Unreadable(Unreadable::Empty),
            None => Answer::Unreadable(Unreadable::NotJson),
        }
    }
}

/// The refusal that an answer of any operation holds, where it is one.
#[must_use]
pub fn refusal(body: &Json) -> Option<Refusal> {
    let said_no = succeeded(body) == Some(false);
    said_no.then(|| Refusal { code: code(body), message: reason(body).unwrap_or("no reason given").to_owned() })
}

fn code(body: &Json) -> Option<String> {
    body.get("code").and_then(Json::to_text)
}

/// `success`. A no in quotes is a no; a yes in quotes is nothing that Maytapi says, and may be anybody's.
fn succeeded(body: &Json) -> Option<bool> {
    match body.get("success")? {
        Json::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        other => other.as_bool(),
    }
}

fn queued(body: &Json) -> Answer {
    let data = |name| body.get("data").and_then(|data| data.get(name)).and_then(Json::to_text);
    match data("msgId").filter(|id| is_message_id(id)) {
        Some(msg_id) => Answer::Queued(Queued { msg_id, chat_id: data("chatId") }),
        None => Answer::Unreadable(Unreadable::NoMessageId),
    }
}

/// Ids are opaque, but a word for the lack of one is none.
fn is_message_id(id: &str) -> bool {
    !any_word("error null undefined none false nan", &|word| id.eq_ignore_ascii_case(word))
}

/// A refusal in no shape of Maytapi's, with whatever reason it gives: in JSON, as the title of a page, as a line of text, or by the status
/// alone.
fn turned_away(status: u16, text: &str, parsed: Option<&Json>) -> Refusal {
    let given = match parsed {
        Some(body) => reason(body),
        None => first_words(text),
    };
    let message = given.filter(|given| !given.is_empty()).unwrap_or_else(|| name_of(status));
    Refusal { code: parsed.and_then(code), message: message.to_owned() }
}

/// What an HTML page has for a title, or a text of one line that is no markup.
fn first_words(text: &str) -> Option<&str> {
    let mut rest = trim(text);
    if !rest.bytes().any(|b| matches!(b, b'<' | b'{' | b'\n')) {
        return Some(rest);
    }
    while let Some((_, tag)) = split_once(rest, b'<') {
        if let Some(title) = after_ignoring_case(tag, "title>") {
            return Some(trim(until(title, |b| b == b'<')));
        }
        rest = tag;
    }
    None
}

/// What a status means, where it is one that servers in between give by themselves.
fn name_of(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        413 => "Content Too Large",
        _ => "The request was turned away",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, text: &str) -> Answer {
        Answer::read(status, text, serde_json::from_str(text).ok().as_ref())
    }

    fn read(text: &str) -> Answer {
        answered(200, text)
    }

    fn refused(code: Option<&str>, message: &str) -> Answer {
        Answer::Refused(Refusal { code: code.map(str::to_owned), message: message.to_owned() })
    }

    #[test]
    fn a_success_is_queued_with_its_ids() {
        let text =
            r#"{"success":true,"data":{"chatId":"12025550123@c.us","msgId":"a3ff8460-c710-11ee-a8e7-5fbaaf152c1d"}}"#;
        assert_eq!(
            read(text),
            Answer::Queued(Queued {
                msg_id: "a3ff8460-c710-11ee-a8e7-5fbaaf152c1d".into(),
                chat_id: Some("12025550123@c.us".into())
            })
        );
    }

    #[test]
    fn a_refusal_is_read_with_and_without_code_and_message() {
        for (text, wanted) in [
            (r#"{"success":false,"message":"Lib not loaded","code":"W05"}"#, refused(Some("W05"), "Lib not loaded")),
            (
                r#"{"success":false,"message":"You dont own the phone[8310]. "}"#,
                refused(None, "You dont own the phone[8310]."),
            ),
            (r#"{"success":false}"#, refused(None, "no reason given")),
            (r#"{"success":false,"message":"","code":""}"#, refused(None, "no reason given")),
            (r#"{"success":false,"message":{"a":1},"code":500}"#, refused(Some("500"), "no reason given")),
            (r#"{"success":false,"error":"Invalid number"}"#, refused(None, "Invalid number")),
            (r#"{"success":false,"error":{"code":7,"message":"Invalid number"}}"#, refused(None, "Invalid number")),
            (r#"{"success":"False","message":"x"}"#, refused(None, "x")),
        ] {
            assert_eq!(read(text), wanted, "{text}");
        }
    }

    #[test]
    fn what_can_not_be_read_says_why() {
        for (text, why) in [
            ("", Unreadable::Empty),
            (" \r\n", Unreadable::Empty),
            ("<html>504 Gateway Time-out</html>", Unreadable::NotJson),
            (r#"{"success":true,"data":{"msgId":"a3"#, Unreadable::NotJson),
            ("null", Unreadable::UnknownShape),
            ("[]", Unreadable::UnknownShape),
            ("{}", Unreadable::UnknownShape),
            (r#"{"success":"true"}"#, Unreadable::UnknownShape),
            (r#"{"success":true}"#, Unreadable::NoMessageId),
            (r#"{"success":true,"data":null}"#, Unreadable::NoMessageId),
            (r#"{"success":true,"data":{"msgId":""}}"#, Unreadable::NoMessageId),
            (r#"{"success":true,"data":{"msgId":"ERROR"}}"#, Unreadable::NoMessageId),
            (r#"{"success":true,"data":{"msgId":"null"}}"#, Unreadable::NoMessageId),
            (r#"{"success":true,"data":{"msgId":" Undefined "}}"#, Unreadable::NoMessageId),
            (r#"{"success":true,"data":{"msgId":false}}"#, Unreadable::NoMessageId),
            (r#"{"data":{"msgId":"a3"}}"#, Unreadable::UnknownShape),
            (r#"{"status":"success","data":{"status":"error"}}"#, Unreadable::UnknownShape),
            ("<br />Warning: x\n{\"success\":true,\"data\":{\"msgId\":\"a3\"}}", Unreadable::NotJson),
            (r#"{"success":true,"data":{"message_id":"x"}}"#, Unreadable::NoMessageId),
        ] {
            assert_eq!(read(text), Answer::Unreadable(why), "{text}");
        }
    }

    #[test]
    fn each_reason_is_part_of_a_sentence_of_its_own() {
        use Unreadable::{Contradiction, Empty, NoMessageId, NotJson, UnknownShape};
        let reasons = [Empty, NotJson, UnknownShape, NoMessageId, Contradiction].map(Unreadable::as_str);
        let different: std::collections::BTreeSet<&str> = reasons.into_iter().collect();
        assert_eq!(different.len(), reasons.len());
        assert!(reasons.iter().all(|reason| reason.starts_with("the answer ")), "{reasons:?}");
    }

    #[test]
    fn an_id_that_is_a_number_is_an_id() {
        let Answer::Queued(queued) = read(r#"{"success":true,"data":{"msgId":12345,"chatId":7}}"#) else {
            panic!("queued")
        };
        assert_eq!((queued.msg_id.as_str(), queued.chat_id.as_deref()), ("12345", Some("7")));
    }

    #[test]
    fn a_success_counts_only_with_a_status_that_is_one() {
        let text = r#"{"success":true,"data":{"msgId":"a3"}}"#;
        for status in [200, 201, 202] {
            assert!(matches!(answered(status, text), Answer::Queued(_)), "{status}");
        }
        for status in [0, 302, 400, 404, 409, 429, 500, 502] {
            assert_eq!(answered(status, text), Answer::Unreadable(Unreadable::Contradiction), "{status}");
        }
    }

    #[test]
    fn what_is_turned_away_was_not_queued_and_says_why() {
        for (status, text, code, message) in [
            (
                413,
                "<html>\r\n<head><title>413 Request Entity Too Large</title></head></html>",
                None,
                "413 Request Entity Too Large",
            ),
            (404, "<!DOCTYPE html><body><pre>Nothing here</pre></body>", None, "Not Found"),
            (400, r#"{"status":400,"error":"Bad Request","response":{}}"#, None, "Bad Request"),
            (422, r#"{"code":"E1","errors":[{"detail":"no such chat"}]}"#, Some("E1"), "no such chat"),
            (405, "", None, "Method Not Allowed"),
            (413, "", None, "Content Too Large"),
            (418, "", None, "The request was turned away"),
            (403, "Forbidden by policy\n", None, "Forbidden by policy"),
            (400, "[]", None, "Bad Request"),
            (400, "{\"cut", None, "Bad Request"),
            (400, "one\ntwo", None, "Bad Request"),
        ] {
            assert_eq!(answered(status, text), refused(code, message), "{status} {text}");
        }
    }

    #[test]
    fn what_gave_up_or_may_pass_later_is_not_known() {
        for status in [0, 200, 302, 408, 425, 429, 500, 502, 503, 504] {
            assert!(!is_turned_away(status), "{status}");
            assert_eq!(answered(status, "<html>"), Answer::Unreadable(Unreadable::NotJson), "{status}");
        }
        assert!((400..500).filter(|status| !is_turned_away(*status)).eq([408, 425, 429]));
    }

    #[test]
    fn the_code_of_what_never_started_is_known_in_any_case() {
        assert!(never_started("W05") && never_started("w05"));
        assert!(!never_started("W5") && !never_started("") && !never_started("F04"));
    }
}
