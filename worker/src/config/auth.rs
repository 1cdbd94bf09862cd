//! The settings about callers: shared secrets, other issuers, Cloudflare Access, tokens for visitors.

use maytapi::client::Secret;
use maytapi::message::{HttpUrl, Recipient};

use super::error::{ConfigError, Lookup, bounded, loopback_url, secret};
use super::model::{Account, Auth, Policy, Turnstile};
use super::schema;
use super::token_keys::{Algorithm, Hs256, Provider, Rules};

/// Reads how tokens are checked; without any way nothing is sent.
pub(super) fn read(written: schema::Auth, lookup: Lookup<'_>) -> Result<Auth, ConfigError> {
    let leeway_s = bounded("PROXY.auth.leewaySeconds", written.leeway_seconds, 30, 0..=60)?;
    let rules = Rules {
        audience: written.audience.clone().unwrap_or_default(),
        issuer: written.issuer.clone(),
        max_lifetime_s: bounded("PROXY.auth.maxLifetimeSeconds", written.max_lifetime_seconds, 3600, 60..=86_400)?,
        leeway_s,
    };
    let current = secret(lookup, "TOKEN_SECRET");
    let previous = secret(lookup, "TOKEN_SECRET_PREVIOUS");
    let shared = match (current, previous) {
        (Some(current), previous) => {
            let mut keys = vec![("TOKEN_SECRET", current)];
            keys.extend(previous.map(|secret| ("TOKEN_SECRET_PREVIOUS", secret)));
            for (name, secret) in &keys {
                if secret.len() < Hs256::LEAST_BYTES {
                    return Err(ConfigError::new(
                        *name,
                        "is too short: use 32 random bytes or more (openssl rand -base64 48)",
                    ));
                }
            }
            if rules.audience.is_empty() {
                return Err(ConfigError::new("PROXY.auth.audience", "is missing: what tokens say in aud"));
            }
            Some((Hs256::new(keys.iter().map(|(_, secret)| secret.as_bytes())), rules))
        }
        (None, Some(_)) => {
            return Err(ConfigError::new("TOKEN_SECRET", "is missing, though TOKEN_SECRET_PREVIOUS is there"));
        }
        (None, None) => None,
    };
    let mut providers = Vec::new();
    for (n, jwks) in written.jwks.into_iter().enumerate() {
        providers.push(provider(&format!("PROXY.auth.jwks[{n}]"), jwks, leeway_s)?);
    }
    let access = written.access.is_some();
    if let Some(access) = written.access {
        let label = access.team.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if access.team.is_empty() || !label {
            return Err(ConfigError::new(
                "PROXY.auth.access.team",
                "must be the first part of NAME.cloudflareaccess.com",
            ));
        }
        let issuer = format!("https://{}.cloudflareaccess.com", access.team);
        let jwks = schema::Jwks {
            url: format!("{issuer}/cdn-cgi/access/certs"),
            issuer,
            audience: access.audience,
            algorithms: vec!["RS256".to_owned()],
            max_lifetime_seconds: None,
        };
        providers.push(provider("PROXY.auth.access", jwks, leeway_s)?);
    }
    for (n, provider) in providers.iter().enumerate() {
        if providers.iter().take(n).any(|other| other.rules.issuer == provider.rules.issuer) {
            return Err(ConfigError::new("PROXY.auth.jwks", "names one issuer twice"));
        }
    }
    if shared.is_none() && providers.is_empty() {
        return Err(ConfigError::new(
            "TOKEN_SECRET",
            "is missing, and no jwks or access either: without authentication nothing is sent",
        ));
    }
    Ok(Auth { shared, providers, access })
}

/// Somebody else's public keys, and what tokens signed with them must say.
fn provider(at: &str, written: schema::Jwks, leeway_s: u32) -> Result<Provider, ConfigError> {
    let url = HttpUrl::parse(&written.url).filter(HttpUrl::is_https).map(|url| url.as_str().to_owned());
    let url = url.or_else(|| loopback_url(&written.url));
    let url = url.filter(|url| !url.contains(['@', '#']));
    let url = url.ok_or_else(|| ConfigError::new(format!("{at}.url"), "must be the https:// address of a JWKS"))?;
    for (name, text) in [("issuer", &written.issuer), ("audience", &written.audience)] {
        if text.is_empty() {
            return Err(ConfigError::new(format!("{at}.{name}"), "is empty: say what tokens must name"));
        }
    }
    let algorithm = |(n, name): (usize, &String)| {
        Algorithm::from_name(name)
            .ok_or_else(|| ConfigError::new(format!("{at}.algorithms[{n}]"), "must be RS256, ES256 or EdDSA"))
    };
    let algorithms: Vec<Algorithm> = written.algorithms.iter().enumerate().map(algorithm).collect::<Result<_, _>>()?;
    if algorithms.is_empty() {
        return Err(ConfigError::new(format!("{at}.algorithms"), "is empty: name RS256, ES256 or EdDSA"));
    }
    let lifetime = format!("{at}.maxLifetimeSeconds");
    let rules = Rules {
        audience: written.audience,
        issuer: Some(written.issuer),
        max_lifetime_s: bounded(&lifetime, written.max_lifetime_seconds, 86_400, 60..=86_400 * 31)?,
        leeway_s,
    };
    Ok(Provider { url, algorithms, rules })
}

/// Where Turnstile checks answers.
const TURNSTILE_URL: &str = "https://challenges.cloudflare.com/turnstile/v0/siteverify";

/// Reads how visitors get a token.
pub(super) fn turnstile(
    written: schema::Turnstile,
    auth: &Auth,
    accounts: &[Account],
    policy: &Policy,
    lookup: Lookup<'_>,
) -> Result<Turnstile, ConfigError> {
    if auth.shared.is_none() {
        return Err(ConfigError::new("TOKEN_SECRET", "is missing: the tokens for visitors are signed with it"));
    }
    let key = secret(lookup, "TURNSTILE_SECRET").and_then(|text| Secret::new(&text));
    let key = key.ok_or_else(|| ConfigError::new("TURNSTILE_SECRET", "is missing: the widget's secret key"))?;
    let url = match lookup("TURNSTILE_URL") {
        None => TURNSTILE_URL.to_owned(),
        Some(text) => loopback_url(&text).ok_or_else(|| {
            ConfigError::new("TURNSTILE_URL", "is only for tests: an http URL on 127.0.0.1, ::1 or localhost")
        })?,
    };
    if written.hostnames.is_empty() {
        return Err(ConfigError::new(
            "PROXY.turnstile.hostnames",
            "is empty: list the hosts of the pages with the challenge",
        ));
    }
    let configured = |phone: &str| {
        let (of, id) = phone.split_once('/').map_or((None, phone), |(account, id)| (Some(account), id));
        accounts.iter().any(|account| of.is_none_or(|of| of == account.name) && account.phone(id).is_some())
    };
    if let Some(n) = written.phones.iter().position(|phone| !configured(phone)) {
        return Err(ConfigError::new(format!("PROXY.turnstile.phones[{n}]"), "is none of the accounts' phones"));
    }
    let sent = |name: &str| policy.types.contains(&name) || policy.raw_types.iter().any(|raw| raw == name);
    if let Some(n) = written.types.iter().position(|name| !sent(name)) {
        return Err(ConfigError::new(
            format!("PROXY.turnstile.types[{n}]"),
            "is no message type that the policy lists",
        ));
    }
    let most = auth.shared.as_ref().map_or(900, |(_, rules)| rules.max_lifetime_s.min(900));
    let phones: Vec<&str> = written.phones.iter().map(String::as_str).collect();
    if phones.is_empty() || written.types.is_empty() {
        let field = if phones.is_empty() { "PROXY.turnstile.phones" } else { "PROXY.turnstile.types" };
        return Err(ConfigError::new(field, "is empty: a visitor's token must allow something"));
    }
    let mut capability = serde_json::json!({ "phones": phones, "types": written.types, "read": false, "batch": false });
    if let (Some(to), Some(object)) = (&written.to, capability.as_object_mut()) {
        for (n, text) in to.iter().enumerate() {
            if let Err(why) = Recipient::parse(text) {
                return Err(ConfigError::new(format!("PROXY.turnstile.to[{n}]"), why.to_string()));
            }
        }
        object.insert("to".to_owned(), serde_json::json!(to));
    }
    Ok(Turnstile {
        secret: key,
        url,
        hostnames: written.hostnames,
        action: written.action,
        lifetime_s: bounded("PROXY.turnstile.lifetimeSeconds", written.lifetime_seconds, most.min(300), 60..=most)?,
        capability,
    })
}
