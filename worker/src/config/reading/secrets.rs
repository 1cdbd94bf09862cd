//! The secrets of the environment, as they were put there: by hand, by a pipe, by a program.

use maytapi::client::Secret;

use crate::config::error::{Faults, SettingPath};

/// The environment's texts, by name: secrets and plain variables.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A secret without the line ends at its end, which `echo` and editors add. The npm package trims them likewise.
pub(super) fn secret(name: &str, lookup: Lookup<'_>) -> Option<String> {
    lookup(name).map(|text| text.trim_end_matches(['\r', '\n']).to_owned())
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
