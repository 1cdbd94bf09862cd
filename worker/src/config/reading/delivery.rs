//! The settings about delivery: who may post webhooks, how long messages are kept, and where webhooks are passed on to.

use maytapi::client::Secret;
use maytapi::url::HttpUrl;

use super::address::loopback_url;
use super::secrets::{Lookup, is_secret_name, rotating, secret};
use super::section::Section;
use crate::config::delivery::admission::{HookSecrets, Source};
use crate::config::delivery::signing_key::SigningKey;
use crate::config::delivery::store_key::StoreKeys;
use crate::config::delivery::{Delivery, Forward};
use crate::config::error::{Faults, SettingPath};

/// Reads what is kept of delivery, and from whom it is heard.
pub(super) fn read(mut section: Section<'_>, lookup: Lookup<'_>) -> Delivery {
    const WANTED: &str = "a list of IP addresses and networks, such as 192.0.2.7 and 192.0.2.0/24";
    let source = |text: &str| Source::parse(text).ok_or_else(|| format!("is no address: sources is {WANTED}"));
    let days = section.number("retentionDays", 30, 1..=90);
    let sources = section.list("sources", WANTED, source);
    let faults = section.faults;
    section.finish();
    let names = ["HOOK_SECRET", "HOOK_SECRET_PREVIOUS"];
    let [hook, previous_hook] = rotating(names, "of the webhook's address", lookup, faults, hook_secret);
    let names = ["STORE_KEY", "STORE_KEY_PREVIOUS"];
    let [store, previous_store] = rotating(names, "that what is stored is sealed with", lookup, faults, store_key);
    Delivery {
        retention_ms: i64::from(days).saturating_mul(86_400_000),
        secrets: hook.map(|hook| HookSecrets::new(hook, previous_hook)),
        sources,
        store_keys: store.map(|store| StoreKeys::new(store, previous_store)),
    }
}

/// Reads an account's receiver of webhooks.
pub(super) fn forward(mut section: Section<'_>, lookup: Lookup<'_>) -> Option<Forward> {
    const URL: &str = "the https:// address of a receiver of yours";
    const NAME: &str = "the name of a secret in capitals, such as FORWARD_SECRET";
    let (url, name) = (section.required_text("url", URL), section.required_text("secretName", NAME));
    let read = HttpUrl::parse(&url).filter(HttpUrl::is_https).map(|url| url.as_str().to_owned());
    let read = read.or_else(|| loopback_url(&url)).filter(|url| !url.contains(['@', '#']));
    if read.is_none() {
        section.report("url", format!("must be {URL}"));
    }
    let key = if is_secret_name(&name) {
        let path = section.path.member("secretName").secret(&name);
        let key = secret(&name, lookup).and_then(|text| SigningKey::parse(&text));
        if key.is_none() {
            let advice = "must hold whsec_ and 24 to 64 random bytes in base64 (echo whsec_$(openssl rand -base64 32))";
            section.faults.add(&path, advice);
        }
        key
    } else {
        section.report("secretName", format!("must be {NAME}"));
        None
    };
    needs_store_key(&section, "what waits to be passed on is stored sealed", lookup);
    section.finish();
    Some(Forward { url: read?, key: key? })
}

/// Reports a setting for which something is stored sealed, where there is no key for it.
pub(super) fn needs_store_key(section: &Section<'_>, why: &str, lookup: Lookup<'_>) {
    if lookup("STORE_KEY").is_none() {
        section.faults.add(&section.path, format!("needs the secret STORE_KEY: {why} (openssl rand -base64 48)"));
    }
}

/// The least length of a secret that stands in an address: 24 random bytes in hexadecimal digits are longer.
const HOOK_SECRET_BYTES: usize = 32;

fn hook_secret(name: &'static str, text: String, faults: &Faults) -> Option<Secret> {
    let fits = text.len() >= HOOK_SECRET_BYTES && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
    let read = Secret::new(&text).filter(|_| fits);
    if read.is_none() {
        let advice = "must be at least 32 letters, digits, dashes and underscores, such as openssl rand -hex 24 writes";
        faults.add(&SettingPath::of(name), advice);
    }
    read
}

fn store_key(name: &'static str, text: String, faults: &Faults) -> Option<Secret> {
    let read = Secret::new(&text).filter(|_| text.len() >= StoreKeys::LEAST_BYTES);
    if read.is_none() {
        let advice = "is too short or has white space: use 32 random bytes or more (openssl rand -base64 48)";
        faults.add(&SettingPath::of(name), advice);
    }
    read
}
