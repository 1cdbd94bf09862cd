//! What Maytapi says at once: queued, refused, or nothing that can be read.
//!
//! Maytapi answers HTTP 200 to most failures, and "success" only means that the message stands in the phone's queue. So the body
//! decides first, the status second, and the good case is called queued, never sent.

use serde::Serialize;

use crate::json::Json;
use crate::strings::{decimal, trim};

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
        }
    }
}

/// The code of a phone whose WhatsApp library is still loading: the action never started, so it may be repeated.
pub const CODE_NOT_LOADED: &str = "W05";

impl Answer {
    /// Reads the answer to a send from its text and from what a JSON parser made of it.
    #[must_use]
    pub fn read(text: &str, parsed: Option<&Json>) -> Self {
        let Some(body) = parsed else {
            return Answer::Unreadable(if trim(text).is_empty() { Unreadable::Empty } else { Unreadable::NotJson });
        };
        match refusal(body) {
            Some(refusal) => Answer::Refused(refusal),
            None if succeeded(body) == Some(true) => queued(body),
            None => Answer::Unreadable(Unreadable::UnknownShape),
        }
    }
}

/// The refusal that an answer of any operation holds, where it is one.
#[must_use]
pub fn refusal(body: &Json) -> Option<Refusal> {
    if succeeded(body) != Some(false) {
        return None;
    }
    let text = |name| body.text(name).map(trim).filter(|text| !text.is_empty());
    let code = match body.get("code") {
        Some(Json::Int(number)) => Some(decimal(*number)),
        _ => text("code").map(str::to_owned),
    };
    Some(Refusal { code, message: text("message").unwrap_or("no reason given").to_owned() })
}

fn succeeded(body: &Json) -> Option<bool> {
    body.get("success")?.as_bool()
}

fn queued(body: &Json) -> Answer {
    let data = |name| body.get("data").and_then(|data| data.text(name));
    match data("msgId") {
        Some(id) => Answer::Queued(Queued { msg_id: id.to_owned(), chat_id: data("chatId").map(str::to_owned) }),
        None => Answer::Unreadable(Unreadable::NoMessageId),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Answer {
        Answer::read(text, serde_json::from_str(text).ok().as_ref())
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
            (r#"{"success":true,"data":{"message_id":"x"}}"#, Unreadable::NoMessageId),
        ] {
            assert_eq!(read(text), Answer::Unreadable(why), "{text}");
        }
    }
}
