//! The exports as JavaScript calls them, in Node and in a browser: what goes to `fetch`, what comes back, what is thrown.
#![cfg(all(target_arch = "wasm32", feature = "js-whole"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, clippy::indexing_slicing)]

mod wasm_support;

use js_sys::{Array, Function, Object, Promise, Reflect};
use maytapi::js::{MaytapiClient, advance_delivery, message_types, parse_webhook, validate, validate_raw};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::*;
use wasm_support::{QUEUED, TEXT, client, client_with, get, js, json, send, text};
use web_sys::AbortController;

async fn send_error(fetch: &str) -> JsValue {
    let error = send(&client(fetch), TEXT, "undefined").await.expect_err(fetch);
    assert!(error.is_instance_of::<js_sys::Error>(), "{fetch} rejected with no Error");
    error
}

#[wasm_bindgen_test]
async fn a_send_is_one_post_with_maytapis_json() {
    let calls = js("globalThis.calls = []");
    let fetch = r#"async function (url, init) {
        const headers = [...new Headers(init.headers)].filter(([name]) => name !== 'idempotency-key');
        calls.push([url, init.method, init.redirect, init.body, headers, this === undefined]);
        return new Response('{"success":true,"data":{"msgId":"m-1","chatId":"12025550123@c.us"}}', { headers: { "x-request-id": "r-1" } });
    }"#;
    let queued =
        send(&client(&format!("(function () {{ 'use strict'; return {fetch} }})()")), TEXT, "undefined").await.unwrap();
    assert_eq!(
        json(&queued),
        r#"{"state":"queued","msgId":"m-1","chatId":"12025550123@c.us","status":200,"requestId":"r-1"}"#
    );
    assert_eq!(
        json(&calls),
        concat!(
            r#"[["https://edge.example/api/main/12345/sendMessage","POST","manual","#,
            r#""{\"to_number\":\"12025550123\",\"type\":\"text\",\"message\":\"Hi\"}","#,
            r#"[["authorization","Bearer canary-token"],["content-type","application/json"]],true]]"#
        )
    );
}

#[wasm_bindgen_test]
async fn a_wrong_message_is_never_sent() {
    let client = client("() => { throw new Error('called') }");
    for message in
        ["{}", "undefined", "null", "7", "'text'", "() => 1", "[]", "{ type: 'text', message: 'x', toNumber: '0' }"]
    {
        let error = send(&client, message, "undefined").await.unwrap_err();
        assert_eq!(
            (text(&error, "name"), text(&error, "code")),
            ("ValidationError".into(), "invalid_message".into()),
            "{message}"
        );
        assert_eq!(text(&error, "retryable"), "no");
        assert!(get(&error, "faults").unchecked_into::<Array>().length() > 0, "{message}");
    }
}

#[wasm_bindgen_test]
async fn whatever_cannot_be_read_is_a_fault_and_not_a_crash() {
    let client = client(QUEUED);
    for message in [
        "(() => { const m = {}; m.m = m; return m })()",
        "{ type: 'text', toNumber: 1n, message: 'x' }",
        "new Proxy({}, { ownKeys() { throw new Error('no') } })",
        "{ get type() { throw 'no' } }",
        "(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy })()",
        "{ toJSON() { throw null } }",
        "Array.from({ length: 5000 }).reduce((inner) => [inner], 0)",
    ] {
        let error = send(&client, message, "undefined").await.expect_err(message);
        let faults = get(&error, "faults").unchecked_into::<Array>();
        assert_eq!(text(&faults.get(0), "code"), "not_json", "{message}");
    }
    assert_eq!(
        text(&send(&client, TEXT, "undefined").await.unwrap(), "msgId"),
        "m-1",
        "the client is usable afterwards"
    );
}

#[wasm_bindgen_test]
async fn whatever_fetch_does_becomes_a_typed_error() {
    for (fetch, name, code, retryable) in [
        ("() => { throw new TypeError('boom') }", "ConnectionError", "connection_failed", "unknown"),
        ("() => { throw 'boom' }", "ConnectionError", "connection_failed", "unknown"),
        ("() => Promise.reject(new TypeError('boom'))", "ConnectionError", "connection_failed", "unknown"),
        ("() => Promise.reject('boom')", "ConnectionError", "connection_failed", "unknown"),
        ("() => Promise.reject(undefined)", "ConnectionError", "connection_failed", "unknown"),
        ("() => undefined", "UnreadableAnswerError", "not_a_response", "unknown"),
        ("() => 7", "UnreadableAnswerError", "not_a_response", "unknown"),
        ("async () => ({ ok: true })", "UnreadableAnswerError", "not_a_response", "unknown"),
        (
            "async () => ({ status: 200, headers: new Headers(), text: () => 7 })",
            "UnreadableAnswerError",
            "not_a_response",
            "unknown",
        ),
        (
            "async () => ({ status: 200, headers: new Headers(), text() { throw 'no' } })",
            "ConnectionError",
            "connection_failed",
            "unknown",
        ),
        ("async () => ({ get status() { throw 'no' } })", "UnreadableAnswerError", "not_a_response", "unknown"),
        (
            "async () => new Response(new ReadableStream({ start(c) { c.error('cut off') } }))",
            "ConnectionError",
            "connection_failed",
            "unknown",
        ),
        ("async () => new Response('')", "UnreadableAnswerError", "unreadable_answer", "unknown"),
        ("async () => new Response('<html>')", "UnreadableAnswerError", "unreadable_answer", "unknown"),
        ("async () => new Response('{\"success\":true}')", "UnreadableAnswerError", "unreadable_answer", "unknown"),
        ("async () => new Response('[' .repeat(9999))", "UnreadableAnswerError", "unreadable_answer", "unknown"),
        (
            "async () => new Response('', { status: 307, headers: { location: 'https://other.example' } })",
            "UnreadableAnswerError",
            "redirected",
            "unknown",
        ),
        ("async () => Response.error()", "UnreadableAnswerError", "redirected", "unknown"),
        (
            "async () => new Response('{\"success\":false,\"message\":\"Lib not loaded\",\"code\":\"W05\"}')",
            "RefusedError",
            "W05",
            "yes",
        ),
        ("async () => new Response('{\"success\":false,\"message\":\"no\"}')", "RefusedError", "refused", "no"),
        (
            "async () => new Response('{\"success\":false,\"message\":\"no\"}', { status: 401 })",
            "AuthenticationError",
            "unauthorized",
            "no",
        ),
        ("async () => new Response('no', { status: 403 })", "PermissionError", "forbidden", "no"),
        ("async () => new Response('', { status: 429 })", "RateLimitError", "rate_limited", "yes"),
        ("async () => new Response('<html>', { status: 504 })", "ServerError", "server_error", "unknown"),
        (
            "async () => new Response('{\"success\":true,\"data\":{\"msgId\":\"m\"}}', { status: 500 })",
            "ServerError",
            "server_error",
            "unknown",
        ),
    ] {
        let error = send_error(fetch).await;
        let found = (text(&error, "name"), text(&error, "code"), text(&error, "retryable"));
        assert_eq!(found, (name.to_owned(), code.to_owned(), retryable.to_owned()), "{fetch}");
    }
}

#[wasm_bindgen_test]
async fn an_answer_of_another_realm_or_library_is_read() {
    let fetch = r#"async () => ({ status: 200, headers: { get: () => null },
        text: async () => '{"success":true,"data":{"msgId":"m-2"}}' })"#;
    let queued = send(&client(fetch), TEXT, "undefined").await.unwrap();
    assert_eq!(json(&queued), r#"{"state":"queued","msgId":"m-2","status":200}"#);
}

#[wasm_bindgen_test]
async fn the_cause_is_kept() {
    let error = send_error("() => Promise.reject('boom')").await;
    assert_eq!(get(&error, "cause").as_string().as_deref(), Some("boom"));
}

#[wasm_bindgen_test]
async fn retry_after_is_read_as_seconds_and_as_a_date() {
    for (value, least, most) in [
        ("'7'", 7000.0, 7000.0),
        ("new Date(Date.now() + 60000).toUTCString()", 55_000.0, 60_000.0),
        ("'99999999999'", 86_400_000.0, 86_400_000.0),
    ] {
        let fetch = format!("async () => new Response('', {{ status: 429, headers: {{ 'retry-after': {value} }} }})");
        let ms = get(&send_error(&fetch).await, "retryAfterMs").as_f64().unwrap();
        assert!((least..=most).contains(&ms), "{value}: {ms}");
    }
    for value in ["soon", "-1"] {
        let fetch = format!("async () => new Response('', {{ status: 429, headers: {{ 'retry-after': '{value}' }} }})");
        assert!(get(&send_error(&fetch).await, "retryAfterMs").is_undefined(), "{value}");
    }
}

#[wasm_bindgen_test]
async fn a_credential_that_is_echoed_is_taken_out() {
    let fetch = r#"async (url, init) => new Response('<p>' + new Headers(init.headers).get('authorization') + '</p>', { status: 502 })"#;
    let error = send_error(fetch).await;
    assert_eq!(text(&error, "body"), "<p>Bearer [redacted]</p>");
    let shown = format!("{error:?} {}", json(&error));
    assert!(!shown.contains("canary-token"), "{shown}");
}

/// Never answers and takes no notice of the signal, as a broken fetch may.
const DEAF: &str = "() => new Promise(() => {})";

#[wasm_bindgen_test]
async fn a_send_ends_when_its_time_is_up() {
    let error = send(&client(DEAF), TEXT, "{ timeoutMs: 20 }").await.unwrap_err();
    assert_eq!((text(&error, "name"), text(&error, "retryable")), ("TimeoutError".into(), "unknown".into()));
    let slow_body = "async () => new Response(new ReadableStream({ start() {} }))";
    let error = send(&client(slow_body), TEXT, "{ timeoutMs: 20 }").await.unwrap_err();
    assert_eq!(text(&error, "name"), "TimeoutError");
}

#[wasm_bindgen_test]
async fn a_time_out_aborts_the_fetch() {
    let seen = js("globalThis.seen = []");
    let fetch = "(url, init) => new Promise((_, reject) => init.signal.addEventListener('abort', () => { seen.push(1); reject(1) }))";
    send(&client(fetch), TEXT, "{ timeoutMs: 20 }").await.unwrap_err();
    assert_eq!(seen.unchecked_into::<Array>().length(), 1);
}

#[wasm_bindgen_test]
async fn aborting_ends_a_send_at_once_with_the_signals_reason() {
    let client = client(DEAF);
    let controller = AbortController::new().unwrap();
    let options = Object::new();
    Reflect::set(&options, &"signal".into(), &controller.signal()).unwrap();
    let sending = client.send_message(js(TEXT), options.into());
    controller.abort();
    let error = JsFuture::from(sending).await.unwrap_err();
    assert_eq!(text(&error, "name"), "AbortError");

    let reason = send(&client, TEXT, "{ signal: AbortSignal.abort('enough') }").await.unwrap_err();
    assert_eq!(reason.as_string().as_deref(), Some("enough"));
    let error = send(&client, TEXT, "{ signal: AbortSignal.timeout(20) }").await.unwrap_err();
    assert_eq!(text(&error, "name"), "TimeoutError");
}

#[wasm_bindgen_test]
async fn a_signal_keeps_no_listener_after_the_send() {
    let signal = js("Object.assign(new AbortController().signal, { added: 0 })");
    let count = js(r#"(signal) => {
        const add = signal.addEventListener.bind(signal), remove = signal.removeEventListener.bind(signal);
        signal.addEventListener = (...a) => { signal.added++; add(...a) };
        signal.removeEventListener = (...a) => { signal.added--; remove(...a) };
    }"#);
    count.unchecked_into::<Function>().call1(&JsValue::UNDEFINED, &signal).unwrap();
    let options = Object::new();
    Reflect::set(&options, &"signal".into(), &signal).unwrap();
    JsFuture::from(client(QUEUED).send_message(js(TEXT), options.into())).await.unwrap();
    assert_eq!(get(&signal, "added").as_f64(), Some(0.0));
}

#[wasm_bindgen_test]
async fn many_sends_share_one_client_and_outlive_it() {
    let client = client(
        "async () => { await new Promise((r) => setTimeout(r, 10)); return new Response('{\"success\":true,\"data\":{\"msgId\":\"m\"}}') }",
    );
    let sends = Array::new();
    for _ in 0..50 {
        sends.push(&client.send_message(js(TEXT), JsValue::UNDEFINED));
    }
    drop(client);
    let results = JsFuture::from(Promise::all(&sends)).await.unwrap().unchecked_into::<Array>();
    assert_eq!(results.length(), 50);
}

#[wasm_bindgen_test]
fn a_wrong_option_is_named_and_its_value_is_not_repeated() {
    for (options, named) in [
        ("undefined", "token"),
        ("7", "options"),
        ("{}", "token"),
        ("{ token: 'canary-key' }", "baseUrl"),
        ("{ token: 'canary-key', baseUrl: 'http://edge.example' }", "baseUrl"),
        ("{ token: 'canary key', baseUrl: 'https://edge.example' }", "token"),
        ("{ token: 7, baseUrl: 'https://edge.example' }", "token"),
        ("{ token: 'canary-key', apiKey: 'canary-key', baseUrl: 'https://edge.example' }", "token"),
        ("{ apiKey: 'canary-key', dangerouslyAllowBrowser: true }", "productId"),
        ("{ apiKey: 'canary-key', productId: '../x', dangerouslyAllowBrowser: true }", "productId"),
        ("{ token: 'canary-key', baseUrl: 'https://edge.example', phoneId: '../1' }", "phoneId"),
        ("{ token: 'canary-key', baseUrl: 'https://edge.example', phoneId: 1.5 }", "phoneId"),
        ("{ token: 'canary-key', baseUrl: 'https://edge.example', timeoutMs: -1 }", "timeoutMs"),
        ("{ token: 'canary-key', baseUrl: 'https://edge.example', timeoutMs: NaN }", "timeoutMs"),
        ("{ token: 'canary-key', baseUrl: 'https://edge.example', fetch: 'x' }", "fetch"),
        ("{ get token() { throw 1 } }", "options"),
        ("new Proxy({}, { get() { throw 1 } })", "options"),
    ] {
        let error = MaytapiClient::new(&js(options)).expect_err(options);
        assert_eq!(text(&error, "name"), "ConfigurationError", "{options}");
        let message = text(&error, "message");
        assert!(message.starts_with(named) && !message.contains("canary"), "{options}: {message}");
    }
}

#[wasm_bindgen_test]
async fn a_wrong_option_of_one_send_sends_nothing() {
    let client = client("() => { throw new Error('called') }");
    for options in [
        "7",
        "{ phoneId: 'x' }",
        "{ timeoutMs: '5' }",
        "{ signal: {} }",
        "{ signal: 1 }",
        "{ get signal() { throw 1 } }",
    ] {
        let error = send(&client, TEXT, options).await.unwrap_err();
        assert_eq!(text(&error, "name"), "ConfigurationError", "{options}");
    }
}

#[wasm_bindgen_test]
async fn a_send_needs_a_phone() {
    let client = client_with(&format!(
        "{{ baseUrl: 'https://edge.example/api/main', token: 't', maxRetries: 0, fetch: {QUEUED} }}"
    ));
    assert_eq!(text(&send(&client, TEXT, "{}").await.unwrap_err(), "code"), "invalid_option");
    assert_eq!(text(&send(&client, TEXT, "{ phoneId: '7' }").await.unwrap(), "msgId"), "m-1");
}

#[wasm_bindgen_test]
async fn the_raw_form_takes_any_type() {
    js("globalThis.bodies = []");
    let client = client(
        "async (url, init) => { bodies.push(init.body); return new Response('{\"success\":true,\"data\":{\"msgId\":\"m\"}}') }",
    );
    let raw = js("{ type: 'list', toNumber: '12025550123', sections: [{ title: 'A' }] }");
    JsFuture::from(client.send_raw(raw.clone(), JsValue::UNDEFINED)).await.unwrap();
    assert_eq!(
        json(&js("bodies")),
        r#"["{\"to_number\":\"12025550123\",\"type\":\"list\",\"sections\":[{\"title\":\"A\"}]}"]"#
    );
    assert_eq!(get(&validate_raw(&raw).unwrap(), "valid").as_bool(), Some(true));
    assert_eq!(get(&validate(&raw).unwrap(), "valid").as_bool(), Some(false));
}

#[wasm_bindgen_test]
fn validation_gives_the_wire_form_or_the_faults() {
    let valid =
        validate(&js("{ type: 'location', toNumber: '12025550123', latitude: 41.5, longitude: '-29' }")).unwrap();
    assert_eq!(
        json(&valid),
        r#"{"valid":true,"wire":{"to_number":"12025550123","type":"location","latitude":"41.5","longitude":"-29"},"hints":[]}"#
    );
    let invalid =
        validate(&js("{ type: 'media', toNumber: '12025550123', message: 'https://x.example/', caption: 'x' }"))
            .unwrap();
    let faults = get(&invalid, "faults").unchecked_into::<Array>();
    assert_eq!(text(&faults.get(0), "path"), "caption");
    assert_eq!(text(&faults.get(0), "suggestion"), "text");
}

#[wasm_bindgen_test]
fn message_types_describe_forms() {
    let types = message_types().unwrap().unchecked_into::<Array>();
    assert_eq!(types.length(), 15);
    assert_eq!(json(&types.get(0)), r#"{"type":"text","fields":[{"name":"message","kind":"text","required":true}]}"#);
}

async fn ask(client: &MaytapiClient, name: &str, numbers: &str, options: &str) -> Result<JsValue, JsValue> {
    JsFuture::from(client.read(name.to_owned(), js(numbers), js(options))).await
}

#[wasm_bindgen_test]
async fn questions_are_asked_and_answers_read() {
    js("globalThis.urls = []");
    let client = client(
        r#"async (url, init) => { urls.push([init.method, url, init.body]); const last = url.split('/').pop(); return new Response({
            listPhones: '[{"id":7,"number":"12025550100","multi_device":true}]',
            status: '{"success":true,"status":{"loggedIn":true}}',
            checkPhones: '{"success":true,"data":[{"id":"12025550123@c.us","valid":true}]}',
            screen: Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1),
        }[last]) }"#,
    );
    assert_eq!(
        json(&ask(&client, "listPhones", "undefined", "{}").await.unwrap()),
        r#"[{"id":7,"number":"12025550100","multiDevice":true}]"#
    );
    assert_eq!(json(&ask(&client, "status", "undefined", "{}").await.unwrap()), r#"{"loggedIn":true}"#);
    let checked = ask(&client, "checkPhones", "['+1 202 555 0123']", "{ phoneId: 8 }").await.unwrap();
    assert_eq!(json(&checked), r#"[{"id":"12025550123@c.us","valid":true}]"#);
    let picture = ask(&client, "screen", "undefined", "{}").await.unwrap();
    assert_eq!(picture.unchecked_into::<js_sys::Uint8Array>().length(), 9);
    assert_eq!(
        json(&js("urls")),
        concat!(
            r#"[["GET","https://edge.example/api/main/listPhones",null],["GET","https://edge.example/api/main/12345/status",null],"#,
            r#"["POST","https://edge.example/api/main/8/checkPhones","{\"numbers\":[\"12025550123\"]}"],"#,
            r#"["GET","https://edge.example/api/main/12345/screen",null]]"#
        )
    );
}

#[wasm_bindgen_test]
async fn a_question_that_is_refused_or_wrong_is_a_typed_error() {
    let refusing = client("async () => new Response('{\"success\":false,\"message\":\"Phone is not connected\"}')");
    for name in ["status", "screen", "listPhones"] {
        assert_eq!(text(&ask(&refusing, name, "undefined", "{}").await.unwrap_err(), "name"), "RefusedError", "{name}");
    }
    let odd = client("async () => new Response('[]', { status: 200 })");
    for name in ["status", "screen", "queue"] {
        assert_eq!(
            text(&ask(&odd, name, "undefined", "{}").await.unwrap_err(), "name"),
            "UnreadableAnswerError",
            "{name}"
        );
    }
    for (name, numbers) in
        [("purgeQueue", "undefined"), ("../x", "undefined"), ("checkPhones", "undefined"), ("checkPhones", "['x']")]
    {
        assert_eq!(text(&ask(&odd, name, numbers, "{}").await.unwrap_err(), "name"), "ConfigurationError", "{name}");
    }
}

#[wasm_bindgen_test]
fn webhooks_are_read() {
    let body = js("{ type: 'ack', phone_id: 7, data: [{ msgId: 'm-1', ackCode: 2, chatId: 'c', time: 5 }] }");
    assert_eq!(
        json(&get(&parse_webhook(&body).unwrap(), "acks")),
        r#"[{"kind":"delivery","msgId":"m-1","chatId":"c","time":5,"state":"delivered"}]"#
    );
    for nothing in ["undefined", "null", "7", "{}", "(() => { const m = {}; m.m = m; return m })()"] {
        assert!(parse_webhook(&js(nothing)).unwrap().is_undefined(), "{nothing}");
    }
    assert_eq!(advance_delivery("read", "sent").as_string().as_deref(), Some("read"));
    assert_eq!(advance_delivery("queued", "delivered").as_string().as_deref(), Some("delivered"));
}
