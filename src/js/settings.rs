//! What a client was made with, and what one request adds to it.

use js_sys::Function;
use wasm_bindgen::JsValue;

use super::input::{Options, invalid};
use super::log::Logger;
use crate::client::{
    DEFAULT_MAX_RETRIES, Endpoint, Error, Failure, IdempotencyKey, PhoneId, Secret, SendOptions, ask, is_browser,
    random_key,
};

/// What a client was made with.
#[derive(Debug)]
pub(super) struct Settings {
    credential: Credential,
    phone: Option<PhoneId>,
    timeout_ms: Option<u32>,
    max_retries: u32,
    pub(super) fetch: Option<Function>,
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
            timeout_ms: options.timeout_ms()?,
            max_retries: options.retries()?.unwrap_or(DEFAULT_MAX_RETRIES),
            fetch: options.function("fetch")?,
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
                timeout_ms: options.timeout_ms()?.or(self.timeout_ms),
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
                let advice = "this host has no source of randomness; give a key of your own";
                let random = random_key().map_err(|cause| invalid("idempotencyKey", advice, Some(cause)))?;
                *key = IdempotencyKey::new(&random);
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
        let token = ask(function, options).await?;
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
            if is_browser().unwrap_or(true) && !options.flag("dangerouslyAllowBrowser")? {
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
