//! The pseudonyms that an object stores: by a random key of its own, which it keeps sealed with the operator's, so that rows stay known when
//! Maytapi's key is exchanged. Without such a key, by the account's.

use std::rc::Rc;

use super::object::Object;
use super::sealed::{self, Purpose};
use super::store::StorageFailed;
use crate::config::Config;
use crate::config::delivery::store_key::StoreKeys;
use crate::config::pseudonym::{Key, Pseudonyms, hex, unhex};
use crate::platform::crypto;

/// The pseudonyms of a phone's object: of recipients ([`Pseudonyms::of`]) and callers ([`Pseudonyms::of_caller`]).
///
/// # Errors
/// When the storage or the runtime failed, or the phone's account isn't configured.
pub async fn of(object: &Object, config: &Config, phone: &str) -> Result<Rc<Pseudonyms>, StorageFailed> {
    if let Some(known) = object.pseudonyms.get() {
        return Ok(Rc::clone(known));
    }
    let account = phone.split_once('/').and_then(|(account, _)| config.account(account)).ok_or(StorageFailed)?;
    let pseudonyms = match &config.delivery.store_keys {
        Some(keys) => Pseudonyms::of_key(&key(object, keys, phone, &account.pseudonyms).await?),
        None => account.pseudonyms.clone(),
    };
    // Another that waited may have been here before.
    Ok(Rc::clone(object.pseudonyms.get_or_init(|| Rc::new(pseudonyms))))
}

/// The object's own key, made where there is none.
async fn key(object: &Object, keys: &StoreKeys, phone: &str, used: &Pseudonyms) -> Result<Key, StorageFailed> {
    let stored = object.store.pseudonym_key()?;
    if let Some(stored) = &stored {
        if let Some(key) = sealed::open(keys, purpose(phone), stored).await.as_deref().and_then(read) {
            if stored.first() != Some(&keys.sealing().0) {
                // The operator's key was exchanged, and the one before it will be taken away.
                object.store.set_pseudonym_key(&seal(keys, phone, &key).await?, Some(stored))?;
            }
            return Ok(key);
        }
        worker::console_log!(r#"{{"event":"pseudonym_key_lost"}}"#);
    }
    // What is stored already is by the account's key, and stays known.
    let key = if stored.is_none() && object.store.has_rows()? { *used.key() } else { crypto::random() };
    let sealed = seal(keys, phone, &key).await?;
    if object.store.set_pseudonym_key(&sealed, stored.as_deref())? {
        return Ok(key);
    }
    // Another one was here first.
    let stored = object.store.pseudonym_key()?.ok_or(StorageFailed)?;
    sealed::open(keys, purpose(phone), &stored).await.as_deref().and_then(read).ok_or(StorageFailed)
}

async fn seal(keys: &StoreKeys, phone: &str, key: &Key) -> Result<Vec<u8>, StorageFailed> {
    sealed::seal(keys, purpose(phone), &hex(key)).await.ok_or(StorageFailed)
}

fn read(text: &str) -> Option<Key> {
    unhex(text)?.try_into().ok()
}

fn purpose(phone: &str) -> Purpose<'_> {
    Purpose { phone, table: "meta", row: "pseudonyms" }
}
