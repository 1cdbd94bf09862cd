//! The exports that JavaScript sees: the client, validation, webhooks, the list of message types.
//!
//! What is thrown here is a plain `Error` with a `name`; the npm package turns it into a class of its own.

mod client;
mod input;
mod job;
mod log;
mod output;
mod settings;
mod waiting;

pub use client::MaytapiClient;
use wasm_bindgen::prelude::*;

use crate::client::{Error, ReportedFault};
use crate::json::{Json, Limits, Object};
use crate::message::{Faults, FieldSpec, Message, MessageType};
use crate::webhook::Webhook;

/// A quarter of the standard library's dlmalloc in what is downloaded, as fast, and as sparing with memory.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("types.d.ts");

/// Checks a message without sending it: the JSON that would go out, or every fault at once. Never throws for what the message is.
///
/// # Errors
/// Only where the host itself refuses to make an object.
#[wasm_bindgen(unchecked_return_type = "Validation")]
pub fn validate(#[wasm_bindgen(unchecked_param_type = "unknown")] message: &JsValue) -> Result<JsValue, JsValue> {
    validation(message, Message::parse)
}

/// The same for the raw form.
///
/// # Errors
/// Only where the host itself refuses to make an object.
#[wasm_bindgen(js_name = validateRaw, unchecked_return_type = "Validation")]
pub fn validate_raw(#[wasm_bindgen(unchecked_param_type = "unknown")] message: &JsValue) -> Result<JsValue, JsValue> {
    validation(message, Message::parse_raw)
}

/// Reads the body of a webhook, parsed; `undefined` where it is none of Maytapi's. Unknown events are kept.
///
/// # Errors
/// Only where the host itself refuses to make an object.
#[wasm_bindgen(js_name = parseWebhook, unchecked_return_type = "WebhookEvent | undefined")]
pub fn parse_webhook(#[wasm_bindgen(unchecked_param_type = "unknown")] body: &JsValue) -> Result<JsValue, JsValue> {
    let Ok(body) = input::json(body, Limits::WEBHOOK) else { return Ok(JsValue::UNDEFINED) };
    let Some(mut event) = Webhook::parse(&body).map(Webhook::into_json) else { return Ok(JsValue::UNDEFINED) };
    event.set("raw", body);
    output::plain(&event.into())
}

/// The delivery state after another report. Acks repeat and overtake each other, so a state never goes back. An unknown word changes
/// nothing.
#[must_use]
#[wasm_bindgen(js_name = advanceDelivery, unchecked_return_type = "DeliveryState")]
pub fn advance_delivery(
    #[wasm_bindgen(unchecked_param_type = "DeliveryState")] state: &str,
    #[wasm_bindgen(unchecked_param_type = "DeliveryState")] report: &str,
) -> String {
    use crate::delivery::Delivery;
    let known = Delivery::from_name(state).unwrap_or(Delivery::Queued);
    Delivery::from_name(report).map_or(known, |report| known.advance(report)).as_str().to_owned()
}

/// Every message type with its own fields, to build forms from.
///
/// # Errors
/// Only where the host itself refuses to make an object.
#[wasm_bindgen(js_name = messageTypes, unchecked_return_type = "MessageTypeInfo[]")]
pub fn message_types() -> Result<JsValue, JsValue> {
    fn field(spec: &FieldSpec) -> Json {
        let mut field = Object::default();
        field.text("name", Some(spec.name));
        field.text("kind", Some(spec.kind.as_str()));
        field.set("required", Json::Bool(spec.required));
        field.into()
    }
    fn info(of: &MessageType) -> Json {
        let mut info = Object::default();
        info.text("type", Some(of.as_str()));
        info.set("fields", Json::list(of.fields(), field));
        info.into()
    }
    output::plain(&Json::list(&MessageType::ALL, info))
}

fn validation(message: &JsValue, parse: fn(Json) -> Result<Message, Faults>) -> Result<JsValue, JsValue> {
    let parsed = match input::json(message, Limits::MESSAGE).map(parse) {
        Ok(Ok(message)) => Ok(message.into_json()),
        Ok(Err(faults)) => Err(Error::invalid(&faults).faults),
        Err(failure) => Err(failure.error.faults),
    };
    let mut result = Object::default();
    result.set("valid", Json::Bool(parsed.is_ok()));
    match parsed {
        Ok(wire) => result.set("wire", wire),
        Err(faults) => result.set("faults", Json::list(&faults, ReportedFault::to_json)),
    }
    output::plain(&result.into())
}
