//! The settings about Maytapi accounts: product, key, phones.

use maytapi::client::{Endpoint, PhoneId, is_product_id};

use super::delivery;
use super::secrets::{Lookup, credential, is_secret_name};
use super::section::Section;
use crate::config::error::{Faults, SettingPath};
use crate::config::model::Account;
use crate::config::pseudonym::Pseudonyms;

/// Reads the accounts, of which there must be one at least. One that can't be used is `None`.
pub(super) fn read(section: Section<'_>, lookup: Lookup<'_>, upstream: Option<&str>) -> Vec<Option<Account>> {
    let written = section.accounts(WANTED);
    written.into_iter().map(|(name, section)| account(name, section, lookup, upstream)).collect()
}

/// What `accounts` is.
pub(super) const WANTED: &str = "an object with at least one Maytapi account, by a name of yours";

fn account(name: String, mut section: Section<'_>, lookup: Lookup<'_>, upstream: Option<&str>) -> Option<Account> {
    if !is_account_name(&name) {
        section
            .faults
            .add(&section.path, "has a name that no path can have: use 1 to 32 lower-case letters, digits and dashes");
    }
    let product_id = section.required_text("productId", "the account's product id, from Maytapi's console");
    if product_id == PLACEHOLDER {
        section.report("productId", format!("still says {PLACEHOLDER}: give the one from Maytapi's console"));
    } else if !is_product_id(&product_id) {
        section.report("productId", "must be the account's product id, from Maytapi's console: a UUID");
    }
    let key_secret = section.required_text("keySecret", KEY_SECRET);
    let key = if key_secret.is_empty() {
        None
    } else if !is_secret_name(&key_secret) {
        section.report("keySecret", format!("must be {KEY_SECRET}; the key itself does not belong here"));
        None
    } else {
        let path = section.path.member("keySecret").secret(&key_secret);
        credential(&key_secret, &path, "the account's Maytapi key", lookup, section.faults)
    };
    let phones = phones(&mut section);
    let forward = section.optional_section("forward").and_then(|section| delivery::forward(section, lookup));
    section.finish();

    let key = key?;
    let pseudonyms = Pseudonyms::new(&key);
    let endpoint = Endpoint::maytapi(&product_id, key, upstream).ok()?;
    Some(Account { name, product_id, endpoint, pseudonyms, forward, phones })
}

fn phones(section: &mut Section<'_>) -> Vec<(PhoneId, bool)> {
    const WANTED: &str = "a list of phone ids from Maytapi's console, such as 1150";
    let phone = |text: &str| {
        PhoneId::parse(text).ok_or_else(|| format!("is no phone id of 1 to 12 digits: phones is {WANTED}"))
    };
    let (ids, all_paused) = (section.required_list("phones", WANTED, phone), section.flag("paused", false));
    let known = |text: &str| {
        let phone = PhoneId::parse(text).filter(|phone| ids.contains(phone));
        phone.ok_or_else(|| "is none of the account's phones".to_owned())
    };
    let paused =
        section.list("pausedPhones", "a list of phone ids that stand in phones too", known).unwrap_or_default();
    repeated(&ids, &section.path.member("phones"), section.faults);
    let switched_off = |phone: &PhoneId| all_paused || paused.contains(phone);
    ids.into_iter().map(|phone| (phone.clone(), switched_off(&phone))).collect()
}

fn repeated(ids: &[PhoneId], path: &SettingPath, faults: &Faults) {
    for (n, id) in ids.iter().enumerate() {
        if ids.iter().take(n).any(|other| other == id) {
            faults.add(&path.item(n), "stands there twice");
        }
    }
}

/// What the deployment's template says until somebody puts theirs there.
const PLACEHOLDER: &str = "your-product-id";

const KEY_SECRET: &str = "the name of a secret in capitals, such as MAYTAPI_KEY";

fn is_account_name(name: &str) -> bool {
    let fits = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    (1..=32).contains(&name.len()) && fits
}
