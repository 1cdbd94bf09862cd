//! The configuration as it is written: the object `PROXY` among the variables in wrangler.jsonc, and nothing that it doesn't know.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Reads the configuration's text.
///
/// # Errors
/// The path of the first field at fault and what is wrong with it, never its value.
pub fn read(text: &str) -> Result<Proxy, (String, String)> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let proxy = serde_path_to_error::deserialize(&mut reader).map_err(|error| explain(&error))?;
    reader.end().map_err(|_| (String::new(), "is not one JSON object".to_owned()))?;
    Ok(proxy)
}

/// The whole of it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Proxy {
    #[serde(rename = "$schema", default)]
    _schema: Option<String>,
    #[serde(default)]
    pub origins: Vec<String>,
    pub auth: Auth,
    pub accounts: BTreeMap<String, Account>,
    #[serde(default)]
    pub policy: Policy,
    #[serde(default)]
    pub limits: Limits,
    #[serde(default)]
    pub idempotency: Idempotency,
    pub turnstile: Option<Turnstile>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Auth {
    pub audience: Option<String>,
    pub issuer: Option<String>,
    pub max_lifetime_seconds: Option<u32>,
    pub leeway_seconds: Option<u32>,
    #[serde(default)]
    pub jwks: Vec<Jwks>,
    pub access: Option<Access>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Jwks {
    pub url: String,
    pub issuer: String,
    pub audience: String,
    pub algorithms: Vec<String>,
    pub max_lifetime_seconds: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Access {
    pub team: String,
    pub audience: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Idempotency {
    #[serde(default)]
    pub required: bool,
    pub retention_hours: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Turnstile {
    pub hostnames: Vec<String>,
    pub action: Option<String>,
    pub lifetime_seconds: Option<u32>,
    pub phones: Vec<PhoneNumber>,
    pub types: Vec<String>,
    pub to: Option<Vec<String>>,
}

/// A phone's id as Maytapi writes it: a number in its answers, a text in its paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneNumber(pub String);

impl<'de> Deserialize<'de> for PhoneNumber {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = PhoneNumber;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a phone id")
            }
            fn visit_str<E>(self, text: &str) -> Result<PhoneNumber, E> {
                Ok(PhoneNumber(text.to_owned()))
            }
            fn visit_u64<E>(self, number: u64) -> Result<PhoneNumber, E> {
                Ok(PhoneNumber(number.to_string()))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Account {
    pub product_id: String,
    pub key_secret: String,
    pub phones: Vec<PhoneNumber>,
    #[serde(default)]
    pub paused: bool,
    #[serde(default)]
    pub paused_phones: Vec<PhoneNumber>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Policy {
    pub types: Option<Vec<String>>,
    #[serde(default)]
    pub raw_types: Vec<String>,
    #[serde(default)]
    pub recipients: Recipients,
    #[serde(default)]
    pub media: Media,
    #[serde(default)]
    pub links: Links,
    #[serde(default)]
    pub reads: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Recipients {
    pub allow: Option<Vec<String>>,
    #[serde(default)]
    pub deny: Vec<String>,
    pub country_prefixes: Option<Vec<String>>,
    #[serde(default)]
    pub denied_prefixes: Vec<String>,
    #[serde(default)]
    pub groups: bool,
    #[serde(default)]
    pub channels: bool,
    #[serde(default)]
    pub other: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Media {
    pub hosts: Option<Vec<String>>,
    pub data: Option<bool>,
    pub data_bytes: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Links {
    pub hosts: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Limits {
    pub body_bytes: Option<u32>,
    pub body_seconds: Option<u32>,
    pub upstream_seconds: Option<u32>,
    #[serde(default)]
    pub caller: Quota,
    #[serde(default)]
    pub recipient: Quota,
    #[serde(default)]
    pub phone: Quota,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Quota {
    pub minute: Option<u32>,
    pub day: Option<u32>,
    pub month: Option<u32>,
    pub gap_seconds: Option<u32>,
}

/// serde's own sentence may hold the value, so only the names that it gives are kept.
fn explain(error: &serde_path_to_error::Error<serde_json::Error>) -> (String, String) {
    let path = error.path().to_string();
    let path = if path == "." { String::new() } else { path };
    let said = error.inner().to_string();
    let named = said.split('`').nth(1).unwrap_or_default();
    if said.starts_with("unknown field") {
        // The path may or may not have reached the unknown name itself.
        let parent = path.strip_suffix(named).map_or(path.as_str(), |parent| parent.trim_end_matches('.'));
        return (join(parent, named), "is no setting; see the table of settings".to_owned());
    }
    if said.starts_with("missing field") {
        return (join(&path, named), "is missing".to_owned());
    }
    if said.starts_with("duplicate field") {
        return (join(&path, named), "stands twice".to_owned());
    }
    (path, "has the wrong kind of value".to_owned())
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_names_its_field_and_never_its_value() {
        let account = r#"{"productId":"p","keySecret":"K","phones":["1"]"#;
        for (text, path, says) in [
            ("".to_owned(), "", "has the wrong kind"),
            ("[]".to_owned(), "", "has the wrong kind"),
            (r#"{"auth":{}}"#.to_owned(), "accounts", "is missing"),
            (r#"{"auth":{},"accounts":{},"acounts":1}"#.to_owned(), "acounts", "is no setting"),
            (r#"{"auth":{"audiense":"canary"},"accounts":{}}"#.to_owned(), "auth.audiense", "is no setting"),
            (r#"{"auth":{"audience":["canary"]},"accounts":{}}"#.to_owned(), "auth.audience", "has the wrong kind"),
            (r#"{"auth":{},"accounts":{"main":{}}}"#.to_owned(), "accounts.main.productId", "is missing"),
            (
                format!(r#"{{"auth":{{}},"accounts":{{"main":{account},"paused":"canary"}}}}}}"#),
                "accounts.main.paused",
                "has the wrong kind",
            ),
            (
                format!(r#"{{"auth":{{}},"accounts":{{"main":{account},"pause":true}}}}}}"#),
                "accounts.main.pause",
                "is no setting",
            ),
            (
                r#"{"auth":{},"accounts":{},"limits":{"bodyBytes":-1}}"#.to_owned(),
                "limits.bodyBytes",
                "has the wrong kind",
            ),
        ] {
            let (at, what) = read(&text).unwrap_err();
            assert_eq!(at, path, "{text}");
            assert!(what.starts_with(says), "{text}: {what}");
            assert!(!what.contains("canary"), "{text}: {what}");
        }
    }

    /// The names that are read at a place, as the reader itself tells them when it meets another.
    fn names_at(path: &[&str]) -> Vec<String> {
        let mut value = serde_json::json!({ "?": 0 });
        for name in path.iter().rev() {
            value = if *name == "[]" { serde_json::json!([value]) } else { serde_json::json!({ *name: value }) };
        }
        let text = value.to_string();
        let said = serde_path_to_error::deserialize::<_, Proxy>(&mut serde_json::Deserializer::from_str(&text));
        let said = said.unwrap_err().into_inner().to_string();
        assert!(said.starts_with("unknown field `?`"), "{path:?}: {said}");
        said.split('`').skip(3).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn editors_know_exactly_the_settings_that_are_read() {
        let schema: serde_json::Value = serde_json::from_str(include_str!("../proxy.schema.json")).unwrap();
        for path in [
            &[][..],
            &["auth"],
            &["auth", "jwks", "[]"],
            &["auth", "access"],
            &["accounts", "main"],
            &["policy"],
            &["policy", "recipients"],
            &["policy", "media"],
            &["policy", "links"],
            &["limits"],
            &["limits", "caller"],
            &["limits", "recipient"],
            &["limits", "phone"],
            &["idempotency"],
            &["turnstile"],
        ] {
            let mut place = &schema;
            for name in path {
                place = match *name {
                    "[]" => &place["items"],
                    "main" => &place["additionalProperties"],
                    name => &place["properties"][name],
                };
            }
            let mut known: Vec<String> = place["properties"].as_object().unwrap().keys().cloned().collect();
            let mut read = names_at(path);
            known.sort();
            read.sort();
            assert_eq!(known, read, "{path:?}");
            assert_eq!(place["additionalProperties"], false, "{path:?}");
        }
    }
}
