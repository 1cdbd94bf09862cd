//! Aborts a fetch whose future is dropped before it is done.

use std::cell::Cell;

use wasm_bindgen::JsValue;
use web_sys::{AbortController, AbortSignal};

/// Aborts when it is dropped, unless the exchange is done.
pub(super) struct AbortOnDrop {
    controller: AbortController,
    signal: AbortSignal,
    done: Cell<bool>,
}

impl AbortOnDrop {
    pub(super) fn new() -> Result<Self, JsValue> {
        let controller = AbortController::new()?;
        Ok(AbortOnDrop { signal: controller.signal(), controller, done: Cell::new(false) })
    }

    pub(super) fn signal(&self) -> &AbortSignal {
        &self.signal
    }

    /// There is nothing left to abort: aborting makes an exception that nobody sees, which is dear.
    pub(super) fn done(&self) {
        self.done.set(true);
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if !self.done.get() {
            self.controller.abort();
        }
    }
}
