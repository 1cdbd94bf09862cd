//! Public keys of others: which of a JWKS may check a token, and when the set is fetched again. No fetching here.

use maytapi::json::Json;

use crate::config::token_keys::Algorithm;

/// A key of a JWKS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its id.
    pub id: Option<String>,
    /// What it may check.
    pub algorithm: Algorithm,
    /// The public members of the JWK, as JSON, for WebCrypto.
    pub jwk: String,
}

/// A set of keys as it was fetched.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    /// The keys.
    pub keys: Vec<Key>,
    /// When they came, in milliseconds since 1970; 0 when never.
    pub fetched_ms: i64,
    /// When they were last asked for.
    pub requested_ms: i64,
    /// Whether that has no answer yet.
    pub is_fetching: bool,
}

/// How long a set is taken without being fetched again.
const REFRESH_AFTER_MS: i64 = 3_600_000;
/// How long a set is taken when it can't be fetched again.
const MOST_AGE_MS: i64 = 86_400_000;
/// The least time between two fetches because of a key that isn't there or did not sign: anybody can send such a token.
const UNKNOWN_GAP_MS: i64 = 30_000;
/// The least time between two fetches while there is no set at all.
const EMPTY_GAP_MS: i64 = 1000;
/// More keys than any issuer has.
const MAX_KEYS: usize = 50;

impl KeySet {
    /// Whether the set should be fetched before it is used. `found` says whether it has the key that is wanted.
    #[must_use]
    pub fn wants_fetch(&self, found: bool, now_ms: i64) -> bool {
        let asked = now_ms.saturating_sub(self.requested_ms);
        let age = now_ms.saturating_sub(self.fetched_ms);
        match (self.fetched_ms > 0, found) {
            (false, _) => asked >= EMPTY_GAP_MS,
            (true, true) => age >= REFRESH_AFTER_MS && asked >= UNKNOWN_GAP_MS,
            (true, false) => asked >= UNKNOWN_GAP_MS,
        }
    }

    /// Whether another request is fetching what this one lacks. It may have been given up in the middle, so that is not waited for longer
    /// than a fetch may take.
    #[must_use]
    pub fn is_awaited(&self, found: bool, now_ms: i64, fetch_ms: u32) -> bool {
        self.is_fetching
            && !(found && self.is_usable(now_ms))
            && now_ms.saturating_sub(self.requested_ms) < i64::from(fetch_ms)
    }

    /// Whether the set is still good enough.
    #[must_use]
    pub fn is_usable(&self, now_ms: i64) -> bool {
        self.fetched_ms > 0 && now_ms.saturating_sub(self.fetched_ms) < MOST_AGE_MS
    }

    /// The keys that may have signed a token with this header.
    pub fn matching<'a>(&'a self, algorithm: Algorithm, id: Option<&'a str>) -> impl Iterator<Item = &'a Key> {
        // A token without `kid` is tried with every key of its algorithm; there are few.
        self.keys.iter().filter(move |key| {
            key.algorithm == algorithm && (id.is_none() || key.id.is_none() || key.id.as_deref() == id)
        })
    }
}

/// Reads a JWKS and keeps what may check signatures: public keys of a kind and size that are accepted. `None` when it is none.
#[must_use]
pub fn read(text: &str) -> Option<Vec<Key>> {
    let json: Json = serde_json::from_str(text).ok()?;
    match json.get("keys") {
        Some(Json::Array(keys)) => Some(keys.iter().take(MAX_KEYS).filter_map(key).collect()),
        _ => None,
    }
}

fn key(jwk: &Json) -> Option<Key> {
    let text = |name: &str| jwk.get(name).and_then(Json::as_str);
    let (algorithm, members): (_, &[&str]) = match (text("kty")?, text("crv")) {
        ("RSA", _) => (Algorithm::Rs256, &["kty", "n", "e"]),
        ("EC", Some("P-256")) => (Algorithm::Es256, &["kty", "crv", "x", "y"]),
        ("OKP", Some("Ed25519")) => (Algorithm::EdDsa, &["kty", "crv", "x"]),
        _ => return None,
    };
    // 2048 bits are 256 bytes, which are 342 digits of base64url.
    let too_short = algorithm == Algorithm::Rs256 && text("n")?.len() < 342;
    let other_use = text("use").is_some_and(|purpose| purpose != "sig");
    let other_algorithm = text("alg").is_some_and(|name| name != algorithm.as_str());
    if too_short || other_use || other_algorithm {
        return None;
    }
    let members = members.iter().map(|name| Some(((*name).to_owned(), Json::String(text(name)?.to_owned()))));
    let public = Json::Object(members.collect::<Option<_>>()?);
    Some(Key { id: text("kid").map(str::to_owned), algorithm, jwk: serde_json::to_string(&public).ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set() -> String {
        let n = "A".repeat(342);
        format!(
            r#"{{"keys":[
                {{"kty":"RSA","kid":"r","n":"{n}","e":"AQAB","use":"sig","alg":"RS256","d":"canary-private"}},
                {{"kty":"RSA","kid":"short","n":"AAAA","e":"AQAB"}},
                {{"kty":"RSA","kid":"enc","n":"{n}","e":"AQAB","use":"enc"}},
                {{"kty":"RSA","kid":"ps","n":"{n}","e":"AQAB","alg":"PS256"}},
                {{"kty":"EC","kid":"e","crv":"P-256","x":"AA","y":"AA"}},
                {{"kty":"EC","kid":"p384","crv":"P-384","x":"AA","y":"AA"}},
                {{"kty":"OKP","kid":"o","crv":"Ed25519","x":"AA"}},
                {{"kty":"OKP","kid":"x","crv":"X25519","x":"AA"}},
                {{"kty":"oct","kid":"s","k":"AAAA"}},
                {{"kid":"none"}}, 7, null
            ]}}"#
        )
    }

    #[test]
    fn only_keys_of_accepted_kinds_are_kept_and_only_their_public_part() {
        let keys = read(&set()).unwrap();
        let ids: Vec<_> = keys.iter().map(|key| (key.id.as_deref().unwrap(), key.algorithm)).collect();
        assert_eq!(ids, [("r", Algorithm::Rs256), ("e", Algorithm::Es256), ("o", Algorithm::EdDsa)]);
        assert!(keys.iter().all(|key| !key.jwk.contains("canary")));
        assert_eq!(keys[2].jwk, r#"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#);
        for text in ["", "[]", "{}", r#"{"keys":{}}"#, "<html>"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_key_checks_only_its_own_algorithm() {
        let set = KeySet { keys: read(&set()).unwrap(), ..KeySet::default() };
        let ids = |algorithm, id| set.matching(algorithm, id).filter_map(|key| key.id.as_deref()).collect::<Vec<_>>();
        assert_eq!(ids(Algorithm::Rs256, Some("r")), ["r"]);
        assert_eq!(ids(Algorithm::Es256, Some("r")), [""; 0]);
        assert_eq!(ids(Algorithm::EdDsa, None), ["o"]);
        assert_eq!(ids(Algorithm::EdDsa, Some("unknown")), [""; 0]);
    }

    #[test]
    fn the_set_is_fetched_seldom_and_kept_when_it_can_not_be() {
        let now = 10_000_000;
        let fetched =
            |age: i64, asked: i64| KeySet { fetched_ms: now - age, requested_ms: now - asked, ..KeySet::default() };
        let never = |asked: i64| KeySet { requested_ms: now - asked, ..KeySet::default() };
        for (set, found, wanted) in [
            (never(now), false, true),
            (never(500), false, false),
            (never(1000), false, true),
            (fetched(10, 10), true, false),
            (fetched(10, 10), false, false),
            (fetched(40_000, 40_000), false, true),
            (fetched(40_000, 10_000), false, false),
            (fetched(REFRESH_AFTER_MS - 1, REFRESH_AFTER_MS - 1), true, false),
            (fetched(REFRESH_AFTER_MS, REFRESH_AFTER_MS), true, true),
            (fetched(REFRESH_AFTER_MS, 10_000), true, false),
        ] {
            assert_eq!(set.wants_fetch(found, now), wanted, "{set:?} {found}");
        }
        let day = now + MOST_AGE_MS;
        let set = KeySet { fetched_ms: now, requested_ms: day, ..KeySet::default() };
        assert!(set.is_usable(day - 1) && !set.is_usable(day));
        // What was never fetched is not good enough whatever the clock says.
        assert!(!KeySet::default().is_usable(day) && !KeySet::default().is_usable(1));
    }

    #[test]
    fn a_fetch_of_another_request_is_waited_for_where_nothing_can_be_checked_without_it() {
        let now = 10_000_000;
        let set = |fetched_ms, requested_ms, is_fetching| KeySet {
            fetched_ms,
            requested_ms,
            is_fetching,
            ..KeySet::default()
        };
        for (set, found, wanted) in [
            (set(0, now, true), false, true),
            (set(0, now - 4999, true), false, true),
            (set(0, now - 5000, true), false, false),
            (set(0, now, false), false, false),
            (set(now - 9, now, true), false, true),
            (set(now - 9, now, true), true, false),
            (set(now - MOST_AGE_MS, now, true), true, true),
        ] {
            assert_eq!(set.is_awaited(found, now, 5000), wanted, "{set:?} {found}");
        }
    }
}
