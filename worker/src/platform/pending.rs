//! A future for a promise that JavaScript began, and the clock.
//!
//! One closure is called back for all promises, with the promise's id: see docs/decisions/0011-one-callback-for-all-promises.md.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use js_sys::{Date, Uint8Array};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/platform/pending.js")]
extern "C" {
    fn connect(settle: &Closure<dyn Fn(u32, JsValue)>) -> u32;

    #[wasm_bindgen(js_name = sleep)]
    fn begin_sleep(id: u32, ms: u32);

    #[wasm_bindgen(js_name = wake)]
    fn end_sleep(id: u32);
}

/// What a promise was fulfilled with.
#[derive(Debug)]
pub enum Value {
    /// A text.
    Text(String),
    /// Bytes, in JavaScript's memory.
    Bytes(Uint8Array),
    /// A number, or a boolean as 1 and 0.
    Number(f64),
    /// It was rejected, or fulfilled with something else.
    Failed,
}

/// A future of the promise with this id.
#[derive(Debug)]
pub struct Pending(u32);

/// A wait that has begun.
#[derive(Debug)]
pub struct Sleep {
    pending: Pending,
    is_over: bool,
}

struct Entry {
    since_ms: i64,
    waker: Option<Waker>,
    value: Option<Value>,
}

/// Longer than any wait of a request or a send. The runtime may cut off what a caller began who has gone, and then nobody calls back.
const LONGEST_MS: i64 = 15 * 60_000;

thread_local! {
    static ENTRIES: RefCell<BTreeMap<u32, Entry>> = const { RefCell::new(BTreeMap::new()) };
    static LAST_READ_MS: Cell<i64> = const { Cell::new(0) };
    static NEXT_ID: Cell<u32> = {
        let settle = Closure::new(settle);
        let first = connect(&settle);
        // It lives as long as the instance.
        settle.forget();
        Cell::new(first)
    };
}

/// Begins something that calls back with this id.
pub fn pending(begin: impl FnOnce(u32)) -> Pending {
    let id = NEXT_ID.with(|next| next.replace(next.get().wrapping_add(1)));
    // Exact enough, and no crossing for each wait.
    let since_ms = LAST_READ_MS.get();
    let lost = ENTRIES.with_borrow_mut(|entries| {
        entries.insert(id, Entry { since_ms, waker: None, value: None });
        let oldest = entries.first_entry().filter(|oldest| since_ms.saturating_sub(oldest.get().since_ms) > LONGEST_MS);
        oldest.and_then(|oldest| oldest.remove().waker)
    });
    if let Some(waker) = lost {
        waker.wake();
    }
    begin(id);
    Pending(id)
}

/// Waits for as many milliseconds. Where it is dropped before, its timer is too.
pub fn sleep(ms: u32) -> Sleep {
    Sleep { pending: pending(|id| begin_sleep(id, ms)), is_over: false }
}

/// Milliseconds since 1970. The runtime's clock stands still between two waits.
pub fn now_ms() -> i64 {
    let now = Date::now() as i64;
    LAST_READ_MS.set(now);
    now
}

fn settle(id: u32, value: JsValue) {
    let waker = ENTRIES.with_borrow_mut(|entries| {
        let entry = entries.get_mut(&id)?;
        entry.value = Some(value.into());
        entry.waker.take()
    });
    if let Some(waker) = waker {
        waker.wake();
    }
}

impl Future for Pending {
    type Output = Value;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Value> {
        ENTRIES.with_borrow_mut(|entries| match entries.get_mut(&self.0) {
            // Nobody will call back.
            None => Poll::Ready(Value::Failed),
            Some(entry) => match entry.value.take() {
                Some(value) => Poll::Ready(value),
                None => {
                    entry.waker = Some(context.waker().clone());
                    Poll::Pending
                }
            },
        })
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        // Dropped outside of the borrow: a waker may hold a future that holds other entries.
        let _entry = ENTRIES.with_borrow_mut(|entries| entries.remove(&self.0));
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let polled = Pin::new(&mut self.pending).poll(context).map(drop);
        self.is_over = polled.is_ready();
        polled
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if !self.is_over {
            end_sleep(self.pending.0);
        }
    }
}

impl Value {
    /// The text, where it is one.
    pub fn text(self) -> Option<String> {
        match self {
            Value::Text(text) => Some(text),
            Value::Bytes(_) | Value::Number(_) | Value::Failed => None,
        }
    }

    /// The bytes, where it is some, copied.
    pub fn bytes(self) -> Option<Vec<u8>> {
        match self {
            Value::Bytes(bytes) => Some(bytes.to_vec()),
            Value::Text(_) | Value::Number(_) | Value::Failed => None,
        }
    }

    /// Whether it is `true`.
    pub fn is_true(&self) -> bool {
        matches!(self, Value::Number(number) if *number == 1.0)
    }
}

impl From<JsValue> for Value {
    fn from(value: JsValue) -> Self {
        if let Some(text) = value.as_string() {
            return Value::Text(text);
        }
        match value.dyn_into::<Uint8Array>() {
            Ok(bytes) => Value::Bytes(bytes),
            Err(value) => {
                let number = value.as_f64().or_else(|| value.as_bool().map(f64::from));
                number.filter(|number| !number.is_nan()).map_or(Value::Failed, Value::Number)
            }
        }
    }
}
