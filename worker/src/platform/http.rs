//! A request's head and body, and the response to it.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;
use web_sys::{Request, Response};

use super::pending::{Value, pending};

#[wasm_bindgen(module = "/src/platform/http.js")]
extern "C" {
    /// The deadlines of a request's waits, with one timer for all of them.
    #[derive(Debug)]
    pub type Deadline;

    #[wasm_bindgen(constructor)]
    fn new() -> Deadline;

    #[wasm_bindgen(method)]
    fn clear(this: &Deadline);

    /// All of a request but its body, in lines and as UTF-8: as a text it would cross sign by sign.
    #[wasm_bindgen(js_name = readHead)]
    pub fn read_head(request: &Request) -> Vec<u8>;

    fn header(request: &Request, name: &str) -> Option<String>;

    #[wasm_bindgen(js_name = readBody)]
    fn begin_body(id: u32, request: &Request, deadline: &Deadline, limit: f64, sized: bool, ms: u32);

    /// A response from its status, its headers in lines, those first that many responses have, and its text.
    pub fn respond(status: u16, common: &str, own: &str, body: Option<&str>) -> Response;

    /// The same with bytes.
    #[wasm_bindgen(js_name = respondBytes)]
    pub fn respond_bytes(status: u16, common: &str, own: &str, body: &[u8]) -> Response;

    /// The same with pages that a phone's object is asked for one after the other.
    #[wasm_bindgen(js_name = respondPages)]
    pub fn respond_pages(status: u16, common: &str, own: &str, head: &str, phone: &str, question: &str) -> Response;
}

/// Why a body can't be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyError {
    /// It has more bytes than allowed.
    TooLarge,
    /// It did not arrive to its end.
    Incomplete,
    /// It did not arrive in time.
    Timeout,
}

/// A request while it is answered. Its timer goes when this is dropped, also by a panic.
#[derive(Debug)]
pub struct Exchange<'r> {
    request: &'r Request,
    /// The deadlines of what it waits for.
    pub deadline: Deadline,
    upgraded: RefCell<Option<Response>>,
}

impl<'r> Exchange<'r> {
    /// Of this request.
    pub fn new(request: &'r Request) -> Self {
        Exchange { request, deadline: Deadline::new(), upgraded: RefCell::default() }
    }

    /// A header that is not among those of every request's head.
    pub fn header(&self, name: &str) -> Option<String> {
        header(self.request, name)
    }

    /// The request is answered with this response, which has a socket.
    pub fn upgrade(&self, response: Response) {
        self.upgraded.replace(Some(response));
    }

    /// The response with a socket, where there is one.
    pub fn upgraded(&self) -> Option<Response> {
        self.upgraded.take()
    }

    /// The request's body of at most `limit` bytes, in at most `ms` milliseconds. `sized` says whether its length was checked already.
    ///
    /// # Errors
    /// When it is larger, slower, or breaks off.
    pub async fn body(&self, limit: usize, sized: bool, ms: u32) -> Result<Vec<u8>, BodyError> {
        match pending(|id| begin_body(id, self.request, &self.deadline, limit as f64, sized, ms)).await {
            Value::Bytes(bytes) => Ok(bytes.to_vec()),
            Value::Number(1.0) => Err(BodyError::TooLarge),
            Value::Number(3.0) => Err(BodyError::Timeout),
            Value::Number(_) | Value::Text(_) | Value::Failed => Err(BodyError::Incomplete),
        }
    }
}

impl Drop for Exchange<'_> {
    fn drop(&mut self) {
        self.deadline.clear();
    }
}
