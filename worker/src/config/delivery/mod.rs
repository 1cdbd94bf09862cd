//! The settings about delivery: who may follow messages, how long they are kept, and who may post webhooks.

pub mod admission;
pub mod signing_key;
pub mod store_key;

use maytapi::named_enum;

use admission::{HookSecrets, Source};
use signing_key::SigningKey;
use store_key::StoreKeys;

named_enum! {
    /// Whose messages may be followed, as policy and tokens name it.
    #[derive(Default, PartialOrd, Ord)]
    pub enum Watch {
        /// Nobody's.
        Off = "off",
        /// Those that the caller sent.
        #[default]
        Own = "own",
        /// All of the phone.
        Phone = "phone",
    }
}

/// What is kept of delivery, and from whom it is heard.
#[derive(Debug)]
pub struct Delivery {
    /// How long a message is kept after the last news of it, in milliseconds.
    pub retention_ms: i64,
    /// The secrets in the webhook's address; without one there is no such address.
    pub secrets: Option<HookSecrets>,
    /// Where webhooks may come from; `None` for anywhere.
    pub sources: Option<Vec<Source>>,
    /// What seals what is stored of webhooks.
    pub store_keys: Option<StoreKeys>,
}

/// The operator's own receiver of an account's webhooks.
#[derive(Debug)]
pub struct Forward {
    /// Where it is.
    pub url: String,
    /// What signs for it.
    pub key: SigningKey,
}
