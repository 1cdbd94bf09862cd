//! The bindings to glue.js.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use web_sys::{Request, Response};

#[wasm_bindgen(module = "/src/glue.js")]
extern "C" {
    /// All of a request but its body, in lines.
    pub fn head(request: &Request) -> String;

    /// An answer from its status, its headers in lines and its text.
    pub fn respond(status: u16, headers: &str, body: Option<&str>) -> Response;

    /// The same with bytes.
    #[wasm_bindgen(js_name = respondBytes)]
    pub fn respond_bytes(status: u16, headers: &str, body: &[u8]) -> Response;

    /// A request's body, or why it can't be had.
    #[wasm_bindgen(js_name = readBody)]
    pub fn read_body(request: &Request, limit: f64, sized: bool, ms: u32) -> Promise;

    /// A variable or secret as a text.
    pub fn setting(env: &JsValue, name: &str) -> Option<String>;

    /// Asks a phone's object: a claim and a message in one, or nothing to ask whether it is able.
    pub fn ask(env: &JsValue, name: &str, bytes: &[u8], ms: u32) -> Promise;

    /// The object's side of it: a list of claim and message, empty for the question whether it is able.
    pub fn asked(request: &Request) -> Promise;

    /// One exchange with another server, never redirected.
    pub fn exchange(method: &str, url: &str, headers: &str, body: &JsValue, ms: u32) -> Promise;

    /// The same, with the answer's bytes beside its head.
    #[wasm_bindgen(js_name = exchangeBytes)]
    pub fn exchange_bytes(method: &str, url: &str, headers: &str, body: &JsValue, ms: u32) -> Promise;

    /// Waits.
    pub fn sleep(ms: u32) -> Promise;

    /// Runs statements as one transaction.
    #[wasm_bindgen(catch)]
    pub fn sql(storage: &JsValue, statements: &str) -> Result<String, JsValue>;

    /// The SHA-256 of bytes.
    pub fn sha256(bytes: &[u8]) -> Promise;

    /// Whether a public key made a signature.
    pub fn verify(jwk: &str, algorithm: &str, signed: &str, signature: &[u8]) -> Promise;

    /// Asks Cloudflare's rate limiter.
    pub fn shield(env: &JsValue, key: &str) -> Promise;

    /// Writes a data point.
    #[wasm_bindgen(catch)]
    pub fn point(env: &JsValue, index: &str, blobs: &str, doubles: &[f64]) -> Result<(), JsValue>;

    /// Writes a line of the log.
    pub fn log(line: &str);
}
