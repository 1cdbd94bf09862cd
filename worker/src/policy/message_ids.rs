//! Which chat the id of a message names: whoever deletes, edits, forwards, reacts or quotes reaches into it.

use maytapi::message::Recipient;

/// The chat. WhatsApp's own ids name it (`true_12025550123@c.us_3EB0…`, with a further part for who wrote in a group); Maytapi's `msgId`, a
/// UUID, doesn't. What is written in another way than WhatsApp writes it names none, since nobody knows how it is read.
#[must_use]
pub fn chat_of(id: &str) -> Option<Recipient> {
    let rest = id.strip_prefix("true_").or_else(|| id.strip_prefix("false_"))?;
    let (chat, message) = rest.split_once('_')?;
    let (user, server) = chat.split_once('@')?;
    let recipient = Recipient::parse(chat).ok()?;
    let is_exact = match recipient.phone_number() {
        Some(number) => number == user && matches!(server, "c.us" | "s.whatsapp.net"),
        None => recipient.as_str() == chat,
    };
    (is_exact && !message.is_empty()).then_some(recipient)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_whatsapp_name_their_chat_and_others_none() {
        for (id, chat) in [
            ("true_12025550123@c.us_3EB0A81E", Some("12025550123")),
            ("false_12025550123@c.us_3EB0A81E", Some("12025550123")),
            ("false_12025550123@s.whatsapp.net_3EB0A81E", Some("12025550123")),
            ("true_120363027326493365@g.us_3EB0A81E_12025550123@c.us", Some("120363027326493365@g.us")),
            ("true_120363027326493365@newsletter_3EB0A81E", Some("120363027326493365@newsletter")),
            ("11111111-2222-4333-8444-555555555555", None),
            ("true_12025550123@c.us", None),
            ("true_12025550123@c.us_", None),
            ("true_12025550123_3EB0A81E", None),
            ("true_+12025550123@c.us_3EB0A81E", None),
            ("true_0012025550123@c.us_3EB0A81E", None),
            ("TRUE_12025550123@c.us_3EB0A81E", None),
            ("true__3EB0A81E", None),
            ("true_@c.us_3EB0A81E", None),
            ("3EB0A81E", None),
            ("", None),
        ] {
            let named = chat_of(id).map(|chat| chat.phone_number().unwrap_or(chat.as_str()).to_owned());
            assert_eq!(named.as_deref(), chat, "{id}");
        }
    }
}
