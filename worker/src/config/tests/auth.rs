//! Tests of the settings about callers: issuers, secrets, visitors.

use super::{Config, environment, fields, proxy, with};

fn jwks(name: &str, value: serde_json::Value) -> serde_json::Value {
    let mut jwks = serde_json::json!({
        "url": "https://id.example/jwks", "issuer": "https://id.example", "audience": "a", "algorithms": ["RS256"]
    });
    jwks[name] = value;
    jwks
}

#[test]
fn cloudflare_access_is_an_issuer_with_known_places() {
    let config = with("auth.access", serde_json::json!({"team": "my-team", "audience": "tag"})).unwrap();
    let [provider] = config.auth.providers.as_slice() else { panic!("{:?}", config.auth) };
    assert!(config.auth.access);
    assert_eq!(provider.url, "https://my-team.cloudflareaccess.com/cdn-cgi/access/certs");
    assert_eq!(provider.rules.issuer.as_deref(), Some("https://my-team.cloudflareaccess.com"));
    assert_eq!(provider.rules.audience, "tag");
}

#[test]
fn each_issuer_stands_there_once() {
    let other = jwks("issuer", serde_json::json!("https://other.example"));
    let again = jwks("url", serde_json::json!("https://id.example/more"));
    let one = jwks("audience", serde_json::json!("a"));
    assert!(with("auth.jwks", serde_json::json!([one.clone(), other])).is_ok());
    assert_eq!(fields(with("auth.jwks", serde_json::json!([one.clone(), again]))), ["PROXY.auth.jwks[1].issuer"]);
    let beside = |jwks: serde_json::Value| {
        let access = serde_json::json!({ "team": "my-team", "audience": "tag" });
        with("auth", serde_json::json!({ "audience": "a", "jwks": [jwks], "access": access }))
    };
    assert!(beside(one).is_ok());
    let its_own = jwks("issuer", serde_json::json!("https://my-team.cloudflareaccess.com"));
    assert_eq!(fields(beside(its_own)), ["PROXY.auth.access"]);
}

#[test]
fn tokens_of_others_need_no_secret_here_and_visitors_do() {
    let mut proxy = proxy();
    proxy["auth"] = serde_json::json!({ "jwks": [jwks("audience", serde_json::json!("a"))] });
    let without = |name: &str| environment(name).filter(|_| name != "TOKEN_SECRET");
    assert!(Config::read(Some(&proxy.to_string()), &without).is_ok_and(|config| config.auth.shared.is_none()));
    proxy["turnstile"] = serde_json::json!({ "hostnames": ["app.example"], "phones": [1150], "types": ["text"] });
    assert_eq!(fields(Config::read(Some(&proxy.to_string()), &without)), ["TOKEN_SECRET", "TURNSTILE_SECRET"]);
    let turnstile = |given: serde_json::Value, url: Option<&str>| {
        let mut proxy = super::proxy();
        proxy["turnstile"] = given;
        let lookup = |name: &str| match name {
            "TURNSTILE_SECRET" => Some("canary-turnstile".to_owned()),
            "TURNSTILE_URL" => url.map(str::to_owned),
            name => environment(name),
        };
        Config::read(Some(&proxy.to_string()), &lookup).map(|config| config.turnstile.unwrap().url)
    };
    let good = serde_json::json!({ "hostnames": ["app.example"], "phones": ["1150"], "types": ["text"] });
    assert!(turnstile(good.clone(), None).unwrap().starts_with("https://challenges.cloudflare.com/"));
    let mut raw = super::proxy();
    raw["policy"] = serde_json::json!({ "rawTypes": ["shortVideo"] });
    raw["turnstile"] = good.clone();
    raw["turnstile"]["types"] = serde_json::json!(["shortVideo"]);
    let key =
        |name: &str| environment(name).or_else(|| (name == "TURNSTILE_SECRET").then(|| "canary-turnstile".into()));
    assert!(Config::read(Some(&raw.to_string()), &key).is_ok());
    let mut of_an_account = good.clone();
    of_an_account["phones"] = serde_json::json!(["main/1150"]);
    assert!(turnstile(of_an_account, None).is_ok());
    assert_eq!(fields(turnstile(good.clone(), Some("https://evil.example/"))), ["TURNSTILE_URL"]);
    for (name, value) in [("hostnames", "[]"), ("phones", "[]"), ("types", "[]"), ("lifetimeSeconds", "901")] {
        let mut wrong = good.clone();
        wrong[name] = serde_json::from_str(value).unwrap();
        assert_eq!(fields(turnstile(wrong, None)), [format!("PROXY.turnstile.{name}")]);
    }
    for (name, value, says) in [
        ("phones", "[1150, 1152]", "PROXY.turnstile.phones[1] is none of the accounts' phones."),
        ("phones", "[\"other/1150\"]", "PROXY.turnstile.phones[0] is none of the accounts' phones."),
        (
            "to",
            "[\"x\"]",
            "PROXY.turnstile.to[0] is no recipient. A phone number has only digits, country code first, such as 12025550123.",
        ),
        ("action", "7", "PROXY.turnstile.action must be a text, the challenge's action."),
        ("lifetimeSeconds", "59", "PROXY.turnstile.lifetimeSeconds must be a whole number from 60 to 900."),
    ] {
        let mut wrong = good.clone();
        wrong[name] = serde_json::from_str(value).unwrap();
        assert_eq!(turnstile(wrong, None).unwrap_err().to_string(), says);
    }
    let mut texts = good.clone();
    texts["types"] = serde_json::json!(["texts"]);
    let said = turnstile(texts, None).unwrap_err().to_string();
    assert!(
        said.starts_with(
            "PROXY.turnstile.types[0] is no message type that policy lists; did you mean text? known are text,"
        ),
        "{said}"
    );
}
