//! A question to an account: its request, and what its answer says.

use js_sys::Uint8Array;

use super::endpoint::{Endpoint, PhoneId, Secret};
use super::error::{Error, ErrorKind, Reply};
use super::exchange::{BodyAs, Call, Outcome};
use super::host;
use super::host_json;
use crate::answer::{Unreadable, refusal};
use crate::json::{Json, Limits};
use crate::reads::{Read, is_png};
use crate::strings::trim;

/// What was asked for.
#[derive(Clone, Debug)]
pub enum Found {
    /// Data, in one form.
    Data(Json),
    /// A PNG picture.
    Picture(Uint8Array),
}

/// The request of a question.
#[must_use]
pub fn read_call(endpoint: &Endpoint, read: Read, phone: Option<&PhoneId>, body: Option<&str>) -> Call {
    Call {
        url: match phone.filter(|_| read.is_of_phone()) {
            Some(phone) => endpoint.url(phone, read.as_str()),
            None => endpoint.account_url(read.as_str()),
        },
        body: body.map(str::to_owned),
        body_as: if read == Read::Screen { BodyAs::Bytes } else { BodyAs::Text },
    }
}

/// What the answer to a question says.
///
/// # Errors
/// When it is a refusal, or can't be read.
pub fn found(read: Read, outcome: &Outcome, endpoint: &Endpoint) -> Result<Found, Error> {
    decode(read, outcome, endpoint.secret()).map_err(|error| error.without(endpoint.secret()))
}

/// A picture by its first bytes: Maytapi answers 200 with JSON where there is none.
fn decode(read: Read, outcome: &Outcome, secret: &Secret) -> Result<Found, Error> {
    let mut reply = outcome.reply();
    let ok = (200..300).contains(&reply.status);
    let text = if read == Read::Screen {
        let bytes = Uint8Array::new(&outcome.came().value());
        if ok && is_png(&bytes.subarray(0, 8).to_vec()) {
            return Ok(Found::Picture(bytes));
        }
        host::text_of(&bytes)
    } else {
        outcome.text().to_owned()
    };
    let Ok(body) = host_json::parse(&text, Limits::BATCH) else {
        // Taken out before the text is cut: half of a credential would be found by nobody.
        reply.text = secret.redact(&text);
        let empty = trim(&reply.text).is_empty();
        return Err(unreadable(&reply, if empty { Unreadable::Empty } else { Unreadable::NotJson }));
    };
    if let Some(refusal) = refusal(&body) {
        return Err(Error::refused(&reply, &refusal, &body));
    }
    let found = read.decode(&body).filter(|_| ok);
    found.map(Found::Data).ok_or_else(|| unreadable(&reply, Unreadable::UnknownShape))
}

fn unreadable(reply: &Reply, why: Unreadable) -> Error {
    let mut error = Error::unreadable(reply, why);
    // Reading changes nothing, so asking again is always safe.
    if matches!(error.kind, ErrorKind::UnreadableAnswer | ErrorKind::Server) {
        error.retryable = super::retry::Retryable::Yes;
    }
    error
}
