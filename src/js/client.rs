//! `MaytapiClient`: one endpoint, one credential, any number of requests at a time.

use std::fmt;
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::input;
use super::job::{Job, Operation};
use super::output;
use super::settings::{Request, Settings};
use crate::client::{Error, Failure};
use crate::json::{Json, Limits};
use crate::message::{Faults, Message};
use crate::reads::Read;

/// Sends messages through an edge proxy (`baseUrl` and `token`) or straight to Maytapi (`productId` and `apiKey`).
#[wasm_bindgen]
pub struct MaytapiClient {
    // Shared with every request that is under way, so that freeing the client takes nothing away from them.
    settings: Rc<Settings>,
}

impl fmt::Debug for MaytapiClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MaytapiClient")
    }
}

type Parser = fn(Json) -> Result<Message, Faults>;

#[wasm_bindgen]
impl MaytapiClient {
    /// Makes a client. Nothing is sent and no timer started.
    ///
    /// # Errors
    /// A `ConfigurationError` that names the option at fault.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "ClientOptions")] options: &JsValue,
    ) -> Result<MaytapiClient, JsValue> {
        Settings::read(options).map(|settings| MaytapiClient { settings: Rc::new(settings) }).map_err(output::thrown)
    }

    /// Puts a message into the phone's queue. Resolves when it is queued, which is before it is sent.
    ///
    /// Rejects with a `ValidationError` before anything leaves when the message has faults.
    #[wasm_bindgen(js_name = sendMessage, unchecked_return_type = "Promise<Queued>")]
    pub fn send_message(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Message")] message: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "SendOptions")] options: JsValue,
    ) -> Promise {
        self.send(&message, &options, Message::parse)
    }

    /// Sends the raw form: a type or a field that this package does not know yet. Only the recipient is checked.
    #[wasm_bindgen(js_name = sendRaw, unchecked_return_type = "Promise<Queued>")]
    pub fn send_raw(
        &self,
        #[wasm_bindgen(unchecked_param_type = "RawMessage")] message: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "SendOptions")] options: JsValue,
    ) -> Promise {
        self.send(&message, &options, Message::parse_raw)
    }

    /// Asks the account something. `numbers` is for `checkPhones` alone.
    #[wasm_bindgen(unchecked_return_type = "Promise<unknown>")]
    pub fn read(
        &self,
        #[wasm_bindgen(unchecked_param_type = "ReadName")] name: String,
        #[wasm_bindgen(unchecked_param_type = "string[] | undefined")] numbers: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "ReadOptions")] options: JsValue,
    ) -> Promise {
        self.perform(|settings| question(settings, &name, &numbers, &options))
    }
}

impl MaytapiClient {
    fn send(&self, message: &JsValue, options: &JsValue, parse: Parser) -> Promise {
        self.perform(|settings| prepare(settings, message, options, parse))
    }

    /// Every request goes this one way: a second one would be compiled, and downloaded, a second time.
    fn perform(&self, prepare: impl FnOnce(&Settings) -> Result<(Operation, Request), Failure>) -> Promise {
        // Read before the first wait: a caller may reuse its object for the next message.
        let prepared = prepare(&self.settings).map_err(output::thrown);
        let started = prepared.and_then(|(operation, request)| Job::new(&self.settings, operation, request).run());
        started.unwrap_or_else(|thrown| Promise::reject(&thrown))
    }
}

fn prepare(
    settings: &Settings,
    message: &JsValue,
    options: &JsValue,
    parse: Parser,
) -> Result<(Operation, Request), Failure> {
    let mut request = settings.request(options)?;
    settings.identify(&mut request)?;
    let message = parse(input::json(message, Limits::MESSAGE)?).map_err(|faults| Error::invalid(&faults))?;
    if request.phone.is_none() {
        return Err(no_phone());
    }
    Ok((Operation::Send(message), request))
}

fn question(
    settings: &Settings,
    name: &str,
    numbers: &JsValue,
    options: &JsValue,
) -> Result<(Operation, Request), Failure> {
    let mut request = settings.request(options)?;
    // A key is for what may not happen twice.
    request.options.idempotency_key = None;
    let read = Read::ALL.into_iter().find(|read| read.as_str() == name);
    let read = read.ok_or_else(|| input::invalid("name", "there is no such question", None))?;
    let body = if read.is_post() { Some(input::numbers(numbers)?) } else { None };
    if read.is_of_phone() && request.phone.is_none() {
        return Err(no_phone());
    }
    Ok((Operation::Ask(read, body), request))
}

pub(super) fn no_phone() -> Failure {
    input::invalid("phoneId", "say which phone it is about, here or for the client", None)
}
