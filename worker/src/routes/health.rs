//! `GET /ping`: alive. `GET /ready`: configured, and the storage answers; also whether no webhooks come that should.

use super::call::Call;
use crate::http::access_log::AccessLogEntry;
use crate::http::problem::{Problem, ProblemType};
use crate::http::reply::Reply;
use crate::platform::env::{self, Health};

/// How long the storage may take to answer, in milliseconds.
const READY_MS: u32 = 5000;

/// Answers whatever the configuration is.
pub async fn ping(_call: &Call<'_>, _entry: &mut AccessLogEntry) -> Result<Reply, Problem> {
    Ok(ok())
}

/// The configuration was read; the storage is asked through the first phone's object.
pub async fn ready(call: &Call<'_>, _entry: &mut AccessLogEntry) -> Result<Reply, Problem> {
    let config = call.config()?;
    call.anyone(config).await?;
    let first = config.accounts.first().and_then(|account| Some((account, account.phones.first()?)));
    let Some((account, (phone, _))) = first else {
        return Err(Problem::new(ProblemType::Misconfigured, "No phone is configured."));
    };
    let name = format!("{}/{}", account.name, phone.as_str());
    match env::health(&call.exchange.deadline, &name, READY_MS).await {
        Health::Good => return Ok(ok()),
        // Sends go out all the same.
        Health::Silent => return Ok(Reply::json(200, r#"{"ok":true,"webhook":"silent"}"#.to_owned())),
        Health::Failing => {}
    }
    Err(Problem::new(ProblemType::Misconfigured, "PHONES does not answer: the Durable Objects' storage fails."))
}

fn ok() -> Reply {
    Reply::json(200, r#"{"ok":true}"#.to_owned())
}
