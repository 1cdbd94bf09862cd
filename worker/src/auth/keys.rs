//! Checks a token's signature with its issuer's public keys, fetched when needed and kept per isolate.
//!
//! What is kept are values, never a fetch under way: the runtime lets no request wait for what another one started. Who needs it polls
//! whether it has come. The fetch outlives a caller who hangs up, since entry.js has the runtime wait for the whole request.

use std::cell::RefCell;
use std::collections::HashMap;

use wasm_bindgen::JsValue;

use super::check::wrong_signature;
use super::jwks::{Key, KeySet, read};
use super::token::Unverified;
use crate::config::token_keys::{Algorithm, Provider};
use crate::http::problem::{Problem, ProblemType};
use crate::platform::crypto;
use crate::platform::exchange::{self, ExchangeError, Question, Response};
use crate::platform::pending::{now_ms, sleep};

thread_local! {
    static SETS: RefCell<HashMap<String, KeySet>> = RefCell::default();
}

/// How long an issuer may take to hand its keys over, in milliseconds.
const FETCH_MS: u32 = 5000;
/// How often a request looks whether another one's fetch has come, in milliseconds.
const LOOK_MS: u32 = 50;

/// Checks the signature.
///
/// # Errors
/// When it is wrong, or no keys can be had to check it with.
pub async fn verify(provider: &Provider, algorithm: Algorithm, token: &Unverified<'_>) -> Result<(), Problem> {
    let found = |set: &KeySet| set.matching(algorithm, token.key_id.as_deref()).next().is_some();
    let set = newest(&provider.url, found).await;
    if !set.is_usable(now_ms()) {
        let detail = "The keys of the token's issuer can't be fetched at the moment.";
        return Err(Problem::new(ProblemType::KeysUnavailable, detail).after(5));
    }
    if is_signed(&set, algorithm, token).await {
        return Ok(());
    }
    // A new key may have come in the place of an old one: under the same id, or where nobody gives any.
    let newer = newest(&provider.url, |_| false).await;
    if newer.fetched_ms > set.fetched_ms && is_signed(&newer, algorithm, token).await {
        return Ok(());
    }
    Err(wrong_signature())
}

async fn is_signed(set: &KeySet, algorithm: Algorithm, token: &Unverified<'_>) -> bool {
    for key in set.matching(algorithm, token.key_id.as_deref()) {
        if crypto::verify(&key.jwk, algorithm.as_str(), token.signed, &token.signature).await {
            return true;
        }
    }
    false
}

/// The set, fetched anew where it should be; where another request is at it, once that has come.
async fn newest(url: &str, found: impl Fn(&KeySet) -> bool) -> KeySet {
    let mut set = kept(url);
    if set.wants_fetch(found(&set), now_ms()) {
        return fetch(url, set).await;
    }
    let until_ms = now_ms().saturating_add(i64::from(FETCH_MS));
    while set.is_awaited(found(&set), now_ms(), FETCH_MS) && now_ms() < until_ms {
        sleep(LOOK_MS).await;
        set = kept(url);
    }
    set
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
    let requested_ms = now_ms();
    keep(url, KeySet { requested_ms, is_fetching: true, ..old });
    let headers = "accept\napplication/json";
    let question = Question { method: "GET", url, headers, body: &JsValue::NULL, timeout_ms: FETCH_MS };
    let set = match keys_of(exchange::text(question).await) {
        Ok(keys) => KeySet { keys, fetched_ms: now_ms(), requested_ms, is_fetching: false },
        Err(reason) => {
            worker::console_log!(r#"{{"event":"keys_not_fetched","reason":"{reason}"}}"#);
            // Another request may have had more luck.
            KeySet { is_fetching: false, ..kept(url) }
        }
    };
    keep(url, set.clone());
    set
}

/// The keys that an issuer answered with, or why there are none, for the log.
fn keys_of(answered: Result<Response<String>, ExchangeError>) -> Result<Vec<Key>, String> {
    match answered {
        Ok(Response { status: 200, body, .. }) => {
            read(&body).filter(|keys| !keys.is_empty()).ok_or_else(|| "no_usable_keys".to_owned())
        }
        Ok(Response { status, .. }) => Err(format!("http_{status}")),
        Err(ExchangeError::Timeout) => Err("timeout".to_owned()),
        Err(ExchangeError::Connection) => Err("connection_failed".to_owned()),
    }
}
