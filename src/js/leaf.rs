//! The one future at the bottom of every request: it is pending until `host.js` calls back. One closure serves all of them: a `JsFuture`
//! makes two for each wait, and asks for status, text and header by a call each.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use slab::Slab;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

use super::host::Outcome;

/// What `host.js` calls back with.
pub(super) struct Settled {
    /// The HTTP status, or one of [`ended`](super::host::ended).
    pub(super) status: i32,
    /// The outcome's value, where it is a string.
    pub(super) text: Option<String>,
    /// The `x-request-id` header, of a proxy's answer.
    pub(super) request_id: Option<String>,
    pub(super) outcome: Outcome,
}

/// A pending callback of `host.js`, by its number; none once it has come.
pub(super) struct HostCall(Option<usize>);

enum Callback {
    Pending(Option<Waker>),
    Settled(Settled),
    /// Nobody waits any more. Its number stays taken until the callback has come.
    Abandoned,
}

type Resume = dyn Fn(usize, i32, Option<String>, Option<String>, Outcome);

thread_local! {
    static CALLBACKS: RefCell<Slab<Callback>> = const { RefCell::new(Slab::new()) };
    static RESUME: JsValue = Closure::<Resume>::new(resume).into_js_value();
}

impl HostCall {
    /// Calls a function of `host.js`, which will call back once, with the number that it is given.
    pub(super) fn start<R>(call: impl FnOnce(&JsValue, usize) -> R) -> (Self, R) {
        let number = CALLBACKS.with_borrow_mut(|callbacks| callbacks.insert(Callback::Pending(None)));
        (HostCall(Some(number)), RESUME.with(|resume| call(resume, number)))
    }
}

fn resume(number: usize, status: i32, text: Option<String>, request_id: Option<String>, outcome: Outcome) {
    let settled = Callback::Settled(Settled { status, text, request_id, outcome });
    let waker = CALLBACKS.with_borrow_mut(|callbacks| match callbacks.get_mut(number) {
        Some(Callback::Abandoned) => {
            callbacks.try_remove(number);
            None
        }
        Some(callback) => match std::mem::replace(callback, settled) {
            Callback::Pending(waker) => waker,
            Callback::Settled(_) | Callback::Abandoned => None,
        },
        None => None,
    });
    if let Some(waker) = waker {
        waker.wake();
    }
}

impl Future for HostCall {
    type Output = Settled;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Settled> {
        CALLBACKS.with_borrow_mut(|callbacks| {
            let Some((number, callback)) = self.0.and_then(|number| Some((number, callbacks.get_mut(number)?))) else {
                return Poll::Pending;
            };
            let waker = Some(context.waker().clone());
            match std::mem::replace(callback, Callback::Pending(waker)) {
                Callback::Settled(settled) => {
                    callbacks.try_remove(number);
                    self.0 = None;
                    Poll::Ready(settled)
                }
                Callback::Pending(_) | Callback::Abandoned => Poll::Pending,
            }
        })
    }
}

impl Drop for HostCall {
    fn drop(&mut self) {
        let Some(number) = self.0 else { return };
        CALLBACKS.with_borrow_mut(|callbacks| match callbacks.get_mut(number) {
            Some(Callback::Settled(_)) => drop(callbacks.try_remove(number)),
            Some(callback) => *callback = Callback::Abandoned,
            None => {}
        });
    }
}
