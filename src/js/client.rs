//! `MaytapiClient`: one endpoint, one credential, any number of sends at a time.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::input::{self, Options};
use super::output;
use crate::client::{Endpoint, Error, Failure, Fetch, PhoneId, Secret, SendOptions, send};
use crate::json::Json;
use crate::message::{Faults, Message};

/// Sends messages through an edge proxy (`baseUrl` and `token`) or straight to Maytapi (`productId` and `apiKey`).
#[wasm_bindgen]
#[derive(Debug)]
pub struct MaytapiClient {
    // Shared with every send that is under way, so that freeing the client takes nothing away from them.
    settings: Rc<Settings>,
}

#[derive(Debug)]
struct Settings {
    endpoint: Endpoint,
    phone: Option<PhoneId>,
    timeout_ms: Option<u32>,
    fetch: Fetch,
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
        self.send(message, options, Message::parse)
    }

    /// Sends the raw form: a type or a field that this package does not know yet. Only the recipient is checked.
    #[wasm_bindgen(js_name = sendRaw, unchecked_return_type = "Promise<Queued>")]
    pub fn send_raw(
        &self,
        #[wasm_bindgen(unchecked_param_type = "RawMessage")] message: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "SendOptions")] options: JsValue,
    ) -> Promise {
        self.send(message, options, Message::parse_raw)
    }
}

impl MaytapiClient {
    fn send(&self, message: JsValue, options: JsValue, parse: Parser) -> Promise {
        let settings = Rc::clone(&self.settings);
        // Read before the first wait: a caller may reuse its object for the next message.
        let request = settings.request(&message, &options, parse);
        future_to_promise(async move {
            let (phone, message, options) = request.map_err(output::thrown)?;
            let sent = send(&settings.fetch, &settings.endpoint, &phone, &message, &options).await;
            sent.map_err(output::thrown).and_then(|sent| output::queued(&sent))
        })
    }
}

impl Settings {
    fn read(options: &JsValue) -> Result<Self, Failure> {
        let options = Options::of(options)?;
        Ok(Settings {
            endpoint: endpoint(&options)?,
            phone: options.phone_id()?,
            timeout_ms: options.milliseconds("timeoutMs")?,
            fetch: options.function("fetch")?.map_or(Fetch::Global, Fetch::Custom),
        })
    }

    fn request(
        &self,
        message: &JsValue,
        options: &JsValue,
        parse: Parser,
    ) -> Result<(PhoneId, Message, SendOptions), Failure> {
        let options = Options::of(options)?;
        let phone = options.phone_id()?.or_else(|| self.phone.clone());
        let send_options = SendOptions {
            timeout_ms: options.milliseconds("timeoutMs")?.or(self.timeout_ms),
            signal: options.signal()?,
        };
        let message = parse(input::json(message)?).map_err(|faults| Error::invalid(&faults))?;
        let phone =
            phone.ok_or_else(|| input::invalid("phoneId", "say which phone sends, here or for the client", None))?;
        Ok((phone, message, send_options))
    }
}

fn endpoint(options: &Options<'_>) -> Result<Endpoint, Failure> {
    let secret = |name| -> Result<Option<Secret>, Failure> {
        let advice = "give the credential as it was issued: visible ASCII without spaces";
        let Some(value) = options.string(name)? else { return Ok(None) };
        Secret::new(&value).map(Some).ok_or_else(|| input::invalid(name, advice, None))
    };
    let (token, api_key) = (secret("token")?, secret("apiKey")?);
    let base_url = options.string("baseUrl")?;
    let product_id = options.string("productId")?;
    match (token, api_key) {
        (Some(_), Some(_)) => Err(input::invalid("token", "give either token or apiKey, not both", None)),
        (None, None) => Err(input::invalid("token", "give baseUrl and token, or productId and apiKey", None)),
        (Some(token), None) => {
            let base = base_url.ok_or_else(|| input::invalid("baseUrl", "say where the edge proxy is", None))?;
            Ok(Endpoint::edge(&base, token).map_err(Error::from)?)
        }
        (None, Some(key)) => {
            let allowed = options.flag("dangerouslyAllowBrowser")? == Some(true);
            if is_browser() && !allowed {
                let advice = "Maytapi's key opens the whole account and everybody can read it in a browser; \
                              send through an edge proxy, or set dangerouslyAllowBrowser";
                return Err(input::invalid("apiKey", advice, None));
            }
            let product = product_id.ok_or_else(|| input::invalid("productId", "give Maytapi's product id", None))?;
            Ok(Endpoint::maytapi(&product, key, base_url.as_deref()).map_err(Error::from)?)
        }
    }
}

/// Whether this runs in a browser's page or worker, where the user can read everything. Node, Deno, Bun and workerd have some of a
/// browser's globals, but not a `window` with a document, nor `importScripts` with a `navigator` of a browser.
fn is_browser() -> bool {
    let global: JsValue = js_sys::global().into();
    let has = |object: &JsValue, name: &str| {
        js_sys::Reflect::get(object, &JsValue::from_str(name))
            .ok()
            .filter(|value| value.is_object() || value.is_function())
    };
    let server = ["process", "Deno", "Bun"]
        .into_iter()
        .filter_map(|name| has(&global, name))
        .any(|runtime| has(&runtime, "versions").is_some() || has(&runtime, "version").is_some());
    let page = has(&global, "window").is_some_and(|window| has(&window, "document").is_some());
    page || (!server && has(&global, "WorkerGlobalScope").is_some() && has(&global, "WebSocketPair").is_none())
}
