//! Where a request goes and with which credential: Maytapi itself, or an edge proxy that keeps the key.

use std::fmt;
use std::str::FromStr;

use super::secret::Secret;
use crate::strings::{concat, decimal};
use crate::url::HttpUrl;

/// Maytapi's own address, to which the product id is added.
pub const MAYTAPI_BASE_URL: &str = "https://api.maytapi.com/api";

/// Maytapi's number of a phone: 1 to 12 digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PhoneId(String);

/// Where requests go, and what they show.
#[derive(Clone, Debug)]
pub struct Endpoint {
    base: String,
    credential: Credential,
}

/// Which way a request takes; it decides what may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Straight to Maytapi, which does not deduplicate.
    Maytapi,
    /// Through an edge proxy.
    Edge,
}

/// Why an endpoint can't be made. Never repeats a value that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{option}: {advice}")]
pub struct InvalidEndpoint {
    /// The option at fault, as JavaScript names it.
    pub option: &'static str,
    /// What to do.
    pub advice: &'static str,
}

#[derive(Clone)]
enum Credential {
    ApiKey(Secret),
    Token(Secret),
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Credential::ApiKey(_) => "ApiKey",
            Credential::Token(_) => "Token",
        })
    }
}

impl PhoneId {
    /// Reads a phone's number.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| PhoneId(text.to_owned()))
    }

    /// Its digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PhoneId {
    type Err = InvalidEndpoint;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let advice = "give the phone's number at Maytapi: 1 to 12 digits";
        PhoneId::parse(text).ok_or(InvalidEndpoint { option: "phoneId", advice })
    }
}

impl From<u32> for PhoneId {
    fn from(number: u32) -> Self {
        PhoneId(decimal(number.into()))
    }
}

impl Endpoint {
    /// Maytapi itself, with the account's key. `base` replaces [`MAYTAPI_BASE_URL`].
    ///
    /// # Errors
    /// When the product id or the base can't be part of a URL, or the key would travel in clear text.
    pub fn maytapi(product_id: &str, api_key: Secret, base: Option<&str>) -> Result<Self, InvalidEndpoint> {
        if !is_product_id(product_id) {
            let advice = "give the product id from Maytapi's console, a UUID";
            return Err(InvalidEndpoint { option: "productId", advice });
        }
        let base = concat(&[&base_url(base.unwrap_or(MAYTAPI_BASE_URL))?, "/", product_id]);
        Ok(Endpoint { base, credential: Credential::ApiKey(api_key) })
    }

    /// An edge proxy, with a token that it accepts. `base` ends in the account: `https://edge.example/api/main`.
    ///
    /// # Errors
    /// When the base is no URL that a path can be added to, or the token would travel in clear text.
    pub fn edge(base: &str, token: Secret) -> Result<Self, InvalidEndpoint> {
        Ok(Endpoint { base: base_url(base)?, credential: Credential::Token(token) })
    }

    /// The same proxy with another token. Maytapi itself has one key alone, so there it stays as it is.
    #[must_use]
    pub fn with_token(&self, token: Secret) -> Self {
        let credential = match &self.credential {
            Credential::ApiKey(key) => Credential::ApiKey(key.clone()),
            Credential::Token(_) => Credential::Token(token),
        };
        Endpoint { base: self.base.clone(), credential }
    }

    /// The address of one of a phone's operations, such as `sendMessage`.
    #[must_use]
    pub fn url(&self, phone: &PhoneId, operation: &str) -> String {
        concat(&[&self.base, "/", phone.as_str(), "/", operation])
    }

    /// The address of one of the account's operations, such as `listPhones`.
    #[must_use]
    pub fn account_url(&self, operation: &str) -> String {
        concat(&[&self.base, "/", operation])
    }

    /// The header that carries the credential.
    #[must_use]
    pub fn credential_header(&self) -> (&'static str, String) {
        match &self.credential {
            Credential::ApiKey(key) => ("x-maytapi-key", key.expose().to_owned()),
            Credential::Token(token) => ("authorization", concat(&["Bearer ", token.expose()])),
        }
    }

    /// Which way requests take.
    #[must_use]
    pub fn route(&self) -> Route {
        match self.credential {
            Credential::ApiKey(_) => Route::Maytapi,
            Credential::Token(_) => Route::Edge,
        }
    }

    /// The credential, to keep it out of texts that are shown.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        match &self.credential {
            Credential::ApiKey(secret) | Credential::Token(secret) => secret,
        }
    }
}

/// Whether a text can be a product id, which is a part of every address.
#[must_use]
pub fn is_product_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// A base that a path can be added to and over which a credential may travel.
fn base_url(text: &str) -> Result<String, InvalidEndpoint> {
    let invalid = |advice| InvalidEndpoint { option: "baseUrl", advice };
    let url = HttpUrl::parse(text).ok_or(invalid("give an absolute URL, such as https://edge.example/api/main"))?;
    if url.as_str().bytes().any(|b| matches!(b, b'?' | b'#' | b'@')) {
        return Err(invalid("leave out query, fragment, user name and password"));
    }
    if !url.is_https() && !is_loopback(url.authority()) {
        return Err(invalid("use https: over http the credential can be read on the way"));
    }
    let mut base = url.as_str();
    while let Some(shorter) = base.strip_suffix('/') {
        base = shorter;
    }
    Ok(base.to_owned())
}

/// Whether an authority (`host:port`) names this very machine, where http is as private as https.
#[must_use]
pub fn is_loopback(authority: &str) -> bool {
    // A port and nothing else may follow: `127.0.0.1@elsewhere` names elsewhere.
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|host| match authority.strip_prefix(*host) {
        Some("") => true,
        Some(rest) => rest.strip_prefix(':').is_some_and(|port| port.bytes().all(|b| b.is_ascii_digit())),
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Secret {
        Secret::new("canary-key").unwrap()
    }

    #[test]
    fn the_url_is_built_from_checked_parts() {
        let phone = PhoneId::parse("12345").unwrap();
        let direct = Endpoint::maytapi("00000000-0000-4000-8000-000000000000", secret(), None).unwrap();
        assert_eq!(
            direct.url(&phone, "sendMessage"),
            "https://api.maytapi.com/api/00000000-0000-4000-8000-000000000000/12345/sendMessage"
        );
        assert_eq!(direct.credential_header(), ("x-maytapi-key", "canary-key".into()));
        assert_eq!(direct.route(), Route::Maytapi);
        let edge = Endpoint::edge("https://edge.example/api/main/", secret()).unwrap();
        assert_eq!(edge.url(&phone, "status"), "https://edge.example/api/main/12345/status");
        assert_eq!(edge.credential_header(), ("authorization", "Bearer canary-key".into()));
        assert_eq!(edge.route(), Route::Edge);
    }

    #[test]
    fn a_base_that_could_carry_the_credential_elsewhere_is_refused() {
        for base in [
            "",
            "edge.example",
            "/api/main",
            "http://edge.example/api/main",
            "https://edge.example/api?x=",
            "https://edge.example/api#x",
            "https://user:pass@edge.example/api",
            "ftp://edge.example",
            "http://127.0.0.1.edge.example/api",
            "http://localhost.edge.example/",
        ] {
            assert_eq!(Endpoint::edge(base, secret()).unwrap_err().option, "baseUrl", "{base}");
        }
        for base in ["http://127.0.0.1:8787/api/main", "http://localhost:1/api", "http://[::1]:1/api"] {
            assert!(Endpoint::edge(base, secret()).is_ok(), "{base}");
        }
    }

    #[test]
    fn this_machine_is_told_from_what_looks_like_it() {
        for authority in ["localhost", "127.0.0.1:8787", "[::1]:1"] {
            assert!(is_loopback(authority), "{authority}");
        }
        for authority in ["127.0.0.1:80@evil.example", "127.0.0.1@evil.example", "127.0.0.1.evil.example", "[::2]", ""]
        {
            assert!(!is_loopback(authority), "{authority}");
        }
    }

    #[test]
    fn ids_that_could_change_the_path_are_refused() {
        for id in ["", "../1", "1/2", "%2e", "1234567890123", "１２", "-1", "1 "] {
            assert!(PhoneId::parse(id).is_none() && id.parse::<PhoneId>().is_err(), "{id}");
        }
        assert_eq!(PhoneId::from(1150).as_str(), "1150");
        for product in ["", "..", "a/b", "a%2fb", "a b", "é"] {
            assert_eq!(Endpoint::maytapi(product, secret(), None).unwrap_err().option, "productId", "{product}");
        }
    }

    #[test]
    fn an_endpoint_shows_no_credential() {
        let endpoint = Endpoint::edge("https://edge.example", secret()).unwrap();
        let printed = format!("{endpoint:?} {:?}", endpoint.secret());
        assert!(printed.contains("Token") && !printed.contains("canary"), "{printed}");
    }
}
