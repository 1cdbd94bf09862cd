//! Seals what came in before it is stored, and opens it for who may read it.

use super::{Inbound, Kept, item};
use crate::config::Config;
use crate::config::pseudonym::Pseudonyms;
use crate::http::problem::{Problem, ProblemType};
use crate::phone::object::Object;
use crate::phone::sealed::{self, Purpose};

/// A message that came in, sealed, with the id under which it is kept.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// Under which it is found.
    pub id: String,
    /// It.
    pub bytes: Vec<u8>,
}

/// Seals a message; nothing where the runtime fails, or there is no key.
pub async fn seal(config: &Config, phone: &str, pseudonyms: &Pseudonyms, inbound: &Inbound) -> Option<Sealed> {
    let id = inbound.id(pseudonyms);
    let bytes = sealed::seal(config.delivery.store_keys.as_ref()?, purpose(phone, &id), &inbound.message).await?;
    Some(Sealed { id, bytes })
}

/// A message that is kept, as it is told.
///
/// # Errors
/// When it isn't kept, can't be opened, or the storage failed.
pub async fn open(object: &Object, config: &Config, phone: &str, id: &str) -> Result<String, Problem> {
    let found = object.store.inbound(id)?;
    let kept = config.policy.inbox_ms.is_some();
    let (Some((at, bytes)), Some(keys), true) = (found, config.delivery.store_keys.as_ref(), kept) else {
        return Err(Problem::new(ProblemType::UnknownMessage, "No message of this id is kept here."));
    };
    let message = sealed::open(keys, purpose(phone, id), &bytes).await.ok_or_else(|| {
        let detail = "This message was sealed with a STORE_KEY that is not there any more.";
        Problem::new(ProblemType::UnknownMessage, detail)
    })?;
    Ok(item(&Kept { id: id.to_owned(), seq: 0, at }, &message))
}

fn purpose<'p>(phone: &'p str, id: &'p str) -> Purpose<'p> {
    Purpose { phone, table: "inbox", row: id }
}
