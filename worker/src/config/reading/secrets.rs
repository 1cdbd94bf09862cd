//! The secrets of the environment, as they were put there: by hand, by a pipe, by a program.

use maytapi::client::Secret;

use crate::config::error::{Faults, SettingPath};

/// The environment's texts, by name: secrets and plain variables.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A secret without the line ends at its end, which `echo` and editors add. The npm package trims them likewise.
pub(super) fn secret(name: &str, lookup: Lookup<'_>) -> Option<String> {
    lookup(name).map(|text| text.trim_end_matches(['\r', '\n']).to_owned())
}

/// A secret, and the one before it, which stays until nothing made with it is in use any more. Alone it is good for nothing: that is a fault.
/// `is_for` ends a sentence.
pub(super) fn rotating<T>(
    names: [&'static str; 2],
    is_for: &str,
    lookup: Lookup<'_>,
    faults: &Faults,
    read: impl Fn(&'static str, String, &Faults) -> Option<T>,
) -> [Option<T>; 2] {
    let texts = names.map(|name| secret(name, lookup));
    if let ([name, previous], [None, Some(_)]) = (names, &texts) {
        faults.add(
            &SettingPath::of(name),
            format!("is missing, though {previous} is there: put the secret {is_for} there"),
        );
    }
    let [current, previous] = texts;
    let [name, previous_name] = names;
    [(name, current), (previous_name, previous)].map(|(name, text)| read(name, text?, faults))
}

/// A secret that goes into a header or a body.
pub(super) fn credential(
    name: &str,
    path: &SettingPath,
    what: &str,
    lookup: Lookup<'_>,
    faults: &Faults,
) -> Option<Secret> {
    let Some(text) = secret(name, lookup) else {
        faults.add(path, format!("is missing: put {what} there, with npx wrangler secret put"));
        return None;
    };
    if text.len() < Secret::SHORTEST {
        faults.add(path, format!("is too short to be {what}: at least {} characters", Secret::SHORTEST));
        return None;
    }
    let read = Secret::new(&text);
    if read.is_none() {
        faults.add(path, format!("can't be {what}: it has white space or signs that no header takes"));
    }
    read
}

/// Whether a setting of an account may name this secret.
pub(super) fn is_secret_name(name: &str) -> bool {
    let fits = name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    !name.is_empty() && fits && !RESERVED.contains(&name)
}

/// Names in the environment that hold something else than what an account's settings name.
const RESERVED: [&str; 13] = [
    "PROXY",
    "UPSTREAM",
    "TOKEN_SECRET",
    "TOKEN_SECRET_PREVIOUS",
    "HOOK_SECRET",
    "HOOK_SECRET_PREVIOUS",
    "STORE_KEY",
    "STORE_KEY_PREVIOUS",
    "TURNSTILE_SECRET",
    "TURNSTILE_URL",
    "PHONES",
    "SHIELD",
    "ANALYTICS",
];
