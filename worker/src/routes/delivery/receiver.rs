//! Where a phone's events go now, as Maytapi tells it.

use maytapi::json::Json;

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
    fn the_product_s_receiver_counts_where_the_phone_has_none() {
        let json = |text: &str| serde_json::from_str::<Json>(text).unwrap();
        let config =
            |url: &str| json(&format!(r#"{{"success":true,"status":{{"webhook":"{url}","ack_delivery":false}}}}"#));
        assert_eq!(of_phone(&config("https://a.example")), Some("https://a.example".to_owned()));
        assert_eq!((of_phone(&config("")), of_phone(&json("{}"))), (None, None));
        assert_eq!(of_product(&json(r#"{"pid":"p","webhook":"https://b.example"}"#)), "https://b.example");
        assert_eq!(of_product(&json(r#"{"pid":"p"}"#)), "");
    }
}
