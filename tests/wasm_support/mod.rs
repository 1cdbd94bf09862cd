//! What the WebAssembly tests share: JavaScript from its source text, a client with a `fetch` of the test's own.
#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

use js_sys::{JSON, Reflect};
#[cfg(feature = "js")]
use maytapi::js::MaytapiClient;
use wasm_bindgen::prelude::*;
#[cfg(feature = "js")]
use wasm_bindgen_futures::JsFuture;

/// A JavaScript value from its source text.
pub fn js(source: &str) -> JsValue {
    js_sys::eval(&format!("({source})")).unwrap_or_else(|error| panic!("{source}: {error:?}"))
}

/// A member of an object.
pub fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap()
}

/// A member that is a text.
pub fn text(object: &JsValue, name: &str) -> String {
    get(object, name).as_string().unwrap_or_else(|| panic!("{name} of {object:?}"))
}

/// A value as JSON text.
pub fn json(value: &JsValue) -> String {
    String::from(JSON::stringify(value).unwrap())
}

/// A client through an edge proxy whose `fetch` is the given function of `(url, init)`; the function may record in `this.calls`.
#[cfg(feature = "js")]
pub fn client(fetch: &str) -> MaytapiClient {
    client_with(&format!(
        "{{ baseUrl: 'https://edge.example/api/main', token: 'canary-token', phoneId: 12345, maxRetries: 0, fetch: {fetch} }}"
    ))
}

/// A client with these options.
#[cfg(feature = "js")]
pub fn client_with(options: &str) -> MaytapiClient {
    MaytapiClient::new(&js(options)).unwrap_or_else(|error| panic!("{}", text(&error, "message")))
}

/// A message that is in order.
pub const TEXT: &str = "{ type: 'text', toNumber: '+1 202-555-0123', message: 'Hi' }";
/// A `fetch` that queues everything.
pub const QUEUED: &str =
    r#"async () => new Response('{"success":true,"data":{"msgId":"m-1","chatId":"12025550123@c.us"}}')"#;

/// Sends, with message and options as source text.
#[cfg(feature = "js")]
pub async fn send(client: &MaytapiClient, message: &str, options: &str) -> Result<JsValue, JsValue> {
    JsFuture::from(client.send_message(js(message), js(options))).await
}
