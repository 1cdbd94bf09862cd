//! Tells the caller's logger what happens, without anything that is private.

use wasm_bindgen::JsValue;

use crate::client::{Error, host, host_json};
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
        if let Some(logger) = &self.0 {
            host::tell(logger, level, event, &host_json::write(&Json::object(details())));
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
