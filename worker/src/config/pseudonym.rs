//! Recipients in logs and records: a keyed digest, since a phone number's plain hash is found again by trying all numbers.

use hmac::{Hmac, Mac};
use maytapi::client::Secret;
use maytapi::message::Recipient;
use sha2::Sha256;

/// Turns recipients into pseudonyms, the same for the same account and key.
#[derive(Clone)]
pub struct Pseudonyms(Option<Hmac<Sha256>>);

impl Pseudonyms {
    /// Takes the account's Maytapi key as the digest's key: a secret that is always there. A new key means new pseudonyms.
    #[must_use]
    pub fn new(key: &Secret) -> Self {
        let mut derived = Hmac::<Sha256>::new_from_slice(key.expose().as_bytes()).ok();
        if let Some(mac) = &mut derived {
            mac.update(b"maytapi-edge pseudonyms 1");
        }
        let key = derived.map(|mac| mac.finalize().into_bytes());
        Pseudonyms(key.and_then(|key| Hmac::new_from_slice(&key).ok()))
    }

    /// The pseudonym: 16 hexadecimal digits. A number and its user's JID have the same.
    #[must_use]
    pub fn of(&self, recipient: &Recipient) -> String {
        self.of_text("recipient", recipient.phone_number().unwrap_or(recipient.as_str()))
    }

    /// The pseudonym of anything else that is personal, such as a token's subject.
    #[must_use]
    pub fn of_text(&self, what: &'static str, text: &str) -> String {
        let Some(key) = &self.0 else { return String::new() };
        let mut mac = key.clone();
        mac.update(what.as_bytes());
        mac.update(b":");
        mac.update(text.as_bytes());
        hex(mac.finalize().into_bytes().get(..8).unwrap_or_default())
    }
}

impl std::fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pseudonyms")
    }
}

/// Bytes in hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_follows_the_person_and_the_key() {
        let of = |key: &str, to: &str| Pseudonyms::new(&Secret::new(key).unwrap()).of(&Recipient::parse(to).unwrap());
        assert_eq!(of("k1", "12025550123"), of("k1", "+1 202-555-0123"));
        assert_eq!(of("k1", "12025550123"), of("k1", "12025550123@c.us"));
        assert_ne!(of("k1", "12025550123"), of("k1", "12025550124"));
        assert_ne!(of("k1", "12025550123"), of("k2", "12025550123"));
        assert_eq!(of("k1", "12025550123").len(), 16);
        assert_eq!(hex(&[0x00, 0x0f, 0xa0, 0xff]), "000fa0ff");
        assert!(!of("k1", "12025550123").contains("2025550"));
    }

    #[test]
    fn what_is_printed_of_them_tells_nothing_of_the_key() {
        assert_eq!(format!("{:?}", Pseudonyms::new(&Secret::new("canary-key").unwrap())), "Pseudonyms");
    }
}
