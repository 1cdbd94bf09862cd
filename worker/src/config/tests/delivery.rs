//! What is read of the settings about delivery, and of the secrets beside them.

use super::{Config, ConfigError, environment, fields, proxy, with_in};

/// A signing secret of 24 bytes.
const SIGNING: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Reads the least configuration where this secret has this value.
fn with_secret(name: &str, value: &str) -> Result<Config, ConfigError> {
    with_secrets(&[(name, value)])
}

/// The same with several of them.
fn with_secrets(secrets: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::read(Some(&proxy().to_string()), &|asked| {
        let given = secrets.iter().find(|(name, _)| *name == asked);
        given.map_or_else(|| environment(asked), |(_, value)| Some((*value).to_owned()))
    })
}

#[test]
fn the_secret_of_an_address_is_long_and_needs_no_escape() {
    let (least, short) = ("0123456789abcdefghijklmnopqr_-AB", "0123456789abcdefghijklmnopqr_-A");
    let config = with_secret("HOOK_SECRET", least).unwrap();
    let secrets = config.delivery.secrets.unwrap();
    assert!(secrets.admits(least) && !secrets.admits(short));
    for wrong in ["", short, "0123456789abcdefghijklmnopqr/+ABCDEF", "0123456789abcdefghijklmnopqr ABCDEF"] {
        assert_eq!(fields(with_secret("HOOK_SECRET", wrong)), ["HOOK_SECRET"], "{wrong}");
        let rotated = [("HOOK_SECRET", least), ("HOOK_SECRET_PREVIOUS", wrong)];
        assert_eq!(fields(with_secrets(&rotated)), ["HOOK_SECRET_PREVIOUS"], "{wrong}");
    }
    assert!(Config::read(Some(&proxy().to_string()), &environment).unwrap().delivery.secrets.is_none());
}

#[test]
fn a_key_for_what_is_stored_has_32_bytes_or_more() {
    let least = "0123456789abcdefghijklmnopqr/+AB";
    let keys = with_secret("STORE_KEY", least).unwrap().delivery.store_keys.unwrap();
    assert_eq!(keys.sealing().1.expose(), least);
    for wrong in ["", "0123456789abcdefghijklmnopqr/+A", "0123456789abcdefghijklmnopqr ABCDEF"] {
        assert_eq!(fields(with_secret("STORE_KEY", wrong)), ["STORE_KEY"], "{wrong}");
        assert_eq!(fields(with_secret("STORE_KEY_PREVIOUS", wrong)), ["STORE_KEY_PREVIOUS"], "{wrong}");
    }
}

#[test]
fn a_receiver_has_an_address_and_a_secret_that_signs() {
    let read = |url: &str, name: &str, signing: Option<&str>, has_store_key: bool| {
        let forward = serde_json::json!({ "url": url, "secretName": name });
        with_in("accounts.main.forward", forward, &|asked| match asked {
            "FORWARD_SECRET" => signing.map(str::to_owned),
            "STORE_KEY" if !has_store_key => None,
            asked => environment(asked),
        })
    };
    for url in ["https://crm.example/hook?tenant=7", "http://127.0.0.1:9000/hook"] {
        let config = read(url, "FORWARD_SECRET", Some(SIGNING), true).unwrap();
        let forward = config.account("main").unwrap().forward.as_ref().unwrap();
        assert_eq!(forward.url, url);
        assert!(forward.key.sign("m", 0, "").is_some_and(|signature| signature.starts_with("v1,")));
    }
    let (url, good) = ("https://crm.example/hook", "FORWARD_SECRET");
    for (url, name, signing, has_store_key, wanted) in [
        ("http://crm.example/hook", good, Some(SIGNING), true, "PROXY.accounts.main.forward.url"),
        ("https://user:secret@crm.example/", good, Some(SIGNING), true, "PROXY.accounts.main.forward.url"),
        ("https://crm.example/#hook", good, Some(SIGNING), true, "PROXY.accounts.main.forward.url"),
        (url, "forward_secret", Some(SIGNING), true, "PROXY.accounts.main.forward.secretName"),
        (url, "STORE_KEY", Some(SIGNING), true, "PROXY.accounts.main.forward.secretName"),
        (url, good, None, true, "FORWARD_SECRET"),
        (url, good, Some("whsec_c2hvcnQ="), true, "FORWARD_SECRET"),
        (url, good, Some(SIGNING), false, "PROXY.accounts.main.forward"),
    ] {
        assert_eq!(fields(read(url, name, signing, has_store_key)), [wanted], "{url} {name} {signing:?}");
    }
    let none = Config::read(Some(&proxy().to_string()), &environment).unwrap();
    assert!(none.account("main").unwrap().forward.is_none());
}
