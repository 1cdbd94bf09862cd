//! The configuration as it is written: the object `PROXY` among the variables in wrangler.jsonc, and nothing that it doesn't know.
//!
//! Read by hand and not by a derived reader: that would be a seventh of the Worker's size, and could not name every path.

use maytapi::json::Json;

use super::error::Path;

/// The path of a setting at fault, and what is wrong with it. Never a value.
pub type SchemaFault = (Path, String);

/// Reads the configuration's text.
///
/// # Errors
/// The first fault.
pub fn read(text: &str) -> Result<Proxy, SchemaFault> {
    let json: Json = serde_json::from_str(text).map_err(|_| wrong_kind(&Path::default()))?;
    let names = &["$schema", "origins", "auth", "accounts", "policy", "limits", "idempotency", "delivery", "turnstile"];
    let mut proxy = Section::of(Path::default(), json, names)?;
    Ok(Proxy {
        origins: proxy.texts("origins")?.unwrap_or_default(),
        auth: auth(proxy.required("auth")?, proxy.path_of("auth"))?,
        accounts: accounts(proxy.required("accounts")?, proxy.path_of("accounts"))?,
        policy: policy(proxy.section(
            "policy",
            &["types", "rawTypes", "recipients", "messageIds", "media", "links", "reads", "delivery", "manage"],
        )?)?,
        limits: limits(proxy.section(
            "limits",
            &["bodyBytes", "bodySeconds", "upstreamSeconds", "sockets", "caller", "recipient", "phone"],
        )?)?,
        idempotency: idempotency(proxy.section("idempotency", &["required", "retentionHours"])?)?,
        delivery: delivery(proxy.section("delivery", &["retentionDays", "sources"])?)?,
        turnstile: match proxy.take("turnstile") {
            Some(json) => Some(turnstile(json, proxy.path_of("turnstile"))?),
            None => None,
        },
    })
}

/// The whole of it.
#[derive(Debug)]
pub struct Proxy {
    pub origins: Vec<String>,
    pub auth: Auth,
    pub accounts: Vec<(String, Account)>,
    pub policy: Policy,
    pub limits: Limits,
    pub idempotency: Idempotency,
    pub delivery: Delivery,
    pub turnstile: Option<Turnstile>,
}

#[derive(Debug)]
pub struct Auth {
    pub audience: Option<String>,
    pub issuer: Option<String>,
    pub max_lifetime_seconds: Option<u32>,
    pub leeway_seconds: Option<u32>,
    pub jwks: Vec<Jwks>,
    pub access: Option<Access>,
}

#[derive(Debug)]
pub struct Jwks {
    pub url: String,
    pub issuer: String,
    pub audience: String,
    pub algorithms: Vec<String>,
    pub max_lifetime_seconds: Option<u32>,
}

#[derive(Debug)]
pub struct Access {
    pub team: String,
    pub audience: String,
}

#[derive(Debug)]
pub struct Account {
    pub product_id: String,
    pub key_secret: String,
    pub phones: Vec<String>,
    pub paused: bool,
    pub paused_phones: Vec<String>,
    pub forward: Option<Forward>,
}

#[derive(Debug)]
pub struct Forward {
    pub url: String,
    pub secret_name: String,
}

#[derive(Debug)]
pub struct Policy {
    pub types: Option<Vec<String>>,
    pub raw_types: Vec<String>,
    pub message_ids: Option<String>,
    pub recipients: Recipients,
    pub media_hosts: Option<Vec<String>>,
    pub data: bool,
    pub data_bytes: Option<u32>,
    pub link_hosts: Option<Vec<String>>,
    pub reads: Vec<String>,
    pub delivery: Option<String>,
    pub manage: bool,
}

#[derive(Debug)]
pub struct Recipients {
    pub allow: Option<Vec<String>>,
    pub deny: Vec<String>,
    pub country_prefixes: Option<Vec<String>>,
    pub denied_prefixes: Vec<String>,
    pub groups: bool,
    pub channels: bool,
    pub other: bool,
}

#[derive(Debug)]
pub struct Limits {
    pub body_bytes: Option<u32>,
    pub body_seconds: Option<u32>,
    pub upstream_seconds: Option<u32>,
    pub sockets: Option<u32>,
    pub caller: Quota,
    pub recipient: Quota,
    pub phone: Quota,
}

#[derive(Debug)]
pub struct Quota {
    pub minute: Option<u32>,
    pub day: Option<u32>,
    pub month: Option<u32>,
    pub gap_seconds: Option<u32>,
}

#[derive(Debug)]
pub struct Idempotency {
    pub required: bool,
    pub retention_hours: Option<u32>,
}

#[derive(Debug)]
pub struct Delivery {
    pub retention_days: Option<u32>,
    pub sources: Option<Vec<String>>,
}

#[derive(Debug)]
pub struct Turnstile {
    pub hostnames: Vec<String>,
    pub action: Option<String>,
    pub lifetime_seconds: Option<u32>,
    pub phones: Vec<String>,
    pub types: Vec<String>,
    pub to: Option<Vec<String>>,
}

fn auth(json: Json, path: Path) -> Result<Auth, SchemaFault> {
    let names = &["audience", "issuer", "maxLifetimeSeconds", "leewaySeconds", "jwks", "access"];
    let mut auth = Section::of(path, json, names)?;
    let mut jwks = Vec::new();
    for (n, json) in auth.items("jwks")?.unwrap_or_default().into_iter().enumerate() {
        let names = &["url", "issuer", "audience", "algorithms", "maxLifetimeSeconds"];
        let mut provider = Section::of(auth.path_of("jwks").item(n), json, names)?;
        jwks.push(Jwks {
            url: provider.required_text("url")?,
            issuer: provider.required_text("issuer")?,
            audience: provider.required_text("audience")?,
            algorithms: provider.required_texts("algorithms")?,
            max_lifetime_seconds: provider.number("maxLifetimeSeconds")?,
        });
    }
    let access = match auth.take("access") {
        Some(json) => {
            let mut access = Section::of(auth.path_of("access"), json, &["team", "audience"])?;
            Some(Access { team: access.required_text("team")?, audience: access.required_text("audience")? })
        }
        None => None,
    };
    Ok(Auth {
        audience: auth.text("audience")?,
        issuer: auth.text("issuer")?,
        max_lifetime_seconds: auth.number("maxLifetimeSeconds")?,
        leeway_seconds: auth.number("leewaySeconds")?,
        jwks,
        access,
    })
}

fn accounts(json: Json, path: Path) -> Result<Vec<(String, Account)>, SchemaFault> {
    let Json::Object(members) = json else { return Err(wrong_kind(&path)) };
    let account = |(name, json): (String, Json)| {
        let names = &["productId", "keySecret", "phones", "paused", "pausedPhones", "forward"];
        let mut account = Section::of(path.named(&name), json, names)?;
        let read = Account {
            forward: match account.take("forward") {
                Some(json) => Some(forward(json, account.path_of("forward"))?),
                None => None,
            },
            product_id: account.required_text("productId")?,
            key_secret: account.required_text("keySecret")?,
            phones: account.required_texts("phones")?,
            paused: account.flag("paused", false)?,
            paused_phones: account.texts("pausedPhones")?.unwrap_or_default(),
        };
        Ok((name, read))
    };
    members.into_iter().map(account).collect()
}

fn policy(mut policy: Section) -> Result<Policy, SchemaFault> {
    let names = &["allow", "deny", "countryPrefixes", "deniedPrefixes", "groups", "channels", "other"];
    let mut recipients = policy.section("recipients", names)?;
    let mut media = policy.section("media", &["hosts", "data", "dataBytes"])?;
    Ok(Policy {
        types: policy.texts("types")?,
        raw_types: policy.texts("rawTypes")?.unwrap_or_default(),
        recipients: Recipients {
            allow: recipients.texts("allow")?,
            deny: recipients.texts("deny")?.unwrap_or_default(),
            country_prefixes: recipients.texts("countryPrefixes")?,
            denied_prefixes: recipients.texts("deniedPrefixes")?.unwrap_or_default(),
            groups: recipients.flag("groups", false)?,
            channels: recipients.flag("channels", false)?,
            other: recipients.flag("other", false)?,
        },
        message_ids: policy.text("messageIds")?,
        media_hosts: media.texts("hosts")?,
        data: media.flag("data", true)?,
        data_bytes: media.number("dataBytes")?,
        link_hosts: policy.section("links", &["hosts"])?.texts("hosts")?,
        reads: policy.texts("reads")?.unwrap_or_default(),
        delivery: policy.text("delivery")?,
        manage: policy.flag("manage", false)?,
    })
}

fn limits(mut limits: Section) -> Result<Limits, SchemaFault> {
    let mut quota = |name| -> Result<Quota, SchemaFault> {
        let mut quota = limits.section(name, &["minute", "day", "month", "gapSeconds"])?;
        Ok(Quota {
            minute: quota.number("minute")?,
            day: quota.number("day")?,
            month: quota.number("month")?,
            gap_seconds: quota.number("gapSeconds")?,
        })
    };
    let (caller, recipient, phone) = (quota("caller")?, quota("recipient")?, quota("phone")?);
    Ok(Limits {
        body_bytes: limits.number("bodyBytes")?,
        body_seconds: limits.number("bodySeconds")?,
        upstream_seconds: limits.number("upstreamSeconds")?,
        sockets: limits.number("sockets")?,
        caller,
        recipient,
        phone,
    })
}

fn idempotency(mut section: Section) -> Result<Idempotency, SchemaFault> {
    Ok(Idempotency { required: section.flag("required", false)?, retention_hours: section.number("retentionHours")? })
}

fn forward(json: Json, path: Path) -> Result<Forward, SchemaFault> {
    let mut forward = Section::of(path, json, &["url", "secretName"])?;
    Ok(Forward { url: forward.required_text("url")?, secret_name: forward.required_text("secretName")? })
}

fn delivery(mut section: Section) -> Result<Delivery, SchemaFault> {
    Ok(Delivery { retention_days: section.number("retentionDays")?, sources: section.texts("sources")? })
}

fn turnstile(json: Json, path: Path) -> Result<Turnstile, SchemaFault> {
    let names = &["hostnames", "action", "lifetimeSeconds", "phones", "types", "to"];
    let mut turnstile = Section::of(path, json, names)?;
    Ok(Turnstile {
        hostnames: turnstile.required_texts("hostnames")?,
        action: turnstile.text("action")?,
        lifetime_seconds: turnstile.number("lifetimeSeconds")?,
        phones: turnstile.required_texts("phones")?,
        types: turnstile.required_texts("types")?,
        to: turnstile.texts("to")?,
    })
}

/// One object of the configuration, from which the settings are taken one by one.
struct Section {
    path: Path,
    members: Vec<(String, Json)>,
}

impl Section {
    /// An object that has no other names than these.
    fn of(path: Path, json: Json, names: &[&str]) -> Result<Self, SchemaFault> {
        let Json::Object(members) = json else { return Err(wrong_kind(&path)) };
        let section = Section { path, members };
        match section.members.iter().find(|(name, _)| !names.contains(&name.as_str())) {
            Some((name, _)) => Err((section.path.named(name), format!("is no setting; here are {}", names.join(", ")))),
            None => Ok(section),
        }
    }

    fn path_of(&self, name: &str) -> Path {
        self.path.setting(name)
    }

    fn take(&mut self, name: &str) -> Option<Json> {
        let at = self.members.iter().position(|(known, value)| known == name && *value != Json::Null)?;
        Some(self.members.swap_remove(at).1)
    }

    fn required(&mut self, name: &str) -> Result<Json, SchemaFault> {
        self.take(name).ok_or_else(|| (self.path_of(name), "is missing".to_owned()))
    }

    /// An object that may be left out.
    fn section(&mut self, name: &str, names: &[&str]) -> Result<Section, SchemaFault> {
        Section::of(self.path_of(name), self.take(name).unwrap_or(Json::Object(Vec::new())), names)
    }

    fn text(&mut self, name: &str) -> Result<Option<String>, SchemaFault> {
        match self.take(name) {
            None => Ok(None),
            Some(Json::String(text)) => Ok(Some(text)),
            Some(_) => Err(wrong_kind(&self.path_of(name))),
        }
    }

    fn required_text(&mut self, name: &str) -> Result<String, SchemaFault> {
        self.text(name)?.ok_or_else(|| (self.path_of(name), "is missing".to_owned()))
    }

    fn number(&mut self, name: &str) -> Result<Option<u32>, SchemaFault> {
        match self.take(name) {
            None => Ok(None),
            Some(json) => match json.as_int().and_then(|number| u32::try_from(number).ok()) {
                Some(number) => Ok(Some(number)),
                None => Err(wrong_kind(&self.path_of(name))),
            },
        }
    }

    fn flag(&mut self, name: &str, usual: bool) -> Result<bool, SchemaFault> {
        match self.take(name) {
            None => Ok(usual),
            Some(json) => json.as_bool().ok_or_else(|| wrong_kind(&self.path_of(name))),
        }
    }

    fn items(&mut self, name: &str) -> Result<Option<Vec<Json>>, SchemaFault> {
        match self.take(name) {
            None => Ok(None),
            Some(Json::Array(items)) => Ok(Some(items)),
            Some(_) => Err(wrong_kind(&self.path_of(name))),
        }
    }

    /// Texts. Whole numbers are taken as well: a phone's id is a number in Maytapi's answers and a text in its paths.
    fn texts(&mut self, name: &str) -> Result<Option<Vec<String>>, SchemaFault> {
        let Some(items) = self.items(name)? else { return Ok(None) };
        let text = |(n, item): (usize, Json)| match item {
            Json::String(text) => Ok(text),
            Json::Int(number) => Ok(number.to_string()),
            _ => Err(wrong_kind(&self.path_of(name).item(n))),
        };
        items.into_iter().enumerate().map(text).collect::<Result<_, _>>().map(Some)
    }

    fn required_texts(&mut self, name: &str) -> Result<Vec<String>, SchemaFault> {
        self.texts(name)?.ok_or_else(|| (self.path_of(name), "is missing".to_owned()))
    }
}

fn wrong_kind(path: &Path) -> SchemaFault {
    (path.clone(), "has the wrong kind of value".to_owned())
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
            assert_eq!(at.whole, path, "{text}");
            assert!(what.starts_with(says), "{text}: {what}");
            assert!(!what.contains("canary"), "{text}: {what}");
        }
    }

    /// The names that are read at a place, as the reader itself tells them when it meets another.
    fn names_at(path: &[&str]) -> Vec<String> {
        let mut value = serde_json::json!({ "?": 0 });
        for (n, name) in path.iter().enumerate().rev() {
            value = if *name == "[]" { serde_json::json!([value]) } else { serde_json::json!({ *name: value }) };
            // What is required comes first.
            if n == 0 && *name != "auth" {
                value["auth"] = serde_json::json!({});
            }
            if n == 0 && *name != "accounts" {
                value["accounts"] = serde_json::json!({});
            }
        }
        let (at, said) = read(&value.to_string()).unwrap_err();
        assert!(at.whole.ends_with('?'), "{path:?}: {at:?} {said}");
        said.split_once("here are ").unwrap().1.split(", ").map(str::to_owned).collect()
    }

    #[test]
    fn editors_know_exactly_the_settings_that_are_read() {
        let schema: serde_json::Value = serde_json::from_str(include_str!("../../proxy.schema.json")).unwrap();
        for path in [
            &[][..],
            &["auth"],
            &["auth", "jwks", "[]"],
            &["auth", "access"],
            &["accounts", "main"],
            &["accounts", "main", "forward"],
            &["policy"],
            &["policy", "recipients"],
            &["policy", "media"],
            &["policy", "links"],
            &["limits"],
            &["limits", "caller"],
            &["limits", "recipient"],
            &["limits", "phone"],
            &["idempotency"],
            &["delivery"],
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
