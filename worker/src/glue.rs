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

    /// A request's body, or why it can't be had.
    #[wasm_bindgen(js_name = readBody)]
    pub fn read_body(request: &Request, limit: f64, sized: bool, ms: u32) -> Promise;

    /// A variable or secret as a text.
    pub fn setting(env: &JsValue, name: &str) -> Option<String>;

    /// Writes a line of the log.
    pub fn log(line: &str);
}
