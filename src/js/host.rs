//! What the bindings need of their JavaScript host: `host.js`, where one call does what would take many crossings of the boundary.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

#[wasm_bindgen(module = "/src/js/host.js")]
extern "C" {
    /// How an exchange or a wait ended.
    #[derive(Clone, Debug)]
    pub(super) type Outcome;

    /// The body as a string or an `ArrayBuffer`; else the reason of the abort, or what was thrown.
    #[wasm_bindgen(method, getter)]
    pub(super) fn value(this: &Outcome) -> JsValue;
    pub(super) fn header(outcome: &Outcome, name: &str) -> Option<String>;

    pub(super) fn exchange(
        fetch: Option<&Function>,
        url: &str,
        headers: &str,
        body: Option<&str>,
        picture: bool,
        ms: u32,
        signal: Option<&AbortSignal>,
        resume: &JsValue,
        number: usize,
    );

    /// Gives the function with which its owner ends the wait.
    pub(super) fn wait(ms: u32, signal: Option<&AbortSignal>, resume: &JsValue, number: usize) -> Function;

    #[wasm_bindgen(js_name = fetchToken)]
    pub(super) fn fetch_token(function: &Function, resume: &JsValue, number: usize);

    /// A key that nobody else makes.
    #[wasm_bindgen(catch, js_name = randomKey)]
    pub(super) fn random_key() -> Result<String, JsValue>;

    /// What a send resolves to.
    pub(super) fn queued(msg_id: &str, chat_id: Option<&str>, outcome: &Outcome) -> JsValue;

    /// Whether the user can read everything that runs here.
    #[wasm_bindgen(catch, js_name = isBrowser)]
    pub(super) fn is_browser() -> Result<bool, JsValue>;

    /// A value as JSON text; `None` of what has none, as functions.
    #[wasm_bindgen(catch, js_name = jsonOf)]
    pub(super) fn json_of(value: &JsValue) -> Result<Option<String>, JsValue>;

    /// Options as JSON text, with an empty object for whatever is no data.
    #[wasm_bindgen(catch, js_name = optionsText)]
    pub(super) fn options_text(options: &JsValue, names: &str) -> Result<String, JsValue>;

    /// A member of an object, undefined where it is missing.
    #[wasm_bindgen(catch)]
    pub(super) fn member(object: &JsValue, name: &str) -> Result<JsValue, JsValue>;

    /// Whether it behaves as an `AbortSignal`.
    #[wasm_bindgen(catch, js_name = isSignal)]
    pub(super) fn is_signal(value: &JsValue) -> Result<bool, JsValue>;

    /// An `Error` with a name and members of its own.
    #[wasm_bindgen(js_name = errorOf)]
    pub(super) fn error_of(name: &str, message: &str, members: &str, cause: &JsValue) -> JsValue;

    /// Tells the caller's logger.
    pub(super) fn tell(logger: &JsValue, level: &str, event: &str, details: &str);
}

/// Statuses that no server gives: how a wait without an answer ended.
pub(super) mod ended {
    pub(crate) const TIMED_OUT: i32 = -1;
    pub(crate) const ABORTED: i32 = -2;
    pub(crate) const FAILED: i32 = -3;
}
