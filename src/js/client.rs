//! `MaytapiClient`: one endpoint, one credential, any number of requests at a time.

use std::rc::Rc;

use js_sys::{JsString, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::input::{self, Options};
use super::output;
use super::settings::{Request, Settings};
use crate::client::{
    Attempts, Call, Endpoint, Error, ErrorKind, Exchange, Failure, Found, Repeat, Sent, found, read_call, send_call,
    sent,
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
    Ask(Read, Option<JsString>),
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
    let attempts = Attempts {
        repeat: operation.repeat(request),
        max_retries: request.max_retries,
        signal: request.options.signal.as_ref(),
    };
    let mut may_ask_again = settings.asks_for_token();
    let attempt = async || loop {
        let endpoint = settings.endpoint(&request.options).await?;
        let exchange = settings.fetch.call(operation.call(&endpoint, request)?).await?;
        match operation.read(exchange, &endpoint) {
            // A token that is not accepted is asked for once more.
            Err(error) if may_ask_again && error.kind == ErrorKind::Authentication => may_ask_again = false,
            Err(error) => return Err(error.into()),
            Ok(outcome) => return Ok(outcome),
        }
    };
    let result = attempts.run(attempt, |error, ms| settings.logger.waiting(error, ms)).await;
    let outcome = result.as_ref().map_err(|failure| &*failure.error);
    if let Operation::Send(message) = operation {
        settings.logger.finished(message.type_name(), outcome.err());
    }
    match result {
        Ok(Outcome::Sent(sent)) => output::queued(&sent),
        Ok(Outcome::Found(Found::Picture(bytes))) => Ok(bytes.into()),
        Ok(Outcome::Found(Found::Data(data))) => output::plain(&data).map_err(output::unhandable),
        Err(mut failure) => {
            let key = request.options.idempotency_key.as_ref();
            failure.error.idempotency_key = key.map(|key| key.as_str().to_owned());
            Err(failure)
        }
    }
}

enum Outcome {
    Sent(Sent),
    Found(Found),
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
            (Operation::Send(message), Some(phone)) => Ok(send_call(endpoint, phone, message, &request.options)),
            (Operation::Send(_), None) => Err(no_phone()),
            (Operation::Ask(read, body), phone) => {
                Ok(read_call(endpoint, *read, phone.as_ref(), body.clone(), &request.options))
            }
        }
    }

    fn read(&self, exchange: Exchange, endpoint: &Endpoint) -> Result<Outcome, Error> {
        match self {
            Operation::Send(_) => sent(exchange, endpoint).map(Outcome::Sent),
            Operation::Ask(read, _) => found(*read, exchange, endpoint).map(Outcome::Found),
        }
    }
}
