//! What a client was made with, and what one request adds to it.

use js_sys::{Function, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::input::{Options, invalid};
use super::log::Logger;
use crate::client::{
    DEFAULT_MAX_RETRIES, Endpoint, Error, ErrorKind, Failure, Fetch, IdempotencyKey, PhoneId, Secret, SendOptions,
    within,
};

/// What a client was made with.
#[derive(Debug)]
pub(super) struct Settings {
    credential: Credential,
    phone: Option<PhoneId>,
    timeout_ms: Option<u32>,
    max_retries: u32,
    pub(super) fetch: Fetch,
    pub(super) logger: Logger,
}

/// What one request was made with, with the client's settings where it says nothing.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) phone: Option<PhoneId>,
    pub(super) max_retries: u32,
    pub(super) options: SendOptions,
}

#[derive(Debug)]
enum Credential {
    Key(Endpoint),
    Token(Endpoint),
    /// A function that gives a token; it is asked before each try.
    Ask {
        base_url: String,
        function: Function,
    },
}

impl Settings {
    pub(super) fn read(options: &JsValue) -> Result<Self, Failure> {
        let options = Options::of(options)?;
        Ok(Settings {
            credential: credential(&options)?,
            phone: options.phone_id()?,
            timeout_ms: options.milliseconds("timeoutMs")?,
            max_retries: options.retries()?.unwrap_or(DEFAULT_MAX_RETRIES),
            fetch: options.function("fetch")?.map_or(Fetch::Global, Fetch::Custom),
            logger: Logger::new(options.object("logger")?),
        })
    }

    pub(super) fn request(&self, options: &Options<'_>) -> Result<Request, Failure> {
        let key = options.string("idempotencyKey")?;
        let advice = "give 1 to 255 visible ASCII characters";
        let key = key.map(|key| IdempotencyKey::new(&key).ok_or_else(|| invalid("idempotencyKey", advice, None)));
        Ok(Request {
            phone: options.phone_id()?.or_else(|| self.phone.clone()),
            max_retries: options.retries()?.unwrap_or(self.max_retries),
            options: SendOptions {
                timeout_ms: options.milliseconds("timeoutMs")?.or(self.timeout_ms),
                signal: options.signal()?,
                idempotency_key: key.transpose()?,
            },
        })
    }

    /// Gives a send the key under which a proxy will know it again.
    pub(super) fn identify(&self, request: &mut Request) -> Result<(), Failure> {
        let key = &mut request.options.idempotency_key;
        match (&self.credential, &key) {
            (Credential::Key(_), Some(_)) => {
                let advice = "Maytapi itself knows no such key; send through an edge proxy to use one";
                Err(invalid("idempotencyKey", advice, None))
            }
            (Credential::Key(_), None) | (_, Some(_)) => Ok(()),
            (_, None) => {
                *key = Some(random_key()?);
                Ok(())
            }
        }
    }

    pub(super) fn asks_for_token(&self) -> bool {
        matches!(self.credential, Credential::Ask { .. })
    }

    /// Where to and with what, for one try.
    pub(super) async fn endpoint(&self, options: &SendOptions) -> Result<Endpoint, Failure> {
        let (base_url, function) = match &self.credential {
            Credential::Key(endpoint) | Credential::Token(endpoint) => return Ok(endpoint.clone()),
            Credential::Ask { base_url, function } => (base_url, function),
        };
        let failed = |cause| {
            let message = "The token function failed; nothing was sent.";
            Failure::new(ErrorKind::Authentication, "no_token", message, Some(cause))
        };
        let promise = function.call0(&JsValue::UNDEFINED).map_err(failed)?;
        let token = within(options, JsFuture::from(Promise::resolve(&promise))).await?.map_err(failed)?;
        let secret = token.as_string().and_then(|token| Secret::new(&token));
        let secret = secret.ok_or_else(|| invalid("token", "the function has to give a token: visible ASCII", None))?;
        Ok(Endpoint::edge(base_url, secret).map_err(Error::from)?)
    }
}

fn credential(options: &Options<'_>) -> Result<Credential, Failure> {
    let secret = |name| -> Result<Option<Secret>, Failure> {
        let advice = "give the credential as it was issued: visible ASCII without spaces";
        let Some(value) = options.string(name)? else { return Ok(None) };
        Secret::new(&value).map(Some).ok_or_else(|| invalid(name, advice, None))
    };
    let ask = options.callable("token")?;
    let token = if ask.is_some() { None } else { secret("token")? };
    let api_key = secret("apiKey")?;
    let base_url = options.string("baseUrl")?;
    let proxy = || base_url.as_deref().ok_or_else(|| invalid("baseUrl", "say where the edge proxy is", None));
    match (ask, token, api_key) {
        (None, None, None) => Err(invalid("token", "give baseUrl and token, or productId and apiKey", None)),
        (Some(function), None, None) => {
            let base_url = proxy()?.to_owned();
            // Checked now with a stand-in, so that a wrong address is told when the client is made.
            let stand_in = Secret::new("x").ok_or_else(|| invalid("token", "give a token", None))?;
            Endpoint::edge(&base_url, stand_in).map_err(Error::from)?;
            Ok(Credential::Ask { base_url, function })
        }
        (None, Some(token), None) => Ok(Credential::Token(Endpoint::edge(proxy()?, token).map_err(Error::from)?)),
        (None, None, Some(key)) => {
            if is_browser() && options.flag("dangerouslyAllowBrowser")? != Some(true) {
                let advice = "Maytapi's key opens the whole account and everybody can read it in a browser; \
                              send through an edge proxy, or set dangerouslyAllowBrowser";
                return Err(invalid("apiKey", advice, None));
            }
            let product = options.string("productId")?;
            let product = product.ok_or_else(|| invalid("productId", "give Maytapi's product id", None))?;
            Ok(Credential::Key(Endpoint::maytapi(&product, key, base_url.as_deref()).map_err(Error::from)?))
        }
        _ => Err(invalid("token", "give either token or apiKey, not both", None)),
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = crypto, js_name = getRandomValues)]
    fn get_random_values(bytes: &Uint8Array) -> Result<JsValue, JsValue>;
}

fn random_key() -> Result<IdempotencyKey, Failure> {
    let random = Uint8Array::new_with_length(16);
    get_random_values(&random).map_err(|cause| {
        invalid("idempotencyKey", "this host has no crypto.getRandomValues; give a key of your own", Some(cause))
    })?;
    let mut bytes = [0; 16];
    random.copy_to(&mut bytes);
    Ok(IdempotencyKey::from_random(bytes))
}

/// Whether this runs in a browser's page or worker, where the user can read everything. Node, Deno, Bun and workerd have some of a
/// browser's globals, but not a `window` with a document, nor a worker's scope without a runtime of their own beside it.
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
