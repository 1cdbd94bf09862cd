//! Reads the configuration: the variable `PROXY`, the secrets that it names, and what is bound.

use maytapi::client::{Endpoint, PhoneId, Secret, is_loopback};
use maytapi::message::HttpUrl;

use super::error::{ConfigError, Lookup, Path, bounded, loopback_url, secret};
use super::model::{Account, Config};
use super::pseudonym::Pseudonyms;
use super::{auth, delivery, policy, schema};

impl Config {
    /// Reads and checks the variable `PROXY`, the secrets that it names, and `UPSTREAM`; and whether `PHONES` is bound.
    ///
    /// # Errors
    /// The first fault.
    pub fn read(proxy: Option<&str>, lookup: Lookup<'_>) -> Result<Self, ConfigError> {
        let text =
            proxy.ok_or_else(|| ConfigError::new("PROXY", "is missing: it holds the configuration, as one object"))?;
        let written = schema::read(text).map_err(|(path, advice)| ConfigError::new(under_proxy(&path), advice))?;
        if lookup("PHONES").is_none() {
            return Err(ConfigError::new(
                "PHONES",
                "is not bound: the Durable Objects of the class Phone belong there",
            ));
        }
        let upstream = upstream(lookup)?;
        let auth = auth::read(written.auth, lookup)?;
        let hours = "PROXY.idempotency.retentionHours";
        let retention_hours = bounded(hours, written.idempotency.retention_hours, 48, 1..=24 * 30)?;
        let accounts = accounts(written.accounts, lookup, upstream.as_deref())?;
        let policy = policy::read(written.policy)?;
        let turnstile = |written| auth::turnstile(written, &auth, &accounts, &policy, lookup);
        Ok(Config {
            origins: origins(written.origins)?,
            turnstile: written.turnstile.map(turnstile).transpose()?,
            auth,
            accounts,
            policy,
            limits: policy::limits(&written.limits)?,
            delivery: delivery::read(written.delivery, lookup)?,
            rate_limiter: lookup("SHIELD").is_some(),
            analytics: lookup("ANALYTICS").is_some(),
            key_required: written.idempotency.required,
            retention_ms: i64::from(retention_hours).saturating_mul(3_600_000),
        })
    }
}

fn under_proxy(path: &Path) -> Path {
    let proxy = Path::from("PROXY");
    Path { whole: proxy.setting(&path.whole).whole, public: proxy.setting(&path.public).public }
}

/// Another address than Maytapi's is taken only on this very machine: a changed variable must not carry the key elsewhere.
fn upstream(lookup: Lookup<'_>) -> Result<Option<String>, ConfigError> {
    let Some(text) = lookup("UPSTREAM") else { return Ok(None) };
    loopback_url(&text)
        .map(Some)
        .ok_or_else(|| ConfigError::new("UPSTREAM", "is only for tests: an http URL on 127.0.0.1, ::1 or localhost"))
}

fn origins(written: Vec<String>) -> Result<Vec<String>, ConfigError> {
    for (n, origin) in written.iter().enumerate() {
        if !is_origin(origin) {
            let advice = "must be an origin as browsers write it, such as https://app.example: scheme, host, port where it \
                          isn't the usual one, lower case, no path, no wildcard";
            return Err(ConfigError::new(format!("PROXY.origins[{n}]"), advice));
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
) -> Result<Vec<Account>, ConfigError> {
    if written.is_empty() {
        return Err(ConfigError::new("PROXY.accounts", "is empty: give at least one Maytapi account"));
    }
    written.into_iter().map(|(name, account)| self::account(name, account, lookup, upstream)).collect()
}

fn account(
    name: String,
    written: schema::Account,
    lookup: Lookup<'_>,
    upstream: Option<&str>,
) -> Result<Account, ConfigError> {
    let at = Path::from("PROXY.accounts").named(&name);
    if !is_account_name(&name) {
        let advice = "is no name for an account: use 1 to 32 lower-case letters, digits and dashes";
        return Err(ConfigError::new("PROXY.accounts", advice));
    }
    let env_name = &written.key_secret;
    if !is_secret_name(env_name) {
        let advice = "must be the name of a secret in capitals, such as MAYTAPI_KEY";
        return Err(ConfigError::new(at.setting("keySecret"), advice));
    }
    // The secret's name is the account's, so it is for the log.
    let env_path = Path { whole: env_name.clone(), ..at.setting("keySecret") };
    let key_fault = |advice| ConfigError::new(env_path.clone(), advice);
    let key = secret(lookup, env_name)
        .ok_or_else(|| key_fault("is missing: a secret that holds the account's Maytapi key"))?;
    if key.len() < LEAST_KEY_BYTES {
        return Err(key_fault("can't be a key: it is too short"));
    }
    let key =
        Secret::new(&key).ok_or_else(|| key_fault("can't be a key: it is empty or has white space or other signs"))?;
    let pseudonyms = Pseudonyms::new(&key);
    let endpoint = Endpoint::maytapi(&written.product_id, key, upstream)
        .map_err(|fault| ConfigError::new(at.setting(fault.option), fault.advice))?;
    let forward = written.forward.map(|written| {
        if !is_secret_name(&written.secret_name) {
            let advice = "must be the name of a secret in capitals, such as FORWARD_SECRET";
            return Err(ConfigError::new(at.setting("forward").setting("secretName"), advice));
        }
        delivery::forward(&at.setting("forward"), written, lookup)
    });
    let forward = forward.transpose()?;
    let (ids, paused) = (written.phones, written.paused_phones);
    if ids.is_empty() {
        return Err(ConfigError::new(at.setting("phones"), "is empty: list the phones that may be used"));
    }
    for (n, id) in paused.iter().enumerate() {
        if !ids.contains(id) {
            return Err(ConfigError::new(at.setting("pausedPhones").item(n), "is none of the account's phones"));
        }
    }
    let mut phones: Vec<(PhoneId, bool)> = Vec::new();
    for (n, id) in ids.iter().enumerate() {
        let field = at.setting("phones").item(n);
        let phone =
            PhoneId::parse(id).ok_or_else(|| ConfigError::new(field.clone(), "is no phone id: 1 to 12 digits"))?;
        if phones.iter().any(|(other, _)| *other == phone) {
            return Err(ConfigError::new(field, "stands there twice"));
        }
        phones.push((phone, written.paused || paused.contains(id)));
    }
    Ok(Account { name, product_id: written.product_id, endpoint, pseudonyms, forward, phones })
}

/// What is shorter is guessed, and would tear words apart where it is taken out of them.
const LEAST_KEY_BYTES: usize = 8;

fn is_secret_name(name: &str) -> bool {
    let fits = name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    !name.is_empty() && fits && !RESERVED.contains(&name)
}

/// Names in the environment that hold something else than a Maytapi key.
const RESERVED: [&str; 13] = [
    "PROXY",
    "UPSTREAM",
    "TOKEN_SECRET",
    "TOKEN_SECRET_PREVIOUS",
    "HOOK_SECRET",
    "STORE_KEY",
    "STORE_KEY_PREVIOUS",
    "HOOK_SECRET_PREVIOUS",
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
