//! What an object does when it is asked about its feed.

use maytapi::message::Recipient;

use super::ask::{Ask, Follower, Forwarded, Viewer};
use super::cursor::Position;
use super::early;
use super::item::{self, Change, PhoneState};
use super::message::{self, Message, list, quoted};
use super::publish::publish;
use super::report::Report;
use super::rows::Taken;
use super::sockets;
use crate::config::{Config, ConfigError, Scope, current};
use crate::http::problem::{Problem, ProblemType};
use crate::phone::alarm::{self, cleaning};
use crate::phone::batches;
use crate::phone::forward::{self, rows::Outgoing};
use crate::phone::inbox::{Inbound, Kept, sealing};
use crate::phone::ledger;
use crate::phone::limits::QuotaState;
use crate::phone::object::Object;
use crate::phone::pseudonyms;
use crate::phone::store::StorageFailed;
use crate::platform::pending::now_ms;

/// That a webhook was heard is written down no more often than this, in milliseconds.
const HEARD_EVERY_MS: i64 = 60_000;

/// Answers with a text in JSON. `phone` is the object's own name.
///
/// # Errors
/// When there is nothing to answer with, or the storage failed.
pub async fn answer(object: &Object, phone: &str, ask: &str) -> Result<String, Problem> {
    let Some(ask) = Ask::parse(ask) else {
        return Err(Problem::new(
            ProblemType::Internal,
            "The proxy's object was asked for something that it can't read.",
        ));
    };
    match ask {
        Ask::Take { reports, status, opt_out, inbound, forward } => {
            let sealed = seal(object, phone, opt_out, inbound, forward).await?;
            // First, so that an object that a webhook woke does not wake itself once more for these.
            let _cleaned = cleaning::run(object);
            sockets::sweep(object);
            take(object, &reports, status, sealed)?;
            // Where this fails, the next event tries again.
            let _set = alarm::ensure(object).await;
            Ok("{}".to_owned())
        }
        Ask::Message { follower, msg_id } => {
            let viewer = viewer(object, phone, &follower).await?;
            found(object, &viewer, &list([msg_id.as_str()].into_iter()))?.pop().ok_or_else(|| {
                let detail = "No message of this id is known here, or it is another caller's.";
                Problem::new(ProblemType::UnknownMessage, detail)
            })
        }
        Ask::Lookup { follower, msg_ids } => {
            let viewer = viewer(object, phone, &follower).await?;
            Ok(item::found(&found(object, &viewer, &msg_ids)?, &object.feed.cursor()))
        }
        Ask::Inbound { id } => sealing::open(object, configured(&current::config())?, phone, &id).await,
        Ask::State { follower } => Ok(state(object, &viewer(object, phone, &follower).await?)?),
        Ask::Events { follower, after, limit, wait_ms } => {
            let viewer = viewer(object, phone, &follower).await?;
            events(object, &viewer, after.as_deref(), limit, wait_ms).await
        }
    }
}

/// Who follows, as rows and sockets have it.
///
/// # Errors
/// When the object's pseudonyms can't be had.
pub async fn viewer(object: &Object, phone: &str, follower: &Follower) -> Result<Viewer, Problem> {
    let shared = current::config();
    Ok(follower.viewer(&*pseudonyms::of(object, configured(&shared)?, phone).await?))
}

fn configured(shared: &Result<Config, ConfigError>) -> Result<&Config, Problem> {
    shared.as_ref().map_err(|_| Problem::new(ProblemType::Misconfigured, "The configuration has a fault."))
}

/// What of a webhook is stored sealed, or as a pseudonym.
#[derive(Default)]
struct Sealed {
    opt_out: Option<String>,
    inbound: Option<sealing::Sealed>,
    /// With the object's name.
    outgoing: Option<(Outgoing, String)>,
}

async fn seal(
    object: &Object,
    phone: &str,
    opt_out: Option<String>,
    inbound: Option<Inbound>,
    forward: Option<Forwarded>,
) -> Result<Sealed, Problem> {
    let (mut sealed, shared) = (Sealed::default(), current::config());
    if opt_out.is_none() && inbound.is_none() && forward.is_none() {
        return Ok(sealed);
    }
    let config = configured(&shared)?;
    if let Some(person) = opt_out.and_then(|number| Recipient::parse(&number).ok()) {
        sealed.opt_out = Some(pseudonyms::of(object, config, phone).await?.of(&person));
    }
    if let Some(inbound) = inbound {
        let pseudonyms = pseudonyms::of(object, config, phone).await?;
        let inbound = sealing::seal(config, phone, &pseudonyms, &inbound).await;
        sealed.inbound = Some(inbound.ok_or(StorageFailed)?);
    }
    if let Some(forwarded) = forward {
        let outgoing = forward::seal(config, phone, &forwarded).await.ok_or(StorageFailed)?;
        sealed.outgoing = Some((outgoing, phone.to_owned()));
    }
    Ok(sealed)
}

/// The items of those of these messages that are known and may be seen.
fn found(object: &Object, viewer: &Viewer, msg_ids: &str) -> Result<Vec<String>, StorageFailed> {
    let found = object.store.messages(msg_ids)?;
    let seen = |message: &&Message| viewer.owner().is_none_or(|caller| message.caller.as_deref() == Some(caller));
    Ok(found.iter().filter(seen).map(item::message).collect())
}

/// Of what was sent so long ago, something should have been heard.
const SILENT_MS: i64 = 10 * 60_000;

/// Whether webhooks should have come that did not: what changed last is a message that has stood in the queue for long.
///
/// # Errors
/// When the storage failed.
pub fn is_silent(object: &Object) -> Result<bool, StorageFailed> {
    let waiting_since = object.store.queued_last()?;
    let now = now_ms();
    Ok(waiting_since.is_some_and(|queued| now.saturating_sub(queued) > SILENT_MS && object.feed.heard_ms() < queued))
}

fn state(object: &Object, viewer: &Viewer) -> Result<String, StorageFailed> {
    let (feed, now) = (&object.feed, now_ms());
    let limits = current::config().as_ref().as_ref().map(|config| config.limits).ok();
    let [caller, phone] = object.store.counters(viewer.caller())?;
    let quotas = limits.map(|limits| ledger::quotas(&limits, [caller, None, phone], now)).unwrap_or_default();
    let told = quotas.iter().filter(|quota| quota.scope != Scope::Recipient);
    let left: Vec<String> = told.map(QuotaState::item).collect();
    let (status, at) = match feed.phone() {
        Some(phone) => (quoted(&phone.status), phone.at.to_string()),
        None => ("null".to_owned(), "null".to_owned()),
    };
    let heard = Some(feed.heard_ms()).filter(|heard| *heard > 0).map_or("null".to_owned(), |heard| heard.to_string());
    let (silent, sockets) = (is_silent(object)?, sockets::count(object));
    let limits = left.join(",");
    Ok(format!(
        r#"{{"status":{status},"statusAt":{at},"webhook":{{"heardAt":{heard},"silent":{silent}}},"limits":[{limits}],"sockets":{sockets}}}"#
    ))
}

/// Takes what a webhook said. Nothing waits from the look to the write, so that no other event comes between.
fn take(object: &Object, reports: &[Report], status: Option<String>, sealed: Sealed) -> Result<(), StorageFailed> {
    let (feed, store, now) = (&object.feed, &object.store, now_ms());
    let ids = list(reports.iter().map(|report| report.msg_id.as_str()));
    let known = if reports.is_empty() { Vec::new() } else { store.messages(&ids)? };
    let advanced = message::advance(known, reports, feed.seq(), now);
    let mut taken = Taken {
        changed: advanced.changed,
        failures: advanced.failures,
        opt_out: sealed.opt_out,
        outgoing: sealed.outgoing,
        ..Taken::default()
    };
    if !advanced.unknown.is_empty() && feed.expects_acks(object.is_sending()) {
        let kept = if feed.early_acks() > 0 { store.early_acks(&ids)? } else { Vec::new() };
        taken.early_acks = early::keep(kept, advanced.unknown, feed.early_acks());
    }
    let mut seq = taken.changed.last().map_or(feed.seq(), |message| message.seq);
    let mut next = || {
        seq = seq.saturating_add(1);
        seq
    };
    taken.phone = status
        .filter(|status| feed.phone().is_none_or(|phone| phone.status != *status))
        .map(|status| PhoneState { status, at: now, seq: next() });
    if let Some(inbound) = sealed.inbound
        && !store.has_inbound(&inbound.id)?
    {
        taken.inbound = Some((Kept { id: inbound.id, seq: next(), at: now }, inbound.bytes));
    }
    taken.heard_ms = (now.saturating_sub(feed.heard_ms()) >= HEARD_EVERY_MS).then_some(now);
    let early_acks = store.take(&taken, now)?;
    if let Some(heard_ms) = taken.heard_ms {
        feed.set_heard_ms(heard_ms);
    }
    if early_acks > feed.early_acks() || taken.outgoing.is_some() || taken.inbound.is_some() {
        // They are due before what the alarm is set for, or the first that are due at all.
        object.alarm.forget();
    }
    feed.set_early_acks(early_acks);
    if let Some(phone) = &taken.phone {
        feed.set_phone(phone.clone());
    }
    publish(object, seq, || {
        let messages = taken.changed.iter().map(Change::from);
        let inbound = taken.inbound.iter().map(|(kept, _)| Change::from(kept));
        messages.chain(taken.phone.iter().map(Change::from)).chain(inbound).collect()
    });
    batches::run::heard(object, &taken)
}

async fn events(
    object: &Object,
    viewer: &Viewer,
    after: Option<&str>,
    limit: u32,
    wait_ms: u32,
) -> Result<String, Problem> {
    let until_ms = now_ms().saturating_add(wait_ms.into());
    let mut from = match object.feed.cursor().resume(after) {
        Position::Now => object.feed.seq(),
        Position::After(after) => after,
        Position::Reset => {
            let detail = "The cursor is of another storage: look up again what you know, and go on from a page without a cursor.";
            return Err(Problem::new(ProblemType::CursorReset, detail));
        }
    };
    loop {
        let cursor = object.feed.cursor();
        let part = object.store.part(object.feed.phone(), &object.batches, from, viewer, limit)?;
        let items: Vec<String> = part.changes.into_iter().map(|change| change.item).collect();
        let left_ms = until_ms.saturating_sub(now_ms());
        if !items.is_empty() || part.more || left_ms <= 0 {
            return Ok(item::page(&items, &cursor.at(part.upto.min(cursor.seq)), part.more));
        }
        // What was looked through need not be again.
        from = cursor.seq;
        object.feed.changed(viewer.caller(), u32::try_from(left_ms).unwrap_or_default()).await.map_err(|_| {
            let detail = "As many requests wait for this phone's changes as may; end one of them.";
            Problem::new(ProblemType::TooManySockets, detail).after(5)
        })?;
    }
}
