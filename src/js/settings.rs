//! What a client was made with, and what one request adds to it.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::JsValue;

use super::input::{Options, invalid};
use super::log::Logger;
use crate::client::{
    DEFAULT_MAX_RETRIES, Endpoint, Error, Failure, IdempotencyKey, InvalidEndpoint, PhoneId, Secret, SendOptions,
    Target, host,
};

/// What a client was made with.
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

enum Credential {
    Key(Rc<Target>),
    Token(Rc<Target>),
    /// A function that gives a token; it is asked before each try.
    Ask {
        base_url: String,
        function: Function,
        /// Where the token that was given last goes: most functions give the same many times.
        last: Cell<Option<Rc<Target>>>,
    },
}

impl Settings {
    pub(super) fn read(options: &JsValue) -> Result<Self, Failure> {
        let options = Options::of(options);
        let credential = credential(&options);
        let phone = options.phone_id();
        let timeout_ms = options.timeout_ms();
        let max_retries = options.max_retries().unwrap_or(DEFAULT_MAX_RETRIES);
        let fetch = options.function("fetch");
        let logger = Logger::new(options.object("logger"));
        let Some(credential) = options.checked(credential)? else { return Err(no_credential()) };
        Ok(Settings { credential, phone, timeout_ms, max_retries, fetch, logger })
    }

    pub(super) fn request(&self, options: &JsValue) -> Result<Request, Failure> {
        let options = Options::of(options);
        let request = Request {
            phone: options.phone_id().or_else(|| self.phone.clone()),
            max_retries: options.max_retries().unwrap_or(self.max_retries),
            options: SendOptions {
                timeout_ms: options.timeout_ms().or(self.timeout_ms),
                signal: options.signal(),
                idempotency_key: options.idempotency_key(),
            },
        };
        options.checked(request)
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
                let random = host::random_key().map_err(|cause| invalid("idempotencyKey", advice, Some(cause)))?;
                *key = IdempotencyKey::new(&random);
                Ok(())
            }
        }
    }

    /// The function that gives a token, where there is one.
    pub(super) fn token_function(&self) -> Option<&Function> {
        match &self.credential {
            Credential::Ask { function, .. } => Some(function),
            Credential::Key(_) | Credential::Token(_) => None,
        }
    }

    /// Where to and with what, for one try with the token that was asked for.
    pub(super) fn target(&self, token: Option<&str>) -> Result<Rc<Target>, Failure> {
        match &self.credential {
            Credential::Key(target) | Credential::Token(target) => Ok(Rc::clone(target)),
            Credential::Ask { base_url, last, .. } => {
                let secret = token.and_then(Secret::new);
                let advice = "the function has to give a token: visible ASCII";
                let secret = secret.ok_or_else(|| invalid("token", advice, None))?;
                let target = match last.take() {
                    Some(target) if *target.endpoint.secret() == secret => target,
                    _ => Rc::new(Target::new(Endpoint::edge(base_url, secret).map_err(Error::from)?)),
                };
                last.set(Some(Rc::clone(&target)));
                Ok(target)
            }
        }
    }
}

fn credential(options: &Options<'_>) -> Option<Credential> {
    let ask = options.callable("token");
    let token = if ask.is_some() { None } else { options.secret("token") };
    let api_key = options.secret("apiKey");
    let base_url = options.string("baseUrl");
    let proxy = |token| match &base_url {
        Some(base_url) => made(options, Endpoint::edge(base_url, token)),
        None => {
            options.refuse("baseUrl", "say where the edge proxy is");
            None
        }
    };
    match (ask, token, api_key) {
        // Checked now with a stand-in for the token, so that a wrong address is told when the client is made.
        (Some(function), None, None) => proxy(Secret::new("x")?).and(base_url).map(|base_url| Credential::Ask {
            base_url,
            function,
            last: Cell::new(None),
        }),
        (None, Some(token), None) => proxy(token).map(Credential::Token),
        (None, None, Some(key)) => {
            if host::is_browser().unwrap_or(true) && options.flag("dangerouslyAllowBrowser") != Some(true) {
                let advice = "Maytapi's key opens the whole account and everybody can read it in a browser; \
                              send through an edge proxy, or set dangerouslyAllowBrowser";
                options.refuse("apiKey", advice);
            }
            let product = options.string("productId").unwrap_or_default();
            made(options, Endpoint::maytapi(&product, key, base_url.as_deref())).map(Credential::Key)
        }
        (None, None, None) => None,
        _ => {
            options.refuse("token", "give either token or apiKey, not both");
            None
        }
    }
}

fn made(options: &Options<'_>, endpoint: Result<Endpoint, InvalidEndpoint>) -> Option<Rc<Target>> {
    let endpoint = endpoint.map_err(|fault| options.keep(Error::from(fault).into())).ok()?;
    Some(Rc::new(Target::new(endpoint)))
}

fn no_credential() -> Failure {
    invalid("token", "give baseUrl and token, or productId and apiKey", None)
}
