//! The exports that JavaScript sees: the client, validation, the list of message types.
//!
//! What is thrown here is a plain `Error` with a `name`; the npm package turns it into a class of its own.

mod client;
mod input;
mod output;

pub use client::MaytapiClient;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::message::{FieldSpec, Kind, Message};

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

/// Every message type with its own fields, to build forms from.
///
/// # Errors
/// Only where the host itself refuses to make an object.
#[wasm_bindgen(js_name = messageTypes, unchecked_return_type = "MessageTypeInfo[]")]
pub fn message_types() -> Result<JsValue, JsValue> {
    #[derive(Serialize)]
    struct Info {
        r#type: &'static str,
        fields: &'static [FieldSpec],
    }
    let infos = Kind::ALL.map(|kind| Info { r#type: kind.as_str(), fields: kind.fields() });
    output::plain(&infos)
}

/// The answer of a validation.
#[derive(Serialize)]
struct Validation<'a> {
    valid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    wire: Option<&'a Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    faults: Option<&'a [crate::client::ReportedFault]>,
}

fn validation(
    message: &JsValue,
    parse: fn(crate::json::Json) -> Result<Message, crate::message::Faults>,
) -> Result<JsValue, JsValue> {
    let checked = input::json(message)
        .map_err(|failure| failure.error)
        .and_then(|json| parse(json).map_err(|faults| Box::new(crate::client::Error::invalid(&faults))));
    match &checked {
        Ok(message) => output::plain(&Validation { valid: true, wire: Some(message), faults: None }),
        Err(error) => output::plain(&Validation { valid: false, wire: None, faults: Some(&error.faults) }),
    }
}
