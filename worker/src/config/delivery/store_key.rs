//! The operator's own key, with which what is stored in the clear nowhere else is sealed.

use maytapi::client::Secret;
use sha2::{Digest, Sha256};

/// The keys in use: what seals, and what opened what is there still.
#[derive(Clone, Debug)]
pub struct StoreKeys {
    current: Secret,
    previous: Option<Secret>,
}

impl StoreKeys {
    /// 32 random bytes or more.
    pub const LEAST_BYTES: usize = 32;

    /// Takes the keys in use.
    #[must_use]
    pub fn new(current: Secret, previous: Option<Secret>) -> Self {
        StoreKeys { current, previous }
    }

    /// The one that seals, with its number.
    #[must_use]
    pub fn sealing(&self) -> (u8, &Secret) {
        (number(&self.current), &self.current)
    }

    /// Those that may have sealed something with this number: two have the same once in 256.
    pub fn opening(&self, sealed_by: u8) -> impl Iterator<Item = &Secret> {
        [Some(&self.current), self.previous.as_ref()].into_iter().flatten().filter(move |key| number(key) == sealed_by)
    }
}

/// A byte that tells one key from another, and nothing of the key.
fn number(key: &Secret) -> u8 {
    let mut hash = Sha256::new();
    hash.update(b"maytapi-edge store key\n");
    hash.update(key.expose().as_bytes());
    hash.finalize().first().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_either_key_sealed_is_opened_with_it() {
        let secret = |text: &str| Secret::new(text).unwrap();
        let (old, new) = (secret("old-store-key-0123456789-0123456789"), secret("new-store-key-0123456789-0123456789"));
        let before = StoreKeys::new(old.clone(), None);
        let after = StoreKeys::new(new.clone(), Some(old.clone()));
        let (by_old, by_new) = (before.sealing().0, after.sealing().0);
        assert_ne!(by_old, by_new);
        let opening = |keys: &StoreKeys, by| keys.opening(by).map(|key| key.expose().to_owned()).collect::<Vec<_>>();
        assert_eq!(opening(&after, by_new), [new.expose()]);
        assert_eq!(opening(&after, by_old), [old.expose()]);
        assert_eq!(opening(&before, by_new), Vec::<String>::new());
    }
}
