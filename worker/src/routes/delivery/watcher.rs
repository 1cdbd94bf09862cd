//! Who follows messages: the caller, as the phone's object knows them.

use maytapi::client::PhoneId;

use crate::auth::token::Caller;
use crate::config::{Account, Config, Watch};
use crate::http::access_log::AccessLogEntry;
use crate::http::problem::{Problem, ProblemType};
use crate::phone::claim::Failed;
use crate::phone::feed::ask::{Ask, Follower};
use crate::platform::env;
use crate::routes::call::Call;

/// How long the object may take to answer, in milliseconds.
const RPC_MS: u32 = 10_000;

/// A caller who may follow messages of a phone.
#[derive(Debug)]
pub struct Watcher<'r> {
    /// The phone's object.
    pub object: String,
    /// Who they are, and what they may see.
    pub follower: Follower,
    call: Call<'r>,
}

impl<'r> Watcher<'r> {
    /// The caller of a request about a phone.
    ///
    /// # Errors
    /// When the caller is not known, may not use the phone, or may not follow messages.
    pub async fn of(call: &Call<'r>, config: &'r Config, entry: &mut AccessLogEntry) -> Result<Self, Problem> {
        let caller = call.caller(config, entry).await?;
        Watcher::for_caller(call, config, &caller, entry)
    }

    /// A caller whose token was checked.
    ///
    /// # Errors
    /// When the caller may not use the phone, or may not follow messages.
    pub fn for_caller(
        call: &Call<'r>,
        config: &'r Config,
        caller: &Caller,
        entry: &mut AccessLogEntry,
    ) -> Result<Self, Problem> {
        let (account, phone) = call.phone(config, caller, entry)?;
        let follower = follower(caller, caller.capability.watch(config.policy.delivery))?;
        Ok(Watcher { object: object_name(account, phone), follower, call: *call })
    }

    /// Asks the phone's object; the answer is a text in JSON. `wait_ms` is how long the object may wait itself.
    ///
    /// # Errors
    /// What the object says, or that it says nothing.
    pub async fn ask(&self, question: &Ask, wait_ms: u32) -> Result<String, Problem> {
        ask(&self.call, &self.object, question, wait_ms).await
    }
}

/// The name of a phone's object.
pub fn object_name(account: &Account, phone: &PhoneId) -> String {
    format!("{}/{}", account.name, phone.as_str())
}

/// Asks a phone's object.
///
/// # Errors
/// What the object says, or that it says nothing.
pub async fn ask(call: &Call<'_>, object: &str, question: &Ask, wait_ms: u32) -> Result<String, Problem> {
    let ms = RPC_MS.saturating_add(wait_ms);
    let answered = env::ask(&call.exchange.deadline, object, &question.text(), ms).await;
    let text = answered.ok_or_else(|| {
        let problem = Problem::new(ProblemType::Internal, "The phone's object did not answer.");
        Problem { retryable: maytapi::client::Retryable::Yes, ..problem }
    })?;
    Failed::from_marked(&text).map_or(Ok(text), |failed| Err(Problem::from(failed)))
}

fn follower(caller: &Caller, watch: Watch) -> Result<Follower, Problem> {
    if watch == Watch::Off {
        let detail = "Policy or token do not allow to follow messages.";
        return Err(Problem::new(ProblemType::OperationNotAllowed, detail));
    }
    Ok(Follower { identity: caller.identity().into_owned(), sees_all: watch == Watch::Phone })
}
