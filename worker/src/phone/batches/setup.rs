//! What of the configuration a batch needs, and what is sealed with its key.

use maytapi::client::PhoneId;

use super::content::BatchContent;
use super::model::Batch;
use crate::config::delivery::store_key::StoreKeys;
use crate::config::{Account, BatchPolicy, Config};
use crate::phone::sealed::{self, Purpose};

/// What of the configuration a batch needs.
#[derive(Clone, Copy, Debug)]
pub struct Setup<'c> {
    /// All of it.
    pub config: &'c Config,
    /// What policy allows batches.
    pub policy: &'c BatchPolicy,
    /// What seals.
    pub keys: &'c StoreKeys,
    /// The account.
    pub account: &'c Account,
    /// The phone.
    pub phone: &'c PhoneId,
    /// Whether account or phone are switched off.
    pub is_paused: bool,
    /// The object's name: account and phone.
    pub name: &'c str,
}

impl<'c> Setup<'c> {
    /// Of the object of this name; nothing where the phone isn't configured, or batches aren't.
    pub fn of(config: &'c Config, name: &'c str) -> Option<Self> {
        let (account, phone) = name.split_once('/')?;
        let account = config.account(account)?;
        let (phone, is_paused) = account.phone(phone)?;
        let (policy, keys) = (config.policy.batches.as_ref()?, config.delivery.store_keys.as_ref()?);
        Some(Setup { config, policy, keys, account, phone, is_paused, name })
    }

    /// Seals what the batch's messages are made of.
    pub async fn seal_content(&self, id: &str, content: &BatchContent) -> Option<Vec<u8>> {
        sealed::seal(self.keys, self.purpose("batches", id), &content.text()).await
    }

    /// Opens what the batch's messages are made of.
    pub async fn open_content(&self, batch: &Batch, sealed: &[u8]) -> Option<BatchContent> {
        let text = sealed::open(self.keys, self.purpose("batches", &batch.id), sealed).await?;
        BatchContent::parse(&text)
    }

    /// Seals rows.
    pub async fn seal_rows(&self, id: &str, first_row: i64, text: &str) -> Option<Vec<u8>> {
        sealed::seal(self.keys, self.purpose("segments", &format!("{id}/{first_row}")), text).await
    }

    /// Opens rows.
    pub async fn open_rows(&self, batch: &Batch, first_row: i64, sealed: &[u8]) -> Option<String> {
        sealed::open(self.keys, self.purpose("segments", &format!("{}/{first_row}", batch.id)), sealed).await
    }

    fn purpose<'p>(&self, table: &'static str, row: &'p str) -> Purpose<'p>
    where
        'c: 'p,
    {
        Purpose { phone: self.name, table, row }
    }
}
