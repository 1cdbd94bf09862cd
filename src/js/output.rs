//! What JavaScript gets back: plain objects, and real `Error`s with named members.

use js_sys::{Object, Reflect};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::client::{Error, ErrorKind, Failure, Sent};
use crate::json::Json;

/// Data as plain objects and arrays.
pub(super) fn plain(value: &Json) -> Result<JsValue, JsValue> {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).map_err(JsValue::from)
}

#[wasm_bindgen]
extern "C" {
    /// A plain object whose members are set by name in the glue: a name handed over as a text would be decoded each time.
    #[wasm_bindgen(extends = Object)]
    type Plain;

    #[wasm_bindgen(method, setter, structural)]
    fn set_state(this: &Plain, value: &str);
    #[wasm_bindgen(method, setter, structural, js_name = msgId)]
    fn set_msg_id(this: &Plain, value: &str);
    #[wasm_bindgen(method, setter, structural, js_name = chatId)]
    fn set_chat_id(this: &Plain, value: &str);
    #[wasm_bindgen(method, setter, structural)]
    fn set_status(this: &Plain, value: u16);
    #[wasm_bindgen(method, setter, structural, js_name = requestId)]
    fn set_request_id(this: &Plain, value: &str);
    #[wasm_bindgen(method, setter, structural)]
    fn set_headers(this: &Plain, value: &JsValue);
    #[wasm_bindgen(method, setter, structural)]
    fn set_value(this: &Plain, value: &Plain);
}

impl Plain {
    fn empty() -> Self {
        Object::new().unchecked_into()
    }
}

/// A queued message. Its `response` (status and headers) is not enumerable: it is there for who asks, and in no copy or log.
pub(super) fn queued(sent: &Sent) -> Result<JsValue, Failure> {
    let queued = Plain::empty();
    queued.set_state("queued");
    queued.set_msg_id(&sent.queued.msg_id);
    if let Some(chat_id) = &sent.queued.chat_id {
        queued.set_chat_id(chat_id);
    }
    queued.set_status(sent.status);
    if let Some(request_id) = &sent.request_id {
        queued.set_request_id(request_id);
    }
    let response = Plain::empty();
    response.set_status(sent.status);
    response.set_headers(&sent.headers);
    let hidden = Plain::empty();
    hidden.set_value(&response);
    Reflect::define_property(&queued, &"response".into(), &hidden).map_err(unhandable)?;
    Ok(queued.into())
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
