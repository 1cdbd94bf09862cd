//! Checks a token's signature with its issuer's public keys, fetched when needed and kept per isolate.
//!
//! What is kept are values, never a fetch under way: the runtime lets no request wait for what another one started.

use std::cell::RefCell;
use std::collections::HashMap;

use wasm_bindgen::JsValue;

use crate::jwks::{Algorithm, KeySet, Provider, read};
use crate::problem::{Kind, Problem};
use crate::tasks::{now_ms, wait};
use crate::token::Unverified;
use crate::{auth, glue, runtime};

thread_local! {
    static SETS: RefCell<HashMap<String, KeySet>> = RefCell::default();
}

/// How long an issuer may take to hand its keys over, in milliseconds.
const FETCH_MS: u32 = 5000;

/// Checks the signature.
///
/// # Errors
/// When it is wrong, or no keys can be had to check it with.
pub async fn verify(provider: &Provider, algorithm: Algorithm, token: &Unverified<'_>) -> Result<(), Problem> {
    let mut set = kept(&provider.url);
    let found = set.matching(algorithm, token.key_id.as_deref()).next().is_some();
    if set.wants_fetch(found, now_ms()) {
        set = fetch(&provider.url, set).await;
    }
    if !set.is_usable(now_ms()) {
        let detail = "The keys of the token's issuer can't be fetched at the moment.";
        return Err(Problem::new(Kind::KeysUnavailable, detail).after(5));
    }
    for key in set.matching(algorithm, token.key_id.as_deref()) {
        if wait(glue::verify(&key.jwk, algorithm.as_str(), token.signed, &token.signature)).await.is_true() {
            return Ok(());
        }
    }
    Err(auth::wrong_signature())
}

fn kept(url: &str) -> KeySet {
    SETS.with_borrow(|sets| sets.get(url).cloned().unwrap_or_default())
}

fn keep(url: &str, set: KeySet) {
    SETS.with_borrow_mut(|sets| sets.insert(url.to_owned(), set));
}

/// Fetches the set again; where that fails the old one stays.
async fn fetch(url: &str, old: KeySet) -> KeySet {
    // Written down before the wait, so that requests that come meanwhile don't all ask.
    let asked = KeySet { asked_ms: now_ms(), ..old };
    keep(url, asked.clone());
    let answered = wait(glue::exchange("GET", url, "accept\napplication/json", &JsValue::NULL, FETCH_MS)).await;
    let reply = answered.text().and_then(|text| runtime::reply(&text));
    let keys = reply.filter(|reply| reply.status == 200).and_then(|reply| read(&reply.text));
    match keys.filter(|keys| !keys.is_empty()) {
        Some(keys) => {
            let set = KeySet { keys, fetched_ms: now_ms(), asked_ms: asked.asked_ms };
            keep(url, set.clone());
            set
        }
        None => {
            // Another request may have had more luck.
            let latest = kept(url);
            if latest.fetched_ms > asked.fetched_ms { latest } else { asked }
        }
    }
}
