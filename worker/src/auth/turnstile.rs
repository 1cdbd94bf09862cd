//! A visitor's answer to a Turnstile challenge for a short token: what is asked of Cloudflare, what its answer must say, what is minted.

use std::net::Ipv6Addr;

use maytapi::json::Json;
use serde_json::{Value, json};

use crate::config::{Auth, Turnstile};
use crate::http::problem::{Problem, ProblemType};

/// The longest answer to a challenge, in bytes.
pub const LONGEST_ANSWER: usize = 2048;

/// The visitor's answer from the body `{"turnstile":"…"}`.
///
/// # Errors
/// When it isn't there or can't be one.
pub fn answer_of(body: &Json) -> Result<&str, Problem> {
    let detail = "Send {\"turnstile\":\"…\"} with the answer that the widget gave.";
    let only = matches!(body, Json::Object(members) if members.len() == 1);
    body.get("turnstile")
        .and_then(Json::as_str)
        .filter(|answer| {
            only && (1..=LONGEST_ANSWER).contains(&answer.len()) && answer.bytes().all(|b| b.is_ascii_graphic())
        })
        .ok_or_else(|| Problem::new(ProblemType::ChallengeFailed, detail))
}

/// What is asked of Cloudflare.
#[must_use]
pub fn question(turnstile: &Turnstile, answer: &str, address: Option<&str>) -> String {
    let mut question = json!({ "secret": turnstile.secret.expose(), "response": answer });
    if let (Some(address), Some(object)) = (address, question.as_object_mut()) {
        object.insert("remoteip".to_owned(), json!(address));
    }
    written(&question)
}

/// Whether Cloudflare's answer is for this site's own pages and action.
///
/// # Errors
/// When it is not, or can't be read.
pub fn judge(turnstile: &Turnstile, answer: &str) -> Result<(), Problem> {
    let unavailable = Problem::new(ProblemType::ChallengeUnavailable, "Turnstile's answer can't be read.").after(5);
    let answer: Json = serde_json::from_str(answer).map_err(|_| unavailable.clone())?;
    let text = |name: &str| answer.get(name).and_then(Json::as_str);
    match answer.get("success") {
        Some(Json::Bool(true)) => {}
        Some(Json::Bool(false)) => {
            return Err(Problem::new(
                ProblemType::ChallengeFailed,
                "Turnstile did not accept the answer; show the challenge again.",
            ));
        }
        _ => return Err(unavailable),
    }
    let here = text("hostname").is_some_and(|hostname| turnstile.hostnames.iter().any(|known| known == hostname));
    let asked = turnstile.action.as_deref().is_none_or(|action| text("action") == Some(action));
    if here && asked {
        return Ok(());
    }
    Err(Problem::new(ProblemType::ChallengeFailed, "The challenge was answered on another page or for another action."))
}

/// Whom an address belongs to: a visitor with IPv6 has a network of 2^64 of them, and could take another for each token.
#[must_use]
pub fn network(address: &str) -> String {
    match address.parse::<Ipv6Addr>() {
        Ok(v6) if v6.to_ipv4_mapped().is_none() => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        _ => address.to_owned(),
    }
}

/// The token's text, and what the caller is told.
#[must_use]
pub fn mint(turnstile: &Turnstile, auth: &Auth, subject: &str, now_s: i64) -> Option<String> {
    let (keys, rules) = auth.shared.as_ref()?;
    let expires = now_s.saturating_add(i64::from(turnstile.lifetime_s));
    let mut claims = json!({
        "sub": subject, "aud": rules.audience, "iat": now_s, "exp": expires, "maytapi": turnstile.capability,
    });
    if let (Some(issuer), Value::Object(object)) = (&rules.issuer, &mut claims) {
        object.insert("iss".to_owned(), json!(issuer));
    }
    let token = keys.sign(&claims)?;
    Some(written(&json!({ "token": token, "expires_in": turnstile.lifetime_s })))
}

/// As text. What prints a value by `Display` prints it in a pretty form as well, which nobody asks for.
fn written(value: &Value) -> String {
    // Texts and numbers can always be written.
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::token::Unverified;
    use crate::config::token_keys::{Hs256, Rules};
    use maytapi::client::Secret;

    fn turnstile() -> Turnstile {
        Turnstile {
            secret: Secret::new("canary-turnstile").unwrap(),
            url: String::new(),
            hostnames: vec!["app.example".into()],
            action: Some("send".into()),
            lifetime_s: 300,
            capability: json!({ "phones": ["1150"], "types": ["text"] }),
        }
    }

    #[test]
    fn only_this_sites_own_challenge_counts() {
        for (answer, wanted) in [
            (r#"{"success":true,"hostname":"app.example","action":"send"}"#, None),
            (r#"{"success":true,"hostname":"evil.example","action":"send"}"#, Some(ProblemType::ChallengeFailed)),
            (r#"{"success":true,"hostname":"app.example","action":"login"}"#, Some(ProblemType::ChallengeFailed)),
            (r#"{"success":true,"hostname":"app.example"}"#, Some(ProblemType::ChallengeFailed)),
            (r#"{"success":true}"#, Some(ProblemType::ChallengeFailed)),
            (r#"{"success":false,"error-codes":["timeout-or-duplicate"]}"#, Some(ProblemType::ChallengeFailed)),
            (r#"{"success":"true","hostname":"app.example","action":"send"}"#, Some(ProblemType::ChallengeUnavailable)),
            ("<html>", Some(ProblemType::ChallengeUnavailable)),
            ("", Some(ProblemType::ChallengeUnavailable)),
        ] {
            assert_eq!(judge(&turnstile(), answer).err().map(|problem| problem.kind), wanted, "{answer}");
        }
    }

    #[test]
    fn addresses_of_one_network_are_one() {
        for (address, wanted) in [
            ("192.0.2.1", "192.0.2.1"),
            ("", ""),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
            ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
            ("2001:0db8:0001:0002:ffff:0:0:9", "2001:db8:1:2::/64"),
            ("2001:db8::1", "2001:db8:0:0::/64"),
        ] {
            assert_eq!(network(address), wanted, "{address}");
        }
    }

    #[test]
    fn an_answer_is_one_short_text() {
        let read = |text: &str| answer_of(&serde_json::from_str(text).unwrap()).map(str::to_owned).ok();
        assert_eq!(read(r#"{"turnstile":"abc"}"#), Some("abc".into()));
        let long = format!(r#"{{"turnstile":"{}"}}"#, "x".repeat(LONGEST_ANSWER + 1));
        for text in
            ["{}", "[]", r#"{"turnstile":""}"#, r#"{"turnstile":7}"#, r#"{"turnstile":"a","maytapi":{}}"#, &long]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn the_token_is_short_lived_and_narrow() {
        let rules = Rules { audience: "a".into(), issuer: Some("i".into()), max_lifetime_s: 3600, leeway_s: 0 };
        let keys = Hs256::new([b"0123456789012345678901234567890123456789".as_slice()]);
        let auth = Auth { shared: Some((keys.clone(), rules.clone())), providers: Vec::new(), access: false };
        let minted: Value = serde_json::from_str(&mint(&turnstile(), &auth, "visitor", 1000).unwrap()).unwrap();
        let token = Unverified::parse(minted["token"].as_str().unwrap()).unwrap();
        assert!(keys.verify(token.signed, &token.signature));
        let caller = token.claims(&rules, 1299).unwrap();
        assert!(caller.capability.allows_phone("main", "1150") && !caller.capability.allows_phone("main", "1151"));
        assert!(!caller.capability.allows_type("media"));
        assert!(token.claims(&rules, 1300).is_err());
    }

    #[test]
    fn cloudflare_is_asked_with_the_secret_the_answer_and_the_address_where_there_is_one() {
        let asked = |address| serde_json::from_str::<Value>(&question(&turnstile(), "abc", address)).unwrap();
        let wanted = json!({ "secret": "canary-turnstile", "response": "abc" });
        assert_eq!(asked(None), wanted);
        let with_address = json!({ "secret": "canary-turnstile", "response": "abc", "remoteip": "192.0.2.1" });
        assert_eq!(asked(Some("192.0.2.1")), with_address);
    }
}
