//! The object's one alarm, set for whichever of its customers is due first. A customer is a file and its lines here. What waits for
//! somebody else's server goes on beside the alarm, so that it holds no other up; only batches keep the alarm as long as they send.

pub mod cleaning;
mod early_acks;
pub mod known;

use std::pin::Pin;
use std::rc::Rc;

use super::batches::run;
use super::feed::sockets;
use super::forward;
use super::object::Object;
use super::store::StorageFailed;
use crate::platform::pending::now_ms;

/// Something that an object does when its time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Customer {
    /// Throws away what is too old.
    Cleaning,
    /// Throws away acknowledgements of messages that never became known.
    EarlyAcks,
    /// Passes webhooks on.
    Forwarding,
    /// Closes sockets whose token has ended.
    Sockets,
    /// Sends batches.
    Batches,
}

/// How long a customer is left alone that the storage refused, in milliseconds.
const REFUSED_MS: i64 = 60_000;

/// What a customer does. It looks by itself whether that is due, since the alarm may have fired for another.
enum Run {
    /// Something that ends at once.
    AtOnce(fn(&Object) -> Result<(), StorageFailed>),
    /// Something that goes on beside the alarm, where it begins now.
    Beside(fn(&Rc<Object>) -> Result<Option<forward::Task>, StorageFailed>),
    /// Something that the alarm waits for.
    Waiting(for<'o> fn(&'o Object) -> Running<'o>),
}

type Running<'o> = Pin<Box<dyn Future<Output = Result<(), StorageFailed>> + 'o>>;

impl Customer {
    /// All of them, in the order in which they run: batches last, since they keep the alarm.
    pub const ALL: [Self; 5] = [Self::Cleaning, Self::EarlyAcks, Self::Forwarding, Self::Sockets, Self::Batches];

    /// Until when it is left alone since the storage refused it, in milliseconds since 1970.
    pub fn refused_until_ms(self, object: &Object) -> Option<i64> {
        object.alarm.refused_until_ms(self as usize)
    }

    /// When it is due, in milliseconds since 1970, as the rows say; `None` where nothing is stored that it is for.
    fn due_ms(self, object: &Object) -> Result<Option<i64>, StorageFailed> {
        match self {
            Self::Cleaning => cleaning::due_ms(object),
            Self::EarlyAcks => early_acks::due_ms(object),
            Self::Forwarding => forward::due_ms(object),
            Self::Sockets => Ok(sockets::sweep_due_ms(object)),
            Self::Batches => run::due_ms(object),
        }
    }

    /// Does what is due.
    fn run(self) -> Run {
        match self {
            Self::Cleaning => Run::AtOnce(cleaning::run),
            Self::EarlyAcks => Run::AtOnce(early_acks::run),
            Self::Forwarding => Run::Beside(forward::begin),
            Self::Sockets => Run::AtOnce(|object| {
                sockets::sweep(object);
                Ok(())
            }),
            Self::Batches => Run::Waiting(|object| Box::pin(run::run(object))),
        }
    }
}

/// Runs all customers and sets the alarm anew. One that the storage refuses is left alone for a minute, and holds up none of the others.
///
/// # Errors
/// When the alarm could not be set. The runtime then fires again, a few times; where it gives up, the next send sets it anew.
pub async fn fire(object: &Rc<Object>) -> Result<(), StorageFailed> {
    object.alarm.forget();
    for customer in Customer::ALL {
        if customer.refused_until_ms(object).is_some() {
            continue;
        }
        let ran = match customer.run() {
            Run::AtOnce(run) => run(object),
            Run::Beside(begin) => begin(object).map(|begun| begun.into_iter().for_each(|task| go_on(object, task))),
            Run::Waiting(run) => run(object).await,
        };
        if ran.is_err() {
            object.alarm.refuse(customer as usize, now_ms().saturating_add(REFUSED_MS));
        }
    }
    set(object).await
}

/// Lets a task end by itself, and sets the alarm then: for what is due later, or came meanwhile.
fn go_on(object: &Rc<Object>, task: forward::Task) {
    let shared = Rc::clone(object);
    object.spawn(Box::pin(async move {
        if task.await.is_ok() {
            // Where this fails, it is set for the task's watchdog.
            let _set = set(&shared).await;
        }
    }));
}

/// Sets the alarm, after something was stored, where it is not known to be set for that.
///
/// # Errors
/// When the storage fails; what comes next tries again.
pub async fn ensure(object: &Object) -> Result<(), StorageFailed> {
    if object.alarm.is_set() { Ok(()) } else { set(object).await }
}

/// Sets the alarm, where it isn't set for a time that is early enough. One that fires for nothing does no harm.
///
/// # Errors
/// When the storage fails; what comes next tries again.
pub async fn set(object: &Object) -> Result<(), StorageFailed> {
    // Asked before what is due is: two that set it at once would else each go by what was due before the other waited, and the later time stood.
    let set_ms = object.store.alarm().await?;
    let now = now_ms();
    let due = Customer::ALL.into_iter().filter_map(|customer| {
        let due_ms = customer.due_ms(object).unwrap_or_else(|StorageFailed| Some(now.saturating_add(REFUSED_MS)))?;
        Some(due_ms.max(customer.refused_until_ms(object).unwrap_or_default()))
    });
    let Some(first) = due.min() else { return Ok(()) };
    // One whose time is over should have fired: the runtime was killed in between, or is about to. It is not relied on.
    match set_ms.filter(|set_ms| (now..=first).contains(set_ms)) {
        Some(early_enough_ms) => {
            object.alarm.set(early_enough_ms);
            Ok(())
        }
        None => object.set_alarm(first.saturating_sub(now).max(0)).await,
    }
}
