//! A checked configuration: what the proxy's settings come to.

use maytapi::client::{Endpoint, PhoneId, Secret};
use maytapi::message::Recipient;
use maytapi::named_enum;
use maytapi::reads::Read;

use super::batches::BatchPolicy;
use super::delivery::{Delivery, Forward, Watch};
use super::host_pattern::HostPattern;
use super::pseudonym::Pseudonyms;
use super::token_keys::{Hs256, Provider, Rules};

/// A checked configuration.
#[derive(Debug)]
pub struct Config {
    /// Origins of pages that may call, as browsers write them.
    pub origins: Vec<String>,
    /// How tokens are checked.
    pub auth: Auth,
    /// The Maytapi accounts.
    pub accounts: Vec<Account>,
    /// What may be sent to whom.
    pub policy: Policy,
    /// Sizes, times and quotas.
    pub limits: Limits,
    /// Whether every send must have an idempotency key.
    pub key_required: bool,
    /// How long a send is known again, in milliseconds.
    pub retention_ms: i64,
    /// What is kept of delivery, and from whom it is heard.
    pub delivery: Delivery,
    /// How anonymous visitors get a token, where they may.
    pub turnstile: Option<Turnstile>,
    /// Whether Cloudflare's rate limiter is bound, as `SHIELD`.
    pub rate_limiter: bool,
    /// Whether Analytics Engine is bound, as `ANALYTICS`.
    pub analytics: bool,
}

/// How tokens are checked.
#[derive(Debug)]
pub struct Auth {
    /// Tokens signed with a shared secret.
    pub shared: Option<(Hs256, Rules)>,
    /// Tokens signed by others, whose keys are public.
    pub providers: Vec<Provider>,
    /// Whether Cloudflare Access stands before the Worker and hands its token over in a header of its own.
    pub access: bool,
}

/// How a visitor's answer to a Turnstile challenge becomes a token.
#[derive(Debug)]
pub struct Turnstile {
    /// The secret that Turnstile knows the site by.
    pub secret: Secret,
    /// Where answers are checked.
    pub url: String,
    /// The pages on which the challenge may stand.
    pub hostnames: Vec<String>,
    /// The action that the challenge must name.
    pub action: Option<String>,
    /// How long the token lives, in seconds.
    pub lifetime_s: u32,
    /// The token's `maytapi` claim.
    pub capability: serde_json::Value,
}

/// One Maytapi account.
#[derive(Debug)]
pub struct Account {
    /// Its name in paths.
    pub name: String,
    /// Its id at Maytapi, which webhooks name.
    pub product_id: String,
    /// Where its requests go, with its key.
    pub endpoint: Endpoint,
    /// How its recipients are called in logs and records.
    pub pseudonyms: Pseudonyms,
    /// Where its webhooks are passed on to.
    pub forward: Option<Forward>,
    /// Its phones that may be used, each with whether it is switched off.
    pub phones: Vec<(PhoneId, bool)>,
}

/// What may be sent to whom.
#[derive(Debug)]
pub struct Policy {
    /// The checked message types.
    pub types: Vec<&'static str>,
    /// Types that may be sent in the raw form.
    pub raw_types: Vec<String>,
    /// Who may be written to.
    pub recipients: Recipients,
    /// Which ids of messages may be named; where it isn't said, it depends on whether recipients are restricted.
    pub message_ids: Option<MessageIds>,
    /// Hosts of media; `None` for any public one.
    pub media_hosts: Option<Vec<HostPattern>>,
    /// Whether files may come inside the message, and how large.
    pub data_bytes: Option<usize>,
    /// Hosts of links and of buttons that open a page; `None` for any public one.
    pub link_hosts: Option<Vec<HostPattern>>,
    /// The reads that callers may make.
    pub reads: Vec<Read>,
    /// Whose messages callers may follow.
    pub delivery: Watch,
    /// Whether callers may set the phone's webhook up.
    pub manage: bool,
    /// What batches may do; without it there are none.
    pub batches: Option<BatchPolicy>,
    /// How long messages that came in are kept, in milliseconds; `None` for not at all.
    pub inbox_ms: Option<i64>,
}

/// Who may be written to. A recipient that is denied is never allowed.
#[derive(Debug)]
pub struct Recipients {
    /// Only these, where given.
    pub allow: Option<Vec<Recipient>>,
    /// Never these.
    pub deny: Vec<Recipient>,
    /// Only numbers that start so, where given.
    pub prefixes: Option<Vec<String>>,
    /// No numbers that start so.
    pub denied_prefixes: Vec<String>,
    /// Whether groups may be written to.
    pub groups: bool,
    /// Whether channels may be written to.
    pub channels: bool,
    /// Whether JIDs of other kinds may be written to.
    pub other: bool,
}

/// Sizes, times and quotas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest body, in bytes.
    pub body_bytes: usize,
    /// How long a body may take to arrive, in milliseconds.
    pub body_ms: u32,
    /// How long Maytapi may take, in milliseconds.
    pub upstream_ms: u32,
    /// How many live sockets a phone may have.
    pub sockets: u32,
    /// How much one caller may send, through one phone.
    pub caller: Limit,
    /// How much one recipient may get, from one phone.
    pub recipient: Limit,
    /// How much one phone may send.
    pub phone: Limit,
}

named_enum! {
    /// Which ids of messages may be named.
    pub enum MessageIds {
        /// Those that name a chat that may be written to.
        Named = "named",
        /// Also those that name no chat.
        Any = "any",
    }
}

impl From<bool> for MessageIds {
    /// What holds where recipients are restricted, or are not.
    fn from(restricted: bool) -> Self {
        if restricted { MessageIds::Named } else { MessageIds::Any }
    }
}

impl Recipients {
    /// Whether some people or numbers are left out.
    #[must_use]
    pub fn are_restricted(&self) -> bool {
        self.allow.is_some() || self.prefixes.is_some() || !self.deny.is_empty() || !self.denied_prefixes.is_empty()
    }
}

impl Limits {
    /// The quotas, by what they count.
    #[must_use]
    pub fn of(&self, scope: Scope) -> &Limit {
        match scope {
            Scope::Caller => &self.caller,
            Scope::Recipient => &self.recipient,
            Scope::Phone => &self.phone,
        }
    }
}

named_enum! {
    /// What is counted.
    pub enum Scope {
        /// One caller's sends.
        Caller = "caller",
        /// What one recipient gets.
        Recipient = "recipient",
        /// All sends of the phone.
        Phone = "phone",
    }
}

/// What is allowed; nothing given, nothing limited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limit {
    /// How many per minute, day and month of 30 days.
    pub quotas: [Option<u32>; 3],
    /// The least time between two, in milliseconds.
    pub gap_ms: i64,
}

impl Limit {
    /// Whether anything is limited at all.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Limit::default()
    }
}

/// How long results of batches are kept that policy does not allow any more, in milliseconds.
const RESULTS_MS: i64 = 7 * 86_400_000;

impl Policy {
    /// How long results of batches are kept, in milliseconds.
    #[must_use]
    pub fn results_ms(&self) -> i64 {
        self.batches.as_ref().map_or(RESULTS_MS, |batches| batches.retention_ms)
    }
}

impl Config {
    /// The account of this name.
    #[must_use]
    pub fn account(&self, name: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.name == name)
    }
}

impl Account {
    /// Whether the phone is configured, and whether it is switched off.
    #[must_use]
    pub fn phone(&self, id: &str) -> Option<(&PhoneId, bool)> {
        self.phones.iter().find(|(phone, _)| phone.as_str() == id).map(|(phone, paused)| (phone, *paused))
    }
}
