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
            [
                ("code", error.code.as_str().into()),
                ("status", status(error.status)),
                ("requestId", error.request_id.as_deref().into()),
                ("waitMs", Json::Int(ms.into())),
            ]
        });
    }

    /// A send came to its end.
    pub(super) fn finished(&self, type_name: &str, outcome: Result<u16, &Error>) {
        match outcome {
            Ok(code) => {
                self.log("debug", "maytapi: queued", || [("type", type_name.into()), ("status", status(Some(code)))])
            }
            Err(error) => self.log("error", "maytapi: not queued", || {
                [
                    ("type", type_name.into()),
                    ("code", error.code.as_str().into()),
                    ("status", status(error.status)),
                    ("requestId", error.request_id.as_deref().into()),
                    ("retryable", error.retryable.as_str().into()),
                ]
            }),
        }
    }

    fn log<const N: usize>(&self, level: &str, event: &str, details: impl FnOnce() -> [(&'static str, Json); N]) {
        let Some(logger) = &self.0 else { return };
        let method =
            Reflect::get(logger, &JsValue::from_str(level)).ok().and_then(|method| method.dyn_into::<Function>().ok());
        if let (Some(method), Ok(details)) = (method, output::plain(&Json::object(details()))) {
            // A logger that throws must not fail the send that it reports.
            drop(method.call2(logger, &JsValue::from_str(event), &details));
        }
    }
}

fn status(status: Option<u16>) -> Json {
    status.map_or(Json::Null, |status| Json::Int(status.into()))
}
