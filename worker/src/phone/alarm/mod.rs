//! The object's one alarm, set for whichever of its customers is due first. A customer is a file and a line of the list.

pub mod cleaning;
mod early_acks;

use std::pin::Pin;

use super::batches::run;
use super::feed::sockets;
use super::forward;
use super::object::Object;
use super::store::StorageFailed;
use crate::platform::pending::now_ms;

/// What is done by the alarm.
const CUSTOMERS: [Customer; 5] = [
    Customer { due_ms: cleaning::due_ms, run: |object| Box::pin(async { cleaning::run(object) }) },
    Customer { due_ms: early_acks::due_ms, run: |object| Box::pin(async { early_acks::run(object) }) },
    Customer { due_ms: forward::due_ms, run: |object| Box::pin(forward::run(object)) },
    Customer {
        due_ms: |object| Ok(sockets::sweep_due_ms(object)),
        run: |object| {
            Box::pin(async {
                sockets::sweep(object);
                Ok(())
            })
        },
    },
    // Last, since it takes longest.
    Customer { due_ms: run::due_ms, run: |object| Box::pin(run::run(object)) },
];

type Running<'o> = Pin<Box<dyn Future<Output = Result<(), StorageFailed>> + 'o>>;

/// Something that an object does when its time has come.
struct Customer {
    /// When it is due, in milliseconds since 1970, as the rows say; `None` where nothing is stored that it is for.
    due_ms: fn(&Object) -> Result<Option<i64>, StorageFailed>,
    /// Does what is due. It looks by itself, since the alarm may have fired for another.
    run: for<'o> fn(&'o Object) -> Running<'o>,
}

/// Runs all customers and sets the alarm anew.
///
/// # Errors
/// When the storage failed for one of them; the others ran. The runtime then fires again, a few times.
pub async fn fire(object: &Object) -> Result<(), StorageFailed> {
    // Where the runtime gives up, the next send sets it anew.
    object.alarm_is_set.set(false);
    let mut result = Ok(());
    for customer in &CUSTOMERS {
        result = (customer.run)(object).await.and(result);
    }
    result?;
    set(object).await
}

/// Sets the alarm, after something was stored, where it isn't set for a time that is early enough. One that fires for nothing does no harm.
///
/// # Errors
/// When the storage fails; the next send tries again.
pub async fn set(object: &Object) -> Result<(), StorageFailed> {
    // Asked before what is due is: two that set it at once would else each go by what was due before the other waited, and the later time stood.
    let set_ms = object.store.alarm().await?;
    let mut first = None;
    for customer in &CUSTOMERS {
        let due = (customer.due_ms)(object)?;
        first = first.into_iter().chain(due).min();
    }
    let Some(first) = first else { return Ok(()) };
    let now = now_ms();
    // One whose time is over should have fired: the runtime was killed in between, or is about to. It is not relied on.
    if set_ms.is_none_or(|set_ms| set_ms > first || set_ms < now) {
        object.store.set_alarm(first.saturating_sub(now).max(0)).await?;
    }
    object.alarm_is_set.set(true);
    Ok(())
}
