//! What JavaScript gets back: plain objects, and real `Error`s with named members.

use js_sys::{Object, Reflect};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::client::{ErrorKind, Failure, Sent};

/// A serializable value as plain objects and arrays.
pub(super) fn plain<T: Serialize + ?Sized>(value: &T) -> Result<JsValue, JsValue> {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).map_err(JsValue::from)
}

/// A queued message.
pub(super) fn queued(sent: &Sent) -> Result<JsValue, JsValue> {
    let object = Members::new();
    object.set("state", &"queued".into())?;
    object.set("msgId", &sent.queued.msg_id.as_str().into())?;
    object.set_text("chatId", sent.queued.chat_id.as_deref())?;
    object.set("status", &sent.status.into())?;
    object.set_text("requestId", sent.request_id.as_deref())?;
    Ok(object.0.into())
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
    let members = Members(target.clone().into());
    let filled = (|| {
        members.set("code", &error.code.as_str().into())?;
        members.set("retryable", &error.retryable.as_str().into())?;
        if let Some(status) = error.status {
            members.set("status", &status.into())?;
        }
        if let Some(ms) = error.retry_after_ms {
            members.set("retryAfterMs", &ms.into())?;
        }
        if !error.faults.is_empty() {
            members.set("faults", &plain(&error.faults)?)?;
        }
        members.set_text("requestId", error.request_id.as_deref())?;
        members.set_text("body", error.body.as_deref())?;
        cause.map_or(Ok(()), |cause| members.set("cause", &cause))
    })();
    // A frozen or patched Error prototype could refuse a member; then that refusal is what there is to tell.
    filled.err().unwrap_or_else(|| target.into())
}

/// An object under construction.
struct Members(Object);

impl Members {
    fn new() -> Self {
        Members(Object::new())
    }

    fn set(&self, name: &str, value: &JsValue) -> Result<(), JsValue> {
        Reflect::set(&self.0, &JsValue::from_str(name), value).map(drop)
    }

    fn set_text(&self, name: &str, text: Option<&str>) -> Result<(), JsValue> {
        text.map_or(Ok(()), |text| self.set(name, &text.into()))
    }
}
