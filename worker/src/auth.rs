//! Who calls: the token from its header, checked with the configured keys.

use crate::config::Auth;
use crate::head::Head;
use crate::problem::{Kind, Problem};
use crate::token::{Caller, Refused, Unverified};

/// Checks the request's token.
///
/// # Errors
/// When there is none, or it isn't accepted.
pub fn authenticate(auth: &Auth, head: &Head<'_>, now_s: i64) -> Result<Caller, Problem> {
    let token = Unverified::parse(bearer(head)?).map_err(refused)?;
    let Some((keys, rules)) = &auth.shared else {
        return Err(refused(Refused::Invalid("The token's algorithm is not accepted.")));
    };
    if token.algorithm != "HS256" {
        return Err(refused(Refused::Invalid("The token's algorithm is not accepted.")));
    }
    if !keys.verify(token.signed, &token.signature) {
        return Err(refused(Refused::Invalid("The token's signature is wrong.")));
    }
    token.claims(rules, now_s).map_err(refused)
}

/// The token: a bearer's, or in the place where a Maytapi client has its key.
fn bearer<'a>(head: &Head<'a>) -> Result<&'a str, Problem> {
    const MISSING: &str = "Send a token as authorization: Bearer …, or as x-maytapi-key.";
    match (head.authorization, head.maytapi_key) {
        (Some(value), _) => {
            let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
            if !scheme.eq_ignore_ascii_case("bearer") {
                return Err(refused(Refused::Invalid("The authorization must be of the kind Bearer.")));
            }
            Ok(token.trim())
        }
        (None, Some(token)) => Ok(token.trim()),
        (None, None) => Err(Problem::new(Kind::MissingToken, MISSING)),
    }
}

fn refused(why: Refused) -> Problem {
    match why {
        Refused::Expired => Problem::new(Kind::ExpiredToken, "The token has expired; get a new one."),
        Refused::Invalid(detail) => Problem::new(Kind::InvalidToken, detail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::{Hs256, Rules, tests::sign};

    #[test]
    fn the_token_is_taken_from_either_header() {
        let secret = b"canary-token-secret-0123456789-0123456789".as_slice();
        let rules = Rules { audience: "a".into(), issuer: None, max_lifetime_s: 3600, leeway_s: 0 };
        let auth = Auth { shared: Some((Hs256::new([secret]), rules)) };
        let good = sign(r#"{"alg":"HS256"}"#, r#"{"sub":"u","aud":"a","exp":1000}"#, secret);
        let bearer = format!("Bearer {good}");
        let lower = format!("bearer  {good}");
        let basic = format!("Basic {good}");
        for (authorization, maytapi_key, wanted) in [
            (Some(bearer.as_str()), None, None),
            (Some(lower.as_str()), None, None),
            (None, Some(good.as_str()), None),
            (Some(bearer.as_str()), Some("other"), None),
            (None, None, Some(Kind::MissingToken)),
            (Some(""), Some(good.as_str()), Some(Kind::InvalidToken)),
            (Some("Bearer"), None, Some(Kind::InvalidToken)),
            (Some(good.as_str()), None, Some(Kind::InvalidToken)),
            (Some(basic.as_str()), None, Some(Kind::InvalidToken)),
            (None, Some("canary-key"), Some(Kind::InvalidToken)),
        ] {
            let head = Head { authorization, maytapi_key, ..Head::default() };
            let refused = authenticate(&auth, &head, 500).err().map(|problem| problem.kind);
            assert_eq!(refused, wanted, "{authorization:?} {maytapi_key:?}");
        }
        let head = Head { maytapi_key: Some(&good), ..Head::default() };
        assert_eq!(authenticate(&auth, &head, 1000).err().map(|problem| problem.kind), Some(Kind::ExpiredToken));
    }
}
