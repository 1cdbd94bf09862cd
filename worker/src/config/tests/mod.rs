//! Tests of the configuration: what is read of it, and what of it is refused.

mod auth;
mod delivery;
mod faults;

use maytapi::client::PhoneId;

use super::model::MessageIds;
use super::{Config, ConfigError};

const SECRET: &str = "canary-token-secret-0123456789-0123456789";
const KEY: &str = "canary-key-0123456789";

fn environment(name: &str) -> Option<String> {
    match name {
        "TOKEN_SECRET" => Some(SECRET.to_owned()),
        "MAYTAPI_KEY" => Some(KEY.to_owned()),
        "PHONES" => Some("{}".to_owned()),
        "STORE_KEY" => Some("canary-store-key-0123456789-0123456789".to_owned()),
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
    with_in(path, value, &environment)
}

fn with_in(path: &str, value: serde_json::Value, lookup: super::Lookup<'_>) -> Result<Config, ConfigError> {
    let mut proxy = proxy();
    let pointer = format!("/{}", path.replace('.', "/"));
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parts: Vec<&str> = parent.split('/').collect();
    for depth in 1..parts.len() {
        let (above, here) = (parts[..depth].join("/"), parts[depth]);
        let object = proxy.pointer_mut(&above).unwrap().as_object_mut().unwrap();
        object.entry(here).or_insert_with(|| serde_json::json!({}));
    }
    proxy.pointer_mut(parent).unwrap()[name] = value;
    Config::read(Some(&proxy.to_string()), lookup)
}

/// The settings at fault, as the operator finds them.
fn fields<T: std::fmt::Debug>(read: Result<T, ConfigError>) -> Vec<String> {
    read.unwrap_err().faults().iter().map(|fault| fault.field.clone()).collect()
}

#[test]
fn the_least_configuration_is_enough() {
    let config = Config::read(Some(&proxy().to_string()), &environment).unwrap();
    let account = config.account("main").unwrap();
    assert!(account.phone("1150").is_some_and(|(_, paused)| !paused));
    assert!(account.phone("1152").is_none());
    assert!(config.account("other").is_none());
    let limits = &config.limits;
    let sizes_and_times = (limits.body_bytes, limits.body_ms, limits.upstream_ms, limits.sockets);
    assert_eq!(sizes_and_times, (20 * 1024 * 1024, 60_000, 30_000, 500));
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
fn the_bounds_themselves_are_taken() {
    use serde_json::json;
    for (path, values) in [
        ("auth.leewaySeconds", [0, 60]),
        ("auth.maxLifetimeSeconds", [60, 86_400]),
        ("policy.media.dataBytes", [1, 52_428_800]),
        ("limits.bodySeconds", [1, 600]),
        ("limits.bodyBytes", [1024, 73_465_856]),
        ("limits.upstreamSeconds", [1, 60]),
        ("limits.caller.minute", [1, u32::MAX]),
        ("limits.caller.gapSeconds", [0, 86_400]),
        ("idempotency.retentionHours", [1, 720]),
        ("policy.batches.maxRecipients", [1, 100_000]),
        ("policy.batches.perMinute", [1, 60_000]),
        ("policy.batches.dailyCap", [1, u32::MAX]),
        ("policy.batches.stopAfterRefusals", [1, 1000]),
        ("policy.batches.retentionDays", [1, 90]),
        ("policy.batches.jitter", [0, 0]),
        ("policy.batches.share", [1, 1]),
    ] {
        for value in values {
            assert!(with(path, json!(value)).is_ok(), "{path} {value}");
        }
    }
    let longest = "a".repeat(32);
    let too_long = format!("{longest}a");
    for (name, is_taken) in [
        ("a", true),
        ("shop-2", true),
        (longest.as_str(), true),
        (too_long.as_str(), false),
        ("", false),
        ("Shop", false),
        ("shop_2", false),
        ("shop/2", false),
    ] {
        let account = json!({ name: { "productId": "p", "keySecret": "MAYTAPI_KEY", "phones": [1150] } });
        assert_eq!(with("accounts", account).is_ok(), is_taken, "{name}");
    }
    let key = |name: &str| if name == "MAYTAPI_KEY" { Some("canary-8".to_owned()) } else { environment(name) };
    assert!(Config::read(Some(&proxy().to_string()), &key).is_ok());
}

#[test]
fn the_raw_form_takes_any_name_that_can_be_a_types() {
    let longest = "a".repeat(64);
    let too_long = format!("{longest}a");
    for (name, is_taken) in [
        ("shortVideo", true),
        ("voice_note-2", true),
        (longest.as_str(), true),
        (too_long.as_str(), false),
        ("", false),
        ("short video", false),
        ("text", false),
    ] {
        let read = with("policy.rawTypes", serde_json::json!([name]));
        assert_eq!(read.is_ok_and(|config| config.policy.raw_types == [name]), is_taken, "{name}");
    }
}

#[test]
fn which_ids_may_be_named_is_read() {
    for (value, wanted) in [("named", MessageIds::Named), ("any", MessageIds::Any)] {
        let config = with("policy.messageIds", serde_json::json!(value)).unwrap();
        assert_eq!(config.policy.message_ids, Some(wanted));
    }
}

#[test]
fn line_ends_after_a_secret_are_not_part_of_it() {
    for end in ["", "\n", "\r\n", "\n\n"] {
        let lookup = |name: &str| environment(name).map(|text| text + if name == "PHONES" { "" } else { end });
        let config = Config::read(Some(&proxy().to_string()), &lookup).unwrap();
        assert_eq!(config.account("main").unwrap().endpoint.credential_header().1, KEY);
        let signed = config.auth.shared.unwrap().0.sign(&serde_json::json!({}));
        assert_eq!(signed, crate::config::token_keys::Hs256::new([SECRET.as_bytes()]).sign(&serde_json::json!({})));
    }
}

#[test]
fn the_template_is_complete_but_for_the_product() {
    let template = include_str!("../../../wrangler.jsonc");
    let text: String = template.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let template: serde_json::Value = serde_json::from_str(&text).unwrap();
    let error = Config::read(Some(&template["vars"]["PROXY"].to_string()), &environment).unwrap_err();
    assert_eq!(
        error.to_string(),
        "PROXY.accounts.main.productId still says your-product-id: give the one from Maytapi's console."
    );
}

/// The settings that are read at a place, as the reader itself tells them when it meets another.
fn names_at(path: &[&str]) -> Vec<String> {
    let mut value = serde_json::json!({ "?": 0 });
    for name in path.iter().rev() {
        value = if *name == "[]" { serde_json::json!([value]) } else { serde_json::json!({ *name: value }) };
    }
    let error = Config::read(Some(&value.to_string()), &environment).unwrap_err();
    let unknown = error.faults().iter().find(|fault| fault.field.ends_with(".?")).unwrap();
    unknown.advice.split_once("known are ").unwrap().1.split(", ").map(str::to_owned).collect()
}

#[test]
fn editors_know_exactly_the_settings_that_are_read() {
    let schema: serde_json::Value = serde_json::from_str(include_str!("../../../proxy.schema.json")).unwrap();
    for path in [
        &[][..],
        &["auth"],
        &["auth", "jwks", "[]"],
        &["auth", "access"],
        &["accounts", "main"],
        &["policy"],
        &["policy", "recipients"],
        &["policy", "media"],
        &["policy", "links"],
        &["policy", "batches"],
        &["policy", "batches", "quiet"],
        &["limits"],
        &["limits", "caller"],
        &["limits", "recipient"],
        &["limits", "phone"],
        &["idempotency"],
        &["turnstile"],
    ] {
        let mut place = &schema;
        for name in path {
            place = match *name {
                "[]" => &place["items"],
                "main" => &place["additionalProperties"],
                name => &place["properties"][name],
            };
        }
        let mut known: Vec<String> = place["properties"].as_object().unwrap().keys().cloned().collect();
        let mut read = names_at(path);
        known.sort();
        read.sort();
        assert_eq!(known, read, "{path:?}");
        assert_eq!(place["additionalProperties"], false, "{path:?}");
    }
}

#[test]
fn any_list_of_recipients_restricts_them() {
    assert!(!Config::read(Some(&proxy().to_string()), &environment).unwrap().policy.recipients.are_restricted());
    for (list, entry) in
        [("allow", "12025550123"), ("deny", "12025550123"), ("countryPrefixes", "44"), ("deniedPrefixes", "44")]
    {
        let config = with(&format!("policy.recipients.{list}"), serde_json::json!([entry])).unwrap();
        assert!(config.policy.recipients.are_restricted(), "{list}");
    }
    let groups = with("policy.recipients.groups", true.into()).unwrap();
    assert!(!groups.policy.recipients.are_restricted());
}

#[test]
fn a_limit_is_one_where_anything_is_limited() {
    assert!(Config::read(Some(&proxy().to_string()), &environment).unwrap().limits.caller.is_none());
    for name in ["minute", "day", "month", "gapSeconds"] {
        assert!(!with(&format!("limits.caller.{name}"), 1.into()).unwrap().limits.caller.is_none(), "{name}");
    }
}

#[test]
fn results_of_batches_are_kept_for_as_long_as_policy_says_or_for_a_week() {
    let config = Config::read(Some(&proxy().to_string()), &environment).unwrap();
    assert_eq!(config.policy.results_ms(), 604_800_000);
    let config = with("policy.batches.retentionDays", 2.into()).unwrap();
    assert_eq!(config.policy.results_ms(), 172_800_000);
}

#[test]
fn batches_are_off_until_policy_and_key_are_there() {
    let settings = serde_json::json!({
        "jitter": 0.25, "share": 0.5, "quiet": { "from": "21:00", "to": "08:00", "zone": "Europe/Berlin" },
        "warmUp": [20, 50, 50], "optOut": [" STOP ", "Ende"],
    });
    assert!(Config::read(Some(&proxy().to_string()), &environment).is_ok_and(|config| config.policy.batches.is_none()));
    let config = with("policy.batches", serde_json::json!({})).unwrap();
    let batches = config.policy.batches.as_ref().unwrap();
    assert_eq!((batches.max_recipients, batches.per_minute, batches.daily_cap), (10_000, 20, None));
    assert_eq!((batches.jitter, batches.share, batches.stop_after_refusals), (0.3, 0.8, 5));
    assert_eq!((batches.opt_out.as_slice(), batches.retention_ms), (&["stop".to_owned()][..], 7 * 86_400_000));
    assert!(batches.warm_up.is_empty() && batches.quiet.is_none() && batches.zone() == "UTC");
    let config = with("policy.batches", settings).unwrap();
    let batches = config.policy.batches.as_ref().unwrap();
    assert_eq!((batches.jitter, batches.share, batches.warm_up.as_slice()), (0.25, 0.5, &[20, 50, 50][..]));
    assert_eq!((batches.opt_out.join(","), batches.zone()), ("stop,ende".to_owned(), "Europe/Berlin"));
}

#[test]
fn a_zone_that_the_runtime_does_not_know_is_a_fault() {
    let hours = |zone| serde_json::json!({ "from": "21:00", "to": "08:00", "zone": zone });
    let read = |zone| with("policy.batches.quiet", hours(zone)).unwrap();
    let is_known = |zone: &str| zone == "Europe/Berlin";
    assert!(read("Europe/Berlin").with_known_zone(is_known).is_ok());
    let error = read("Europe/Cologne").with_known_zone(is_known).unwrap_err();
    assert_eq!(
        error.to_string(),
        "PROXY.policy.batches.quiet.zone must be a time zone by its IANA name, such as Europe/Berlin."
    );
    let none = Config::read(Some(&self::proxy().to_string()), &environment).unwrap();
    assert!(none.with_known_zone(|_| false).is_ok(), "without batches nobody asks");
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
        assert_eq!(fields(Config::read(Some(&proxy().to_string()), &lookup)), ["UPSTREAM"], "{upstream}");
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
