//! `MaytapiClient`: one endpoint, one credential, any number of requests at a time.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::input::{self, Options};
use super::output;
use super::settings::{Request, Settings};
use crate::client::{
    Attempts, Call, Endpoint, Error, Failure, Found, Next, Outcome, Repeat, exchange, found, queued_object, read_call,
    send_call, sent, sleep,
};
use crate::json::Json;
use crate::message::{Faults, Message};
use crate::reads::Read;

/// Sends messages through an edge proxy (`baseUrl` and `token`) or straight to Maytapi (`productId` and `apiKey`).
#[wasm_bindgen]
#[derive(Debug)]
pub struct MaytapiClient {
    // Shared with every request that is under way, so that freeing the client takes nothing away from them.
    settings: Rc<Settings>,
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

/// What is asked of the account.
enum Operation {
    Send(Message),
    Ask(Read, Option<String>),
}

impl MaytapiClient {
    fn send(&self, message: &JsValue, options: &JsValue, parse: Parser) -> Promise {
        self.perform(|settings| prepare(settings, message, options, parse))
    }

    /// Every request goes this one way: a second one would be compiled, and downloaded, a second time.
    fn perform(&self, prepare: impl FnOnce(&Settings) -> Result<(Operation, Request), Failure>) -> Promise {
        let settings = Rc::clone(&self.settings);
        // Read before the first wait: a caller may reuse its object for the next message.
        let prepared = prepare(&settings);
        future_to_promise(async move {
            let (operation, request) = prepared.map_err(output::thrown)?;
            perform(&settings, &operation, &request).await.map_err(output::thrown)
        })
    }
}

fn prepare(
    settings: &Settings,
    message: &JsValue,
    options: &JsValue,
    parse: Parser,
) -> Result<(Operation, Request), Failure> {
    let mut request = settings.request(&Options::of(options)?)?;
    settings.identify(&mut request)?;
    let message = parse(input::json(message)?).map_err(|faults| Error::invalid(&faults))?;
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
    let request = settings.request(&Options::of(options)?)?;
    let read = Read::ALL.into_iter().find(|read| read.path() == name);
    let read = read.ok_or_else(|| input::invalid("name", "there is no such question", None))?;
    let body = if read.is_post() { Some(input::numbers(numbers)?) } else { None };
    if read.is_of_phone() && request.phone.is_none() {
        return Err(no_phone());
    }
    Ok((Operation::Ask(read, body), request))
}

fn no_phone() -> Failure {
    input::invalid("phoneId", "say which phone it is about, here or for the client", None)
}

/// A request with all its tries. A failed send carries its idempotency key, with which the caller may try once more.
async fn perform(settings: &Settings, operation: &Operation, request: &Request) -> Result<JsValue, Failure> {
    let mut attempts = Attempts {
        repeat: operation.repeat(request),
        max_retries: request.max_retries,
        retries: 0,
        may_ask_again: settings.asks_for_token(),
    };
    let result = loop {
        let result = attempt(settings, operation, request).await;
        let Err(failure) = &result else { break result };
        match attempts.after(&failure.error, js_sys::Math::random()) {
            Next::GiveUp => break result,
            Next::AskForToken => {}
            Next::Wait(ms) => {
                settings.logger.waiting(&failure.error, ms);
                if let Err(aborted) = sleep(ms, request.options.signal.as_ref()).await {
                    break Err(aborted);
                }
            }
        }
    };
    if let Operation::Send(message) = operation {
        settings.logger.finished(message.type_name(), result.as_ref().err().map(|failure| &*failure.error));
    }
    result.map_err(|mut failure| {
        let key = request.options.idempotency_key.as_ref();
        failure.error.idempotency_key = key.map(|key| key.as_str().to_owned());
        failure
    })
}

/// One try.
async fn attempt(settings: &Settings, operation: &Operation, request: &Request) -> Result<JsValue, Failure> {
    let endpoint = settings.endpoint(&request.options).await?;
    let call = operation.call(&endpoint, request)?;
    let outcome = exchange(settings.fetch.as_ref(), call, &request.options).await?;
    operation.read(&outcome, &endpoint)
}

impl Operation {
    /// Through a proxy every send has a key; Maytapi itself knows none, so there a lost answer is never asked for again.
    fn repeat(&self, request: &Request) -> Repeat {
        match self {
            Operation::Send(_) if request.options.idempotency_key.is_none() => Repeat::WhenNothingHappened,
            _ => Repeat::Always,
        }
    }

    fn call(&self, endpoint: &Endpoint, request: &Request) -> Result<Call, Failure> {
        match (self, &request.phone) {
            (Operation::Send(message), Some(phone)) => {
                Ok(send_call(endpoint, phone, message, request.options.idempotency_key.as_ref()))
            }
            (Operation::Send(_), None) => Err(no_phone()),
            (Operation::Ask(read, body), phone) => Ok(read_call(endpoint, *read, phone.as_ref(), body.as_deref())),
        }
    }

    /// What the answer says, as JavaScript gets it.
    fn read(&self, outcome: &Outcome, endpoint: &Endpoint) -> Result<JsValue, Failure> {
        match self {
            Operation::Send(_) => {
                let queued = sent(outcome, endpoint)?;
                Ok(queued_object(&queued.msg_id, queued.chat_id.as_deref(), outcome))
            }
            Operation::Ask(read, _) => match found(*read, outcome, endpoint)? {
                Found::Picture(bytes) => Ok(bytes.into()),
                Found::Data(data) => output::plain(&data).map_err(output::unhandable),
            },
        }
    }
}
