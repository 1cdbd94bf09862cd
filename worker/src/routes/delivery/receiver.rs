//! Where a phone's events go now, as Maytapi tells it.

use maytapi::client::Secret;
use maytapi::json::Json;
use serde_json::{Value, json};

/// Where a phone's events go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receiver {
    /// Its address; empty for nowhere.
    pub url: String,
    /// Whether acks are among them.
    pub acks: bool,
}

/// What a caller is told of it. `ours` is the address of this proxy's webhooks, but for the secret.
#[must_use]
pub fn told(receiver: &Receiver, ours: &str, secret: &Secret) -> Value {
    let acks = receiver.acks;
    match receiver.url.strip_prefix(ours) {
        Some(shown) => json!({ "receiver": "proxy", "isCurrent": shown == secret.expose(), "acks": acks }),
        None if receiver.url.is_empty() => json!({ "receiver": "none", "acks": acks }),
        None => json!({ "receiver": "other", "host": place(&receiver.url), "acks": acks }),
    }
}

/// Whether the phone's events have acks among them, of an answer to `config`. Maytapi has them off.
#[must_use]
pub fn has_acks(answer: &Json) -> bool {
    let settings = answer.get("status").unwrap_or(answer);
    settings.get("ack_delivery").and_then(Json::as_bool) == Some(true)
}

/// The phone's own receiver, of an answer to `config`; none where the product's is used.
#[must_use]
pub fn of_phone(answer: &Json) -> Option<String> {
    let settings = answer.get("status").unwrap_or(answer);
    settings.text("webhook").filter(|url| !url.is_empty()).map(str::to_owned)
}

/// The product's receiver, of an answer to `product`; empty where there is none.
#[must_use]
pub fn of_product(answer: &Json) -> String {
    let product = answer.get("data").unwrap_or(answer);
    product.text("webhook").unwrap_or_default().to_owned()
}

/// A receiver as it is told to a caller: without what may be a secret in it, which are user, query and the end of the path.
#[must_use]
pub fn place(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let shown: String = host.chars().filter(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(*c)).take(253).collect();
    if shown.is_empty() { "another receiver".to_owned() } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_is_told_by_its_host_alone() {
        for (url, wanted) in [
            ("https://crm.example/hook/secret?key=secret", "crm.example"),
            ("https://user:secret@crm.example:8443#secret", "crm.example:8443"),
            ("crm.example", "crm.example"),
            ("https://", "another receiver"),
            ("https://<b>\n\"x\"", "bx"),
        ] {
            assert_eq!(place(url), wanted, "{url}");
        }
    }

    #[test]
    fn a_caller_is_told_who_receives_and_no_secret() {
        let secret = Secret::new("hook-secret").unwrap();
        let told = |url: &str| {
            told(&Receiver { url: url.into(), acks: true }, "https://p.example/hooks/main/", &secret).to_string()
        };
        assert_eq!(
            told("https://p.example/hooks/main/hook-secret"),
            r#"{"acks":true,"isCurrent":true,"receiver":"proxy"}"#
        );
        assert_eq!(told("https://p.example/hooks/main/older"), r#"{"acks":true,"isCurrent":false,"receiver":"proxy"}"#);
        assert_eq!(told(""), r#"{"acks":true,"receiver":"none"}"#);
        assert_eq!(told("https://crm.example/hook?key=k"), r#"{"acks":true,"host":"crm.example","receiver":"other"}"#);
        // Another proxy's, or another account's.
        assert_eq!(told("https://p.example/hooks/other/x"), r#"{"acks":true,"host":"p.example","receiver":"other"}"#);
    }

    #[test]
    fn the_product_s_receiver_counts_where_the_phone_has_none() {
        let json = |text: &str| serde_json::from_str::<Json>(text).unwrap();
        let config =
            |url: &str| json(&format!(r#"{{"success":true,"status":{{"webhook":"{url}","ack_delivery":false}}}}"#));
        assert_eq!(of_phone(&config("https://a.example")), Some("https://a.example".to_owned()));
        assert!(
            !has_acks(&config("")) && has_acks(&json(r#"{"status":{"ack_delivery":true}}"#)) && !has_acks(&json("{}"))
        );
        assert_eq!((of_phone(&config("")), of_phone(&json("{}"))), (None, None));
        assert_eq!(of_product(&json(r#"{"pid":"p","webhook":"https://b.example"}"#)), "https://b.example");
        assert_eq!(of_product(&json(r#"{"pid":"p"}"#)), "");
    }
}
