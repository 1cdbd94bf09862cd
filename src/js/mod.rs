//! The exports that JavaScript sees: the client, validation, the list of message types; webhooks and templates, which few pages need.
//!
//! What is thrown here is a plain `Error` with a `name`; the npm package turns it into a class of its own.

mod client;
mod host;
mod input;
mod leaf;
mod log;
mod output;
mod settings;
mod transport;
#[cfg(feature = "js-whole")]
mod whole;

pub use client::MaytapiClient;
use wasm_bindgen::prelude::*;
#[cfg(feature = "js-whole")]
pub use whole::{parse_webhook, read_template};

use crate::client::{Error, ReportedFault};
use crate::json::{Json, Limits, Object};
use crate::message::{Checked, Faults, FieldSpec, Hint, Message, MessageType};
use crate::strings::until;
use crate::suggest::{Alias, meant, no_such};

/// A quarter of the standard library's dlmalloc in what is downloaded, as fast, and as sparing with memory.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("types.d.ts");

/// Checks a message without sending it: the JSON that would go out with hints at what may disappoint, or every fault at once. Never throws
/// for what the message is.
///
/// # Errors
/// Only where the host itself refuses to make an object.
#[wasm_bindgen(unchecked_return_type = "Validation")]
pub fn validate(#[wasm_bindgen(unchecked_param_type = "unknown")] message: &JsValue) -> Result<JsValue, JsValue> {
    validation(message, Message::check)
}

/// The same for the raw form.
///
/// # Errors
/// Only where the host itself refuses to make an object.
#[wasm_bindgen(js_name = validateRaw, unchecked_return_type = "Validation")]
pub fn validate_raw(#[wasm_bindgen(unchecked_param_type = "unknown")] message: &JsValue) -> Result<JsValue, JsValue> {
    validation(message, Message::check_raw)
}

/// The delivery state after another report. Acks repeat and overtake each other, so a state never goes back. An unknown word changes
/// nothing.
#[must_use]
#[wasm_bindgen(js_name = advanceDelivery, unchecked_return_type = "DeliveryState")]
pub fn advance_delivery(
    #[wasm_bindgen(unchecked_param_type = "DeliveryState")] state: &str,
    #[wasm_bindgen(unchecked_param_type = "DeliveryState")] report: &str,
) -> JsValue {
    use crate::delivery::Delivery;
    let known = Delivery::from_name(state).unwrap_or(Delivery::Queued);
    Delivery::from_name(report).map_or(known, |report| known.advance(report)).as_str().into()
}

/// The error of an option that there is not, with the one among `known`, which a space stands between, that was probably meant.
#[must_use]
#[wasm_bindgen(js_name = unknownOption)]
pub fn unknown_option(name: &str, known: &str) -> JsValue {
    let (mut names, mut rest) = (Vec::new(), Some(known));
    while let Some(known) = rest {
        let name = until(known, |b| b == b' ');
        names.push(name);
        rest = known.get(name.len().saturating_add(1)..);
    }
    let meant = meant(name, OPTION_ALIASES, &names);
    output::thrown(Error::invalid_option(name, &no_such("there is no such option; ", meant, &names, "")))
}

/// Words of other clients for the options of this one.
const OPTION_ALIASES: &[Alias] = &[
    ("baseUrl", "url endpoint"),
    ("apiKey", "key"),
    ("maxRetries", "retries retry attempts"),
    ("perSecond", "rate ratelimit"),
];

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

fn validation(message: &JsValue, check: fn(Json) -> Result<Checked, Faults>) -> Result<JsValue, JsValue> {
    fn hint(hint: &Hint) -> Json {
        let Hint { path, code, message, suggestion, .. } = hint;
        ReportedFault::object(path, code.as_str(), message, *suggestion)
    }
    let checked = input::json(message, Limits::MESSAGE)
        .and_then(|message| check(message).map_err(|faults| Error::invalid(&faults)));
    told(checked.map(|Checked { message, hints, .. }| {
        let mut result = verdict(true);
        result.set("wire", message.into_json());
        result.set("hints", Json::list(&hints, hint));
        result
    }))
}

/// What was found, or every fault.
#[inline(never)]
fn told(found: Result<Object, Error>) -> Result<JsValue, JsValue> {
    let result = found.unwrap_or_else(|error| {
        let mut result = verdict(false);
        result.set("faults", Json::list(error.faults(), ReportedFault::to_json));
        result
    });
    output::plain(&result.into())
}

fn verdict(valid: bool) -> Object {
    let mut result = Object::default();
    result.set("valid", Json::Bool(valid));
    result
}
