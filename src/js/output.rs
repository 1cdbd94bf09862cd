//! What JavaScript gets back: plain objects, and real `Error`s with named members.

use js_sys::{Object, Reflect};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::client::{Error, ErrorKind, Failure};
use crate::json::Json;

/// Data as plain objects and arrays.
pub(super) fn plain(value: &Json) -> Result<JsValue, JsValue> {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).map_err(JsValue::from)
}

/// An answer that the host would not turn into an object.
pub(super) fn unhandable(cause: JsValue) -> Failure {
    let message = "The answer could not be handed over.";
    Failure::new(ErrorKind::UnreadableAnswer, "unreadable_answer", message, Some(cause))
}

/// A failure as an `Error`, or, where the caller's signal ended it, as the platform's own reason.
pub(super) fn thrown(failure: Failure) -> JsValue {
    let Failure { error, cause } = failure;
    // A platform's own functions reject with the signal's reason, which is an AbortError unless the caller chose another.
    if error.kind == ErrorKind::Aborted
        && let Some(reason) = cause.as_ref().filter(|reason| !reason.is_undefined())
    {
        return reason.clone();
    }
    let target = js_sys::Error::new(&error.message);
    target.set_name(error.kind.class_name());
    // A frozen or patched Error prototype could refuse a member; then that refusal is what there is to tell.
    fill(&target, &error, cause).err().unwrap_or_else(|| target.into())
}

fn fill(target: &js_sys::Error, error: &Error, cause: Option<JsValue>) -> Result<(), JsValue> {
    let number = |number: Option<u32>| number.map_or(Json::Null, |number| Json::Int(number.into()));
    let faults = error.faults.iter().map(|fault| fault.to_json()).collect();
    let members = Json::object(vec![
        ("code", error.code.as_str().into()),
        ("retryable", error.retryable.as_str().into()),
        ("status", number(error.status.map(u32::from))),
        ("retryAfterMs", number(error.retry_after_ms)),
        ("faults", if error.faults.is_empty() { Json::Null } else { Json::Array(faults) }),
        ("requestId", error.request_id.as_deref().into()),
        ("idempotencyKey", error.idempotency_key.as_deref().into()),
        ("body", error.body.as_deref().into()),
    ]);
    Object::assign(target.unchecked_ref::<Object>(), plain(&members)?.unchecked_ref::<Object>());
    match cause {
        Some(cause) => Reflect::set(target, &"cause".into(), &cause).map(drop),
        None => Ok(()),
    }
}
