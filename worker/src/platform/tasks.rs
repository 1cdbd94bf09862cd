//! Runs what a request needs done, step by step. entry.js calls in with what was waited for, and gets what to wait for next, or the answer.
//!
//! wasm-bindgen-futures does the same for any promise, with two closures, two crossings and a turn of the microtask queue for each wait:
//! a quarter of a request's CPU. Here a wait is one crossing back and one in.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::JsValue;

/// What a promise came to.
#[derive(Debug)]
pub enum Answer {
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Uint8Array),
    /// A number, or a boolean as 1 and 0.
    Number(f64),
    /// It was rejected, or came to nothing that is known here.
    Failed,
}

impl Answer {
    /// The text, where it is one.
    pub fn text(self) -> Option<String> {
        match self {
            Answer::Text(text) => Some(text),
            Answer::Bytes(_) | Answer::Number(_) | Answer::Failed => None,
        }
    }

    /// Whether it is `true`.
    pub fn is_true(&self) -> bool {
        matches!(self, Answer::Number(number) if *number == 1.0)
    }
}

struct Task {
    begun_ms: i64,
    future: Pin<Box<dyn Future<Output = JsValue>>>,
}

/// Every wait has a bound, all bounds of a request together are less than this: what is older waits for a caller who has gone.
const LONGEST_MS: i64 = 15 * 60_000;

thread_local! {
    /// What waits, by the number that entry.js gave it.
    static WAITING: RefCell<BTreeMap<u32, Task>> = const { RefCell::new(BTreeMap::new()) };
    /// Between a task and `step`, which polls one task at a time.
    static ASKED: Cell<Option<Promise>> = const { Cell::new(None) };
    static TOLD: Cell<Answer> = const { Cell::new(Answer::Failed) };
    static NOW_MS: Cell<i64> = const { Cell::new(0) };
}

/// Waits for a promise, inside of a task.
pub async fn wait(promise: Promise) -> Answer {
    ASKED.set(Some(promise));
    let mut asked = false;
    poll_fn(|_| match std::mem::replace(&mut asked, true) {
        false => Poll::Pending,
        true => Poll::Ready(TOLD.replace(Answer::Failed)),
    })
    .await
}

/// Milliseconds since 1970, as of this step: the runtime's clock stands still between two waits.
pub fn now_ms() -> i64 {
    NOW_MS.get()
}

/// Sets the clock for what is not a task.
pub fn set_now(now: f64) {
    NOW_MS.set(now as i64);
}

/// Begins a task: a promise where it waits, else its answer.
pub fn begin(number: u32, now: f64, future: impl Future<Output = JsValue> + 'static) -> JsValue {
    set_now(now);
    let begun_ms = now_ms();
    WAITING.with_borrow_mut(|waiting| {
        while waiting.first_entry().is_some_and(|oldest| begun_ms.saturating_sub(oldest.get().begun_ms) > LONGEST_MS) {
            // The value is dropped here, and so is what the task held.
            drop(waiting.pop_first());
        }
    });
    step(number, Task { begun_ms, future: Box::pin(future) })
}

/// Goes on with a task. `undefined` where there is none: this instance of the module is younger than the task.
pub fn tell(number: u32, now: f64, answer: Answer) -> JsValue {
    set_now(now);
    match WAITING.with_borrow_mut(|waiting| waiting.remove(&number)) {
        Some(task) => {
            TOLD.set(answer);
            step(number, task)
        }
        None => JsValue::UNDEFINED,
    }
}

/// A task that panics is dropped on the way out.
fn step(number: u32, mut task: Task) -> JsValue {
    match task.future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => {
            WAITING.with_borrow_mut(|waiting| waiting.insert(number, task));
            ASKED.take().map_or(JsValue::UNDEFINED, JsValue::from)
        }
    }
}
