//! What JavaScript gets back: plain objects, and real `Error`s with named members.

use serde::{Serialize, Serializer};
use wasm_bindgen::JsValue;

use super::host;
use crate::client::{Error, ErrorKind, ReportedFault, Thrown, json_text, millis};
use crate::json::{Json, Object};

/// Data as plain objects and arrays.
pub(super) fn plain(value: &Json) -> Result<JsValue, JsValue> {
    ForHost(value).serialize(&serde_wasm_bindgen::Serializer::json_compatible()).map_err(JsValue::from)
}

/// JSON with the host's one kind of number. As integers of 64 bits they would bring along what words their failure to be one.
struct ForHost<'a>(&'a Json);

impl Serialize for ForHost<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Json::Null => serializer.serialize_unit(),
            Json::Bool(value) => serializer.serialize_bool(*value),
            Json::Int(value) => serializer.serialize_f64(*value as f64),
            Json::Float(value) => serializer.serialize_f64(*value),
            Json::String(text) => serializer.serialize_str(text),
            Json::Array(items) => serializer.collect_seq(items.iter().map(ForHost)),
            Json::Object(members) => serializer.collect_map(members.iter().map(|(name, value)| (name, ForHost(value)))),
        }
    }
}

/// An answer that the host would not turn into an object.
pub(super) fn unhandable(cause: JsValue) -> Error {
    let message = "The answer could not be handed over.";
    Error::new(ErrorKind::UnreadableAnswer, "unreadable_answer", message).caused_by(Some(Thrown::boxed(cause)))
}

/// A failure as an `Error`, or, where the caller's signal ended it, as the platform's own reason.
pub(super) fn thrown(error: Error) -> JsValue {
    let cause = Thrown::source_of(&error);
    // A platform's own functions reject with the signal's reason, which is an AbortError unless the caller chose another.
    if error.is_aborted()
        && let Some(reason) = cause.filter(|reason| !reason.is_undefined())
    {
        return reason.clone();
    }
    let mut members = Object::default();
    members.text("code", Some(error.code()));
    members.text("retryable", Some(error.retryable().as_str()));
    members.integer("status", error.status().map(i64::from));
    members.integer("retryAfterMs", error.retry_after().map(|wait| millis(wait).into()));
    if !error.faults().is_empty() {
        members.set("faults", Json::list(error.faults(), ReportedFault::to_json));
    }
    members.text("requestId", error.request_id());
    members.text("idempotencyKey", error.idempotency_key());
    members.text("body", error.body());
    let undefined = JsValue::UNDEFINED;
    let cause = cause.unwrap_or(&undefined);
    host::error_of(error.kind().as_str(), error.message(), &json_text::write(&members.into()), cause)
}
