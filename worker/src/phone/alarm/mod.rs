//! The object's one alarm, set for whichever of its customers is due first. A customer is a file and a line of the list. What waits for
//! somebody else's server goes on beside the alarm, so that it holds no other up; only batches keep the alarm as long as they send.

pub mod cleaning;
mod early_acks;

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;

use super::batches::run;
use super::feed::sockets;
use super::forward;
use super::object::Object;
use super::store::StorageFailed;
use crate::platform::pending::now_ms;

/// What is done by the alarm.
const CUSTOMERS: [Customer; 5] = [
    Customer { due_ms: cleaning::due_ms, run: Run::AtOnce(|object| cleaning::run(object)) },
    Customer { due_ms: early_acks::due_ms, run: Run::AtOnce(|object| early_acks::run(object)) },
    Customer { due_ms: forward::due_ms, run: Run::AtOnce(forward::begin) },
    Customer {
        due_ms: |object| Ok(sockets::sweep_due_ms(object)),
        run: Run::AtOnce(|object| {
            sockets::sweep(object);
            Ok(())
        }),
    },
    // Last, since it keeps the alarm.
    Customer { due_ms: run::due_ms, run: Run::Waiting(|object| Box::pin(run::run(object))) },
];

/// Until when each customer is left alone, in milliseconds since 1970, since the storage refused it.
pub type RefusedUntil = [Cell<i64>; CUSTOMERS.len()];

/// How long that is, in milliseconds.
const REFUSED_MS: i64 = 60_000;

/// What a customer does. It looks by itself whether that is due, since the alarm may have fired for another.
enum Run {
    /// Something that ends, or has begun, at once.
    AtOnce(fn(&Rc<Object>) -> Result<(), StorageFailed>),
    /// Something that the alarm waits for.
    Waiting(for<'o> fn(&'o Object) -> Running<'o>),
}

type Running<'o> = Pin<Box<dyn Future<Output = Result<(), StorageFailed>> + 'o>>;

/// Something that an object does when its time has come.
struct Customer {
    /// When it is due, in milliseconds since 1970, as the rows say; `None` where nothing is stored that it is for.
    due_ms: fn(&Object) -> Result<Option<i64>, StorageFailed>,
    /// Does what is due.
    run: Run,
}

/// Runs all customers and sets the alarm anew. One that the storage refuses is due again a minute later, and holds up none of the others.
///
/// # Errors
/// When the alarm could not be set. The runtime then fires again, a few times; where it gives up, the next send sets it anew.
pub async fn fire(object: &Rc<Object>) -> Result<(), StorageFailed> {
    object.alarm_is_set.set(false);
    for (customer, refused_until_ms) in CUSTOMERS.iter().zip(&object.refused_until_ms) {
        let ran = match customer.run {
            Run::AtOnce(run) => run(object),
            Run::Waiting(run) => run(object).await,
        };
        refused_until_ms.set(if ran.is_ok() { 0 } else { now_ms().saturating_add(REFUSED_MS) });
    }
    set(object).await
}

/// Sets the alarm, after something was stored, where it isn't set for a time that is early enough. One that fires for nothing does no harm.
///
/// # Errors
/// When the storage fails; the next send tries again.
pub async fn set(object: &Object) -> Result<(), StorageFailed> {
    // Asked before what is due is: two that set it at once would else each go by what was due before the other waited, and the later time stood.
    let set_ms = object.store.alarm().await?;
    let now = now_ms();
    let due = CUSTOMERS.iter().zip(&object.refused_until_ms).filter_map(|(customer, refused_until_ms)| {
        let due_ms = (customer.due_ms)(object).unwrap_or_else(|StorageFailed| Some(now.saturating_add(REFUSED_MS)))?;
        Some(due_ms.max(refused_until_ms.get()))
    });
    let Some(first) = due.min() else { return Ok(()) };
    // One whose time is over should have fired: the runtime was killed in between, or is about to. It is not relied on.
    if set_ms.is_none_or(|set_ms| set_ms > first || set_ms < now) {
        object.store.set_alarm(first.saturating_sub(now).max(0)).await?;
    }
    object.alarm_is_set.set(true);
    Ok(())
}
