//! Live sockets. `worker`'s own functions for them unwrap, and take a crossing for each socket.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use crate::platform::http::Deadline;

#[wasm_bindgen(module = "/src/platform/socket/socket.js")]
extern "C" {
    /// A response whose socket is accepted and closed at once, with this code. `offered` says whether the caller named our protocol.
    pub fn refuse(code: u16, reason: &str, offered: bool) -> Response;

    #[wasm_bindgen(js_name = dial)]
    fn begin_dial(deadline: &Deadline, name: &str, question: &str, ms: u32) -> Promise;

    /// Accepts a socket in an object, with tags and frames in lines.
    ///
    /// # Errors
    /// When the runtime takes no more.
    #[wasm_bindgen(catch)]
    pub fn accept(state: &JsValue, tags: &str, expires_s: f64, frames: &str) -> Result<JsValue, JsValue>;

    /// How many sockets an object has of this tag, or in all.
    pub fn count(state: &JsValue, tag: &str) -> u32;

    /// Closes the sockets whose token has ended, and those that have been silent for longer than this.
    pub fn sweep(state: &JsValue, silent_ms: f64);
}

#[wasm_bindgen(module = "/src/platform/socket/frames.js")]
extern "C" {
    /// Tells changes up to a cursor: lines, in turn a tag, empty for all sockets, and the items, in JSON, for those who have it.
    pub fn tell(state: &JsValue, parts: &str, cursor: &str);
}

/// A response with a socket at a phone's object, where that answers in time.
pub async fn dial(deadline: &Deadline, phone: &str, question: &str, ms: u32) -> Option<Response> {
    JsFuture::from(begin_dial(deadline, phone, question, ms)).await.ok()?.dyn_into().ok()
}
