//! Tells the caller's logger what happens, without anything that is private.

use std::time::Duration;

use wasm_bindgen::JsValue;

use super::host;
use crate::client::{Error, json_text, millis};
use crate::json::Object;

/// A logger in the shape of `console`, where the caller gave one. It is told codes, statuses and times; never a credential, a recipient
/// or what a message says.
#[derive(Clone, Debug)]
pub(super) struct Logger(Option<JsValue>);

impl Logger {
    pub(super) fn new(logger: Option<JsValue>) -> Self {
        Logger(logger)
    }

    /// A try failed and will be repeated.
    pub(super) fn retrying(&self, error: &Error, delay: Duration) {
        self.log("warn", "maytapi: trying again", &|details| {
            failure(error, details);
            details.integer("waitMs", Some(millis(delay).into()));
        });
    }

    /// A send came to its end, with an error or without.
    pub(super) fn finished(&self, type_name: &str, error: Option<&Error>) {
        let Some(error) = error else {
            return self.log("debug", "maytapi: queued", &|details| details.text("type", Some(type_name)));
        };
        // Who aborts knows of it: nothing went wrong.
        let level = if error.is_aborted() { "debug" } else { "error" };
        self.log(level, "maytapi: not queued", &|details| {
            failure(error, details);
            details.text("type", Some(type_name));
            details.text("retryable", Some(error.retryable().as_str()));
        });
    }

    fn log(&self, level: &str, event: &str, fill: &dyn Fn(&mut Object)) {
        if let Some(logger) = &self.0 {
            let mut details = Object::default();
            fill(&mut details);
            host::tell(logger, level, event, &json_text::write(&details.into()));
        }
    }
}

fn failure(error: &Error, details: &mut Object) {
    details.text("code", Some(error.code()));
    details.integer("status", error.status().map(i64::from));
    details.text("requestId", error.request_id());
}
