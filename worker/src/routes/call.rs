//! A request while a route answers it: what was read of it, and what a route may ask about its caller.

use maytapi::client::PhoneId;
use maytapi::json::{Json, Limits};

use super::pattern::Parameters;
use crate::auth::{self, Checked, keys, token::Caller, turnstile};
use crate::config::{Account, Config, ConfigError};
use crate::http::access_log::AccessLogEntry;
use crate::http::cors::Origin;
use crate::http::head::Head;
use crate::http::problem::{Problem, ProblemType};
use crate::http::{body, receive};
use crate::platform::env;
use crate::platform::http::Exchange;
use crate::platform::pending::now_ms;

/// A request while a route answers it.
#[derive(Clone, Copy, Debug)]
pub struct Call<'r> {
    /// All of it but its body.
    pub head: &'r Head<'r>,
    /// The page that it comes from.
    pub origin: Origin<'r>,
    /// Its body, and the deadlines of what it waits for.
    pub exchange: &'r Exchange<'r>,
    /// The route's name.
    pub route: &'static str,
    /// What its path says in the places of the pattern's parameters: the caller's words.
    pub parameters: Parameters<'r>,
    pub(crate) config: Result<&'r Config, &'r ConfigError>,
}

impl<'r> Call<'r> {
    /// The configuration.
    ///
    /// # Errors
    /// When it has a fault.
    pub fn config(&self) -> Result<&'r Config, Problem> {
        self.config.map_err(|error| {
            let detail = error.in_public();
            Problem { for_log: Some(error.to_string().into()), ..Problem::new(ProblemType::Misconfigured, detail) }
        })
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// When it is too large, too slow, incomplete, or not JSON.
    pub async fn json(&self, limit: usize, ms: u32) -> Result<Json, Problem> {
        body::json(&self.bytes(limit, ms).await?, Limits::MESSAGE)
    }

    /// The body as it came.
    ///
    /// # Errors
    /// When it is not declared as JSON, too large, too slow, or incomplete.
    pub async fn bytes(&self, limit: usize, ms: u32) -> Result<Vec<u8>, Problem> {
        receive::body(self.exchange, self.head, limit, ms).await
    }

    /// The caller, by the token, and within Cloudflare's rate limit where that is bound: coarse and quick. The phone's object counts
    /// exactly.
    ///
    /// # Errors
    /// When the page, the token or the rate is not accepted.
    pub async fn caller(&self, config: &Config, entry: &mut AccessLogEntry) -> Result<Caller, Problem> {
        self.origin.check()?;
        let now_s = now_ms() / 1000;
        let caller = match auth::check(&config.auth, self.head, now_s)? {
            Checked::Verified(caller) => caller,
            Checked::SignedBy(provider, algorithm, token) => {
                keys::verify(provider, algorithm, &token).await?;
                token.claims(&provider.rules, now_s).map_err(auth::refused)?
            }
        };
        entry.caller = Some(caller.subject.clone());
        self.within_rate_limit(config, &caller.identity()).await?;
        Ok(caller)
    }

    /// Holds whoever shows no token within the same rate limit, by the address.
    ///
    /// # Errors
    /// When the rate is not accepted.
    pub async fn anyone(&self, config: &Config) -> Result<(), Problem> {
        let network = turnstile::network(self.head.address.unwrap_or_default());
        self.within_rate_limit(config, &format!("address {network}")).await
    }

    async fn within_rate_limit(&self, config: &Config, key: &str) -> Result<(), Problem> {
        if config.rate_limiter && !env::is_within_rate_limit(key).await {
            let detail = "Too many requests of this caller; wait a moment.";
            return Err(Problem::new(ProblemType::RateLimited, detail).after(10));
        }
        Ok(())
    }

    /// The account and phone of the path. One answer to what isn't configured and to what the token leaves out, so that nobody learns
    /// which there are.
    ///
    /// # Errors
    /// When the caller may not use them, or they are switched off.
    pub fn phone(
        &self,
        config: &'r Config,
        caller: &Caller,
        entry: &mut AccessLogEntry,
    ) -> Result<(&'r Account, &'r PhoneId), Problem> {
        let (account, phone, is_paused) = self.any_phone(config, caller, entry)?;
        if is_paused {
            let detail = "This account or phone was switched off in the configuration.";
            return Err(Problem::new(ProblemType::Paused, detail));
        }
        Ok((account, phone))
    }

    /// The same, and whether they are switched off.
    ///
    /// # Errors
    /// When the caller may not use them.
    pub fn any_phone(
        &self,
        config: &'r Config,
        caller: &Caller,
        entry: &mut AccessLogEntry,
    ) -> Result<(&'r Account, &'r PhoneId, bool), Problem> {
        let found = config
            .account(&self.parameters.get("account"))
            .and_then(|account| Some((account, account.phone(&self.parameters.get("phone"))?)));
        match found {
            Some((account, (phone, paused))) if caller.capability.allows_phone(&account.name, phone.as_str()) => {
                entry.account = Some(account.name.clone());
                entry.phone = Some(phone.as_str().to_owned());
                Ok((account, phone, paused))
            }
            _ => Err(not_allowed()),
        }
    }

    /// The account of the path, of which the token leaves at least one phone.
    ///
    /// # Errors
    /// When it leaves none, or all are switched off.
    pub fn account(
        &self,
        config: &'r Config,
        caller: &Caller,
        entry: &mut AccessLogEntry,
    ) -> Result<&'r Account, Problem> {
        let some = |account: &&Account| {
            account.phones.iter().any(|(phone, _)| caller.capability.allows_phone(&account.name, phone.as_str()))
        };
        let account = config.account(&self.parameters.get("account")).filter(some).ok_or_else(not_allowed)?;
        entry.account = Some(account.name.clone());
        if account.phones.iter().all(|(_, paused)| *paused) {
            return Err(Problem::new(ProblemType::Paused, "This account was switched off in the configuration."));
        }
        Ok(account)
    }
}

fn not_allowed() -> Problem {
    Problem::new(ProblemType::PhoneNotAllowed, "The account and phone aren't configured, or the token leaves them out.")
}
