//! Whether a message may be sent: the server's policy first, then what the token narrows it to.

use maytapi::message::{MediaSource, Message, Recipient};
use maytapi::url::HttpUrl;

use crate::auth::capability::{Capability, same_recipient};
use crate::config::host_pattern::HostPattern;
use crate::config::{MessageIds, Policy, Recipients};
use crate::http::problem::{Problem, ProblemType};

use super::media_hosts::permit;
use super::message_ids::chat_of;

/// Allows a message or says what stands against it.
///
/// # Errors
/// When the type, the recipient, the file or an address is left out by policy or token.
pub fn check(policy: &Policy, capability: &Capability, message: &Message) -> Result<(), Problem> {
    check_type(policy, capability, message.type_name())?;
    recipient(policy, capability, message.recipient())?;
    message.message_ids().try_for_each(|id| message_id(policy, capability, id))?;
    addresses(policy, message)
}

/// Allows a message type or says what stands against it.
///
/// # Errors
/// When policy or token leave it out.
pub fn check_type(policy: &Policy, capability: &Capability, name: &str) -> Result<(), Problem> {
    // What is sent in the raw form has no name of a checked type.
    if !policy.types.contains(&name) && !policy.raw_types.iter().any(|known| known == name) {
        return Err(Problem::new(ProblemType::TypeNotAllowed, "The proxy's policy does not list this message type."));
    }
    if !capability.allows_type(name) {
        return Err(Problem::new(ProblemType::TypeNotAllowed, "The token does not allow this message type."));
    }
    Ok(())
}

fn recipient(policy: &Policy, capability: &Capability, recipient: &Recipient) -> Result<(), Problem> {
    if !allows(&policy.recipients, recipient) {
        return Err(Problem::new(
            ProblemType::RecipientNotAllowed,
            "The proxy's policy does not allow this recipient.",
        ));
    }
    if !capability.allows_recipient(recipient) {
        return Err(Problem::new(ProblemType::RecipientNotAllowed, "The token does not allow this recipient."));
    }
    Ok(())
}

/// A message's id reaches into the chat that it names, or into any where it names none.
fn message_id(policy: &Policy, capability: &Capability, id: &str) -> Result<(), Problem> {
    let restricted = policy.recipients.are_restricted() || capability.names_recipients();
    match chat_of(id) {
        Some(chat) => recipient(policy, capability, &chat),
        None if policy.message_ids.unwrap_or(restricted.into()) == MessageIds::Any => Ok(()),
        None => {
            let detail =
                "This message's id does not name its chat, so it can't be told whether that is an allowed one.";
            Err(Problem::new(ProblemType::RecipientNotAllowed, detail))
        }
    }
}

fn allows(rules: &Recipients, recipient: &Recipient) -> bool {
    if rules.deny.iter().any(|denied| same_recipient(denied, recipient)) {
        return false;
    }
    if rules.allow.as_ref().is_some_and(|allowed| !allowed.iter().any(|one| same_recipient(one, recipient))) {
        return false;
    }
    let listed = rules.allow.is_some();
    match recipient.phone_number() {
        Some(number) => {
            let starts = |prefixes: &[String]| prefixes.iter().any(|prefix| number.starts_with(prefix.as_str()));
            rules.prefixes.as_deref().is_none_or(starts) && !starts(&rules.denied_prefixes)
        }
        // A group or channel that is listed by its id needs no switch for all of them.
        None => match recipient {
            Recipient::Group(_) => rules.groups || listed,
            Recipient::Channel(_) => rules.channels || listed,
            _ => rules.other || listed,
        },
    }
}

fn addresses(policy: &Policy, message: &Message) -> Result<(), Problem> {
    match message.media() {
        Some(MediaSource::Url(url)) => address(&url, policy.media_hosts.as_deref())?,
        Some(MediaSource::Data { bytes, .. }) => match policy.data_bytes {
            None => {
                let detail = "The proxy's policy takes files only by address, not inside the message.";
                return Err(Problem::new(ProblemType::UrlNotAllowed, detail));
            }
            Some(most) if bytes > most => {
                let detail = format!("The proxy's policy takes files of up to {most} bytes inside the message.");
                return Err(Problem::new(ProblemType::BodyTooLarge, detail));
            }
            Some(_) => {}
        },
        None => {}
    }
    message.links().iter().try_for_each(|url| address(url, policy.link_hosts.as_deref()))
}

fn address(url: &HttpUrl, listed: Option<&[HostPattern]>) -> Result<(), Problem> {
    permit(url, listed).map_err(|advice| Problem::new(ProblemType::UrlNotAllowed, advice))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn judge(policy: &str, claim: &str, message: &str) -> Result<(), ProblemType> {
        let proxy = format!(
            r#"{{"auth":{{"audience":"a"}},"accounts":{{"main":{{"productId":"p","keySecret":"KEY","phones":["1"]}}}},"policy":{policy}}}"#
        );
        let lookup = |name: &str| match name {
            "TOKEN_SECRET" => Some("s".repeat(32)),
            "KEY" => Some("canary-key".to_owned()),
            "PHONES" => Some("{}".to_owned()),
            _ => None,
        };
        let config = Config::read(Some(&proxy), &lookup).unwrap();
        let capability = Capability::read(&serde_json::from_str(claim).unwrap()).unwrap();
        let json = serde_json::from_str(message).unwrap();
        let message =
            Message::parse(json).or_else(|_| Message::parse_raw(serde_json::from_str(message).unwrap())).unwrap();
        check(&config.policy, &capability, &message).map_err(|problem| problem.kind)
    }

    fn text_to(to: &str) -> String {
        format!(r#"{{"type":"text","toNumber":"{to}","message":"hi"}}"#)
    }

    #[test]
    fn recipients_by_policy() {
        const NO: Result<(), ProblemType> = Err(ProblemType::RecipientNotAllowed);
        let person = "12025550123";
        for (rules, to, wanted) in [
            ("{}", person, Ok(())),
            ("{}", "12025550123@c.us", Ok(())),
            ("{}", "120363027326493365@g.us", NO),
            ("{}", "120363027326493365@newsletter", NO),
            ("{}", "1@lid", NO),
            (r#"{"groups":true}"#, "120363027326493365@g.us", Ok(())),
            (r#"{"channels":true}"#, "120363027326493365@newsletter", Ok(())),
            (r#"{"other":true}"#, "1@lid", Ok(())),
            (r#"{"allow":["120363027326493365@g.us"]}"#, "120363027326493365@g.us", Ok(())),
            (r#"{"allow":["120363027326493365@g.us"]}"#, "120363027326493366@g.us", NO),
            (r#"{"allow":["120363027326493365@g.us"]}"#, person, NO),
            (r#"{"allow":["+1 (202) 555-0123"]}"#, "12025550123@c.us", Ok(())),
            (r#"{"allow":[]}"#, person, NO),
            (r#"{"deny":["12025550123"]}"#, "12025550123@c.us", NO),
            (r#"{"deny":["12025550123@c.us"],"allow":["12025550123"]}"#, person, NO),
            (r#"{"countryPrefixes":["44","1202"]}"#, person, Ok(())),
            (r#"{"countryPrefixes":["44"]}"#, person, NO),
            (r#"{"countryPrefixes":[]}"#, person, NO),
            (r#"{"deniedPrefixes":["1202555"]}"#, person, NO),
            (r#"{"countryPrefixes":["1"],"deniedPrefixes":["1900"]}"#, person, Ok(())),
        ] {
            let policy = format!(r#"{{"recipients":{rules}}}"#);
            assert_eq!(judge(&policy, "{}", &text_to(to)), wanted, "{rules} {to}");
        }
    }

    #[test]
    fn types_by_policy() {
        assert_eq!(judge(r#"{"types":["media"]}"#, "{}", &text_to("12025550123")), Err(ProblemType::TypeNotAllowed));
        let raw = r#"{"type":"shortVideo","toNumber":"12025550123","message":"https://x.example"}"#;
        assert_eq!(judge("{}", "{}", raw), Err(ProblemType::TypeNotAllowed));
        assert_eq!(judge(r#"{"rawTypes":["shortVideo"]}"#, "{}", raw), Ok(()));
    }

    #[test]
    fn a_token_narrows_and_never_widens() {
        let text = text_to("12025550123");
        assert_eq!(judge("{}", r#"{"types":["media"]}"#, &text), Err(ProblemType::TypeNotAllowed));
        assert_eq!(judge("{}", r#"{"to":["12025550124"]}"#, &text), Err(ProblemType::RecipientNotAllowed));
        assert_eq!(judge("{}", r#"{"types":["text"],"to":["12025550123"]}"#, &text), Ok(()));
        assert_eq!(judge(r#"{"types":["media"]}"#, r#"{"types":["text"]}"#, &text), Err(ProblemType::TypeNotAllowed));
        let denied = r#"{"recipients":{"deny":["12025550123"]}}"#;
        assert_eq!(judge(denied, r#"{"to":["12025550123"]}"#, &text), Err(ProblemType::RecipientNotAllowed));
        let group = text_to("120363027326493365@g.us");
        assert_eq!(judge("{}", r#"{"to":["120363027326493365@g.us"]}"#, &group), Err(ProblemType::RecipientNotAllowed));
    }

    #[test]
    fn an_id_reaches_only_into_chats_that_may_be_written_to() {
        const NO: Result<(), ProblemType> = Err(ProblemType::RecipientNotAllowed);
        let [other, opaque] = ["true_12025550199@c.us_3EB0A81ECEA6D47F2F13", "11111111-2222-4333-8444-555555555555"];
        let deny = r#""recipients":{"deny":["12025550199"]}"#;
        let only = r#"{"to":["12025550123"]}"#;
        for (policy, claim, id, wanted) in [
            ("", "{}", other, Ok(())),
            ("", "{}", opaque, Ok(())),
            ("", "{}", "true_120363027326493365@g.us_3EB0A81ECEA6D47F2F13_12025550123@c.us", NO),
            ("", only, other, NO),
            ("", only, "true_12025550123@c.us_3EB0A81ECEA6D47F2F13", Ok(())),
            // Where only some may be written to, an id has to say whose chat it reaches into, but where the policy takes any.
            ("", only, opaque, NO),
            (deny, "{}", opaque, NO),
            (deny, "{}", other, NO),
            (r#""messageIds":"any","recipients":{"deny":["12025550199"]}"#, "{}", opaque, Ok(())),
            (r#""messageIds":"any","recipients":{"deny":["12025550199"]}"#, "{}", other, NO),
            (r#""messageIds":"any""#, only, opaque, Ok(())),
            (r#""messageIds":"named""#, "{}", opaque, NO),
        ] {
            let reply = format!(r#"{{"type":"text","toNumber":"12025550123","message":"hi","replyTo":"{id}"}}"#);
            assert_eq!(judge(&format!("{{{policy}}}"), claim, &reply), wanted, "{policy} {claim} {id}");
        }
    }

    #[test]
    fn files_and_links_by_policy() {
        let media = |url: &str| format!(r#"{{"type":"media","toNumber":"12025550123","message":"{url}"}}"#);
        let link = |url: &str| format!(r#"{{"type":"link","toNumber":"12025550123","message":"{url}"}}"#);
        let button = |url: &str| {
            format!(
                r#"{{"type":"buttons","toNumber":"12025550123","message":"m","buttons":[{{"text":"t","url":"{url}"}}]}}"#
            )
        };
        let hosts = r#"{"media":{"hosts":["files.example"]},"links":{"hosts":["*.shop.example"]}}"#;
        let data = "data:image/png;base64,AAAA";
        for (policy, message, wanted) in [
            ("{}", media("https://files.example/a"), Ok(())),
            ("{}", media("https://127.0.0.1/a"), Err(ProblemType::UrlNotAllowed)),
            ("{}", link("http://files.example/a"), Err(ProblemType::UrlNotAllowed)),
            ("{}", button("https://[::1]/"), Err(ProblemType::UrlNotAllowed)),
            ("{}", media(data), Ok(())),
            (hosts, media("https://files.example/a"), Ok(())),
            (hosts, media("https://a.shop.example/a"), Err(ProblemType::UrlNotAllowed)),
            (hosts, link("https://a.shop.example/a"), Ok(())),
            (hosts, button("https://files.example/a"), Err(ProblemType::UrlNotAllowed)),
            (r#"{"media":{"data":false}}"#, media(data), Err(ProblemType::UrlNotAllowed)),
            (r#"{"media":{"dataBytes":2}}"#, media(data), Err(ProblemType::BodyTooLarge)),
            (r#"{"media":{"dataBytes":3}}"#, media(data), Ok(())),
        ] {
            assert_eq!(judge(policy, "{}", &message), wanted, "{policy} {message}");
        }
    }
}
