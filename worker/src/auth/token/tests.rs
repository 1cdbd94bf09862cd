//! Tests of tokens: what is accepted, and a table of forged and broken ones that are not.

use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::*;
use crate::config::token_keys::Hs256;

const SECRET: &[u8] = b"canary-token-secret-0123456789-0123456789";
const NOW: i64 = 1_800_000_000;
const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

fn rules() -> Rules {
    Rules { audience: "maytapi-edge".into(), issuer: None, max_lifetime_s: 3600, leeway_s: 30 }
}

fn encode(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// A token that is rightly signed, whatever it says.
pub(crate) fn sign(header: &str, claims: &str, secret: &[u8]) -> String {
    let signed = format!("{}.{}", encode(header), encode(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

fn good_claims() -> String {
    format!(r#"{{"sub":"user-1","aud":"maytapi-edge","exp":{}}}"#, NOW + 600)
}

fn check_at(token: &str, now: i64, rules: &Rules) -> Result<Caller, Refused> {
    let keys = Hs256::new([SECRET]);
    let token = Unverified::parse(token)?;
    if token.algorithm != "HS256" || !keys.verify(token.signed, &token.signature) {
        return Err(invalid("signature"));
    }
    token.claims(rules, now)
}

fn check(token: &str) -> Result<Caller, Refused> {
    check_at(token, NOW, &rules())
}

fn claims(text: &str) -> Result<Caller, Refused> {
    check(&sign(HEADER, text, SECRET))
}

#[test]
fn the_usual_header_is_what_it_says() {
    assert_eq!(USUAL_HEADER, encode(HEADER));
    let other = sign(r#"{"typ":"JWT","alg":"HS256"}"#, &good_claims(), SECRET);
    assert_eq!(check(&other), check(&sign(HEADER, &good_claims(), SECRET)));
}

#[test]
fn a_good_token_names_its_caller() {
    let caller = check(&sign(HEADER, &good_claims(), SECRET)).unwrap();
    let expires_s = caller.expires_s;
    assert_eq!(caller, Caller { subject: "user-1".into(), issuer: None, capability: Capability::default(), expires_s });
    assert_eq!(expires_s, NOW + 600);
}

#[test]
fn either_of_two_secrets_is_good_while_they_rotate() {
    let keys = Hs256::new([b"another-secret-another-secret-another".as_slice(), SECRET]);
    let token = sign(HEADER, &good_claims(), SECRET);
    let token = Unverified::parse(&token).unwrap();
    assert!(keys.verify(token.signed, &token.signature));
    assert!(!Hs256::new([b"another-secret-another-secret-another".as_slice()]).verify(token.signed, &token.signature));
    assert!(!Hs256::new([]).verify(token.signed, &token.signature));
}

#[test]
fn an_audience_may_stand_among_others() {
    let with = |aud: &str| claims(&format!(r#"{{"sub":"u","aud":{aud},"exp":{}}}"#, NOW + 600));
    assert!(with(r#"["other","maytapi-edge"]"#).is_ok());
    assert!(with(r#"["other"]"#).is_err());
}

#[test]
fn another_issuers_subject_of_the_same_name_is_somebody_else() {
    let caller = claims(&good_claims()).unwrap();
    assert_eq!(caller.identity(), "user-1");
    let issued = Caller { issuer: Some("https://id.example/".into()), ..caller };
    assert_eq!(issued.identity(), "https://id.example/\nuser-1");
}

#[test]
fn a_token_of_8_kb_is_looked_at_and_none_that_is_longer() {
    let too_long = |token: &str| Unverified::parse(token).unwrap_err() == invalid("The token is longer than 8 KB.");
    assert!(!too_long(&"a".repeat(8192)));
    assert!(too_long(&"a".repeat(8193)));
}

#[test]
fn a_subject_has_blanks_but_no_other_invisible_characters() {
    let with = |sub: &str| claims(&format!(r#"{{"sub":"{sub}","aud":"maytapi-edge","exp":{}}}"#, NOW + 600));
    assert!(with("Ada Example").is_ok());
    for sub in [r"a\u0001b", r"a\u00a0b", r"a\nb", r"a\u2028b"] {
        assert!(with(sub).is_err(), "{sub}");
    }
}

#[test]
fn times_are_numbers_of_seconds() {
    let with = |exp: &str| claims(&format!(r#"{{"sub":"u","aud":"maytapi-edge","exp":{exp}}}"#));
    assert_eq!(with(&format!("{}.5", NOW + 600)).unwrap().expires_s, NOW + 600);
    let no_time = claims(r#"{"sub":"u","aud":"maytapi-edge","exp":null}"#).unwrap_err();
    for exp in ["-1", "-0.5", "253402300800", "253402300800.5", "1800000600000"] {
        assert_eq!(with(exp), Err(no_time.clone()), "{exp}");
    }
    assert_ne!(with("253402300799"), Err(no_time.clone()), "too long a life, but a time");
    assert_eq!(with("0"), Err(Refused::Expired));
}

#[test]
fn clocks_may_differ_by_the_leeway_and_no_more() {
    let token = |exp: i64, nbf: i64| {
        sign(HEADER, &format!(r#"{{"sub":"u","aud":"maytapi-edge","exp":{exp},"nbf":{nbf}}}"#), SECRET)
    };
    assert!(check(&token(NOW - 29, NOW - 100)).is_ok());
    assert_eq!(check(&token(NOW - 30, NOW - 100)), Err(Refused::Expired));
    assert!(check(&token(NOW + 100, NOW + 30)).is_ok());
    assert!(check(&token(NOW + 100, NOW + 31)).is_err());
    let issued = |iat: i64| claims(&format!(r#"{{"sub":"u","aud":"maytapi-edge","exp":{},"iat":{iat}}}"#, NOW + 100));
    assert!(issued(NOW + 30).is_ok());
    assert!(issued(NOW + 31).is_err());
}

#[test]
fn a_token_may_not_live_too_long() {
    let token =
        |exp: i64, iat: &str| sign(HEADER, &format!(r#"{{"sub":"u","aud":"maytapi-edge","exp":{exp}{iat}}}"#), SECRET);
    assert!(check(&token(NOW + 3600, "")).is_ok());
    assert!(check(&token(NOW + 3630, "")).is_ok());
    assert!(check(&token(NOW + 3631, "")).is_err());
    let issued = |exp: i64, iat: i64| check(&token(exp, &format!(r#","iat":{iat}"#)));
    assert!(issued(NOW + 10, NOW - 3620).is_ok());
    assert!(issued(NOW + 10, NOW - 3621).is_err());
    // Neither does one that was issued a little ahead of this clock.
    assert!(issued(NOW + 3630, NOW + 10).is_ok());
    assert!(issued(NOW + 3640, NOW + 30).is_err());
}

#[test]
fn an_issuer_counts_where_one_is_set() {
    let rules = Rules { issuer: Some("https://id.example/".into()), ..rules() };
    let token = |iss: &str| {
        sign(HEADER, &format!(r#"{{"sub":"u","aud":"maytapi-edge","exp":{},"iss":{iss}}}"#, NOW + 60), SECRET)
    };
    assert!(check_at(&token(r#""https://id.example/""#), NOW, &rules).is_ok());
    for iss in [r#""https://id.example""#, r#""https://other.example/""#, "null", r#"["https://id.example/"]"#] {
        assert!(check_at(&token(iss), NOW, &rules).is_err(), "{iss}");
    }
    assert!(check_at(&sign(HEADER, &good_claims(), SECRET), NOW, &rules).is_err());
}

#[test]
fn a_refusal_says_what_was_expected() {
    let rules = Rules { issuer: Some("https://id.example/".into()), ..rules() };
    let base = |name: &str, value: serde_json::Value| {
        let mut claims = serde_json::json!({ "sub": "canary", "aud": "maytapi-edge", "iss": "https://id.example/", "exp": NOW + 600 });
        claims[name] = value;
        let Err(Refused::Invalid(words)) = check_at(&sign(HEADER, &claims.to_string(), SECRET), NOW, &rules) else {
            panic!("{claims} is taken")
        };
        assert!(!words.contains("canary"), "{words}");
        words.into_owned()
    };
    for (name, value, says) in [
        ("aud", "canary".into(), "The token is for another audience: its aud must be \"maytapi-edge\"."),
        ("aud", serde_json::Value::Null, "The token is for another audience: its aud must be \"maytapi-edge\"."),
        ("iss", "canary".into(), "The token is from another issuer: its iss must be \"https://id.example/\"."),
        (
            "exp",
            (NOW + 7200).into(),
            "The token lives too long: its exp may be at most 3600 seconds from now, and from its iat.",
        ),
        (
            "exp",
            (NOW * 1000).into(),
            "The token's exp must be a number: seconds since 1970, not milliseconds, not a text.",
        ),
        ("nbf", "canary".into(), "The token's nbf must be a number: seconds since 1970, not milliseconds, not a text."),
        ("nbf", (NOW + 31).into(), "The token's nbf lies ahead by more than the 30 seconds that clocks may differ."),
        ("iat", (NOW + 31).into(), "The token's iat lies ahead by more than the 30 seconds that clocks may differ."),
        ("sub", "".into(), "The token's sub must say who calls: a text of 1 to 256 visible characters."),
        (
            "maytapi",
            serde_json::json!({ "canary": 1 }),
            "The token's maytapi claim may have phones, types, to, read, batch, watch and manage, nothing else.",
        ),
        ("maytapi", serde_json::json!({ "types": "canary" }), "maytapi.types must be a list of message types."),
    ] {
        assert_eq!(base(name, value.clone()), says, "{name} {value}");
    }
    let without = format!(r#"{{"sub":"u","aud":"maytapi-edge","iss":"https://id.example/","x":{NOW}}}"#);
    let words = "The token has no exp: give seconds since 1970, at most 3600 from now.";
    assert_eq!(check_at(&sign(HEADER, &without, SECRET), NOW, &rules), Err(invalid(words)));
}

#[test]
fn forged_and_broken_tokens_are_refused() {
    let good = sign(HEADER, &good_claims(), SECRET);
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let (header, payload) = signed.split_once('.').unwrap();
    let other = encode(&good_claims().replace("user-1", "user-2"));
    let mut table: Vec<String> = vec![
        String::new(),
        ".".into(),
        "..".into(),
        "...".into(),
        "canary".into(),
        signed.into(),
        format!("{signed}."),
        format!("{good}."),
        format!(".{good}"),
        format!("{good}.{signature}"),
        format!("{good}="),
        format!(" {good}"),
        format!("{signed}.{}", signature.get(1..).unwrap()),
        format!("{signed}.{}", signature.chars().rev().collect::<String>()),
        format!("{signed}.{}", encode(&"\0".repeat(32))),
        format!("{header}.{other}.{signature}"),
        format!("{payload}.{header}.{signature}"),
        format!("{}.{payload}.{signature}", header.replace('J', "K")),
        format!("{header}.{}.{signature}", "A".repeat(MAX_BYTES)),
        sign(HEADER, &good_claims(), b"canary-token-secret-0123456789-012345678"),
        sign(HEADER, &good_claims(), b""),
        format!("{}.{payload}.", encode(r#"{"alg":"none"}"#)),
        format!("{}.{payload}.{signature}", encode(r#"{"alg":"none"}"#)),
    ];
    for header in [
        "{}",
        "[]",
        "null",
        "\"HS256\"",
        r#"{"alg":null}"#,
        r#"{"alg":["HS256"]}"#,
        r#"{"alg":"none"}"#,
        r#"{"alg":"None"}"#,
        r#"{"alg":"hs256"}"#,
        r#"{"alg":"HS256 "}"#,
        r#"{"alg":"HS384"}"#,
        r#"{"alg":"RS256"}"#,
        r#"{"alg":"HS256","alg":"none"}"#,
        r#"{"alg":"HS256","kid":7}"#,
        r#"{"alg":"HS256","crit":["exp"]}"#,
        r#"{"alg":"HS256","b64":false}"#,
        r#"{"alg":"HS256","zip":"DEF"}"#,
        r#"{"alg":"HS256","jwk":{"kty":"oct","k":"AAAA"}}"#,
        r#"{"alg":"HS256","jku":"https://evil.example/keys"}"#,
        r#"{"alg":"HS256","x5u":"https://evil.example/cert"}"#,
        r#"{"alg":"HS256","x5c":["AAAA"]}"#,
        r#"{"alg":"HS256""#,
    ] {
        table.push(sign(header, &good_claims(), SECRET));
    }
    let late = NOW + 600;
    for text in [
        "".to_owned(),
        "null".into(),
        "[]".into(),
        "{}".into(),
        format!(r#"{{"aud":"maytapi-edge","exp":{late}}}"#),
        format!(r#"{{"sub":"u","exp":{late}}}"#),
        r#"{"sub":"u","aud":"maytapi-edge"}"#.into(),
        format!(r#"{{"sub":"","aud":"maytapi-edge","exp":{late}}}"#),
        format!(r#"{{"sub":7,"aud":"maytapi-edge","exp":{late}}}"#),
        format!(r#"{{"sub":"a\nb","aud":"maytapi-edge","exp":{late}}}"#),
        format!(r#"{{"sub":"{}","aud":"maytapi-edge","exp":{late}}}"#, "u".repeat(257)),
        format!(r#"{{"sub":"u","sub":"v","aud":"maytapi-edge","exp":{late}}}"#),
        format!(r#"{{"sub":"u","aud":"other","exp":{late}}}"#),
        format!(r#"{{"sub":"u","aud":"MAYTAPI-EDGE","exp":{late}}}"#),
        format!(r#"{{"sub":"u","aud":"maytapi-edge2","exp":{late}}}"#),
        format!(r#"{{"sub":"u","aud":[],"exp":{late}}}"#),
        format!(r#"{{"sub":"u","aud":{{"maytapi-edge":true}},"exp":{late}}}"#),
        format!(r#"{{"sub":"u","aud":"maytapi-edge","exp":"{late}"}}"#),
        r#"{"sub":"u","aud":"maytapi-edge","exp":null}"#.into(),
        r#"{"sub":"u","aud":"maytapi-edge","exp":-1}"#.into(),
        format!(r#"{{"sub":"u","aud":"maytapi-edge","exp":{late}000}}"#),
        r#"{"sub":"u","aud":"maytapi-edge","exp":1e400}"#.into(),
        r#"{"sub":"u","aud":"maytapi-edge","exp":9999999999999999999}"#.into(),
        format!(r#"{{"sub":"u","aud":"maytapi-edge","exp":{}}}"#, NOW - 31),
        format!(r#"{{"sub":"u","aud":"maytapi-edge","exp":{late},"nbf":{}}}"#, NOW + 300),
        format!(r#"{{"sub":"u","aud":"maytapi-edge","exp":{late},"nbf":"0"}}"#),
        format!(r#"{{"sub":"u","aud":"maytapi-edge","exp":{late},"iat":{}}}"#, NOW + 300),
        format!(r#"{{"sub":"u","aud":"maytapi-edge","exp":{late},"maytapi":null}}"#),
        format!(r#"{{"sub":"u","aud":"maytapi-edge","exp":{late},"maytapi":{{"admin":true}}}}"#),
        format!(r#"{{"sub":"u","aud":"maytapi-edge","exp":{late},"deep":{}{}}}"#, "[".repeat(50), "]".repeat(50)),
    ] {
        table.push(sign(HEADER, &text, SECRET));
    }
    assert!(table.len() >= 40, "{}", table.len());
    for token in table {
        assert!(check(&token).is_err(), "{token}");
    }
}
