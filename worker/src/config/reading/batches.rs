//! The settings about batches.

use super::delivery::needs_store_key;
use super::secrets::Lookup;
use super::section::Section;
use crate::config::batches::{BatchPolicy, QuietHours, ZONE};
use crate::config::error::{ConfigError, Faults, SettingPath};
use crate::config::model::Config;
use crate::platform::text::lower_case;

/// Reads what policy allows batches.
pub(super) fn read(mut section: Section<'_>, lookup: Lookup<'_>) -> BatchPolicy {
    const RUNGS: &str = "a list of whole numbers from 1 on, none smaller than the one before";
    const WORDS: &str = "a list of words, of 1 to 32 characters each";
    let rung = |text: &str| {
        text.parse::<u32>().ok().filter(|rung| *rung > 0).ok_or_else(|| format!("is no such number: warmUp is {RUNGS}"))
    };
    let word = |text: &str| {
        let word = lower_case(text.trim());
        let fits = (1..=32).contains(&word.chars().count()) && !word.chars().any(char::is_control);
        Some(word).filter(|_| fits).ok_or_else(|| format!("is no such word: optOut is {WORDS}"))
    };
    let days = section.number("retentionDays", 7, 1..=90);
    let policy = BatchPolicy {
        max_recipients: section.number("maxRecipients", 10_000, 1..=100_000),
        per_minute: section.number("perMinute", 20, 1..=60_000),
        daily_cap: section.whole("dailyCap", "a whole number from 1 on", 1..=u32::MAX),
        jitter: section.fraction("jitter", 0.3, 0.0..=0.9, "a number from 0 to 0.9"),
        share: section.fraction("share", 0.8, 0.1..=1.0, "a number from 0.1 to 1"),
        quiet: section.optional_section("quiet").and_then(quiet),
        warm_up: section.list("warmUp", RUNGS, rung).unwrap_or_default(),
        stop_after_refusals: section.number("stopAfterRefusals", 5, 1..=1000),
        opt_out: section.list("optOut", WORDS, word).unwrap_or_else(|| vec!["stop".to_owned()]),
        retention_ms: i64::from(days).saturating_mul(86_400_000),
    };
    if policy.warm_up.iter().zip(policy.warm_up.iter().skip(1)).any(|(rung, next)| next < rung) {
        section.report("warmUp", format!("must be {RUNGS}"));
    }
    needs_store_key(&section, "what waits to be sent is stored sealed", lookup);
    section.finish();
    policy
}

fn quiet(mut section: Section<'_>) -> Option<QuietHours> {
    const HOUR: &str = "a time of day, such as 21:00";
    let (from, to) = (section.required_text("from", HOUR), section.required_text("to", HOUR));
    let zone = section.required_text("zone", "a time zone by its IANA name, such as Europe/Berlin");
    let hours = QuietHours::parse(&from, &to, &zone);
    if let Err((part, advice)) = hours {
        section.report(part, advice);
    }
    section.finish();
    hours.ok()
}

impl Config {
    /// The configuration, where there is the time zone that it names: the database is the runtime's.
    ///
    /// # Errors
    /// When there is no such zone.
    pub fn with_known_zone(self, is_known: impl Fn(&str) -> bool) -> Result<Self, ConfigError> {
        let faults = Faults::default();
        if self.policy.batches.as_ref().is_some_and(|batches| !is_known(batches.zone())) {
            let quiet = SettingPath::of("PROXY").member("policy").member("batches").member("quiet");
            faults.add(&quiet.member("zone"), ZONE);
        }
        faults.unless_any(self)
    }
}
