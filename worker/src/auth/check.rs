//! Who calls: the token from its header, checked with the configured keys.

use std::borrow::Cow;

use super::token::{Caller, Refused, Unverified};
use crate::config::Auth;
use crate::config::token_keys::{Algorithm, Provider};
use crate::http::head::Head;
use crate::http::problem::{Problem, ProblemType};

/// How far a token can be checked without asking anybody.
#[derive(Debug)]
pub enum Checked<'a> {
    /// It is good.
    Verified(Caller),
    /// Its signature has to be checked with this issuer's public keys, and then its claims read.
    SignedBy(&'a Provider, Algorithm, Unverified<'a>),
}

/// Checks the request's token as far as the shared secret reaches.
///
/// # Errors
/// When there is none, or it isn't accepted.
pub fn check<'a>(auth: &'a Auth, head: &Head<'a>, now_s: i64) -> Result<Checked<'a>, Problem> {
    let token = Unverified::parse(bearer(auth, head)?).map_err(refused)?;
    if token.algorithm == "HS256"
        && let Some((keys, rules)) = &auth.shared
    {
        if !keys.verify(token.signed, &token.signature) {
            return Err(wrong_signature());
        }
        return token.claims(rules, now_s).map(Checked::Verified).map_err(refused);
    }
    let algorithm = Algorithm::from_name(&token.algorithm)
        .filter(|algorithm| auth.providers.iter().any(|provider| provider.algorithms.contains(algorithm)))
        .ok_or_else(|| other_algorithm(auth))?;
    let issuer = token.issuer();
    let provider = auth.providers.iter().find(|provider| provider.rules.issuer == issuer && issuer.is_some());
    let provider = provider.filter(|provider| provider.algorithms.contains(&algorithm));
    let provider =
        provider.ok_or_else(|| invalid("The token's iss is none whose tokens are taken with this algorithm."))?;
    Ok(Checked::SignedBy(provider, algorithm, token))
}

/// The token's signature is wrong.
#[must_use]
pub fn wrong_signature() -> Problem {
    invalid("The token's signature is wrong: it was signed with another secret or key, or changed since.")
}

fn other_algorithm(auth: &Auth) -> Problem {
    let shared = auth.shared.iter().map(|_| "HS256");
    let mut names: Vec<&str> = shared.collect();
    for algorithm in auth.providers.iter().flat_map(|provider| &provider.algorithms) {
        if !names.contains(&algorithm.as_str()) {
            names.push(algorithm.as_str());
        }
    }
    invalid(format!("The token's alg must be {}.", names.join(" or ")))
}

fn invalid(detail: impl Into<Cow<'static, str>>) -> Problem {
    Problem::new(ProblemType::InvalidToken, detail)
}

/// The token: a bearer's, or in the place where a Maytapi client has its key.
fn bearer<'a>(auth: &Auth, head: &Head<'a>) -> Result<&'a str, Problem> {
    const MISSING: &str = "Send a token as authorization: Bearer …, or as x-maytapi-key.";
    match (head.authorization, head.maytapi_key) {
        (Some(value), _) => {
            let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
            if !scheme.eq_ignore_ascii_case("bearer") {
                return Err(invalid("The authorization must be of the kind Bearer, followed by the token."));
            }
            Ok(token.trim())
        }
        (None, Some(token)) => Ok(token.trim()),
        (None, None) => match head.access_token.filter(|_| auth.access) {
            Some(token) => Ok(token.trim()),
            None => Err(Problem::new(ProblemType::MissingToken, MISSING)),
        },
    }
}

/// The problem of a token that isn't accepted.
#[must_use]
pub fn refused(why: Refused) -> Problem {
    match why {
        Refused::Expired => Problem::new(ProblemType::ExpiredToken, "The token's exp has passed; get a new one."),
        Refused::Invalid(detail) => invalid(detail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::token::tests::sign;
    use crate::config::token_keys::{Hs256, Rules};

    #[test]
    fn the_token_is_taken_from_either_header() {
        let secret = b"canary-token-secret-0123456789-0123456789".as_slice();
        let rules = Rules { audience: "a".into(), issuer: None, max_lifetime_s: 3600, leeway_s: 0 };
        let auth = Auth { shared: Some((Hs256::new([secret]), rules)), providers: Vec::new(), access: false };
        let good = sign(r#"{"alg":"HS256"}"#, r#"{"sub":"u","aud":"a","exp":1000}"#, secret);
        let bearer = format!("Bearer {good}");
        let lower = format!("bearer  {good}");
        let basic = format!("Basic {good}");
        for (authorization, maytapi_key, wanted) in [
            (Some(bearer.as_str()), None, None),
            (Some(lower.as_str()), None, None),
            (None, Some(good.as_str()), None),
            (Some(bearer.as_str()), Some("other"), None),
            (None, None, Some(ProblemType::MissingToken)),
            (Some(""), Some(good.as_str()), Some(ProblemType::InvalidToken)),
            (Some("Bearer"), None, Some(ProblemType::InvalidToken)),
            (Some(good.as_str()), None, Some(ProblemType::InvalidToken)),
            (Some(basic.as_str()), None, Some(ProblemType::InvalidToken)),
            (None, Some("canary-key"), Some(ProblemType::InvalidToken)),
        ] {
            let head = Head { authorization, maytapi_key, ..Head::default() };
            let refused = check(&auth, &head, 500).err().map(|problem| problem.kind);
            assert_eq!(refused, wanted, "{authorization:?} {maytapi_key:?}");
        }
        let head = Head { maytapi_key: Some(&good), ..Head::default() };
        assert_eq!(check(&auth, &head, 1000).err().map(|problem| problem.kind), Some(ProblemType::ExpiredToken));
    }

    #[test]
    fn who_shows_no_signature_learns_algorithms_and_nothing_of_the_claims() {
        let secret = b"canary-token-secret-0123456789-0123456789".as_slice();
        let rules = |issuer: Option<&str>| Rules {
            audience: "canary".into(),
            issuer: issuer.map(str::to_owned),
            max_lifetime_s: 3600,
            leeway_s: 0,
        };
        let provider = Provider {
            url: "https://canary.example/jwks".into(),
            algorithms: vec![Algorithm::Es256],
            rules: rules(Some("https://canary.example")),
        };
        let auth = Auth { shared: Some((Hs256::new([secret]), rules(None))), providers: vec![provider], access: false };
        for (header, says) in [
            (r#"{"alg":"none"}"#, "The token's alg must be HS256 or ES256."),
            (r#"{"alg":"RS256"}"#, "The token's alg must be HS256 or ES256."),
            (r#"{"alg":"ES256"}"#, "The token's iss is none whose tokens are taken with this algorithm."),
            (
                r#"{"alg":"HS256"}"#,
                "The token's signature is wrong: it was signed with another secret or key, or changed since.",
            ),
            (
                r#"{"alg":"HS256","jku":"https://evil.example"}"#,
                "The token's header may have alg, kid, typ and cty, each a text, and nothing that brings a key or an extension.",
            ),
        ] {
            let token = sign(header, r#"{"iss":"https://evil.example"}"#, b"another");
            let head = Head { maytapi_key: Some(&token), ..Head::default() };
            assert_eq!(check(&auth, &head, 1).unwrap_err().detail, says, "{header}");
        }
    }

    #[test]
    fn a_token_of_others_is_asked_about_only_where_issuer_and_algorithm_are_theirs() {
        let rules =
            Rules { audience: "a".into(), issuer: Some("https://id.example".into()), max_lifetime_s: 60, leeway_s: 0 };
        let url = "https://id.example/jwks".to_owned();
        let provider = Provider { url, algorithms: vec![Algorithm::Es256], rules };
        let auth = Auth { shared: None, providers: vec![provider], access: true };
        for (header, claims, asks) in [
            (r#"{"alg":"ES256"}"#, r#"{"iss":"https://id.example"}"#, true),
            (r#"{"alg":"RS256"}"#, r#"{"iss":"https://id.example"}"#, false),
            (r#"{"alg":"HS256"}"#, r#"{"iss":"https://id.example"}"#, false),
            (r#"{"alg":"none"}"#, r#"{"iss":"https://id.example"}"#, false),
            (r#"{"alg":"ES256"}"#, r#"{"iss":"https://evil.example"}"#, false),
            (r#"{"alg":"ES256"}"#, r#"{"iss":null}"#, false),
            (r#"{"alg":"ES256"}"#, "{}", false),
        ] {
            let token = sign(header, claims, b"0123456789012345678901234567890123456789");
            let head = Head { access_token: Some(&token), ..Head::default() };
            assert_eq!(matches!(check(&auth, &head, 1), Ok(Checked::SignedBy(..))), asks, "{header} {claims}");
        }
        let token = sign(r#"{"alg":"ES256"}"#, r#"{"iss":"https://id.example"}"#, b"0");
        let off = Auth { access: false, ..auth };
        let head = Head { access_token: Some(&token), ..Head::default() };
        assert!(check(&off, &head, 1).is_err_and(|problem| problem.kind == ProblemType::MissingToken));
    }
}
