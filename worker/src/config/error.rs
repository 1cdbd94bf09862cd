//! What is wrong with a configuration: every fault, each with what is wanted, and which part of that may be told to anyone.

use std::cell::RefCell;
use std::fmt;

/// Everything that is wrong with a configuration; never empty. Its text is for the operator's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError(Vec<ConfigFault>);

/// One thing that is wrong: which setting, and what is wanted there. Never a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFault {
    /// The variable, secret or path inside `PROXY`, as the operator wrote it.
    pub field: String,
    /// The setting's fixed name, for anybody: with `*` for an account's name, and without what the operator called things.
    pub setting: String,
    /// What is wrong with it, and what is wanted.
    pub advice: String,
}

impl ConfigError {
    /// Each of the faults, in the order of reading.
    #[must_use]
    pub fn faults(&self) -> &[ConfigFault] {
        &self.0
    }

    /// What anybody may learn: which settings are at fault, by their fixed names.
    #[must_use]
    pub fn in_public(&self) -> String {
        let mut settings: Vec<&str> = Vec::new();
        for fault in &self.0 {
            if !settings.contains(&fault.setting.as_str()) {
                settings.push(&fault.setting);
            }
        }
        let have = if settings.len() == 1 { "has a fault" } else { "have faults" };
        format!("{} {have}; the proxy's log says what is wanted.", settings.join(", "))
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, fault) in self.0.iter().enumerate() {
            write!(f, "{}{fault}", if n == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

impl fmt::Display for ConfigFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}.", self.field, self.advice.trim_end_matches('.'))
    }
}

/// Collects faults while a configuration is read.
#[derive(Debug, Default)]
pub(in crate::config) struct Faults(RefCell<Vec<ConfigFault>>);

/// More than anybody mends at once; a hostile text must not fill the memory with sentences about itself.
const MOST: usize = 100;

impl Faults {
    /// Adds one. The first fault of a setting is the one to mend; a second would only follow from it.
    pub fn add(&self, path: &SettingPath, advice: impl Into<String>) {
        if self.is_full() {
            return;
        }
        let mut faults = self.0.borrow_mut();
        if faults.iter().all(|fault| fault.field != path.field) {
            let SettingPath { field, setting } = path.clone();
            faults.push(ConfigFault { field, setting, advice: advice.into() });
        }
    }

    /// Whether a further fault would not be kept.
    pub fn is_full(&self) -> bool {
        self.0.borrow().len() >= MOST
    }

    /// What was read, where nothing is wrong.
    pub fn unless_any<T>(self, read: T) -> Result<T, ConfigError> {
        let faults = self.0.into_inner();
        if faults.is_empty() { Ok(read) } else { Err(ConfigError(faults)) }
    }
}

/// Where a setting stands: as the operator finds it, and as anybody may know it.
#[derive(Clone, Debug)]
pub(in crate::config) struct SettingPath {
    field: String,
    setting: String,
}

impl SettingPath {
    /// A variable or secret of this fixed name.
    pub fn of(name: &'static str) -> Self {
        SettingPath { field: name.to_owned(), setting: name.to_owned() }
    }

    /// A setting of this fixed name.
    pub fn member(&self, name: &'static str) -> Self {
        SettingPath { field: format!("{}.{name}", self.field), setting: format!("{}.{name}", self.setting) }
    }

    /// What the operator gave a name: an account, or what is no setting at all.
    pub fn named(&self, name: &str) -> Self {
        SettingPath { field: format!("{}.{}", self.field, cut(name)), setting: format!("{}.*", self.setting) }
    }

    /// One of a list.
    pub fn item(&self, n: usize) -> Self {
        SettingPath { field: format!("{}[{n}]", self.field), setting: format!("{}[{n}]", self.setting) }
    }

    /// The secret that this setting names.
    pub fn secret(&self, name: &str) -> Self {
        SettingPath { field: cut(name), setting: self.setting.clone() }
    }
}

/// The start of a name that the operator chose.
fn cut(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(64).collect()
}
