//! What is sent again and what is not, seen from `fetch`: retries, waits, idempotency keys, tokens that are asked for, the logger.
#![cfg(all(target_arch = "wasm32", feature = "js"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, clippy::indexing_slicing)]

mod wasm_support;

use js_sys::Array;
use maytapi::js::MaytapiClient;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::*;
use wasm_support::{TEXT, client_with, get, js, json, send, text};

/// A client whose `fetch` answers from a list, one entry per try, and records the idempotency keys in `keys`.
fn scripted(answers: &str, options: &str) -> MaytapiClient {
    js("globalThis.keys = []");
    js(&format!("globalThis.answers = {answers}"));
    let fetch = r#"async (url, init) => {
        keys.push(new Headers(init.headers).get('idempotency-key') ?? new Headers(init.headers).get('authorization'));
        const answer = answers.shift();
        if (answer instanceof Error) throw answer;
        return new Response(answer[1] ?? '', { status: answer[0], headers: answer[2] ?? {} });
    }"#;
    client_with(&format!("{{ phoneId: 1, fetch: {fetch}, {options} }}"))
}

const EDGE: &str = "baseUrl: 'https://edge.example/api/main', token: 't'";
const DIRECT: &str = "productId: 'p', apiKey: 'k', dangerouslyAllowBrowser: true";
const OK: &str = r#"[200, '{"success":true,"data":{"msgId":"m"}}']"#;
const W05: &str = r#"[200, '{"success":false,"message":"Lib not loaded","code":"W05"}']"#;

#[wasm_bindgen_test]
async fn through_a_proxy_lost_answers_are_repeated_with_one_key() {
    let client = scripted(&format!("[new TypeError('x'), [502, '<html>'], {OK}]"), EDGE);
    send(&client, TEXT, "undefined").await.unwrap();
    let keys = js("keys").unchecked_into::<Array>();
    assert_eq!(keys.length(), 3);
    assert_eq!((keys.get(0), keys.get(1)), (keys.get(1), keys.get(2)));
    assert_eq!(keys.get(0).as_string().unwrap().len(), 36);
    let own = scripted(&format!("[{W05}, {OK}]"), EDGE);
    send(&own, TEXT, "{ idempotencyKey: 'order-1' }").await.unwrap();
    assert_eq!(json(&js("keys")), r#"["order-1","order-1"]"#);
}

#[wasm_bindgen_test]
async fn straight_to_maytapi_only_what_left_nothing_behind_is_repeated() {
    let client = scripted(&format!("[{W05}, [429, '', {{ 'retry-after': '0' }}], {OK}]"), DIRECT);
    send(&client, TEXT, "undefined").await.unwrap();
    assert_eq!(json(&js("keys")), "[null,null,null]");
    for failing in ["new TypeError('x')", "[502, '<html>']", "[500, '{\"success\":false}']", "[200, '']"] {
        let client = scripted(&format!("[{failing}, {OK}]"), DIRECT);
        let error = send(&client, TEXT, "undefined").await.expect_err(failing);
        assert_eq!(text(&error, "retryable"), "unknown", "{failing}");
        assert_eq!(js("keys.length").as_f64(), Some(1.0), "{failing}");
    }
}

#[wasm_bindgen_test]
async fn retries_end_and_the_last_failure_is_told_with_its_key() {
    let client = scripted(&format!("[{W05}, {W05}, {W05}, {OK}]"), EDGE);
    let error = send(&client, TEXT, "{ maxRetries: 1, idempotencyKey: 'order-2' }").await.unwrap_err();
    assert_eq!((text(&error, "code"), text(&error, "idempotencyKey")), ("W05".into(), "order-2".into()));
    assert_eq!(js("keys.length").as_f64(), Some(2.0));
}

#[wasm_bindgen_test]
async fn a_long_retry_after_is_left_to_the_caller() {
    let client = scripted(&format!("[[429, '', {{ 'retry-after': '61' }}], {OK}]"), EDGE);
    let error = send(&client, TEXT, "undefined").await.unwrap_err();
    assert_eq!(get(&error, "retryAfterMs").as_f64(), Some(61_000.0));
}

#[wasm_bindgen_test]
async fn aborting_during_a_wait_ends_at_once() {
    let client = scripted(&format!("[[429, '', {{ 'retry-after': '60' }}], {OK}]"), EDGE);
    let started = js_sys::Date::now();
    let error = send(&client, TEXT, "{ signal: AbortSignal.timeout(50) }").await.unwrap_err();
    assert_eq!(text(&error, "name"), "TimeoutError");
    assert!(js_sys::Date::now() - started < 5_000.0);
}

#[wasm_bindgen_test]
async fn a_token_function_is_asked_again_once_after_a_401() {
    js("globalThis.asked = 0");
    let options = "baseUrl: 'https://edge.example/api/main', token: async () => 'token-' + ++asked";
    let client = scripted(&format!("[[401, ''], {OK}]"), options);
    send(&client, TEXT, "undefined").await.unwrap();
    assert_eq!(js("asked").as_f64(), Some(2.0));
    js("asked = 0");
    let client = scripted(&format!("[[401, ''], [401, ''], {OK}]"), options);
    assert_eq!(text(&send(&client, TEXT, "undefined").await.unwrap_err(), "name"), "AuthenticationError");
    assert_eq!(js("asked").as_f64(), Some(2.0));
}

#[wasm_bindgen_test]
async fn a_token_function_that_fails_sends_nothing() {
    for (function, name) in [
        ("() => { throw new Error('no') }", "AuthenticationError"),
        ("async () => { throw 'no' }", "AuthenticationError"),
        ("() => undefined", "ConfigurationError"),
        ("() => 'a b'", "ConfigurationError"),
        ("() => new Promise(() => {})", "TimeoutError"),
    ] {
        let options = format!("baseUrl: 'https://edge.example/api/main', maxRetries: 0, token: {function}");
        let error = send(&scripted(&format!("[{OK}]"), &options), TEXT, "{ timeoutMs: 20 }").await.expect_err(function);
        assert_eq!(text(&error, "name"), name, "{function}");
        assert_eq!(js("keys.length").as_f64(), Some(0.0), "{function}");
    }
}

#[wasm_bindgen_test]
async fn a_key_is_for_proxies_only() {
    let client = scripted(&format!("[{OK}]"), DIRECT);
    let error = send(&client, TEXT, "{ idempotencyKey: 'order-1' }").await.unwrap_err();
    assert_eq!(text(&error, "name"), "ConfigurationError");
}

#[wasm_bindgen_test]
async fn the_answers_status_and_headers_are_at_hand_but_in_no_copy() {
    let client = scripted(r#"[[200, '{"success":true,"data":{"msgId":"m"}}', { 'ratelimit': 'x' }]]"#, EDGE);
    let queued = send(&client, TEXT, "undefined").await.unwrap();
    let headers = get(&get(&queued, "response"), "headers").unchecked_into::<web_sys::Headers>();
    assert_eq!(headers.get("ratelimit").unwrap().as_deref(), Some("x"));
    assert!(!json(&queued).contains("response"));
}

#[wasm_bindgen_test]
async fn a_logger_is_told_what_happens_and_nothing_private() {
    js("globalThis.told = []");
    let logger = "logger: { debug: (...a) => told.push(a), warn: (...a) => told.push(a), error() { throw 1 } }";
    let client = scripted(&format!("[{W05}, {OK}, [400, '']]"), &format!("{EDGE}, {logger}"));
    send(&client, TEXT, "undefined").await.unwrap();
    let told = json(&js("told"));
    assert!(told.contains(r#""code":"W05""#) && told.contains(r#"["maytapi: queued",{"type":"text"}]"#), "{told}");
    assert!(!told.contains("202555") && !told.contains("Hi"), "{told}");
    // A logger that throws does not fail the send, nor hide why it failed.
    assert_eq!(text(&send(&client, TEXT, "undefined").await.unwrap_err(), "code"), "refused");
}
