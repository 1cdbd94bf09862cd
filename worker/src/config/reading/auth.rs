//! The settings about callers: shared secrets, other issuers, Cloudflare Access, tokens for visitors.

use maytapi::message::Recipient;
use maytapi::url::HttpUrl;

use super::address::{TESTS_ONLY, loopback_url};
use super::secrets::{Lookup, credential, rotating};
use super::section::{Section, no_such};
use crate::config::error::{Faults, SettingPath};
use crate::config::model::{Account, Auth, Policy, Turnstile};
use crate::config::token_keys::{Algorithm, Hs256, Provider, Rules};

/// Reads how tokens are checked; without any way nothing is sent.
pub(super) fn read(mut section: Section<'_>, lookup: Lookup<'_>) -> Auth {
    let audience = section.text("audience", AUDIENCE);
    let rules = Rules {
        audience: audience.clone().unwrap_or_default(),
        issuer: section.text("issuer", "a text, what tokens say in iss"),
        max_lifetime_s: section.number("maxLifetimeSeconds", 3600, 60..=86_400),
        leeway_s: section.number("leewaySeconds", 30, 0..=60),
    };
    let shared = shared(&section, lookup);
    if shared.is_some() && audience.is_none() {
        section.report("audience", format!("is missing: give {AUDIENCE}"));
    }
    let leeway_s = rules.leeway_s;
    let mut providers: Vec<Provider> = Vec::new();
    for mut jwks in section.sections("jwks") {
        let read = provider(&mut jwks, leeway_s);
        if providers.iter().any(|other| other.rules.issuer == read.rules.issuer) {
            jwks.report("issuer", "names an issuer that stands there already");
        }
        jwks.finish();
        providers.push(read);
    }
    let access = section.optional_section("access").map(|section| access(section, leeway_s));
    let by_access = access.is_some();
    if access.iter().any(|access| providers.iter().any(|other| other.rules.issuer == access.rules.issuer)) {
        section.report("access", "names an issuer that stands in jwks already");
    }
    providers.extend(access);
    if section.is_there() && shared.is_none() && providers.is_empty() {
        let advice = "is missing, and no jwks or access either: without authentication nothing is sent";
        section.faults.add(&SettingPath::of("TOKEN_SECRET"), advice);
    }
    section.finish();
    Auth { shared: shared.map(|keys| (keys, rules)), providers, access: by_access }
}

const AUDIENCE: &str = "a text, what tokens say in aud, such as maytapi-edge";

/// The shared secrets, the current one first.
fn shared(section: &Section<'_>, lookup: Lookup<'_>) -> Option<Hs256> {
    let [current, previous] = rotating(
        ["TOKEN_SECRET", "TOKEN_SECRET_PREVIOUS"],
        "that tokens are signed with",
        lookup,
        section.faults,
        token_secret,
    );
    let current = current?;
    Some(Hs256::new([Some(current), previous].iter().flatten().map(String::as_bytes)))
}

fn token_secret(name: &'static str, text: String, faults: &Faults) -> Option<String> {
    if text.len() < Hs256::LEAST_BYTES {
        let advice = "is too short: use 32 random bytes or more, as openssl rand -base64 48 makes them";
        faults.add(&SettingPath::of(name), advice);
    }
    Some(text)
}

/// Somebody else's public keys, and what tokens signed with them must say.
fn provider(section: &mut Section<'_>, leeway_s: u32) -> Provider {
    let written = section.required_text("url", JWKS_URL);
    let url = HttpUrl::parse(&written).filter(HttpUrl::is_https).map(|url| url.as_str().to_owned());
    let url = url.or_else(|| loopback_url(&written)).filter(|url| !url.contains(['@', '#']));
    if url.is_none() {
        section.report("url", format!("must be {JWKS_URL}"));
    }
    let algorithm = |name: &str| {
        let advice = "is no algorithm of public keys that is taken here: RS256, ES256, EdDSA";
        Algorithm::from_name(name).ok_or_else(|| advice.to_owned())
    };
    Provider {
        url: url.unwrap_or_default(),
        algorithms: section.required_list("algorithms", "a list of algorithms: RS256, ES256, EdDSA", algorithm),
        rules: Rules {
            issuer: Some(section.required_text("issuer", "a text, what its tokens say in iss")),
            audience: section.required_text("audience", "a text, what its tokens say in aud"),
            max_lifetime_s: section.number("maxLifetimeSeconds", 86_400, 60..=86_400 * 31),
            leeway_s,
        },
    }
}

const JWKS_URL: &str = "the https:// address of a JWKS, without user name and fragment";

/// Cloudflare Access is an issuer whose places are known.
fn access(mut section: Section<'_>, leeway_s: u32) -> Provider {
    let team = section.required_text("team", TEAM);
    let is_label = team.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !is_label {
        section.report("team", format!("must be {TEAM}"));
    }
    let issuer = format!("https://{team}.cloudflareaccess.com");
    let read = Provider {
        url: format!("{issuer}/cdn-cgi/access/certs"),
        algorithms: vec![Algorithm::Rs256],
        rules: Rules {
            audience: section.required_text("audience", "the application's audience tag"),
            issuer: Some(issuer),
            max_lifetime_s: 86_400,
            leeway_s,
        },
    };
    section.finish();
    read
}

const TEAM: &str = "the first part of NAME.cloudflareaccess.com";

/// Where Turnstile checks answers.
const TURNSTILE_URL: &str = "https://challenges.cloudflare.com/turnstile/v0/siteverify";

/// Reads how visitors get a token.
pub(super) fn turnstile(
    mut section: Section<'_>,
    auth: &Auth,
    accounts: Option<&[Account]>,
    policy: &Policy,
    lookup: Lookup<'_>,
) -> Option<Turnstile> {
    if auth.shared.is_none() {
        let advice = "is missing: the tokens for visitors are signed with it";
        section.faults.add(&SettingPath::of("TOKEN_SECRET"), advice);
    }
    let path = SettingPath::of("TURNSTILE_SECRET");
    let secret = credential("TURNSTILE_SECRET", &path, "the widget's secret key", lookup, section.faults);
    let url = match lookup("TURNSTILE_URL") {
        None => Some(TURNSTILE_URL.to_owned()),
        Some(text) => loopback_url(&text),
    };
    if url.is_none() {
        section.faults.add(&SettingPath::of("TURNSTILE_URL"), TESTS_ONLY);
    }
    let phone = |text: &str| {
        let (of, id) = text.split_once('/').map_or((None, text), |(account, id)| (Some(account), id));
        let is_there = |account: &Account| of.is_none_or(|of| of == account.name) && account.phone(id).is_some();
        // Where an account can't be read, that is the fault to mend first.
        let found = accounts.is_none_or(|accounts| accounts.iter().any(is_there)).then(|| text.to_owned());
        found.ok_or_else(|| "is none of the accounts' phones".to_owned())
    };
    let listed: Vec<&'static str> = policy.types.clone();
    let sent = |name: &str| {
        let is_sent = listed.contains(&name) || policy.raw_types.iter().any(|raw| raw == name);
        if is_sent { Ok(name.to_owned()) } else { Err(no_such("message type that policy lists", name, &listed)) }
    };
    let recipient =
        |text: &str| Recipient::parse(text).map(|_| text.to_owned()).map_err(|why| format!("is no recipient. {why}"));
    let most = auth.shared.as_ref().map_or(900, |(_, rules)| rules.max_lifetime_s.min(900));
    let host = |text: &str| Ok(text.to_owned());
    let hostnames = section.required_list("hostnames", "a list of the hosts of the pages with the challenge", host);
    let phones = section.required_list("phones", "a list of phone ids that a visitor's token allows", phone);
    let types = section.required_list("types", "a list of message types that a visitor's token allows", sent);
    let to = section.list("to", "a list of recipients that visitors may write to", recipient);
    let mut capability = serde_json::json!({ "phones": phones, "types": types, "read": false, "batch": false });
    if let (Some(to), Some(object)) = (to, capability.as_object_mut()) {
        object.insert("to".to_owned(), serde_json::json!(to));
    }
    let (action, lifetime_s) = (
        section.text("action", "a text, the challenge's action"),
        section.number("lifetimeSeconds", most.min(300), 60..=most),
    );
    section.finish();
    Some(Turnstile { secret: secret?, url: url?, hostnames, action, lifetime_s, capability })
}
