//! Reads the configuration: the variable `PROXY`, the secrets that it names, and what is bound.

mod accounts;
mod address;
mod auth;
mod batches;
mod delivery;
mod policy;
mod secrets;
mod section;

use maytapi::json::Json;

use super::error::{ConfigError, Faults, SettingPath};
use super::model::Config;
use address::{TESTS_ONLY, loopback_url};
pub use secrets::Lookup;
use section::Section;

impl Config {
    /// Reads and checks the variable `PROXY`, the secrets that it names, and `UPSTREAM`; and whether `PHONES` is bound.
    ///
    /// # Errors
    /// Every fault.
    pub fn read(proxy: Option<&str>, lookup: Lookup<'_>) -> Result<Self, ConfigError> {
        let faults = Faults::default();
        if lookup("PHONES").is_none() {
            faults.add(&SettingPath::of("PHONES"), "is not bound: the Durable Objects of the class Phone belong there");
        }
        let upstream = upstream(lookup, &faults);
        let mut proxy = section(proxy, &faults);
        // For editors; it says nothing here.
        proxy.text("$schema", "the address of this configuration's JSON Schema");
        let origins = proxy.list("origins", "a list of origins, such as https://app.example", address::origin);
        let auth = auth::read(proxy.required_section("auth", "an object that says how callers are known"), lookup);
        let accounts = proxy.required_section("accounts", accounts::WANTED);
        let accounts = accounts::read(accounts, lookup, upstream.as_deref());
        let all_are_read = accounts.iter().all(Option::is_some);
        let accounts: Vec<_> = accounts.into_iter().flatten().collect();
        let known = all_are_read.then_some(accounts.as_slice());
        let policy = policy::read(proxy.section("policy"), lookup);
        let limits = policy::limits(proxy.section("limits"));
        let delivery = delivery::read(proxy.section("delivery"), lookup);
        let turnstile = |section| auth::turnstile(section, &auth, known, &policy, lookup);
        let mut idempotency = proxy.section("idempotency");
        let retention_hours = idempotency.number("retentionHours", 48, 1..=24 * 30);
        let config = Config {
            origins: origins.unwrap_or_default(),
            turnstile: proxy.optional_section("turnstile").and_then(turnstile),
            auth,
            accounts,
            policy,
            limits,
            delivery,
            rate_limiter: lookup("SHIELD").is_some(),
            analytics: lookup("ANALYTICS").is_some(),
            key_required: idempotency.flag("required", false),
            retention_ms: i64::from(retention_hours).saturating_mul(3_600_000),
        };
        idempotency.finish();
        proxy.finish();
        faults.unless_any(config)
    }
}

/// The configuration's text as an object.
fn section<'f>(text: Option<&str>, faults: &'f Faults) -> Section<'f> {
    let path = SettingPath::of("PROXY");
    let advice = match text.map(serde_json::from_str::<Json>) {
        Some(Ok(value @ Json::Object(_))) => return Section::of(path, value, faults),
        Some(_) => "must be one JSON object that holds the configuration, no name in it twice",
        None => "is missing: it holds the configuration, as one object among the vars of wrangler.jsonc",
    };
    faults.add(&path, advice);
    Section::absent(path, faults)
}

/// Another address than Maytapi's is taken only on this very machine: a changed variable must not carry the key elsewhere.
fn upstream(lookup: Lookup<'_>, faults: &Faults) -> Option<String> {
    let text = lookup("UPSTREAM")?;
    let url = loopback_url(&text);
    if url.is_none() {
        faults.add(&SettingPath::of("UPSTREAM"), TESTS_ONLY);
    }
    url
}
