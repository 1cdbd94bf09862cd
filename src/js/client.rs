//! `MaytapiClient`: one endpoint, one credential, any number of requests at a time.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::input::{self, Options};
use super::log::Logger;
use super::output;
use super::settings::{Request, Settings};
use crate::client::{Attempts, Endpoint, Error, ErrorKind, Failure, Found, Repeat, Sent, read, send};
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
        let settings = Rc::clone(&self.settings);
        let question = question(&settings, &name, &numbers, &options);
        future_to_promise(async move {
            let (what, body, request) = question.map_err(output::thrown)?;
            let found = run(&settings, &request, Repeat::Always, async |endpoint| {
                read(&settings.fetch, endpoint, what, request.phone.as_ref(), body.clone(), &request.options).await
            });
            match found.await.map_err(output::thrown)? {
                Found::Data(data) => output::plain(&data),
                Found::Picture(bytes) => Ok(bytes.into()),
            }
        })
    }
}

impl MaytapiClient {
    fn send(&self, message: &JsValue, options: &JsValue, parse: Parser) -> Promise {
        let settings = Rc::clone(&self.settings);
        // Read before the first wait: a caller may reuse its object for the next message.
        let prepared = prepare(&settings, message, options, parse);
        future_to_promise(async move {
            let (message, request) = prepared.map_err(output::thrown)?;
            let sent = deliver(&settings, &message, &request).await;
            sent.and_then(|sent| output::queued(&sent)).map_err(output::thrown)
        })
    }
}

fn prepare(
    settings: &Settings,
    message: &JsValue,
    options: &JsValue,
    parse: Parser,
) -> Result<(Message, Request), Failure> {
    let mut request = settings.request(&Options::of(options)?)?;
    settings.identify(&mut request)?;
    let message = parse(input::json(message)?).map_err(|faults| Error::invalid(&faults))?;
    if request.phone.is_none() {
        return Err(no_phone());
    }
    Ok((message, request))
}

fn question(
    settings: &Settings,
    name: &str,
    numbers: &JsValue,
    options: &JsValue,
) -> Result<(Read, Option<js_sys::JsString>, Request), Failure> {
    let request = settings.request(&Options::of(options)?)?;
    let read = Read::ALL.into_iter().find(|read| read.path() == name);
    let read = read.ok_or_else(|| input::invalid("name", "there is no such question", None))?;
    let body = if read.is_post() { Some(input::numbers(numbers)?) } else { None };
    if read.is_of_phone() && request.phone.is_none() {
        return Err(no_phone());
    }
    Ok((read, body, request))
}

fn no_phone() -> Failure {
    input::invalid("phoneId", "say which phone it is about, here or for the client", None)
}

/// The send with all its tries. A failure carries the idempotency key, with which the caller may try once more.
async fn deliver(settings: &Settings, message: &Message, request: &Request) -> Result<Sent, Failure> {
    let options = &request.options;
    // Through a proxy every send has a key; Maytapi itself knows none, so there a lost answer is never asked for again.
    let repeat = if options.idempotency_key.is_some() { Repeat::Always } else { Repeat::WhenNothingHappened };
    let sent = run(settings, request, repeat, async |endpoint| match &request.phone {
        Some(phone) => send(&settings.fetch, endpoint, phone, message, options).await,
        None => Err(no_phone()),
    });
    let sent = sent.await;
    settings
        .logger
        .finished(message.type_name(), sent.as_ref().map(|sent| sent.status).map_err(|failure| &*failure.error));
    sent.map_err(|mut failure| {
        failure.error.idempotency_key = options.idempotency_key.as_ref().map(|key| key.as_str().to_owned());
        failure
    })
}

/// Makes a request as often as the rule on repeating allows. A token that is not accepted is asked for once more.
async fn run<T>(
    settings: &Settings,
    request: &Request,
    repeat: Repeat,
    attempt: impl AsyncFn(&Endpoint) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let signal = request.options.signal.as_ref();
    let attempts = Attempts { repeat, max_retries: request.max_retries, signal };
    let mut may_ask_again = settings.asks_for_token();
    let logger: &Logger = &settings.logger;
    attempts
        .run(
            async || {
                let endpoint = settings.endpoint(&request.options).await?;
                match attempt(&endpoint).await {
                    Err(failure) if may_ask_again && failure.error.kind == ErrorKind::Authentication => {
                        may_ask_again = false;
                        attempt(&settings.endpoint(&request.options).await?).await
                    }
                    result => result,
                }
            },
            |error, ms| logger.waiting(error, ms),
        )
        .await
}
