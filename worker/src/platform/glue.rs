//! The bindings to glue.js.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/platform/glue.js")]
extern "C" {
    /// An answer from its status, its headers in lines, those first that many answers have, and its text.
    pub fn respond(status: u16, common: &str, own: &str, body: Option<&str>) -> JsValue;

    /// The same with bytes.
    #[wasm_bindgen(js_name = respondBytes)]
    pub fn respond_bytes(status: u16, common: &str, own: &str, body: &[u8]) -> JsValue;

    /// A request's body, or why it can't be had.
    #[wasm_bindgen(js_name = readBody)]
    pub fn read_body(call: &JsValue, limit: f64, sized: bool, ms: u32) -> Promise;

    /// A variable or secret as a text.
    pub fn setting(name: &str) -> Option<String>;

    /// Asks a phone's object to send.
    pub fn ask(call: &JsValue, name: &str, claim: &str, message: &[u8], ms: u32) -> Promise;

    /// Asks a phone's object whether it is able.
    pub fn ready(call: &JsValue, name: &str, ms: u32) -> Promise;

    /// One exchange with another server, never redirected.
    pub fn exchange(method: &str, url: &str, headers: &str, body: &JsValue, ms: u32) -> Promise;

    /// The same, with the answer's bytes after the lines.
    #[wasm_bindgen(js_name = exchangeBytes)]
    pub fn exchange_bytes(method: &str, url: &str, headers: &str, body: &JsValue, ms: u32) -> Promise;

    /// Waits.
    pub fn sleep(ms: u32) -> Promise;

    /// What is recorded of a send and its counters.
    #[wasm_bindgen(catch)]
    pub fn look(phone: &JsValue, id: &str, caller: &str, recipient: &str, all: &str) -> Result<String, JsValue>;

    /// Records a send, with its counters.
    #[wasm_bindgen(catch)]
    pub fn post(
        phone: &JsValue,
        id: &str,
        state: u8,
        digest: Option<&str>,
        made: f64,
        names: &str,
        numbers: &[f64],
    ) -> Result<(), JsValue>;

    /// Moves an open record.
    #[wasm_bindgen(catch)]
    pub fn mark(phone: &JsValue, id: &str, state: u8) -> Result<(), JsValue>;

    /// Records what became of a send, or forgets it.
    #[wasm_bindgen(catch)]
    pub fn settle(phone: &JsValue, id: &str, state: u8, outcome: Option<&str>) -> Result<(), JsValue>;

    /// Runs other statements as one transaction.
    #[wasm_bindgen(catch)]
    pub fn sql(phone: &JsValue, statements: &str) -> Result<String, JsValue>;

    /// The SHA-256 of bytes.
    pub fn sha256(bytes: &[u8]) -> Promise;

    /// Whether a public key made a signature.
    pub fn verify(jwk: &str, algorithm: &str, signed: &str, signature: &[u8]) -> Promise;

    /// Asks Cloudflare's rate limiter.
    pub fn shield(key: &str) -> Promise;

    /// Writes a data point.
    #[wasm_bindgen(catch)]
    pub fn point(index: &str, blobs: &str, doubles: &[f64]) -> Result<(), JsValue>;

    /// Writes a line of the log.
    pub fn log(line: &str);
}
