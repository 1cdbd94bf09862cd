//! Who asks to get no more from batches: by a message to the phone that says nothing but one of the words that policy lists.

use maytapi::json::Json;
use maytapi::message::Recipient;

use crate::platform::text::lower_case;

/// Who asks for it by this message, as a webhook told it. What is said in a group is said to others.
#[must_use]
pub fn asked_by(message: &Json, words: &[String]) -> Option<Recipient> {
    let said = lower_case(message.text("text")?.trim());
    let bare = said.trim_matches(|c: char| c.is_ascii_punctuation() || c.is_whitespace());
    if !words.iter().any(|word| [said.as_str(), bare].contains(&word.as_str())) {
        return None;
    }
    let is_person = |recipient: &Recipient| recipient.phone_number().is_some();
    let chat = message.text("conversation").filter(|chat| !chat.is_empty());
    let chat = chat.and_then(|chat| Recipient::parse(chat).ok());
    if chat.as_ref().is_some_and(|chat| chat.as_str().ends_with("@g.us")) {
        return None;
    }
    let told = ["senderNumber", "sender"].into_iter().filter_map(|name| Recipient::parse(message.text(name)?).ok());
    told.chain(chat).find(is_person)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(message: &str) -> Option<String> {
        let words = ["stop".to_owned(), "nein danke".to_owned(), "🛑".to_owned()];
        let message = serde_json::from_str(message).unwrap();
        asked_by(&message, &words).map(|recipient| recipient.phone_number().unwrap().to_owned())
    }

    #[test]
    fn a_word_alone_asks_and_nothing_else_does() {
        let text = |text: &str| asks(&serde_json::json!({ "text": text, "senderNumber": "12025550123" }).to_string());
        for said in ["stop", " STOP\n", "Stop.", "\"stop!\"", "Nein danke", "🛑"] {
            assert_eq!(text(said).as_deref(), Some("12025550123"), "{said}");
        }
        for said in ["", "don't stop", "stop it", "stopp", ".", "nein"] {
            assert_eq!(text(said), None, "{said}");
        }
    }

    #[test]
    fn it_is_the_person_who_wrote_who_asks() {
        for (message, wanted) in [
            (r#"{"text":"stop","senderNumber":"12025550123","sender":"12025550124@c.us"}"#, Some("12025550123")),
            (r#"{"text":"stop","sender":"12025550124@c.us","conversation":"12025550125@c.us"}"#, Some("12025550124")),
            (r#"{"text":"stop","senderNumber":"","sender":"","conversation":"12025550125@c.us"}"#, Some("12025550125")),
            // Who hides behind a privacy id can't be told from others.
            (r#"{"text":"stop","sender":"123456789@lid","conversation":""}"#, None),
            (r#"{"text":"stop","sender":"12025550124@c.us","conversation":"120363213149844251@g.us"}"#, None),
            (r#"{"type":"image","senderNumber":"12025550123"}"#, None),
        ] {
            assert_eq!(asks(message).as_deref(), wanted, "{message}");
        }
    }
}
