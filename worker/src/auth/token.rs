//! The caller's token: a JWT, checked strictly, with what it may narrow.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use maytapi::json::Json;

use super::capability::Capability;
use crate::config::token_keys::{Rules, USUAL_HEADER};

/// The longest token that is looked at, in bytes.
pub const MAX_BYTES: usize = 8 * 1024;

/// A token taken apart, nothing about it trusted yet.
#[derive(Debug)]
pub struct Unverified<'a> {
    /// The signature's algorithm, as the header names it.
    pub algorithm: String,
    /// Which key signed it, as the header names it.
    pub key_id: Option<String>,
    /// What was signed.
    pub signed: &'a str,
    /// The signature.
    pub signature: Vec<u8>,
    payload: &'a str,
}

/// Who calls, and what the token leaves open to them.
#[derive(Clone, Debug, PartialEq)]
pub struct Caller {
    /// The subject.
    pub subject: String,
    /// The issuer, where the configuration says which: another one's subject of the same name is somebody else.
    pub issuer: Option<String>,
    /// What the token may narrow.
    pub capability: Capability,
    /// Until when the token is good, in seconds since the Unix epoch.
    pub expires_s: i64,
}

impl Caller {
    /// Whom idempotency keys and limits are for. Neither part holds a line break.
    #[must_use]
    pub fn identity(&self) -> Cow<'_, str> {
        match &self.issuer {
            Some(issuer) => Cow::Owned(format!("{issuer}\n{}", self.subject)),
            None => Cow::Borrowed(&self.subject),
        }
    }
}

/// Why a token is not accepted, in words for the caller and the log: what was expected. Never repeats any part of it. What the
/// configuration expects of claims is told only once the signature was found good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It was good once.
    Expired,
    /// Anything else.
    Invalid(Cow<'static, str>),
}

/// The refusal with these words.
fn invalid(words: impl Into<Cow<'static, str>>) -> Refused {
    Refused::Invalid(words.into())
}

impl<'a> Unverified<'a> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// When it is no JWT in compact form, or its header asks for something that is not done here.
    pub fn parse(token: &'a str) -> Result<Self, Refused> {
        if token.len() > MAX_BYTES {
            return Err(invalid("The token is longer than 8 KB."));
        }
        let no_jwt = || {
            invalid(
                "The token is no JWT: three parts of base64url with dots between. Maytapi's own key is not taken here.",
            )
        };
        let (signed, signature) = token.rsplit_once('.').ok_or_else(no_jwt)?;
        let (header, payload) =
            signed.split_once('.').filter(|(_, payload)| !payload.contains('.')).ok_or_else(no_jwt)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| no_jwt())?;
        if header == USUAL_HEADER {
            return Ok(Unverified { algorithm: "HS256".to_owned(), key_id: None, signed, signature, payload });
        }
        let header = object(header).ok_or_else(no_jwt)?;
        for (name, value) in &header {
            let fits = match name.as_str() {
                "alg" | "kid" | "typ" | "cty" => matches!(value, Json::String(_)),
                // A key or its address inside the token would let the caller choose who vouches for them, and an extension that is
                // critical but unknown must not be passed over.
                "crit" | "jku" | "jwk" | "x5u" | "x5c" | "b64" | "zip" | "enc" => false,
                _ => true,
            };
            if !fits {
                return Err(invalid(
                    "The token's header may have alg, kid, typ and cty, each a text, and nothing that brings a key or an extension.",
                ));
            }
        }
        let text = |wanted: &str| {
            header.iter().find(|(name, _)| name == wanted).and_then(|(_, value)| value.as_str()).map(str::to_owned)
        };
        let algorithm = text("alg").ok_or_else(|| invalid("The token's header names no algorithm, in alg."))?;
        Ok(Unverified { algorithm, key_id: text("kid"), signed, signature, payload })
    }

    /// The issuer that the token names, to find out whose keys to ask. Not trusted: the claims are read once the signature is good.
    #[must_use]
    pub fn issuer(&self) -> Option<String> {
        let claims = object(self.payload)?;
        claims.into_iter().find(|(name, _)| name == "iss").and_then(|(_, value)| value.as_str().map(str::to_owned))
    }

    /// Reads the claims. Only to be called once the signature was found good.
    ///
    /// # Errors
    /// When a claim is missing, wrong, or its time has not come or is over.
    pub fn claims(&self, rules: &Rules, now_s: i64) -> Result<Caller, Refused> {
        let claims = object(self.payload).ok_or_else(|| invalid("The token's claims must be one JSON object."))?;
        let claim = |wanted: &str| claims.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
        let subject = match claim("sub") {
            Some(Json::String(subject)) if is_subject(subject) => subject.clone(),
            _ => return Err(invalid("The token's sub must say who calls: a text of 1 to 256 visible characters.")),
        };
        let audience_fits = match claim("aud") {
            Some(Json::String(audience)) => *audience == rules.audience,
            Some(Json::Array(audiences)) => audiences.iter().any(|one| one.as_str() == Some(&rules.audience)),
            _ => false,
        };
        if !audience_fits {
            return Err(invalid(format!("The token is for another audience: its aud must be {:?}.", rules.audience)));
        }
        if let Some(issuer) = &rules.issuer
            && claim("iss").and_then(Json::as_str) != Some(issuer)
        {
            return Err(invalid(format!("The token is from another issuer: its iss must be {issuer:?}.")));
        }
        let expires_s = times(&claim, rules, now_s)?;
        let capability = match claim("maytapi") {
            None => Capability::default(),
            Some(claim) => Capability::read(claim).map_err(invalid)?,
        };
        Ok(Caller { subject, issuer: rules.issuer.clone(), capability, expires_s })
    }
}

/// When the token ends, by `exp`, `nbf` and `iat`, in seconds; fractions are allowed by the standard and cut off here.
fn times<'j>(claim: &impl Fn(&str) -> Option<&'j Json>, rules: &Rules, now: i64) -> Result<i64, Refused> {
    let (leeway, lifetime) = (i64::from(rules.leeway_s), rules.max_lifetime_s);
    let time = |name: &str| match claim(name) {
        None => Ok(None),
        Some(Json::Int(seconds)) if (0..=LATEST).contains(seconds) => Ok(Some(*seconds)),
        Some(Json::Float(seconds)) if (0.0..LATEST as f64).contains(seconds) => Ok(Some(*seconds as i64)),
        Some(_) => Err(invalid(format!(
            "The token's {name} must be a number: seconds since 1970, not milliseconds, not a text."
        ))),
    };
    let missing = || invalid(format!("The token has no exp: give seconds since 1970, at most {lifetime} from now."));
    let expires = time("exp")?.ok_or_else(missing)?;
    if now >= expires.saturating_add(leeway) {
        return Err(Refused::Expired);
    }
    let ahead = |name: &str| {
        invalid(format!("The token's {name} lies ahead by more than the {leeway} seconds that clocks may differ."))
    };
    if time("nbf")?.is_some_and(|from| now.saturating_add(leeway) < from) {
        return Err(ahead("nbf"));
    }
    let issued = time("iat")?;
    if issued.is_some_and(|issued| now.saturating_add(leeway) < issued) {
        return Err(ahead("iat"));
    }
    let lives = expires.saturating_sub(issued.unwrap_or(now));
    let bound = i64::from(lifetime).saturating_add(leeway);
    if lives > bound || expires.saturating_sub(now) > bound {
        return Err(invalid(format!(
            "The token lives too long: its exp may be at most {lifetime} seconds from now, and from its iat."
        )));
    }
    Ok(expires)
}

/// The year 9999; what lies beyond is milliseconds taken for seconds, or nonsense.
const LATEST: i64 = 253_402_300_799;

/// A subject goes into log lines and keys of limits, so it is bounded and has no control characters.
fn is_subject(text: &str) -> bool {
    (1..=256).contains(&text.len()) && !text.chars().any(|c| c.is_control() || c.is_whitespace() && c != ' ')
}

/// The members of a JSON object in base64url. Names that stand twice are refused by the reader.
fn object(part: &str) -> Option<Vec<(String, Json)>> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    match serde_json::from_slice(&bytes) {
        Ok(Json::Object(members)) => Some(members),
        _ => None,
    }
}

#[cfg(test)]
pub(crate) mod tests;
