//! Texts that are stored sealed: AES-256-GCM with a key made of the operator's by HKDF, for one phone and one purpose.
//!
//! A sealed text is the sealing key's number, 12 random bytes, and what AES-GCM gives. The additional data are the row's own name, so that a
//! row can't be put into another's place.

use crate::config::delivery::store_key::StoreKeys;
use crate::platform::crypto;

/// What a text is sealed for.
#[derive(Clone, Copy, Debug)]
pub struct Purpose<'p> {
    /// The object's name, account and phone.
    pub phone: &'p str,
    /// The table.
    pub table: &'static str,
    /// The row.
    pub row: &'p str,
}

impl Purpose<'_> {
    fn info(&self) -> String {
        format!("maytapi-edge sealed 1\n{}\n{}", self.phone, self.table)
    }
}

/// Seals a text; nothing where the runtime fails.
pub async fn seal(keys: &StoreKeys, purpose: Purpose<'_>, text: &str) -> Option<Vec<u8>> {
    let (number, key) = keys.sealing();
    let sealed = crypto::seal(key.expose(), &purpose.info(), purpose.row, text).await?;
    Some([vec![number], sealed].concat())
}

/// Opens a sealed text; nothing where no key does.
pub async fn open(keys: &StoreKeys, purpose: Purpose<'_>, sealed: &[u8]) -> Option<String> {
    let (number, sealed) = sealed.split_first()?;
    for key in keys.opening(*number) {
        if let Some(text) = crypto::open(key.expose(), &purpose.info(), purpose.row, sealed).await {
            return Some(text);
        }
    }
    None
}
