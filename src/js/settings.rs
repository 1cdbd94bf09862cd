//! What a client was made with, and what one request adds to it.

use std::rc::Rc;
use std::time::Duration;

use wasm_bindgen::JsValue;

use super::host;
use super::input::{Options, invalid};
use super::log::Logger;
use super::transport::{HostTransport, TokenFunction};
use crate::client::{Account, Client, Endpoint, Error, IdempotencyKey, PhoneId, Token};

/// The options of a client.
const CLIENT: &str = "baseUrl token productId apiKey phoneId timeoutMs maxRetries fetch logger dangerouslyAllowBrowser";
/// Those of one request.
const REQUEST: &str = "phoneId timeoutMs maxRetries idempotencyKey signal";

/// What a client was made with.
pub(super) struct Settings {
    pub(super) client: Client<HostTransport>,
    phone: Option<PhoneId>,
    pub(super) logger: Logger,
}

/// What one request was made with, with the client's settings where it says nothing.
pub(super) struct Request {
    pub(super) client: Client<HostTransport>,
    pub(super) phone: Option<PhoneId>,
    pub(super) idempotency_key: Option<IdempotencyKey>,
}

impl Settings {
    pub(super) fn read(options: &JsValue) -> Result<Self, Error> {
        let options = Options::of(options, CLIENT);
        let account = account(&options);
        let phone = options.phone_id();
        let (timeout, max_retries) = (options.timeout(), options.max_retries());
        let transport = HostTransport { fetch: options.function("fetch"), signal: None };
        let logger = Logger::new(options.object("logger"));
        let Some(account) = options.checked(account)? else { return Err(no_credential()) };
        let retries = logger.clone();
        let client = with(Client::new(transport, account), timeout, max_retries)
            .on_retry(move |error, delay| retries.retrying(error, delay));
        Ok(Settings { client, phone, logger })
    }

    pub(super) fn request(&self, options: &JsValue) -> Result<Request, Error> {
        let options = Options::of(options, REQUEST);
        let phone = options.phone_id().or_else(|| self.phone.clone());
        let (timeout, max_retries) = (options.timeout(), options.max_retries());
        let transport = HostTransport { signal: options.signal(), ..self.client.transport().clone() };
        let client = with(self.client.with_transport(transport), timeout, max_retries);
        let idempotency_key = options.idempotency_key();
        options.checked(Request { client, phone, idempotency_key })
    }
}

fn with(
    mut client: Client<HostTransport>,
    timeout: Option<Option<Duration>>,
    max_retries: Option<u32>,
) -> Client<HostTransport> {
    if let Some(timeout) = timeout {
        client = client.timeout(timeout);
    }
    if let Some(max_retries) = max_retries {
        client = client.max_retries(max_retries);
    }
    client
}

fn account(options: &Options<'_>) -> Option<Account> {
    let function = options.callable("token");
    let token = if function.is_some() { None } else { options.secret("token") };
    let api_key = options.secret("apiKey");
    let base_url = options.string("baseUrl");
    let proxy = |token: Token| {
        options.demand("baseUrl", "MAYTAPI_BASE_URL");
        options.ok(Account::at_proxy(base_url.as_deref().unwrap_or_default(), token))
    };
    match (function, token, api_key) {
        (Some(function), None, None) => proxy(Token::Source(Rc::new(TokenFunction(function)))),
        (None, Some(token), None) => proxy(token.expose().into()),
        (None, None, Some(key)) => {
            if host::is_browser().unwrap_or(true) && options.flag("dangerouslyAllowBrowser") != Some(true) {
                let advice = "Maytapi's key opens the whole account and everybody can read it in a browser; \
                              send through an edge proxy, or set dangerouslyAllowBrowser";
                options.refuse("apiKey", advice);
            }
            options.demand("productId", "MAYTAPI_PRODUCT_ID");
            let product = options.string("productId").unwrap_or_default();
            options.ok(Endpoint::maytapi(&product, key, base_url.as_deref())).map(Account::from)
        }
        (None, None, None) => {
            for (given, name, variable) in
                [("productId", "apiKey", "MAYTAPI_KEY"), ("baseUrl", "token", "MAYTAPI_TOKEN")]
            {
                if !options.is_empty(given) {
                    options.demand(name, variable);
                }
            }
            None
        }
        _ => {
            options.refuse("token", "give either token or apiKey, not both");
            None
        }
    }
}

fn no_credential() -> Error {
    invalid("token", "give baseUrl and token, or productId and apiKey", None)
}

pub(super) fn no_phone() -> Error {
    invalid("phoneId", "say which phone it is about, here or for the client", None)
}
