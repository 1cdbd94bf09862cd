//! The configuration as it is used: checked as a whole when an isolate starts, so that a wrong one sends nothing.

mod auth;
mod policy;
pub mod pseudonym;
mod schema;
#[cfg(test)]
mod tests;

use std::fmt;

use maytapi::client::{Endpoint, PhoneId, Secret, is_loopback};
use maytapi::message::{HttpUrl, Recipient};
use maytapi::reads::Read;

use crate::auth::jwks::Provider;
use crate::auth::token::{Hs256, Rules};
use crate::config::pseudonym::Pseudonyms;
use crate::phone::limits::{Limit, Scope};
use crate::policy::media_hosts::HostPattern;

/// The environment's texts, by name: secrets and plain variables.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A checked configuration.
#[derive(Debug)]
pub struct Config {
    /// Origins of pages that may call, as browsers write them.
    pub origins: Vec<String>,
    /// How tokens are checked.
    pub auth: Auth,
    /// The Maytapi accounts.
    pub accounts: Vec<Account>,
    /// What may be sent to whom.
    pub policy: Policy,
    /// Sizes, times and quotas.
    pub limits: Limits,
    /// Whether every send must have an idempotency key.
    pub key_required: bool,
    /// How long a send is known again, in milliseconds.
    pub retention_ms: i64,
    /// How anonymous visitors get a token, where they may.
    pub turnstile: Option<Turnstile>,
    /// Whether Cloudflare's rate limiter is bound, as `SHIELD`.
    pub shield: bool,
    /// Whether Analytics Engine is bound, as `ANALYTICS`.
    pub analytics: bool,
}

/// How tokens are checked.
#[derive(Debug)]
pub struct Auth {
    /// Tokens signed with a shared secret.
    pub shared: Option<(Hs256, Rules)>,
    /// Tokens signed by others, whose keys are public.
    pub providers: Vec<Provider>,
    /// Whether Cloudflare Access stands before the Worker and hands its token over in a header of its own.
    pub access: bool,
}

/// How a visitor's answer to a Turnstile challenge becomes a token.
#[derive(Debug)]
pub struct Turnstile {
    /// The secret that Turnstile knows the site by.
    pub secret: Secret,
    /// Where answers are checked.
    pub url: String,
    /// The pages on which the challenge may stand.
    pub hostnames: Vec<String>,
    /// The action that the challenge must name.
    pub action: Option<String>,
    /// How long the token lives, in seconds.
    pub lifetime_s: u32,
    /// The token's `maytapi` claim.
    pub capability: serde_json::Value,
}

/// One Maytapi account.
#[derive(Debug)]
pub struct Account {
    /// Its name in paths.
    pub name: String,
    /// Where its requests go, with its key.
    pub endpoint: Endpoint,
    /// How its recipients are called in logs and records.
    pub pseudonyms: Pseudonyms,
    /// Its phones that may be used, each with whether it is switched off.
    pub phones: Vec<(PhoneId, bool)>,
}

/// What may be sent to whom.
#[derive(Debug)]
pub struct Policy {
    /// The checked message types.
    pub types: Vec<&'static str>,
    /// Types that may be sent in the raw form.
    pub raw_types: Vec<String>,
    /// Who may be written to.
    pub recipients: Recipients,
    /// Hosts of media; `None` for any public one.
    pub media_hosts: Option<Vec<HostPattern>>,
    /// Whether files may come inside the message, and how large.
    pub data_bytes: Option<usize>,
    /// Hosts of links and of buttons that open a page; `None` for any public one.
    pub link_hosts: Option<Vec<HostPattern>>,
    /// The reads that callers may make.
    pub reads: Vec<Read>,
}

/// Who may be written to. A recipient that is denied is never allowed.
#[derive(Debug)]
pub struct Recipients {
    /// Only these, where given.
    pub allow: Option<Vec<Recipient>>,
    /// Never these.
    pub deny: Vec<Recipient>,
    /// Only numbers that start so, where given.
    pub prefixes: Option<Vec<String>>,
    /// No numbers that start so.
    pub denied_prefixes: Vec<String>,
    /// Whether groups may be written to.
    pub groups: bool,
    /// Whether channels may be written to.
    pub channels: bool,
    /// Whether JIDs of other kinds may be written to.
    pub other: bool,
}

/// Sizes, times and quotas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest body, in bytes.
    pub body_bytes: usize,
    /// How long a body may take to arrive, in milliseconds.
    pub body_ms: u32,
    /// How long Maytapi may take, in milliseconds.
    pub upstream_ms: u32,
    /// How much one caller may send, through one phone.
    pub caller: Limit,
    /// How much one recipient may get, from one phone.
    pub recipient: Limit,
    /// How much one phone may send.
    pub phone: Limit,
}

impl Limits {
    /// The quotas, by what they count.
    #[must_use]
    pub fn of(&self, scope: Scope) -> &Limit {
        match scope {
            Scope::Caller => &self.caller,
            Scope::Recipient => &self.recipient,
            Scope::Phone => &self.phone,
        }
    }
}

/// What is wrong with the configuration: which field, and what to do. Never a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The variable, secret or path inside `PROXY`.
    pub field: String,
    /// What is wrong with it.
    pub advice: String,
}

impl Config {
    /// Reads and checks the variable `PROXY`, the secrets that it names, and `UPSTREAM`; and whether `PHONES` is bound.
    ///
    /// # Errors
    /// The first fault.
    pub fn read(proxy: Option<&str>, lookup: Lookup<'_>) -> Result<Self, Fault> {
        let text = proxy.ok_or_else(|| Fault::new("PROXY", "is missing: it holds the configuration, as one object"))?;
        let written = schema::read(text).map_err(|(path, advice)| Fault { field: under_proxy(&path), advice })?;
        if lookup("PHONES").is_none() {
            return Err(Fault::new("PHONES", "is not bound: the Durable Objects of the class Phone belong there"));
        }
        let upstream = upstream(lookup)?;
        let auth = auth::read(written.auth, lookup)?;
        let hours = "PROXY.idempotency.retentionHours";
        let retention_hours = bounded(hours, written.idempotency.retention_hours, 48, 1..=24 * 30)?;
        Ok(Config {
            origins: origins(written.origins)?,
            turnstile: written.turnstile.map(|turnstile| auth::turnstile(turnstile, &auth, lookup)).transpose()?,
            auth,
            accounts: accounts(written.accounts, lookup, upstream.as_deref())?,
            policy: policy::read(written.policy)?,
            limits: policy::limits(&written.limits)?,
            shield: lookup("SHIELD").is_some(),
            analytics: lookup("ANALYTICS").is_some(),
            key_required: written.idempotency.required,
            retention_ms: i64::from(retention_hours).saturating_mul(3_600_000),
        })
    }

    /// The account of this name.
    #[must_use]
    pub fn account(&self, name: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.name == name)
    }
}

impl Account {
    /// Whether the phone is configured, and whether it is switched off.
    #[must_use]
    pub fn phone(&self, id: &str) -> Option<(&PhoneId, bool)> {
        self.phones.iter().find(|(phone, _)| phone.as_str() == id).map(|(phone, paused)| (phone, *paused))
    }
}

impl Fault {
    fn new(field: impl Into<String>, advice: impl Into<String>) -> Self {
        Fault { field: field.into(), advice: advice.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.advice)
    }
}

fn under_proxy(path: &str) -> String {
    if path.is_empty() { "PROXY".to_owned() } else { format!("PROXY.{path}") }
}

/// Another address than Maytapi's is taken only on this very machine: a changed variable must not carry the key elsewhere.
fn upstream(lookup: Lookup<'_>) -> Result<Option<String>, Fault> {
    let Some(text) = lookup("UPSTREAM") else { return Ok(None) };
    loopback_url(&text)
        .map(Some)
        .ok_or_else(|| Fault::new("UPSTREAM", "is only for tests: an http URL on 127.0.0.1, ::1 or localhost"))
}

/// A plain http URL on this machine, as a test gives it.
fn loopback_url(text: &str) -> Option<String> {
    let here = |authority: &str| is_loopback(authority) && !authority.contains('@');
    let url = HttpUrl::parse(text).filter(|url| !url.is_https() && here(url.authority()))?;
    Some(url.as_str().to_owned())
}

fn origins(written: Vec<String>) -> Result<Vec<String>, Fault> {
    for (n, origin) in written.iter().enumerate() {
        if !is_origin(origin) {
            let advice = "must be an origin as browsers write it, such as https://app.example: scheme, host, port where it \
                          isn't the usual one, lower case, no path, no wildcard";
            return Err(Fault::new(format!("PROXY.origins[{n}]"), advice));
        }
    }
    Ok(written)
}

fn is_origin(text: &str) -> bool {
    let Some(url) = HttpUrl::parse(text) else { return false };
    let (scheme, usual) = if url.is_https() { ("https", ":443") } else { ("http", ":80") };
    let authority = url.authority();
    let exact = format!("{scheme}://{authority}") == text && authority == authority.to_ascii_lowercase();
    let private_http = url.is_https() || is_loopback(authority);
    exact && private_http && authority.is_ascii() && !authority.contains('@') && !authority.ends_with(usual)
}

fn accounts(
    written: Vec<(String, schema::Account)>,
    lookup: Lookup<'_>,
    upstream: Option<&str>,
) -> Result<Vec<Account>, Fault> {
    if written.is_empty() {
        return Err(Fault::new("PROXY.accounts", "is empty: give at least one Maytapi account"));
    }
    written.into_iter().map(|(name, account)| self::account(name, account, lookup, upstream)).collect()
}

fn account(
    name: String,
    written: schema::Account,
    lookup: Lookup<'_>,
    upstream: Option<&str>,
) -> Result<Account, Fault> {
    let at = |field: &str| format!("PROXY.accounts.{name}{field}");
    if !is_account_name(&name) {
        let advice = "is no name for an account: use 1 to 32 lower-case letters, digits and dashes";
        return Err(Fault::new("PROXY.accounts", advice));
    }
    let env_name = &written.key_secret;
    let fits = env_name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    if env_name.is_empty() || !fits || RESERVED.contains(&env_name.as_str()) {
        let advice = "must be the name of a secret in capitals, such as MAYTAPI_KEY";
        return Err(Fault::new(at(".keySecret"), advice));
    }
    let key = lookup(env_name)
        .ok_or_else(|| Fault::new(env_name.clone(), "is missing: a secret that holds the account's Maytapi key"))?;
    let key = Secret::new(&key)
        .ok_or_else(|| Fault::new(env_name.clone(), "can't be a key: it is empty or has white space or other signs"))?;
    let pseudonyms = Pseudonyms::new(&key);
    let endpoint = Endpoint::maytapi(&written.product_id, key, upstream)
        .map_err(|fault| Fault::new(at(&format!(".{}", fault.option)), fault.advice))?;
    let (ids, paused) = (written.phones, written.paused_phones);
    if ids.is_empty() {
        return Err(Fault::new(at(".phones"), "is empty: list the phones that may be used"));
    }
    for (n, id) in paused.iter().enumerate() {
        if !ids.contains(id) {
            return Err(Fault::new(at(&format!(".pausedPhones[{n}]")), "is none of the account's phones"));
        }
    }
    let mut phones: Vec<(PhoneId, bool)> = Vec::new();
    for (n, id) in ids.iter().enumerate() {
        let field = at(&format!(".phones[{n}]"));
        let phone = PhoneId::parse(id).ok_or_else(|| Fault::new(field.clone(), "is no phone id: 1 to 12 digits"))?;
        if phones.iter().any(|(other, _)| *other == phone) {
            return Err(Fault::new(field, "stands there twice"));
        }
        phones.push((phone, written.paused || paused.contains(id)));
    }
    Ok(Account { name, endpoint, pseudonyms, phones })
}

/// Names in the environment that hold something else than a Maytapi key.
const RESERVED: [&str; 9] = [
    "PROXY",
    "UPSTREAM",
    "TOKEN_SECRET",
    "TOKEN_SECRET_PREVIOUS",
    "TURNSTILE_SECRET",
    "TURNSTILE_URL",
    "PHONES",
    "SHIELD",
    "ANALYTICS",
];

fn is_account_name(name: &str) -> bool {
    let fits = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    (1..=32).contains(&name.len()) && fits
}

/// A number within its bounds.
fn bounded(field: &str, given: Option<u32>, usual: u32, range: std::ops::RangeInclusive<u32>) -> Result<u32, Fault> {
    let value = given.unwrap_or(usual);
    if range.contains(&value) {
        return Ok(value);
    }
    Err(Fault::new(field, format!("must be between {} and {}", range.start(), range.end())))
}
