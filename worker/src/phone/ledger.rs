//! What a phone's object does with a claim, given what it has recorded: the rule that keeps a send from going out twice.
//!
//! A record goes from claimed to posted before the bytes leave, and from there to queued, refused or unknown. What a restart finds
//! posted is unknown, since nobody was there to hear the answer; what it finds claimed never left and is forgotten.

use maytapi::client::Retryable;

use crate::config::Limits;
use crate::config::Scope;
use crate::http::problem::{Problem, ProblemType};
use crate::phone::claim::{Claim, Failed, Outcome, SendReply};
use crate::phone::limits::{Counter, Exceeded, QuotaState};

/// How far a send has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits and has not left.
    Claimed,
    /// It may have left.
    Posted,
    /// Maytapi has it.
    Queued,
    /// Maytapi said no.
    Refused,
    /// Nobody knows.
    Unknown,
}

/// A send that was claimed before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// How far it has come.
    pub state: State,
    /// What it said.
    pub digest: Option<String>,
    /// What became of it.
    pub outcome: Option<Outcome>,
}

/// What to do with a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Send it, and count it.
    Send(Counted),
    /// Answer without sending.
    Answer(SendReply),
    /// Record the send as unknown, and answer so: it was posted by a process that is gone.
    Abandoned(SendReply),
}

/// A send that the limits leave room for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// When the last sends before it were, in the order of [`Scope::ALL`]; 0 where there was none.
    pub before_ms: [i64; 3],
    /// The new counters.
    pub counters: [Counter; 3],
    /// What is left of the quotas then.
    pub quotas: Vec<QuotaState>,
}

impl State {
    /// Every state, in the order of their numbers in storage.
    const ALL: [State; 5] = [State::Claimed, State::Posted, State::Queued, State::Refused, State::Unknown];

    /// Its number in storage.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            State::Claimed => 0,
            State::Posted => 1,
            State::Queued => 2,
            State::Refused => 3,
            State::Unknown => 4,
        }
    }

    /// The state of this number; an unreadable one is unknown.
    #[must_use]
    pub fn from_number(number: u8) -> Self {
        Self::ALL.into_iter().find(|state| state.number() == number).unwrap_or(State::Unknown)
    }
}

/// Decides. `in_flight` says whether this very process is sending the recorded one at the moment.
#[must_use]
pub fn decide(
    claim: &Claim,
    record: Option<Record>,
    in_flight: bool,
    limits: &Limits,
    counters: [Option<Counter>; 3],
    now_ms: i64,
) -> Decision {
    if let Some(record) = record {
        return known(claim, record, in_flight);
    }
    let counted = match count(limits, counters, now_ms) {
        Ok(counted) => counted,
        Err(exceeded) => {
            let scope = exceeded.scope.as_str();
            let seconds = exceeded.retry_after_s;
            let detail = format!("The limit per {scope} is used up; try again in {seconds} s.");
            let told = failed(&Problem::new(ProblemType::RateLimited, detail).after(seconds));
            return Decision::Answer(SendReply { quotas: quotas(limits, counters, now_ms), ..told });
        }
    };
    let quotas = quotas(limits, counted.map(Some), now_ms);
    let before_ms = counters.map(|counter| counter.map_or(0, |counter| counter.last_ms));
    Decision::Send(Counted { before_ms, counters: counted, quotas })
}

/// Counts one more for caller, recipient and phone.
///
/// # Errors
/// When one of the limits is used up.
pub fn count(limits: &Limits, counters: [Option<Counter>; 3], now_ms: i64) -> Result<[Counter; 3], Exceeded> {
    let mut counted = [Counter::default(); 3];
    for ((scope, counter), slot) in Scope::ALL.into_iter().zip(counters).zip(&mut counted) {
        *slot = limits.of(scope).count(scope, counter, now_ms)?;
    }
    Ok(counted)
}

/// How the quotas stand.
#[must_use]
pub fn quotas(limits: &Limits, counters: [Option<Counter>; 3], now_ms: i64) -> Vec<QuotaState> {
    let scopes = Scope::ALL.into_iter().zip(counters);
    scopes.flat_map(|(scope, counter)| limits.of(scope).quotas(scope, counter, now_ms)).collect()
}

/// An earlier request had the same key.
fn known(claim: &Claim, record: Record, in_flight: bool) -> Decision {
    if record.digest != claim.digest {
        let detail = "This Idempotency-Key came with another message before; use a new key for a new message.";
        return Decision::Answer(failed(&Problem::new(ProblemType::IdempotencyKeyReused, detail)));
    }
    match (record.state, record.outcome) {
        (State::Queued | State::Refused | State::Unknown, Some(outcome)) => {
            Decision::Answer(SendReply { replayed: true, ..SendReply::of(outcome.restored(claim)) })
        }
        (State::Claimed | State::Posted, _) if in_flight => {
            let detail = "A request with this Idempotency-Key is under way; ask again for its outcome.";
            Decision::Answer(failed(&Problem::new(ProblemType::InFlight, detail).after(1)))
        }
        _ => Decision::Abandoned(SendReply { replayed: true, ..SendReply::of(unknown()) }),
    }
}

/// The outcome of a send that nobody heard the answer to.
#[must_use]
pub fn unknown() -> Outcome {
    let detail = "The message may or may not have gone out; look whether it arrived before sending it with a new key.";
    Outcome::Failed((&Problem::new(ProblemType::OutcomeUnknown, detail)).into())
}

/// How a finished send is recorded; `None` where nothing left, so that the same key may try again.
#[must_use]
pub fn settle(result: &Result<Outcome, Problem>) -> Option<(State, Outcome)> {
    match result {
        Ok(outcome) => Some((State::Queued, outcome.stored())),
        Err(problem) => match problem.retryable {
            Retryable::Yes => None,
            Retryable::No => Some((State::Refused, Outcome::Failed(Failed::from(problem).stored()))),
            // Whoever asks again is told that the outcome is unknown, not how it came to be.
            Retryable::Unknown => Some((State::Unknown, unknown())),
        },
    }
}

fn failed(problem: &Problem) -> SendReply {
    SendReply::of(Outcome::Failed(problem.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Limit;
    use crate::phone::claim::Ids;

    fn limits() -> Limits {
        let one = Limit { quotas: [Some(1), None, None], gap_ms: 0 };
        let open = Limit::default();
        Limits { body_bytes: 1, body_ms: 1, upstream_ms: 1, sockets: 1, caller: open, recipient: one, phone: open }
    }

    fn claim(digest: &str) -> Claim {
        let text = |text: &str| text.to_owned();
        Claim {
            id: text("id"),
            digest: Some(text(digest)),
            caller: text("c"),
            recipient: text("r"),
            chat: text("12025550123@c.us"),
        }
    }

    fn queued() -> Outcome {
        Outcome::Queued(Ids { chat_id: None, msg_id: "m".into() })
    }

    fn decided(record: Record, in_flight: bool) -> (Decision, Option<ProblemType>) {
        let decision = decide(&claim("d"), Some(record), in_flight, &limits(), [None; 3], 1);
        let kind = match &decision {
            Decision::Answer(reply) | Decision::Abandoned(reply) => match &reply.outcome {
                Outcome::Failed(failed) => Some(Problem::from(failed.clone()).kind),
                Outcome::Queued(_) => None,
            },
            Decision::Send(_) => None,
        };
        (decision, kind)
    }

    #[test]
    fn a_recorded_send_never_goes_out_again() {
        let refused = Outcome::Failed((&Problem::new(ProblemType::UpstreamRefused, "no")).into());
        for (state, digest, outcome, in_flight, wanted) in [
            (State::Queued, "d", Some(queued()), false, None),
            (State::Refused, "d", Some(refused), false, Some(ProblemType::UpstreamRefused)),
            (State::Unknown, "d", Some(unknown()), false, Some(ProblemType::OutcomeUnknown)),
            (State::Posted, "d", None, true, Some(ProblemType::InFlight)),
            (State::Claimed, "d", None, true, Some(ProblemType::InFlight)),
            (State::Posted, "d", None, false, Some(ProblemType::OutcomeUnknown)),
            (State::Queued, "d", None, false, Some(ProblemType::OutcomeUnknown)),
            (State::Queued, "other", Some(queued()), false, Some(ProblemType::IdempotencyKeyReused)),
            (State::Posted, "other", None, true, Some(ProblemType::IdempotencyKeyReused)),
        ] {
            let record = Record { state, digest: Some(digest.to_owned()), outcome };
            let (decision, kind) = decided(record, in_flight);
            assert_eq!(kind, wanted, "{state:?} {digest} {in_flight}");
            let reply = match decision {
                Decision::Answer(reply) | Decision::Abandoned(reply) => reply,
                Decision::Send(_) => panic!("{state:?}"),
            };
            let is_replay = !matches!(kind, Some(ProblemType::InFlight | ProblemType::IdempotencyKeyReused));
            assert_eq!(reply.replayed, is_replay, "{state:?} {digest} {in_flight}");
        }
    }

    #[test]
    fn a_state_is_stored_as_its_number() {
        assert_eq!(State::ALL.map(State::number), [0, 1, 2, 3, 4]);
        assert_eq!(State::ALL.map(|state| State::from_number(state.number())), State::ALL);
        assert_eq!(State::from_number(5), State::Unknown);
    }

    #[test]
    fn a_new_send_is_counted_or_turned_away_before_anything_is_written() {
        let Decision::Send(Counted { counters, quotas, .. }) =
            decide(&claim("d"), None, false, &limits(), [None; 3], 60_000)
        else {
            panic!("not sent");
        };
        assert_eq!((quotas.len(), quotas[0].left), (1, 0));
        let again = decide(&claim("e"), None, false, &limits(), counters.map(Some), 60_001);
        let Decision::Answer(reply) = again else { panic!("{again:?}") };
        assert_eq!(reply.quotas.iter().map(|quota| quota.left).collect::<Vec<_>>(), [0]);
        let Outcome::Failed(failed) = reply.outcome else { panic!("queued") };
        let problem = Problem::from(failed);
        assert_eq!((problem.kind, problem.retry_after), (ProblemType::RateLimited, Some(60)));
    }

    #[test]
    fn a_number_is_not_stored_and_comes_back() {
        let chat = |chat: &str| Outcome::Queued(Ids { chat_id: Some(chat.into()), msg_id: "m".into() });
        let (_, stored) = settle(&Ok(chat("12025550123@c.us"))).unwrap();
        assert!(!serde_json::to_string(&stored).unwrap().contains("12025550123"));
        assert_eq!(stored.restored(&claim("d")), chat("12025550123@c.us"));
        // Another chat than the recipient's own is forgotten, whatever it is; a replay names the recipient's.
        let (_, stored) = settle(&Ok(chat("12025550199@c.us"))).unwrap();
        assert_eq!(stored, queued());
        assert_eq!(stored.restored(&claim("d")), chat("12025550123@c.us"));
        // A refusal may name the number as well, or repeat the text.
        let refused =
            Problem { code: Some("F04".into()), ..Problem::new(ProblemType::UpstreamRefused, "12025550123 said no") };
        let (_, stored) = settle(&Err(refused.clone())).unwrap();
        let Outcome::Failed(failed) = stored.restored(&claim("d")) else { panic!("queued") };
        let reply = Problem::from(failed);
        assert_eq!((reply.kind, &reply.code, reply.retryable), (refused.kind, &refused.code, refused.retryable));
        assert!(!reply.detail.contains("12025550123"), "{}", reply.detail);
    }

    #[test]
    fn only_what_left_nothing_behind_is_forgotten() {
        assert_eq!(settle(&Ok(queued())).map(|(state, _)| state), Some(State::Queued));
        for (kind, wanted) in [
            (ProblemType::UpstreamBusy, None),
            (ProblemType::UpstreamRefused, Some(State::Refused)),
            (ProblemType::UpstreamTimeout, Some(State::Unknown)),
            (ProblemType::UpstreamUnreachable, Some(State::Unknown)),
            (ProblemType::UpstreamFailed, Some(State::Unknown)),
        ] {
            assert_eq!(settle(&Err(Problem::new(kind, ""))).map(|(state, _)| state), wanted, "{kind:?}");
        }
    }
}
