//! What the crate needs of its JavaScript host: `host.js`, where one call does what would take many crossings of the boundary.

use js_sys::{Function, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

#[wasm_bindgen(module = "/src/client/host.js")]
extern "C" {
    /// What came of a wait.
    #[derive(Clone, Debug)]
    pub type Came;

    /// The body as a string or an `ArrayBuffer`, or the token; else the reason of the abort, or what was thrown.
    #[wasm_bindgen(method, getter)]
    pub(super) fn value(this: &Came) -> JsValue;

    #[wasm_bindgen(js_name = requestId)]
    pub(super) fn request_id(came: &Came) -> Option<String>;
    #[wasm_bindgen(js_name = retryAfterMs)]
    pub(super) fn retry_after_ms(came: &Came) -> Option<u32>;

    #[wasm_bindgen(js_name = textOf)]
    pub(super) fn text_of(bytes: &Uint8Array) -> String;

    #[wasm_bindgen(js_name = plainHeaders)]
    pub(super) fn plain_headers(headers: &JsValue) -> JsValue;
    pub(super) fn exchange(
        fetch: Option<&Function>,
        url: &str,
        common: &JsValue,
        key: Option<&str>,
        body: Option<&str>,
        bytes: bool,
        ms: u32,
        signal: Option<&AbortSignal>,
        resume: &JsValue,
        wait: u32,
    ) -> Promise;
    pub(super) fn ask(token: &Function, ms: u32, signal: Option<&AbortSignal>, resume: &JsValue, wait: u32) -> Promise;
    pub(super) fn sleep(ms: u32, signal: Option<&AbortSignal>, resume: &JsValue, wait: u32) -> Promise;

    /// A key that nobody else makes.
    #[wasm_bindgen(catch, js_name = randomKey)]
    pub fn random_key() -> Result<String, JsValue>;

    /// What a send resolves to.
    pub fn queued(msg_id: &str, chat_id: Option<&str>, came: &Came) -> JsValue;

    /// Whether the user can read everything that runs here.
    #[wasm_bindgen(catch, js_name = isBrowser)]
    pub fn is_browser() -> Result<bool, JsValue>;

    /// A value as JSON text; `None` of what has none, as functions.
    #[wasm_bindgen(catch, js_name = jsonOf)]
    pub fn json_of(value: &JsValue) -> Result<Option<String>, JsValue>;

    /// A member of an object, undefined where it is missing.
    #[wasm_bindgen(catch)]
    pub fn member(object: &JsValue, name: &str) -> Result<JsValue, JsValue>;

    /// Whether it behaves as an `AbortSignal`.
    #[wasm_bindgen(catch, js_name = isSignal)]
    pub fn is_signal(value: &JsValue) -> Result<bool, JsValue>;

    /// An `Error` with a name and members of its own.
    #[wasm_bindgen(js_name = errorOf)]
    pub fn error_of(name: &str, message: &str, members: &str, cause: &JsValue) -> JsValue;

    /// Tells the caller's logger.
    pub fn tell(logger: &JsValue, level: &str, event: &str, details: &str);
}

/// Statuses that no server gives: how a wait without an answer ended.
pub(super) mod end {
    pub(crate) const DONE: i32 = -1;
    pub(crate) const TIMED_OUT: i32 = -2;
    pub(crate) const ABORTED: i32 = -3;
    pub(crate) const FAILED: i32 = -4;
}
