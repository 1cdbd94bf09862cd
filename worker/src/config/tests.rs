//! Tests of the configuration: each wrong or missing setting is refused with its field named.

use maytapi::client::PhoneId;

use super::{Config, ConfigError};

const SECRET: &str = "canary-token-secret-0123456789-0123456789";
const KEY: &str = "canary-key-0123456789";

fn environment(name: &str) -> Option<String> {
    match name {
        "TOKEN_SECRET" => Some(SECRET.to_owned()),
        "MAYTAPI_KEY" => Some(KEY.to_owned()),
        "PHONES" => Some("{}".to_owned()),
        _ => None,
    }
}

fn proxy() -> serde_json::Value {
    serde_json::json!({
        "origins": ["https://app.example"],
        "auth": { "audience": "maytapi-edge" },
        "accounts": {
            "main": {
                "productId": "00000000-0000-4000-8000-000000000000", "keySecret": "MAYTAPI_KEY", "phones": ["1150", "1151"]
            }
        }
    })
}

fn with(path: &str, value: serde_json::Value) -> Result<Config, ConfigError> {
    let mut proxy = proxy();
    let pointer = format!("/{}", path.replace('.', "/"));
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    for depth in 1..=parent.matches('/').count() {
        let upto: Vec<&str> = parent.split('/').take(depth + 1).collect();
        let (above, here) = (upto[..depth].join("/"), upto[depth]);
        let object = proxy.pointer_mut(&above).unwrap().as_object_mut().unwrap();
        object.entry(here).or_insert_with(|| serde_json::json!({}));
    }
    proxy.pointer_mut(parent).unwrap()[name] = value;
    Config::read(Some(&proxy.to_string()), &environment)
}

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
fn tokens_of_others_need_no_secret_here_and_visitors_do() {
    let mut proxy = proxy();
    proxy["auth"] = serde_json::json!({ "jwks": [jwks("audience", serde_json::json!("a"))] });
    let without = |name: &str| environment(name).filter(|_| name != "TOKEN_SECRET");
    assert!(Config::read(Some(&proxy.to_string()), &without).is_ok_and(|config| config.auth.shared.is_none()));
    proxy["turnstile"] = serde_json::json!({ "hostnames": ["app.example"], "phones": [1150], "types": ["text"] });
    assert_eq!(Config::read(Some(&proxy.to_string()), &without).unwrap_err().field, "TOKEN_SECRET");
    let turnstile = |given: serde_json::Value, url: Option<&str>| {
        let mut proxy = self::proxy();
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
    assert_eq!(turnstile(good.clone(), Some("https://evil.example/")).unwrap_err().field, "TURNSTILE_URL");
    for (name, value) in [("hostnames", "[]"), ("phones", "[]"), ("types", "[]"), ("lifetimeSeconds", "901")] {
        let mut wrong = good.clone();
        wrong[name] = serde_json::from_str(value).unwrap();
        assert_eq!(turnstile(wrong, None).unwrap_err().field, format!("PROXY.turnstile.{name}"));
    }
}

#[test]
fn the_least_configuration_is_enough() {
    let config = Config::read(Some(&proxy().to_string()), &environment).unwrap();
    let account = config.account("main").unwrap();
    assert!(account.phone("1150").is_some_and(|(_, paused)| !paused));
    assert!(account.phone("1152").is_none());
    assert!(config.account("other").is_none());
    assert_eq!(config.policy.types.len(), 15);
    assert!(config.policy.raw_types.is_empty());
    assert!(!config.policy.recipients.groups);
    assert_eq!(account.endpoint.url(&PhoneId::parse("1").unwrap(), "x").split('/').nth(2), Some("api.maytapi.com"));
}

#[test]
fn nothing_of_a_secret_is_in_the_debug_form() {
    let config = Config::read(Some(&proxy().to_string()), &environment).unwrap();
    assert!(!format!("{config:?}").contains("canary"));
}

#[test]
fn each_wrong_setting_is_refused_by_name() {
    use serde_json::json;
    for (path, value, field) in [
        ("origins", json!(["https://app.example/"]), "PROXY.origins[0]"),
        ("origins", json!(["https://app.example", "*"]), "PROXY.origins[1]"),
        ("origins", json!(["https://*.app.example"]), "PROXY.origins[0]"),
        ("origins", json!(["app.example"]), "PROXY.origins[0]"),
        ("origins", json!(["http://app.example"]), "PROXY.origins[0]"),
        ("origins", json!(["https://App.example"]), "PROXY.origins[0]"),
        ("origins", json!(["https://app.example:443"]), "PROXY.origins[0]"),
        ("origins", json!(["https://user@app.example"]), "PROXY.origins[0]"),
        ("origins", json!(["null"]), "PROXY.origins[0]"),
        ("auth", json!({}), "PROXY.auth.audience"),
        ("auth.audience", json!(""), "PROXY.auth.audience"),
        ("auth.leewaySeconds", json!(61), "PROXY.auth.leewaySeconds"),
        ("auth.maxLifetimeSeconds", json!(86_401), "PROXY.auth.maxLifetimeSeconds"),
        ("auth.secret", json!("canary"), "PROXY.auth.secret"),
        ("accounts", json!({}), "PROXY.accounts"),
        (
            "accounts",
            json!({"Main": {"productId": "p", "keySecret": "MAYTAPI_KEY", "phones": ["1"]}}),
            "PROXY.accounts",
        ),
        ("accounts.main.productId", json!("a/b"), "PROXY.accounts.main.productId"),
        ("accounts.main.keySecret", json!("canary-key"), "PROXY.accounts.main.keySecret"),
        ("accounts.main.keySecret", json!("TOKEN_SECRET"), "PROXY.accounts.main.keySecret"),
        ("accounts.main.keySecret", json!("OTHER_KEY"), "OTHER_KEY"),
        ("accounts.main.phones", json!([]), "PROXY.accounts.main.phones"),
        ("accounts.main.phones", json!(["../1"]), "PROXY.accounts.main.phones[0]"),
        ("accounts.main.phones", json!(["1", "1"]), "PROXY.accounts.main.phones[1]"),
        ("accounts.main.pausedPhones", json!(["7"]), "PROXY.accounts.main.pausedPhones[0]"),
        ("policy.types", json!(["text", "shortVideo"]), "PROXY.policy.types[1]"),
        ("policy.rawTypes", json!(["text"]), "PROXY.policy.rawTypes[0]"),
        ("policy.rawTypes", json!([""]), "PROXY.policy.rawTypes[0]"),
        ("policy.messageIds", json!("all"), "PROXY.policy.messageIds"),
        ("policy.recipients.allow", json!(["12025550123", "0"]), "PROXY.policy.recipients.allow[1]"),
        ("policy.recipients.deny", json!(["x"]), "PROXY.policy.recipients.deny[0]"),
        ("policy.recipients.countryPrefixes", json!(["+1"]), "PROXY.policy.recipients.countryPrefixes[0]"),
        ("policy.recipients.deniedPrefixes", json!(["0"]), "PROXY.policy.recipients.deniedPrefixes[0]"),
        ("policy.media.hosts", json!(["https://files.example"]), "PROXY.policy.media.hosts[0]"),
        ("policy.media.hosts", json!(["*"]), "PROXY.policy.media.hosts[0]"),
        ("policy.media.dataBytes", json!(0), "PROXY.policy.media.dataBytes"),
        ("policy.links.hosts", json!(["127.0.0.1"]), "PROXY.policy.links.hosts[0]"),
        ("policy.unknown", json!(1), "PROXY.policy.unknown"),
        ("limits.bodyBytes", json!(1_000_000_000), "PROXY.limits.bodyBytes"),
        ("limits.upstreamSeconds", json!(0), "PROXY.limits.upstreamSeconds"),
        ("limits.upstreamSeconds", json!(61), "PROXY.limits.upstreamSeconds"),
        ("limits.caller", json!({"minute": 0}), "PROXY.limits.caller.minute"),
        ("limits.phone", json!({"hour": 1}), "PROXY.limits.phone.hour"),
        ("limits.recipient", json!({"gapSeconds": 100_000}), "PROXY.limits.recipient.gapSeconds"),
        ("idempotency", json!({"retentionHours": 0}), "PROXY.idempotency.retentionHours"),
        ("policy.reads", json!(["status", "logout"]), "PROXY.policy.reads[1]"),
        ("auth.jwks", json!([jwks("url", json!("http://id.example/jwks"))]), "PROXY.auth.jwks[0].url"),
        ("auth.jwks", json!([jwks("url", json!("https://canary@id.example/jwks"))]), "PROXY.auth.jwks[0].url"),
        ("auth.jwks", json!([jwks("issuer", json!(""))]), "PROXY.auth.jwks[0].issuer"),
        ("auth.jwks", json!([jwks("audience", json!(""))]), "PROXY.auth.jwks[0].audience"),
        ("auth.jwks", json!([jwks("algorithms", json!([]))]), "PROXY.auth.jwks[0].algorithms"),
        ("auth.jwks", json!([jwks("algorithms", json!(["ES256", "HS256"]))]), "PROXY.auth.jwks[0].algorithms[1]"),
        ("auth.jwks", json!([jwks("algorithms", json!(["none"]))]), "PROXY.auth.jwks[0].algorithms[0]"),
        ("auth.jwks", json!([jwks("key", json!("canary"))]), "PROXY.auth.jwks[0].key"),
        ("auth.jwks", json!([jwks("url", json!("https://a/")), jwks("url", json!("https://b/"))]), "PROXY.auth.jwks"),
        ("auth.access", json!({"team": "Team.example/", "audience": "a"}), "PROXY.auth.access.team"),
        ("auth.access", json!({"team": "team", "audience": ""}), "PROXY.auth.access.audience"),
        ("turnstile", json!({"hostnames": [], "phones": [1], "types": ["text"]}), "TURNSTILE_SECRET"),
    ] {
        let fault = with(path, value.clone()).expect_err(&format!("{path} {value}"));
        assert_eq!(fault.field, field, "{path} {value}");
        assert!(!fault.to_string().contains("canary"), "{fault}");
    }
}

#[test]
fn each_missing_or_wrong_secret_is_refused_by_name() {
    let cases: [(&str, Option<&str>, &str); 8] = [
        ("TOKEN_SECRET", None, "TOKEN_SECRET"),
        ("TOKEN_SECRET", Some(""), "TOKEN_SECRET"),
        ("TOKEN_SECRET", Some("canary-31-bytes-canary-31-bytes"), "TOKEN_SECRET"),
        ("TOKEN_SECRET_PREVIOUS", Some("canary"), "TOKEN_SECRET_PREVIOUS"),
        ("MAYTAPI_KEY", None, "MAYTAPI_KEY"),
        ("MAYTAPI_KEY", Some(""), "MAYTAPI_KEY"),
        ("MAYTAPI_KEY", Some("canary with spaces"), "MAYTAPI_KEY"),
        ("PHONES", None, "PHONES"),
    ];
    for (name, value, field) in cases {
        let lookup = |asked: &str| if asked == name { value.map(str::to_owned) } else { environment(asked) };
        let fault = Config::read(Some(&proxy().to_string()), &lookup).unwrap_err();
        assert_eq!(fault.field, field, "{name}");
        assert!(!fault.to_string().contains("canary"), "{fault}");
    }
    assert_eq!(Config::read(None, &environment).unwrap_err().field, "PROXY");
    assert_eq!(Config::read(Some("\"canary\""), &environment).unwrap_err().field, "PROXY");
}

#[test]
fn no_variable_carries_the_key_elsewhere() {
    for upstream in [
        "",
        "https://api.maytapi.example/api",
        "https://127.0.0.1/api",
        "http://api.maytapi.com/api",
        "http://127.0.0.1.attacker.example/api",
        "http://localhost@attacker.example/api",
        "http://127.0.0.1:80@attacker.example/api",
    ] {
        let lookup = |asked: &str| if asked == "UPSTREAM" { Some(upstream.to_owned()) } else { environment(asked) };
        let fault = Config::read(Some(&proxy().to_string()), &lookup).unwrap_err();
        assert_eq!(fault.field, "UPSTREAM", "{upstream}");
    }
    let lookup = |asked: &str| {
        if asked == "UPSTREAM" { Some("http://127.0.0.1:9/api".to_owned()) } else { environment(asked) }
    };
    assert!(Config::read(Some(&proxy().to_string()), &lookup).is_ok());
}

#[test]
fn a_phone_is_switched_off_by_itself_or_with_its_account() {
    let one = with("accounts.main.pausedPhones", serde_json::json!(["1151"])).unwrap();
    let paused = |config: &Config, id: &str| config.account("main").unwrap().phone(id).unwrap().1;
    assert_eq!((paused(&one, "1150"), paused(&one, "1151")), (false, true));
    let all = with("accounts.main.paused", serde_json::json!(true)).unwrap();
    assert_eq!((paused(&all, "1150"), paused(&all, "1151")), (true, true));
}
