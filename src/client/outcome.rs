//! What the answer to a send comes to: the one rule by which a page, a server and the proxy read it.

use super::error::{Error, Reply};
use crate::answer::{Answer, Queued};
use crate::json::Json;

/// The queued message, from an answer and from what a JSON parser made of its text. Where it could be parsed, the text is not looked at.
///
/// # Errors
/// When the answer is a refusal, or can't be read.
pub fn queued(reply: &Reply, parsed: Option<&Json>) -> Result<Queued, Box<Error>> {
    match Answer::read(reply.status, &reply.text, parsed) {
        Answer::Queued(queued) => Ok(queued),
        Answer::Refused(refusal) => Err(Box::new(Error::refused(reply, &refusal, parsed.unwrap_or(&Json::Null)))),
        Answer::Unreadable(why) => Err(Box::new(Error::unreadable(reply, why))),
    }
}
