//! What the Worker's RPC asks of a phone's object, and what that replies.

use hmac::{Hmac, Mac};
use maytapi::client::Retryable;
use maytapi::message::Recipient;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::config::pseudonym::{Pseudonyms, hex, unhex};
use crate::http::problem::{Problem, ProblemType};
use crate::phone::limits::QuotaState;

/// A send as the Worker hands it over. It names no secret: the object has the configuration itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendRequest {
    /// The account's name.
    pub account: String,
    /// The phone's id.
    pub phone: String,
    /// Under which the send is known again: made from caller and idempotency key, else from the request.
    pub id: String,
    /// What the send says, where it may come again.
    pub digest: Option<String>,
    /// The caller: issuer and subject of the token.
    pub caller: String,
    /// The recipient's JID. It goes to the object and back, and is never stored.
    pub chat: String,
}

/// A send that wants to go out, as the object knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Under which the send is known again.
    pub id: String,
    /// What the send says, where it may come again.
    pub digest: Option<String>,
    /// The caller's pseudonym.
    pub caller: String,
    /// The recipient's pseudonym.
    pub recipient: String,
    /// The recipient's JID, which is never stored.
    pub chat: String,
}

impl SendRequest {
    /// As the RPC's argument: a line for each field, none of which can hold a line break. What a caller may be called is in digits.
    #[must_use]
    pub fn text(&self) -> String {
        let digest = self.digest.as_deref().unwrap_or_default();
        let caller = hex(self.caller.as_bytes());
        [&self.account, &self.phone, &self.id, digest, &caller, &self.chat].join("\n")
    }

    /// Reads what [`SendRequest::text`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.split('\n').map(str::to_owned);
        let request = SendRequest {
            account: lines.next()?,
            phone: lines.next()?,
            id: lines.next()?,
            digest: lines.next().map(|digest| Some(digest).filter(|digest| !digest.is_empty()))?,
            caller: String::from_utf8(unhex(&lines.next()?)?).ok()?,
            chat: lines.next()?,
        };
        lines.next().is_none().then_some(request)
    }

    /// The name of the phone's object.
    #[must_use]
    pub fn object(&self) -> String {
        format!("{}/{}", self.account, self.phone)
    }

    /// With pseudonyms in place of people; nothing where the chat is none.
    #[must_use]
    pub fn claim(&self, pseudonyms: &Pseudonyms) -> Option<Claim> {
        let recipient = Recipient::parse(&self.chat).ok()?;
        Some(Claim {
            id: self.id.clone(),
            digest: self.digest.clone(),
            caller: pseudonyms.of_caller(&self.caller),
            recipient: pseudonyms.of(&recipient),
            chat: self.chat.clone(),
        })
    }
}

/// What became of a send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It stands in the phone's queue.
    Queued(Ids),
    /// It does not, or nobody knows.
    Failed(Failed),
}

/// Maytapi's ids of a queued message, in the shape of its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ids {
    /// The chat's JID.
    #[serde(rename = "chatId", skip_serializing_if = "Option::is_none")]
    pub chat_id: Option<String>,
    /// The message's id.
    #[serde(rename = "msgId")]
    pub msg_id: String,
}

/// A problem as it is stored and passed on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    kind: String,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    retryable: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u32>,
}

/// The object's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendReply {
    /// What became of the send.
    pub outcome: Outcome,
    /// Whether it was made by an earlier request.
    #[serde(default)]
    pub replayed: bool,
    /// What is left of the quotas.
    #[serde(default)]
    pub quotas: Vec<QuotaState>,
    /// The status of Maytapi's answer.
    #[serde(default)]
    pub upstream_status: Option<u16>,
    /// How long Maytapi took, with all tries, in milliseconds.
    #[serde(default)]
    pub upstream_ms: Option<u32>,
    /// How often Maytapi was asked.
    #[serde(default)]
    pub tries: u32,
}

impl SendReply {
    /// An outcome without anything beside.
    #[must_use]
    pub fn of(outcome: Outcome) -> Self {
        SendReply { outcome, replayed: false, quotas: Vec::new(), upstream_status: None, upstream_ms: None, tries: 0 }
    }
}

impl Outcome {
    /// As it is stored: without the chat's JID, which holds the recipient's number.
    #[must_use]
    pub fn stored(&self) -> Self {
        match self {
            Outcome::Queued(ids) => Outcome::Queued(Ids { chat_id: None, msg_id: ids.msg_id.clone() }),
            Outcome::Failed(failed) => Outcome::Failed(failed.clone()),
        }
    }

    /// As it is told again. Whoever repeats a send names its recipient again, and so the chat.
    #[must_use]
    pub fn restored(self, claim: &Claim) -> Self {
        match self {
            Outcome::Queued(Ids { msg_id, .. }) => Outcome::Queued(Ids { chat_id: Some(claim.chat.clone()), msg_id }),
            failed @ Outcome::Failed(_) => failed,
        }
    }
}

impl Failed {
    /// A refusal as it is stored: Maytapi's words may repeat number and text.
    #[must_use]
    pub fn stored(self) -> Self {
        let detail = "Maytapi refused this message when it came first; its code is kept, its words are not.";
        Failed { detail: detail.to_owned(), ..self }
    }
}

/// Before a failure, where a text is awaited otherwise: no JSON begins so.
const FAILED: &str = "failed ";

impl Failed {
    /// As a text that is told from every JSON: a line for each field.
    #[must_use]
    pub fn marked(&self) -> String {
        let retry_after = self.retry_after.map(|seconds| seconds.to_string()).unwrap_or_default();
        let code = self.code.as_deref().unwrap_or_default();
        format!("{FAILED}{}\n{}\n{retry_after}\n{code}\n{}", self.kind, self.retryable, self.detail)
    }

    /// Reads what [`Failed::marked`] wrote; none where the text is something else.
    #[must_use]
    pub fn from_marked(text: &str) -> Option<Self> {
        let mut lines = text.strip_prefix(FAILED)?.splitn(5, '\n');
        let mut line = || lines.next().map(str::to_owned);
        let (kind, retryable, retry_after, code, detail) = (line()?, line()?, line()?, line()?, line()?);
        let code = Some(code).filter(|code| !code.is_empty());
        Some(Failed { kind, detail, code, retryable, retry_after: retry_after.parse().ok() })
    }
}

impl From<&Problem> for Failed {
    fn from(problem: &Problem) -> Self {
        Failed {
            kind: problem.kind.as_str().to_owned(),
            detail: problem.detail.clone().into_owned(),
            code: problem.code.as_deref().map(str::to_owned),
            retryable: problem.retryable.as_str().to_owned(),
            retry_after: problem.retry_after,
        }
    }
}

impl From<Failed> for Problem {
    fn from(failed: Failed) -> Self {
        let kind = ProblemType::from_name(&failed.kind).unwrap_or(ProblemType::Internal);
        Problem {
            code: failed.code.map(String::into_boxed_str),
            retryable: Retryable::from_name(&failed.retryable).unwrap_or(kind.retryable()),
            retry_after: failed.retry_after,
            ..Problem::new(kind, failed.detail)
        }
    }
}

/// Reads an `Idempotency-Key`: 1 to 255 visible characters, in quotes or not.
///
/// # Errors
/// When it is something else.
pub fn idempotency_key(header: Option<&str>, required: bool) -> Result<Option<&str>, Problem> {
    let Some(text) = header.map(str::trim) else {
        if required {
            let detail =
                "The configuration asks for an Idempotency-Key on every send: a text of your own, such as a UUID.";
            return Err(Problem::new(ProblemType::IdempotencyKeyRequired, detail));
        }
        return Ok(None);
    };
    let key = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    if (1..=255).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(Some(key));
    }
    Err(Problem::new(ProblemType::InvalidIdempotencyKey, "An Idempotency-Key is 1 to 255 visible ASCII characters."))
}

/// Under which a send is known again. Callers don't see each other's: the subject is part of it, with its length before it, so that no
/// two pairs read alike.
#[must_use]
pub fn id(subject: &str, key: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(format!("{}:", subject.len()).as_bytes());
    hash.update(subject.as_bytes());
    hash.update(key.as_bytes());
    hex(hash.finalize().get(..16).unwrap_or_default())
}

/// What a send says, as a digest keyed with the idempotency key: that is random and not stored, so a short text can't be guessed from
/// what is stored.
#[must_use]
pub fn digest(key: &str, body_sha256: &[u8]) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok()?;
    mac.update(body_sha256);
    Some(hex(mac.finalize().into_bytes().get(..16).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_with_and_without_quotes() {
        assert_eq!(idempotency_key(None, false), Ok(None));
        assert_eq!(idempotency_key(None, true).unwrap_err().kind, ProblemType::IdempotencyKeyRequired);
        assert_eq!(idempotency_key(Some("order-7"), true), Ok(Some("order-7")));
        assert_eq!(idempotency_key(Some("\"order-7\""), false), Ok(Some("order-7")));
        for header in ["", "\"\"", "a b", "a\tb", "é", &"x".repeat(256)] {
            assert_eq!(
                idempotency_key(Some(header), false).unwrap_err().kind,
                ProblemType::InvalidIdempotencyKey,
                "{header}"
            );
        }
    }

    #[test]
    fn callers_and_keys_never_read_alike() {
        let pairs = [("a", "bc"), ("ab", "c"), ("a", "1:b"), ("1:a", "b"), ("", "abc"), ("abc", "")];
        let ids: std::collections::HashSet<String> = pairs.iter().map(|(subject, key)| id(subject, key)).collect();
        assert_eq!(ids.len(), pairs.len());
        assert_ne!(digest("k1", b"body"), digest("k2", b"body"));
        assert_eq!(digest("k1", b"body"), digest("k1", b"body"));
    }

    #[test]
    fn a_send_survives_the_rpc() {
        for digest in [None, Some("d1".to_owned())] {
            let text = |text: &str| text.to_owned();
            let request = SendRequest {
                account: text("main"),
                phone: text("1150"),
                id: text("i"),
                digest,
                caller: text("https://issuer.example\nuser 7 é"),
                chat: text("12025550123@c.us"),
            };
            assert!(request.text().is_ascii());
            assert_eq!(SendRequest::parse(&request.text()), Some(request.clone()));
            assert_eq!(SendRequest::parse(&format!("{}\nmore", request.text())), None);
            assert_eq!(request.object(), "main/1150");
        }
        assert_eq!(SendRequest::parse("main\n1150"), None);
    }

    #[test]
    fn a_claim_has_pseudonyms_of_caller_and_recipient() {
        let pseudonyms = Pseudonyms::of_key(&[3; 32]);
        let text = "main\n1150\ni\n\n616461\n12025550123@c.us";
        let claim = SendRequest::parse(text).unwrap().claim(&pseudonyms).unwrap();
        assert_eq!(claim.caller, pseudonyms.of_caller("ada"));
        assert_eq!(claim.recipient, pseudonyms.of(&Recipient::parse("+1 202-555-0123").unwrap()));
        assert_eq!((claim.id.as_str(), claim.digest), ("i", None));
    }

    #[test]
    fn a_problem_survives_the_rpc() {
        let busy = Problem { code: Some("W05".into()), ..Problem::new(ProblemType::UpstreamBusy, "Lib not loaded") };
        // Nothing left, so this one is safe to send again though its kind is not.
        let unsent = Problem { retryable: Retryable::Yes, ..Problem::new(ProblemType::Internal, "No seat was had") };
        for problem in [busy.after(2), unsent] {
            assert_eq!(Problem::from(Failed::from(&problem)), problem);
            let marked = Failed::from(&problem).marked();
            assert_eq!(Failed::from_marked(&marked), Some(Failed::from(&problem)));
        }
        assert_eq!(Failed::from_marked("{}"), None);
    }
}
