//! What is wrong with a configuration, and the checks that all of its parts share.

use std::fmt;

use maytapi::client::is_loopback;
use maytapi::message::HttpUrl;

/// The environment's texts, by name: secrets and plain variables.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What is wrong with the configuration: which field, and what to do. Never a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The variable, secret or path inside `PROXY`.
    pub field: String,
    /// What is wrong with it.
    pub advice: String,
}

impl ConfigError {
    /// A fault of a field, with what to do about it.
    pub fn new(field: impl Into<String>, advice: impl Into<String>) -> Self {
        ConfigError { field: field.into(), advice: advice.into() }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.advice)
    }
}

/// A plain http URL on this machine, as a test gives it.
pub(super) fn loopback_url(text: &str) -> Option<String> {
    let here = |authority: &str| is_loopback(authority) && !authority.contains('@');
    let url = HttpUrl::parse(text).filter(|url| !url.is_https() && here(url.authority()))?;
    Some(url.as_str().to_owned())
}

/// A number within its bounds.
pub(super) fn bounded(
    field: &str,
    given: Option<u32>,
    usual: u32,
    range: std::ops::RangeInclusive<u32>,
) -> Result<u32, ConfigError> {
    let value = given.unwrap_or(usual);
    if range.contains(&value) {
        return Ok(value);
    }
    Err(ConfigError::new(field, format!("must be between {} and {}", range.start(), range.end())))
}
