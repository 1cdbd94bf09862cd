//! What tokens are checked with: shared secrets, issuers whose keys are public, and what their claims have to say.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use maytapi::named_enum;
use sha2::Sha256;

/// `{"alg":"HS256","typ":"JWT"}`, the header of most tokens, which so need not be read anew each time.
pub(crate) const USUAL_HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

/// Shared secrets for HS256, the current one first.
#[derive(Clone)]
pub struct Hs256(Vec<Hmac<Sha256>>);

/// What a token's claims must say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// What `aud` must be or hold.
    pub audience: String,
    /// What `iss` must be, where it matters.
    pub issuer: Option<String>,
    /// How long a token may live, in seconds.
    pub max_lifetime_s: u32,
    /// How far the clocks may differ, in seconds.
    pub leeway_s: u32,
}

named_enum! {
    /// Signatures that are accepted from others, as a token's header names them.
    pub enum Algorithm {
        /// RSA PKCS #1 v1.5 with SHA-256.
        Rs256 = "RS256",
        /// ECDSA over P-256 with SHA-256.
        Es256 = "ES256",
        /// Ed25519.
        EdDsa = "EdDSA",
    }
}

/// An issuer of tokens whose keys are public.
#[derive(Clone, Debug)]
pub struct Provider {
    /// Where its keys are.
    pub url: String,
    /// What it signs with.
    pub algorithms: Vec<Algorithm>,
    /// What its tokens must say.
    pub rules: Rules,
}

impl Hs256 {
    /// The least length of a secret, in bytes: that of the digest.
    pub const LEAST_BYTES: usize = 32;

    /// Takes the secrets, of at least [`Self::LEAST_BYTES`] each.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a [u8]>) -> Self {
        // HMAC takes keys of any length, so none is lost here.
        Hs256(secrets.into_iter().filter_map(|secret| Hmac::new_from_slice(secret).ok()).collect())
    }

    /// Signs a token with the current secret.
    #[must_use]
    pub fn sign(&self, claims: &serde_json::Value) -> Option<String> {
        let mut mac = self.0.first()?.clone();
        let signed = format!("{USUAL_HEADER}.{}", URL_SAFE_NO_PAD.encode(serde_json::to_string(claims).ok()?));
        mac.update(signed.as_bytes());
        Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())))
    }

    /// Whether one of the secrets made the signature. Compares in constant time, and always tries all of them.
    #[must_use]
    pub fn verify(&self, signed: &str, signature: &[u8]) -> bool {
        let mut good = false;
        for key in &self.0 {
            let mut mac = key.clone();
            mac.update(signed.as_bytes());
            good |= mac.verify_slice(signature).is_ok();
        }
        good
    }
}

impl std::fmt::Debug for Hs256 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hs256({} secrets)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_of_the_secrets_tells_only_how_many_there_are() {
        let keys = Hs256::new([b"canary-one".as_slice(), b"canary-two".as_slice()]);
        assert_eq!(format!("{keys:?}"), "Hs256(2 secrets)");
    }
}
