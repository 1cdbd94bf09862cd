//! The settings about delivery: who may follow messages, how long they are kept, and who may post webhooks.

pub mod admission;
pub mod signing_key;
pub mod store_key;

use admission::{HookSecrets, Source};
use maytapi::client::Secret;
use maytapi::url::HttpUrl;
use signing_key::SigningKey;
use store_key::StoreKeys;

use super::error::{ConfigError, Lookup, Path, bounded, loopback_url, secret};
use super::schema;

/// Whose messages may be followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Watch {
    /// Nobody's.
    Off,
    /// Those that the caller sent.
    #[default]
    Own,
    /// All of the phone.
    Phone,
}

impl Watch {
    /// By its name in policy and tokens.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [("off", Watch::Off), ("own", Watch::Own), ("phone", Watch::Phone)]
            .into_iter()
            .find_map(|(known, watch)| (known == name).then_some(watch))
    }
}

/// What is kept of delivery, and from whom it is heard.
#[derive(Debug)]
pub struct Delivery {
    /// How long a message is kept after the last news of it, in milliseconds.
    pub retention_ms: i64,
    /// The secrets in the webhook's address; without one there is no such address.
    pub secrets: Option<HookSecrets>,
    /// Where webhooks may come from; `None` for anywhere.
    pub sources: Option<Vec<Source>>,
    /// What seals what is stored of webhooks.
    pub store_keys: Option<StoreKeys>,
}

/// The operator's own receiver of an account's webhooks.
#[derive(Debug)]
pub struct Forward {
    /// Where it is.
    pub url: String,
    /// What signs for it.
    pub key: SigningKey,
}

/// Reads the settings.
pub(super) fn read(written: schema::Delivery, lookup: Lookup<'_>) -> Result<Delivery, ConfigError> {
    let days = bounded("PROXY.delivery.retentionDays", written.retention_days, 30, 1..=90)?;
    let source = |(n, text): (usize, &String)| {
        Source::parse(text).ok_or_else(|| {
            let advice = "must be an IP address, such as 192.0.2.7, or a network of them, such as 192.0.2.0/24";
            ConfigError::new(format!("PROXY.delivery.sources[{n}]"), advice)
        })
    };
    let sources = written.sources.map(|texts| texts.iter().enumerate().map(source).collect()).transpose()?;
    let current = hook_secret("HOOK_SECRET", lookup)?;
    let previous = hook_secret("HOOK_SECRET_PREVIOUS", lookup)?;
    Ok(Delivery {
        retention_ms: i64::from(days).saturating_mul(86_400_000),
        secrets: current.map(|current| HookSecrets::new(current, previous)),
        sources,
        store_keys: store_keys(lookup)?,
    })
}

/// Reads an account's receiver.
pub(super) fn forward(at: &Path, written: schema::Forward, lookup: Lookup<'_>) -> Result<Forward, ConfigError> {
    let url = HttpUrl::parse(&written.url).filter(HttpUrl::is_https).map(|url| url.as_str().to_owned());
    let url = url.or_else(|| loopback_url(&written.url)).filter(|url| !url.contains(['@', '#']));
    let url = url.ok_or_else(|| ConfigError::new(at.setting("url"), "must be the https:// address of a receiver"))?;
    // The secret's name is the account's, so it is for the log.
    let secret_path = Path { whole: written.secret_name.clone(), ..at.setting("secretName") };
    let fault = |advice| ConfigError::new(secret_path.clone(), advice);
    let secret = secret(lookup, &written.secret_name)
        .ok_or_else(|| fault("is missing: a secret that signs what is passed on"))?;
    let key = SigningKey::parse(&secret).ok_or_else(|| {
        fault("must be whsec_ and 24 to 64 random bytes in base64 (echo whsec_$(openssl rand -base64 32))")
    })?;
    if lookup("STORE_KEY").is_none() {
        let advice =
            "needs the secret STORE_KEY: what waits to be passed on is stored sealed (openssl rand -base64 48)";
        return Err(ConfigError::new(at.clone(), advice));
    }
    Ok(Forward { url, key })
}

fn store_keys(lookup: Lookup<'_>) -> Result<Option<StoreKeys>, ConfigError> {
    let key = |name: &'static str| match secret(lookup, name) {
        None => Ok(None),
        Some(text) => {
            let advice = "is no key: use 32 random bytes or more (openssl rand -base64 48)";
            let key = Secret::new(&text).filter(|_| text.len() >= StoreKeys::LEAST_BYTES);
            key.map(Some).ok_or_else(|| ConfigError::new(name, advice))
        }
    };
    let (current, previous) = (key("STORE_KEY")?, key("STORE_KEY_PREVIOUS")?);
    Ok(current.map(|current| StoreKeys::new(current, previous)))
}

/// The least length of a secret that stands in an address: 24 random bytes in base64.
const HOOK_SECRET_BYTES: usize = 32;

fn hook_secret(name: &'static str, lookup: Lookup<'_>) -> Result<Option<Secret>, ConfigError> {
    let Some(text) = secret(lookup, name) else { return Ok(None) };
    let fits = text.len() >= HOOK_SECRET_BYTES && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
    let key = Secret::new(&text).filter(|_| fits);
    let advice = "must be at least 32 letters, digits, dashes and underscores, such as openssl rand -hex 24 writes";
    key.map(Some).ok_or_else(|| ConfigError::new(name, advice))
}
