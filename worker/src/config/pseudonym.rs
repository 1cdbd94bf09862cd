//! Recipients in logs and records: a keyed digest, since a phone number's plain hash is found again by trying all numbers.

use hmac::{Hmac, Mac};
use maytapi::client::Secret;
use maytapi::message::Recipient;
use sha2::Sha256;

/// Turns recipients and callers into pseudonyms, the same for the same key.
#[derive(Clone)]
pub struct Pseudonyms {
    key: Key,
    keyed: Option<Hmac<Sha256>>,
}

/// What pseudonyms are made with.
pub type Key = [u8; 32];

impl Pseudonyms {
    /// Takes the account's Maytapi key as the digest's key: a secret that is always there. A new key means new pseudonyms.
    #[must_use]
    pub fn new(key: &Secret) -> Self {
        let derived = Hmac::<Sha256>::new_from_slice(key.expose().as_bytes()).map(|mut mac| {
            mac.update(b"maytapi-edge pseudonyms 1");
            mac.finalize().into_bytes().into()
        });
        // HMAC takes keys of every length.
        Pseudonyms::of_key(&derived.unwrap_or_default())
    }

    /// By this very key.
    #[must_use]
    pub fn of_key(key: &Key) -> Self {
        Pseudonyms { key: *key, keyed: Hmac::new_from_slice(key).ok() }
    }

    /// The key, to be stored sealed.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The pseudonym: 16 hexadecimal digits. A number and its user's JID have the same.
    #[must_use]
    pub fn of(&self, recipient: &Recipient) -> String {
        self.of_text("recipient", recipient.phone_number().unwrap_or(recipient.as_str()))
    }

    /// The pseudonym of a caller, by issuer and subject of the token.
    #[must_use]
    pub fn of_caller(&self, identity: &str) -> String {
        self.of_text("caller", identity)
    }

    /// The pseudonym of anything else that is personal, such as an address.
    #[must_use]
    pub fn of_text(&self, what: &'static str, text: &str) -> String {
        let Some(key) = &self.keyed else { return String::new() };
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

/// What [`hex`] wrote.
#[must_use]
pub fn unhex(digits: &str) -> Option<Vec<u8>> {
    let digit = |digit: &u8| char::from(*digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    };
    digits.as_bytes().chunks(2).map(pair).collect()
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
        assert_eq!(unhex("000fa0ff"), Some(vec![0x00, 0x0f, 0xa0, 0xff]));
        assert_eq!((unhex("0"), unhex("0g"), unhex("é")), (None, None, None));
        let account = Pseudonyms::new(&Secret::new("k1").unwrap());
        assert_eq!(Pseudonyms::of_key(account.key()).of_caller("ada"), account.of_text("caller", "ada"));
        assert!(!of("k1", "12025550123").contains("2025550"));
    }

    #[test]
    fn what_is_printed_of_them_tells_nothing_of_the_key() {
        assert_eq!(format!("{:?}", Pseudonyms::new(&Secret::new("canary-key").unwrap())), "Pseudonyms");
    }
}
