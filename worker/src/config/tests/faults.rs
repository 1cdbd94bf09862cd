//! What is wrong is found all at once, and each fault has its sentence.

use super::{environment, proxy, with, with_in};
use crate::config::Config;

/// What is wrong, and what each of its sentences says. Beside, the fixed name that anybody may learn.
#[derive(serde::Deserialize)]
struct Row {
    path: String,
    /// The secret that isn't there.
    without: Option<String>,
    value: serde_json::Value,
    says: String,
    setting: String,
}

#[test]
fn each_wrong_setting_has_one_sentence_that_says_what_is_wanted() {
    let rows: Vec<Row> = serde_json::from_str(include_str!("../wrong_settings.json")).unwrap();
    assert!(rows.len() >= 43);
    for Row { path, without, value, says, setting } in rows {
        let lookup = |name: &str| environment(name).filter(|_| without.as_deref() != Some(name));
        let error = with_in(&path, value.clone(), &lookup).expect_err(&says);
        assert_eq!(error.to_string(), says, "{path} {value}");
        assert_eq!(error.in_public(), format!("{setting} has a fault; the proxy's log says what is wanted."));
        assert!(!says.contains("canary"), "{says}");
    }
}

#[test]
fn all_faults_are_found_at_once() {
    let proxy = serde_json::json!({
        "origins": ["https://app.example/", "https://app.example", 7],
        "auth": { "maxLifetimeSeconds": 1, "jwks": [{ "url": "x" }] },
        "accounts": { "main": { "phones": "1150" }, "second": 7 },
        "policy": { "reads": ["statu", "logs"], "typs": [], "rads": [] },
        "limits": { "caller": { "minute": 0 }, "phone": [] },
        "idempotency": 48,
    });
    let lookup = |name: &str| Some("short").filter(|_| name == "TOKEN_SECRET").map(str::to_owned);
    let error = Config::read(Some(&proxy.to_string()), &lookup).unwrap_err();
    let found: Vec<&str> = error.faults().iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(
        found,
        [
            "PHONES",
            "PROXY.origins[0]",
            "PROXY.origins[2]",
            "PROXY.auth.maxLifetimeSeconds",
            "TOKEN_SECRET",
            "PROXY.auth.audience",
            "PROXY.auth.jwks[0].url",
            "PROXY.auth.jwks[0].algorithms",
            "PROXY.auth.jwks[0].issuer",
            "PROXY.auth.jwks[0].audience",
            "PROXY.accounts.main.productId",
            "PROXY.accounts.main.keySecret",
            "PROXY.accounts.main.phones",
            "PROXY.accounts.second",
            "PROXY.policy.reads[0]",
            "PROXY.policy.rads",
            "PROXY.policy.typs",
            "PROXY.limits.caller.minute",
            "PROXY.limits.phone",
            "PROXY.idempotency",
        ]
    );
    let public = error.in_public();
    for name in ["main", "second", "typs", "rads", "app.example"] {
        assert!(!public.contains(name), "{public}");
    }
    assert_eq!(public.matches("PROXY.policy.*").count(), 1, "{public}");
    assert!(public.ends_with(", PROXY.idempotency have faults; the proxy's log says what is wanted."), "{public}");
}

#[test]
fn a_configuration_that_is_none_is_one_fault() {
    for (proxy, says) in [
        (None, "PROXY is missing: it holds the configuration, as one object among the vars of wrangler.jsonc."),
        (Some(""), "PROXY must be one JSON object that holds the configuration, no name in it twice."),
        (Some("\"canary\""), "PROXY must be one JSON object that holds the configuration, no name in it twice."),
        (Some("[]"), "PROXY must be one JSON object that holds the configuration, no name in it twice."),
        (
            Some(r#"{"auth":{},"auth":{}}"#),
            "PROXY must be one JSON object that holds the configuration, no name in it twice.",
        ),
    ] {
        assert_eq!(Config::read(proxy, &environment).unwrap_err().to_string(), says, "{proxy:?}");
    }
    let error = Config::read(Some("{}"), &environment).unwrap_err();
    assert_eq!(
        error.to_string(),
        "PROXY.auth is missing: give an object that says how callers are known. \
         PROXY.accounts is missing: give an object with at least one Maytapi account, by a name of yours."
    );
}

#[test]
fn a_hostile_configuration_has_no_more_than_a_hundred_faults() {
    let many: Vec<String> = (0..2000).map(|n| format!("{n}/")).collect();
    let error = with("origins", serde_json::json!(many)).unwrap_err();
    assert_eq!(error.faults().len(), 100);
}

#[test]
fn a_previous_secret_without_the_one_in_use_is_a_fault() {
    for (name, is_for) in [
        ("TOKEN_SECRET", "that tokens are signed with"),
        ("HOOK_SECRET", "of the webhook's address"),
        ("STORE_KEY", "that what is stored is sealed with"),
    ] {
        let lookup = |asked: &str| match asked.strip_prefix(name) {
            Some("") => None,
            Some(_) => Some("canary-0123456789-0123456789-0123456789".to_owned()),
            None => environment(asked),
        };
        let error = Config::read(Some(&proxy().to_string()), &lookup).unwrap_err().to_string();
        let says = format!("{name} is missing, though {name}_PREVIOUS is there: put the secret {is_for} there.");
        assert!(error.starts_with(&says) && !error.contains("canary"), "{error}");
    }
}

#[test]
fn each_missing_or_wrong_secret_has_its_sentence() {
    const KEY_MISSING: &str =
        "MAYTAPI_KEY is missing: put the account's Maytapi key there, with npx wrangler secret put.";
    const KEY_SHORT: &str = "MAYTAPI_KEY is too short to be the account's Maytapi key: at least 8 characters.";
    const SHORT: &str = "is too short: use 32 random bytes or more, as openssl rand -base64 48 makes them.";
    let cases: [(&str, Option<&str>, &str); 9] = [
        (
            "TOKEN_SECRET",
            None,
            "TOKEN_SECRET is missing, and no jwks or access either: without authentication nothing is sent.",
        ),
        ("TOKEN_SECRET", Some(""), &format!("TOKEN_SECRET {SHORT}")),
        ("TOKEN_SECRET", Some("canary-31-bytes-canary-31-bytes\n"), &format!("TOKEN_SECRET {SHORT}")),
        ("TOKEN_SECRET_PREVIOUS", Some("canary"), &format!("TOKEN_SECRET_PREVIOUS {SHORT}")),
        ("MAYTAPI_KEY", None, KEY_MISSING),
        ("MAYTAPI_KEY", Some("\r\n"), KEY_SHORT),
        ("MAYTAPI_KEY", Some("canary7\n"), KEY_SHORT),
        (
            "MAYTAPI_KEY",
            Some("canary with spaces"),
            "MAYTAPI_KEY can't be the account's Maytapi key: it has white space or signs that no header takes.",
        ),
        ("PHONES", None, "PHONES is not bound: the Durable Objects of the class Phone belong there."),
    ];
    for (name, value, says) in cases {
        let lookup = |asked: &str| if asked == name { value.map(str::to_owned) } else { environment(asked) };
        let error = Config::read(Some(&proxy().to_string()), &lookup).unwrap_err();
        assert_eq!(error.to_string(), says);
        assert!(!error.to_string().contains("canary"), "{error}");
    }
}
