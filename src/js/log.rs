//! Tells the caller's logger what happens, without anything that is private.

use js_sys::{Function, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::output;
use crate::client::Error;
use crate::json::Json;

/// A logger in the shape of `console`, where the caller gave one. It is told codes, statuses and times; never a credential, a recipient
/// or what a message says.
#[derive(Debug)]
pub(super) struct Logger(Option<JsValue>);

impl Logger {
    pub(super) fn new(logger: Option<JsValue>) -> Self {
        Logger(logger)
    }

    /// A try failed and will be repeated.
    pub(super) fn waiting(&self, error: &Error, ms: u32) {
        self.log("warn", "maytapi: trying again", || {
            let mut details = failure(error);
            details.push(("waitMs", Json::Int(ms.into())));
            details
        });
    }

    /// A send came to its end, with an error or without.
    pub(super) fn finished(&self, type_name: &str, error: Option<&Error>) {
        let Some(error) = error else {
            return self.log("debug", "maytapi: queued", || vec![("type", type_name.into())]);
        };
        self.log("error", "maytapi: not queued", || {
            let mut details = failure(error);
            details.extend([("type", type_name.into()), ("retryable", error.retryable.as_str().into())]);
            details
        });
    }

    fn log(&self, level: &str, event: &str, details: impl FnOnce() -> Vec<(&'static str, Json)>) {
        let Some(logger) = &self.0 else { return };
        let method =
            Reflect::get(logger, &JsValue::from_str(level)).ok().and_then(|method| method.dyn_into::<Function>().ok());
        if let (Some(method), Ok(details)) = (method, output::plain(&Json::object(details()))) {
            // A logger that throws must not fail the send that it reports.
            drop(method.call2(logger, &JsValue::from_str(event), &details));
        }
    }
}

fn failure(error: &Error) -> Vec<(&'static str, Json)> {
    vec![
        ("code", error.code.as_str().into()),
        ("status", error.status.map_or(Json::Null, |status| Json::Int(status.into()))),
        ("requestId", error.request_id.as_deref().into()),
    ]
}
