//! The settings about delivery: who may follow messages, how long they are kept, and who may post webhooks.

pub mod admission;

use admission::{HookSecrets, Source};
use maytapi::client::Secret;

use super::error::{ConfigError, Lookup, bounded};
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
    })
}

/// The least length of a secret that stands in an address: 24 random bytes in base64.
const HOOK_SECRET_BYTES: usize = 32;

fn hook_secret(name: &str, lookup: Lookup<'_>) -> Result<Option<Secret>, ConfigError> {
    let Some(text) = lookup(name) else { return Ok(None) };
    let fits = text.len() >= HOOK_SECRET_BYTES && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
    let secret = Secret::new(&text).filter(|_| fits);
    let advice = "must be at least 32 letters, digits, dashes and underscores, such as openssl rand -hex 24 writes";
    secret.map(Some).ok_or_else(|| ConfigError::new(name, advice))
}
