//! `MaytapiClient`: one endpoint, one credential, any number of requests at a time.

use std::fmt;
use std::rc::Rc;

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::host::Outcome;
use super::settings::{Request, Settings, no_phone};
use super::transport::HostTransport;
use super::{host, input, output};
use crate::answer::Queued;
use crate::client::{Answered, Body, Call, Client, Error, Response};
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

    /// A token that is good now, for what goes another way: a socket.
    #[wasm_bindgen(js_name = accessToken, unchecked_return_type = "Promise<string>")]
    pub fn access_token(&self) -> Promise {
        self.perform(None, self.settings.request(&JsValue::UNDEFINED).map(|request| (request.client, Asked::Token)))
    }

    /// Says that a token was not accepted: it is not used again.
    #[wasm_bindgen(js_name = dropToken)]
    pub fn drop_token(&self, token: &str) {
        self.settings.client.drop_token(token);
    }

    /// Asks the account something. `numbers` is for `checkPhones` alone.
    #[wasm_bindgen(unchecked_return_type = "Promise<unknown>")]
    pub fn read(
        &self,
        #[wasm_bindgen(unchecked_param_type = "ReadName")] name: String,
        #[wasm_bindgen(unchecked_param_type = "string[] | undefined")] numbers: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "ReadOptions")] options: JsValue,
    ) -> Promise {
        self.perform(None, question(&self.settings, &name, &numbers, &options))
    }
}

/// A request with the client that makes it, or why there is none.
type Prepared = Result<(Client<HostTransport>, Asked), Error>;

/// What a promise is for.
enum Asked {
    Request(Call),
    Token,
}

impl MaytapiClient {
    fn send(&self, message: &JsValue, options: &JsValue, parse: Parser) -> Promise {
        let mut type_name = None;
        let prepared = self.settings.request(options).and_then(|request| {
            // Read before the first wait: a caller may reuse its object for the next message.
            let message = parse(input::json(message, Limits::MESSAGE)?).map_err(|faults| Error::invalid(&faults))?;
            type_name = Some(message.type_name().to_owned());
            send_call(request, message)
        });
        self.perform(type_name, prepared)
    }

    /// Every request goes this one way: a second one would be compiled, and downloaded, a second time. Of sends the logger is told.
    fn perform(&self, type_name: Option<String>, prepared: Prepared) -> Promise {
        let settings = Rc::clone(&self.settings);
        future_to_promise(async move {
            let (client, asked) = prepared.map_err(output::thrown)?;
            let Asked::Request(call) = asked else {
                return client.access_token().await.map(JsValue::from).map_err(output::thrown);
            };
            let outcome = client.run(call).await;
            if let Some(type_name) = type_name {
                settings.logger.finished(&type_name, outcome.as_ref().err());
            }
            outcome.and_then(handed_over).map_err(output::thrown)
        })
    }
}

fn send_call(request: Request, message: Message) -> Prepared {
    let phone = request.client.phone(request.phone.ok_or_else(no_phone)?);
    let mut send = phone.send(message);
    if let Some(key) = request.idempotency_key {
        send = send.idempotency_key(key);
    }
    let call = send.call()?;
    Ok((phone.into_client(), Asked::Request(call)))
}

fn question(settings: &Settings, name: &str, numbers: &JsValue, options: &JsValue) -> Prepared {
    let request = settings.request(options)?;
    let read = Read::from_name(name).ok_or_else(|| input::invalid("name", "there is no such question", None))?;
    let body = if read.is_post() { Some(input::numbers(numbers)?) } else { None };
    if read.is_of_phone() && request.phone.is_none() {
        return Err(no_phone());
    }
    let call = request.client.question(read, request.phone.as_ref(), body.as_ref());
    Ok((request.client, Asked::Request(call)))
}

/// What an answer says, as JavaScript gets it.
fn handed_over((answered, response): (Answered, Response<Outcome>)) -> Result<JsValue, Error> {
    match answered {
        Answered::Queued(Queued { msg_id, chat_id }) => Ok(host::queued(&msg_id, chat_id.as_deref(), &response.raw)),
        Answered::Data(data) => output::plain(&data).map_err(output::unhandable),
        Answered::Picture => match response.body {
            Body::Bytes(bytes) => Ok(Uint8Array::from(bytes.as_slice()).into()),
            Body::Text(_) => Ok(JsValue::UNDEFINED),
        },
    }
}
