//! What is wrong with a configuration, and the checks that all of its parts share.

use std::fmt;

use maytapi::client::is_loopback;
use maytapi::message::HttpUrl;

/// The environment's texts, by name: secrets and plain variables.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Where a setting stands. What people named themselves, as accounts, is for the log only; what they wrote by mistake too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    /// With all names.
    pub whole: String,
    /// With `*` in the place of names that aren't the configuration's own.
    pub public: String,
}

/// What is wrong with the configuration: which field, and what to do. Never a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The variable, secret or path inside `PROXY`.
    pub field: String,
    /// The same as anyone may know it.
    pub public_field: String,
    /// What is wrong with it.
    pub advice: String,
}

impl ConfigError {
    /// A fault of a field, with what to do about it.
    pub fn new(field: impl Into<Path>, advice: impl Into<String>) -> Self {
        let Path { whole, public } = field.into();
        ConfigError { field: whole, public_field: public, advice: advice.into() }
    }
}

impl Path {
    /// A setting of the configuration's own, under this one.
    #[must_use]
    pub fn setting(&self, name: &str) -> Self {
        Path { whole: joined(&self.whole, name), public: joined(&self.public, name) }
    }

    /// Something that people named, under this one.
    #[must_use]
    pub fn named(&self, name: &str) -> Self {
        Path { whole: joined(&self.whole, name), public: joined(&self.public, "*") }
    }

    /// An item of a list.
    #[must_use]
    pub fn item(&self, n: usize) -> Self {
        Path { whole: format!("{}[{n}]", self.whole), public: format!("{}[{n}]", self.public) }
    }
}

fn joined(path: &str, name: &str) -> String {
    match (path.is_empty(), name.is_empty()) {
        (true, _) => name.to_owned(),
        (_, true) => path.to_owned(),
        _ => format!("{path}.{name}"),
    }
}

impl<T: Into<String>> From<T> for Path {
    fn from(name: T) -> Self {
        let whole = name.into();
        Path { public: whole.clone(), whole }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.advice)
    }
}

/// A secret, without the line ends that come along when it is piped in.
pub(super) fn secret(lookup: Lookup<'_>, name: &str) -> Option<String> {
    lookup(name).map(|text| text.trim_end_matches(['\r', '\n']).to_owned())
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
