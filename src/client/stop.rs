//! Ends a wait: after a time, or when the caller's `AbortSignal` says so.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};

use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, AbortSignal};

use super::send::SendOptions;
use super::transport::{Failure, connection_failed, stopped};

/// Why a wait ended before its time.
#[derive(Clone, Debug)]
pub enum Stop {
    /// The time was up.
    TimedOut,
    /// The caller's signal was aborted, with this reason.
    Aborted(JsValue),
}

/// Watches the time and the caller's signal during one request. Dropping it leaves neither a timer nor a listener behind, and aborts
/// the request if it is still running.
#[derive(Debug)]
pub struct Stopper {
    state: Rc<RefCell<State>>,
    controller: AbortController,
    finished: Cell<bool>,
    _timer: Option<Timeout>,
    _listener: Option<Listener>,
}

#[derive(Debug, Default)]
struct State {
    stop: Option<Stop>,
    waker: Option<Waker>,
}

/// The longest delay that `setTimeout` takes; a longer one would fire at once.
const LONGEST_TIMER_MS: u32 = 0x7fff_ffff;

impl Stopper {
    /// Starts to watch.
    ///
    /// # Errors
    /// The host's error where it has no `AbortController`.
    pub fn new(timeout_ms: Option<u32>, signal: Option<&AbortSignal>) -> Result<Self, JsValue> {
        let controller = AbortController::new()?;
        let state = Rc::new(RefCell::new(State::default()));
        let stop: Rc<dyn Fn(Stop)> = {
            let (state, controller) = (Rc::clone(&state), controller.clone());
            Rc::new(move |stop| {
                let mut state = state.borrow_mut();
                state.stop.get_or_insert(stop);
                let waker = state.waker.take();
                drop(state);
                controller.abort();
                if let Some(waker) = waker {
                    waker.wake();
                }
            })
        };
        let timer = timeout_ms.map(|ms| {
            let stop = Rc::clone(&stop);
            Timeout::new(ms.min(LONGEST_TIMER_MS), move || stop(Stop::TimedOut))
        });
        let listener = match signal {
            Some(signal) if signal.aborted() => {
                stop(Stop::Aborted(signal.reason()));
                None
            }
            Some(signal) => Some(Listener::new(signal.clone(), stop)?),
            None => None,
        };
        Ok(Stopper { state, controller, finished: Cell::new(false), _timer: timer, _listener: listener })
    }

    /// The signal to hand to `fetch`.
    #[must_use]
    pub fn signal(&self) -> AbortSignal {
        self.controller.signal()
    }

    /// Whether it was stopped already.
    #[must_use]
    pub fn stopped(&self) -> Option<Stop> {
        self.state.borrow().stop.clone()
    }

    /// Says that the request is over, so that nothing is left to abort.
    pub fn finish(&self) {
        self.finished.set(true);
    }

    /// Waits for `future`, but no longer than until the stop.
    ///
    /// # Errors
    /// The stop, when it came first.
    pub async fn guard<F: Future>(&self, future: F) -> Result<F::Output, Stop> {
        let mut future = pin!(future);
        poll_fn(|context| {
            // The stop first: an aborted fetch also rejects, and the reason that counts is ours.
            if let Some(stop) = self.stopped() {
                return Poll::Ready(Err(stop));
            }
            if let Poll::Ready(output) = future.as_mut().poll(context) {
                return Poll::Ready(Ok(output));
            }
            self.state.borrow_mut().waker = Some(context.waker().clone());
            Poll::Pending
        })
        .await
    }
}

/// Waits for `future` within a request's time and signal.
///
/// # Errors
/// When the time was up, or the signal ended it.
pub async fn within<F: Future>(options: &SendOptions, future: F) -> Result<F::Output, Failure> {
    let stopper = Stopper::new(options.bound_ms(), options.signal.as_ref()).map_err(connection_failed)?;
    stopper.guard(future).await.map_err(stopped)
}

impl Drop for Stopper {
    fn drop(&mut self) {
        // A request that was dropped would run on unseen. A finished one is left alone: an abort makes an exception that nobody sees,
        // which took a seventh of a whole send.
        if !self.finished.get() {
            self.controller.abort();
        }
    }
}

/// An `abort` listener that is taken off again when dropped.
struct Listener {
    signal: AbortSignal,
    callback: Closure<dyn FnMut()>,
}

impl Listener {
    fn new(signal: AbortSignal, stop: Rc<dyn Fn(Stop)>) -> Result<Self, JsValue> {
        let callback = {
            let signal = signal.clone();
            Closure::<dyn FnMut()>::new(move || stop(Stop::Aborted(signal.reason())))
        };
        signal.add_event_listener_with_callback("abort", callback.as_ref().unchecked_ref())?;
        Ok(Listener { signal, callback })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let callback = self.callback.as_ref().unchecked_ref();
        // Taking a listener off fails only on what is no event target, and this one took the listener on.
        drop(self.signal.remove_event_listener_with_callback("abort", callback));
    }
}

impl std::fmt::Debug for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Listener")
    }
}
