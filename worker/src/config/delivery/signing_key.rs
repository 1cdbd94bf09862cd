//! Signs what is passed on to the operator's own receiver, as Standard Webhooks prescribe.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// A receiver's signing secret.
#[derive(Clone)]
pub struct SigningKey(Vec<u8>);

/// What the standard asks a secret to have, in bytes.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

impl SigningKey {
    /// Reads a secret as the standard writes it: 24 to 64 bytes in base64, after `whsec_` or bare.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let key = STANDARD.decode(text.strip_prefix("whsec_").unwrap_or(text)).ok()?;
        KEY_BYTES.contains(&key.len()).then_some(SigningKey(key))
    }

    /// The value of `webhook-signature` for the values of `webhook-id` and `webhook-timestamp` and a body.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp_s: i64, body: &str) -> Option<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(format!("{id}.{timestamp_s}.").as_bytes());
        mac.update(body.as_bytes());
        Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_signed_as_the_standard_s_own_example() {
        // The example of the Standard Webhooks' reference implementations.
        let key = SigningKey::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = key.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#).unwrap();
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert!(SigningKey::parse("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").is_some());
        for wrong in ["", "whsec_", "whsec_c2hvcnQ=", "not base64 at all, but long enough to be one"] {
            assert!(SigningKey::parse(wrong).is_none(), "{wrong}");
        }
        assert_eq!(format!("{key:?}"), "SigningKey");
    }
}
