//! Who may post a webhook: whoever knows the secret in the address, from one of the addresses that are listed.

use std::net::IpAddr;

use maytapi::client::Secret;
use sha2::{Digest, Sha256};

/// The secrets of the webhook's address: the one in use, and the one before it while Maytapi still has that.
#[derive(Clone, Debug)]
pub struct HookSecrets {
    current: Secret,
    previous: Option<Secret>,
}

impl HookSecrets {
    /// Takes the secrets in use.
    #[must_use]
    pub fn new(current: Secret, previous: Option<Secret>) -> Self {
        HookSecrets { current, previous }
    }

    /// Whether a path holds one of them. Digests are compared, in a time that does not depend on where they differ.
    #[must_use]
    pub fn admits(&self, given: &str) -> bool {
        let given = Sha256::digest(given.as_bytes());
        let known = |secret: &Secret| {
            let wanted = Sha256::digest(secret.expose().as_bytes());
            wanted.iter().zip(given).fold(0, |differing, (a, b)| differing | (a ^ b)) == 0
        };
        let (current, previous) = (known(&self.current), self.previous.as_ref().is_some_and(known));
        current | previous
    }

    /// The one in use, for the address that Maytapi is told.
    #[must_use]
    pub fn current(&self) -> &Secret {
        &self.current
    }
}

/// Where webhooks may come from: an address, or all that share its first bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    address: IpAddr,
    bits: u8,
}

impl Source {
    /// Reads `192.0.2.7`, `192.0.2.0/24` or the same of IPv6.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Some(most), |bits| bits.parse().ok().filter(|bits| *bits <= most))?;
        Some(Source { address, bits })
    }

    /// Whether this is one of its addresses.
    #[must_use]
    pub fn covers(&self, address: &str) -> bool {
        let covered = |own: u128, given: u128, width: u32| {
            let rest = width.saturating_sub(u32::from(self.bits));
            own.checked_shr(rest).unwrap_or_default() == given.checked_shr(rest).unwrap_or_default()
        };
        match (self.address, address.parse()) {
            (IpAddr::V4(own), Ok(IpAddr::V4(given))) => covered(own.to_bits().into(), given.to_bits().into(), 32),
            (IpAddr::V6(own), Ok(IpAddr::V6(given))) => covered(own.to_bits(), given.to_bits(), 128),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_secrets_are_good_while_they_are_exchanged() {
        let secret = |text: &str| Secret::new(text).unwrap();
        let both = HookSecrets::new(secret("new-secret"), Some(secret("old-secret")));
        let one = HookSecrets::new(secret("new-secret"), None);
        for (given, by_both, by_one) in [
            ("new-secret", true, true),
            ("old-secret", true, false),
            ("new-secre", false, false),
            ("new-secret ", false, false),
            ("", false, false),
        ] {
            assert_eq!((both.admits(given), one.admits(given)), (by_both, by_one), "{given}");
        }
        // As where both were set to the same.
        assert!(HookSecrets::new(secret("new-secret"), Some(secret("new-secret"))).admits("new-secret"));
        assert!((0..4096).all(|n| !both.admits(&format!("other-secret-{n}"))));
        assert_eq!(both.current().expose(), "new-secret");
        assert!(!format!("{both:?}").contains("secret\""));
    }

    #[test]
    fn an_address_is_covered_by_itself_and_by_its_network() {
        for (source, address, wanted) in [
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("192.0.2.0/24", "192.0.2.255", true),
            ("192.0.2.0/24", "192.0.3.0", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "::1", false),
            ("2001:db8::/32", "2001:db8:1::9", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::/0", "2001:db9::1", true),
            ("2001:db8::1", "2001:db8::1", true),
            ("192.0.2.7", "", false),
            ("192.0.2.7", "192.0.2.7, 203.0.113.9", false),
        ] {
            assert_eq!(Source::parse(source).unwrap().covers(address), wanted, "{source} {address}");
        }
        for text in ["", "192.0.2", "192.0.2.7/33", "::1/129", "192.0.2.7/", "example.com", "192.0.2.7/-1"] {
            assert_eq!(Source::parse(text), None, "{text}");
        }
    }
}
