//! The client of Rust applications over the host's own `fetch`, in Node and in a browser, whatever that `fetch` does.
#![cfg(all(target_arch = "wasm32", feature = "fetch"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, clippy::indexing_slicing)]

mod wasm_support;

use std::error::Error as _;
use std::time::Duration;

use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use maytapi::client::{Client, Error, ErrorKind, FetchTransport, Phone, Retryable, Thrown, Token};
use maytapi::json::Json;
use maytapi::message::Message;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::*;
use wasm_support::{js, json};

/// Puts a function in the place of the host's `fetch` until it is dropped.
struct Fetch(JsValue);

impl Fetch {
    fn new(source: &str) -> Self {
        let before = js("globalThis.fetch");
        js(&format!("globalThis.fetch = {source}"));
        Fetch(before)
    }
}

impl Drop for Fetch {
    fn drop(&mut self) {
        js_sys::Reflect::set(&js_sys::global(), &"fetch".into(), &self.0).unwrap();
    }
}

fn phone() -> Phone<FetchTransport> {
    Client::through_proxy("https://edge.example/api/main", "canary-token").unwrap().max_retries(0).phone(1150)
}

fn message() -> Message {
    let fields = [("type", "text"), ("toNumber", "+1 202-555-0123"), ("message", "Hi")];
    Message::parse(Json::Object(fields.map(|(name, value)| (name.to_owned(), value.into())).into())).unwrap()
}

async fn error(fetch: &str) -> Error {
    let _fetch = Fetch::new(fetch);
    phone().send(message()).timeout(Duration::from_millis(50)).await.expect_err(fetch)
}

#[wasm_bindgen_test]
async fn a_send_is_one_post_that_follows_no_redirect() {
    js("globalThis.seen = []");
    let _fetch = Fetch::new(
        r#"async (request) => {
            seen.push([request.url, request.method, request.redirect, await request.text(), [...request.headers]]);
            return new Response('{"success":true,"data":{"msgId":"m-1"}}', { headers: { "x-request-id": "r-1" } });
        }"#,
    );
    let phone = phone();
    let (queued, response) = phone.send(message()).idempotency_key("order-4711").with_response().await.unwrap();
    assert_eq!((queued.msg_id.as_str(), response.status), ("m-1", 200));
    assert_eq!(response.request_id.as_deref(), Some("r-1"));
    assert_eq!(
        json(&js("seen")),
        concat!(
            r#"[["https://edge.example/api/main/1150/sendMessage","POST","manual","#,
            r#""{\"to_number\":\"12025550123\",\"type\":\"text\",\"message\":\"Hi\"}","#,
            r#"[["authorization","Bearer canary-token"],["content-type","application/json"],["idempotency-key","order-4711"]]]]"#
        )
    );
}

#[wasm_bindgen_test]
async fn maytapis_own_answers_name_no_request() {
    let _fetch = Fetch::new(
        r#"async () => new Response('{"success":true,"data":{"msgId":"m-1"}}', { headers: { "x-request-id": "r-1" } })"#,
    );
    let phone = Client::to_maytapi("00000000-0000-4000-8000-000000000000", "canary-key").unwrap().phone(1150);
    let (_, response) = phone.send(message()).with_response().await.unwrap();
    assert_eq!((response.request_id, response.status), (None, 200));
}

#[wasm_bindgen_test]
async fn a_made_key_is_new_each_time() {
    js("globalThis.keys = []");
    let _fetch = Fetch::new(
        r#"async (request) => {
            keys.push(request.headers.get('idempotency-key'));
            return new Response('{"success":true,"data":{"msgId":"m-1"}}');
        }"#,
    );
    phone().send(message()).await.unwrap();
    phone().send(message()).await.unwrap();
    assert!(js("keys[0] !== keys[1] && keys.every((key) => /^[0-9a-f]{32}$/.test(key))").is_truthy());
}

#[wasm_bindgen_test]
async fn whatever_fetch_does_ends_as_an_error() {
    for (fetch, kind) in [
        ("() => { throw new TypeError('boom') }", ErrorKind::Connection),
        ("() => { throw 'boom' }", ErrorKind::Connection),
        ("() => Promise.reject('boom')", ErrorKind::Connection),
        ("() => Promise.reject(undefined)", ErrorKind::Connection),
        ("async () => undefined", ErrorKind::UnreadableAnswer),
        ("async () => ({ status: 200, text: async () => '' })", ErrorKind::UnreadableAnswer),
        ("async () => new Response(new ReadableStream({ start(c) { c.error('cut off') } }))", ErrorKind::Connection),
        ("async () => Response.error()", ErrorKind::UnreadableAnswer),
        ("async () => new Response('<html>')", ErrorKind::UnreadableAnswer),
        ("async () => new Response('', { status: 307, headers: { location: '/x' } })", ErrorKind::UnreadableAnswer),
        ("() => new Promise(() => {})", ErrorKind::Timeout),
        ("async () => new Response(new ReadableStream({ start() {} }))", ErrorKind::Timeout),
    ] {
        let error = error(fetch).await;
        assert_eq!((error.kind(), error.retryable()), (kind, Retryable::Unknown), "{fetch}");
    }
}

#[wasm_bindgen_test]
async fn what_was_thrown_is_the_source() {
    let error = error("() => Promise.reject('boom')").await;
    let thrown = error.source().and_then(|source| source.downcast_ref::<Thrown>()).unwrap();
    assert_eq!(thrown.value().as_string().as_deref(), Some("boom"));
}

const COUNTS_ABORTS: &str = r#"(request) => new Promise((_, reject) => {
    globalThis.aborts ??= 0;
    request.signal.addEventListener('abort', () => { aborts++; reject(request.signal.reason); });
})"#;

#[wasm_bindgen_test]
async fn a_time_out_and_a_dropped_future_abort_the_fetch() {
    js("globalThis.aborts = 0");
    assert!(error(COUNTS_ABORTS).await.is_timeout());
    assert_eq!(js("aborts").as_f64(), Some(1.0));

    let _fetch = Fetch::new(COUNTS_ABORTS);
    let phone = phone();
    let sending = phone.send(message()).into_future();
    match select(sending, TimeoutFuture::new(20)).await {
        Either::Left(_) => panic!("nobody answered"),
        Either::Right(((), sending)) => drop(sending),
    }
    assert_eq!(js("aborts").as_f64(), Some(2.0));
}

#[wasm_bindgen_test]
async fn a_busy_server_is_waited_for_and_a_token_renewed() {
    js("globalThis.tokens = []");
    let _fetch = Fetch::new(
        r#"async (request) => {
            tokens.push(request.headers.get('authorization'));
            if (tokens.length === 1) return new Response('', { status: 401 });
            if (tokens.length === 2) return new Response('', { status: 429, headers: { 'retry-after': '0' } });
            return new Response('{"success":true,"data":{"msgId":"m-1"}}');
        }"#,
    );
    let token = Token::from_fn(async || Ok("token".into()));
    let phone = Client::through_proxy("https://edge.example/api/main", token).unwrap().phone(1150);
    phone.send(message()).await.unwrap();
    assert_eq!(json(&js("tokens")), r#"["Bearer token","Bearer token","Bearer token"]"#);
}

#[wasm_bindgen_test]
async fn a_picture_is_read_as_bytes() {
    let _fetch =
        Fetch::new("async () => new Response(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1))");
    assert_eq!(phone().screen().await.unwrap().len(), 9);
}

#[wasm_bindgen_test]
fn a_client_that_can_not_work_is_refused() {
    assert!(Client::through_proxy("edge.example", "t").is_err());
    assert!(Client::to_maytapi("../x", "k").is_err());
    assert!(Client::to_maytapi("p", "k").is_ok());
}
