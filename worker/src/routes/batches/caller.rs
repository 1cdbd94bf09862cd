//! The caller of a request about batches, as the phone's object knows them: what they may see and what they may change.

use maytapi::client::Retryable;

use crate::auth::token::Caller;
use crate::config::{Account, Config, Watch};
use crate::http::access_log::AccessLogEntry;
use crate::http::problem::{Problem, ProblemFaults, ProblemType, RowFaults};
use crate::http::receive;
use crate::phone::batches::ask::{BatchAsk, Verb};
use crate::phone::batches::upload::fault;
use crate::phone::claim::Failed;
use crate::phone::feed::ask::Follower;
use crate::platform::env;
use crate::routes::call::Call;

/// How long the object may take to answer, in milliseconds.
const RPC_MS: u32 = 20_000;

/// What a caller wants with batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// What leads to messages being sent.
    Send,
    /// To look at batches, or to stop them: that goes on where the phone is switched off.
    LookOrStop,
    /// To see or change what is kept for the whole phone, likewise.
    Manage,
}

/// A caller who may queue batches.
#[derive(Debug)]
pub struct BatchCaller<'r> {
    /// Who it is, by the token.
    pub verified: Caller,
    /// The phone's object.
    pub object: String,
    /// The phone's account.
    pub account: &'r Account,
    config: &'r Config,
    call: Call<'r>,
}

impl<'r> BatchCaller<'r> {
    /// The caller of a request about batches.
    ///
    /// # Errors
    /// When the caller is not known, may not use the phone, or may not do that.
    pub async fn of(call: &Call<'r>, entry: &mut AccessLogEntry, wants: Wants) -> Result<Self, Problem> {
        let config = call.config()?;
        let caller = call.caller(config, entry).await?;
        let (account, phone) = match wants {
            Wants::Send => call.phone(config, &caller, entry)?,
            Wants::LookOrStop | Wants::Manage => {
                let (account, phone, _) = call.any_phone(config, &caller, entry)?;
                (account, phone)
            }
        };
        let may = match wants {
            Wants::Manage => may_manage(config, &caller),
            Wants::Send | Wants::LookOrStop => caller.capability.allows_batch(),
        };
        if config.policy.batches.is_none() || !may {
            let what = if wants == Wants::Manage { "to manage the phone's batches" } else { "batches" };
            let detail = format!("Policy or token do not allow {what}.");
            return Err(Problem::new(ProblemType::OperationNotAllowed, detail));
        }
        let object = format!("{}/{}", account.name, phone.as_str());
        Ok(BatchCaller { verified: caller, object, account, config, call: *call })
    }

    /// Whose batches they may see: all, where they may follow the whole phone.
    #[must_use]
    pub fn as_viewer(&self) -> Follower {
        self.own_or(self.verified.capability.watch(self.config.policy.delivery) == Watch::Phone)
    }

    /// Whose batches they may change: all, where they may manage the phone.
    #[must_use]
    pub fn as_manager(&self) -> Follower {
        self.own_or(may_manage(self.config, &self.verified))
    }

    fn own_or(&self, sees_all: bool) -> Follower {
        Follower { identity: self.verified.identity().into_owned(), sees_all }
    }

    /// A question about the batch of the path.
    #[must_use]
    pub fn question(&self, verb: Verb, follower: Follower) -> BatchAsk {
        BatchAsk {
            verb,
            follower,
            id: self.call.parameters.get("batch").into_owned(),
            claim: String::new(),
            detail: String::new(),
            rest: String::new(),
        }
    }

    /// How long a body may take to arrive, in milliseconds.
    #[must_use]
    pub fn body_ms(&self) -> u32 {
        self.config.limits.body_ms
    }

    /// The body as it came, which the object reads.
    ///
    /// # Errors
    /// When it does not arrive, or is no text.
    pub async fn body(&self, limit: usize) -> Result<String, Problem> {
        text(self.call.bytes(limit, self.body_ms()).await?)
    }

    /// The same of one that may be left out: nothing then.
    ///
    /// # Errors
    /// When it is there and does not arrive, is no text, or is not declared as JSON.
    pub async fn optional_body(&self, limit: usize) -> Result<String, Problem> {
        let Call { exchange, head, .. } = self.call;
        text(receive::optional_body(exchange, head, limit, self.body_ms()).await?)
    }

    /// Asks the phone's object.
    ///
    /// # Errors
    /// What the object says, or that it says nothing.
    pub async fn ask(&self, question: &BatchAsk) -> Result<String, Problem> {
        let answered = env::ask(&self.call.exchange.deadline, &self.object, &question.text(), RPC_MS).await;
        let text = answered.ok_or_else(|| {
            let problem = Problem::new(ProblemType::Internal, "The phone's object did not answer.");
            Problem { retryable: Retryable::Yes, ..problem }
        })?;
        if let Some(failed) = Failed::from_marked(&text) {
            return Err(Problem::from(failed));
        }
        match fault::RowFaults::parse(&text) {
            Some((count, first)) => {
                let detail = format!("There is something wrong in {count} places; nothing of this request was kept.");
                let problem = Problem::new(ProblemType::InvalidBatch, detail);
                Err(Problem { faults: ProblemFaults::Rows(Box::new(RowFaults { first, count })), ..problem })
            }
            None => Ok(text),
        }
    }
}

fn text(bytes: Vec<u8>) -> Result<String, Problem> {
    let no_text = |_| Problem::new(ProblemType::NotJson, "The body is not JSON that is taken here: it is no UTF-8.");
    String::from_utf8(bytes).map_err(no_text)
}

/// Whether they may manage the phone.
fn may_manage(config: &Config, caller: &Caller) -> bool {
    config.policy.manage && caller.capability.allows_manage()
}
