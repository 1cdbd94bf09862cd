//! Reads what JavaScript hands over: messages and options, whatever their getters and proxies do.

use std::cell::Cell;
use std::time::Duration;

use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortSignal;

use super::host;
use crate::client::{Error, IdempotencyKey, PhoneId, Secret, Thrown, json_text, numbers_body, phone_number};
use crate::json::{Json, Limits, Rejected};
use crate::message::{FaultCode, Faults};
use crate::strings::{concat, decimal};

/// A value as JSON. It goes through the host's `JSON` first: what comes out of that is plain text, so no getter, proxy or cycle of
/// the caller's can throw in the middle of our reading.
pub(super) fn json(value: &JsValue, limits: Limits) -> Result<Json, Error> {
    match host::json_of(value) {
        Ok(Some(text)) => json_text::parse(&text, limits).map_err(not_taken),
        // Of undefined, functions and symbols there is no text at all.
        Ok(None) => Ok(Json::Null),
        Err(cause) => Err(not_json("it refers to itself, holds a BigInt or throws when read", Some(cause))),
    }
}

/// The body of `checkPhones`: phone numbers in any common spelling.
pub(super) fn numbers(value: &JsValue) -> Result<Json, Error> {
    let Json::Array(items) = json(value, Limits::MESSAGE)? else {
        return Err(invalid("numbers", "give a list of phone numbers", None));
    };
    let mut digits = Vec::new();
    for item in &items {
        digits.push(phone_number(item.as_str().unwrap_or_default())?);
    }
    Ok(numbers_body(digits))
}

/// The host wrote the text, so it is JSON, and has each name once.
fn not_taken(why: Rejected) -> Error {
    if why == Rejected::TooManyNodes {
        let faults = Faults::whole(FaultCode::TooManyValues, "There are more values in this than any message needs.");
        return Error::invalid(&faults);
    }
    not_json(why.as_str(), None)
}

fn not_json(why: &str, cause: Option<JsValue>) -> Error {
    let faults = Faults::whole(FaultCode::NotJson, &concat(&["The message can't be written as JSON: ", why, "."]));
    Error::invalid(&faults).caused_by(cause.map(Thrown::boxed))
}

/// An object of options. Its data crosses once, as JSON; what is no data (functions, the logger, a signal) is read where it is asked for. The
/// first fault is kept until [`Options::checked`] asks for it, so that what is read needs no way out at each step.
pub(super) struct Options<'a> {
    object: &'a JsValue,
    /// Whatever is no data is an empty object in here, which no option takes.
    data: Json,
    fault: Cell<Option<Error>>,
}

impl<'a> Options<'a> {
    /// Takes an object, of which the named members are read; nothing at all counts as an empty one.
    pub(super) fn of(object: &'a JsValue, names: &str) -> Self {
        let mut options = Options { object, data: Json::Null, fault: Cell::new(None) };
        if object.is_undefined() || object.is_null() {
            return options;
        }
        if object.is_object() {
            match host::options_text(object, names) {
                Ok(text) => options.data = json_text::parse(&text, Limits::MESSAGE).unwrap_or(Json::Null),
                Err(cause) => options.keep(invalid("options", "they throw when read", Some(cause))),
            }
        }
        if options.data.is_null() {
            options.refuse("options", "give an object");
        }
        options
    }

    /// What was read, unless something was at fault.
    pub(super) fn checked<T>(self, read: T) -> Result<T, Error> {
        self.fault.into_inner().map_or(Ok(read), Err)
    }

    /// Says that an option is wrong.
    pub(super) fn refuse(&self, name: &str, advice: &str) {
        self.keep(invalid(name, advice, None));
    }

    /// What was made of options, unless that failed.
    pub(super) fn ok<T, E: Into<Error>>(&self, made: Result<T, E>) -> Option<T> {
        made.map_err(|fault| self.keep(fault.into())).ok()
    }

    /// Keeps a fault, unless there was one before.
    fn keep(&self, fault: Error) {
        self.fault.set(self.fault.take().or(Some(fault)));
    }

    /// A string that is there.
    pub(super) fn string(&self, name: &str) -> Option<String> {
        self.read(name, "give a string", |value| value.as_str().map(str::to_owned))
    }

    /// Whether it is missing, or an empty text.
    pub(super) fn is_empty(&self, name: &str) -> bool {
        self.data.get(name).is_none_or(|value| value.as_str().is_some_and(str::is_empty))
    }

    /// Says that an option is missing whose counterpart is there, and which variable it is mostly read from.
    pub(super) fn demand(&self, name: &str, variable: &str) {
        if self.is_empty(name) {
            self.refuse(
                name,
                &concat(&[
                    "it is missing, undefined or empty; is the variable set that it comes from, such as ",
                    variable,
                    "?",
                ]),
            );
        }
    }

    /// A boolean that is there.
    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.read(name, "give true or false", Json::as_bool)
    }

    /// A credential that is there. An empty text counts as none: it is what is made of a variable that is not set.
    pub(super) fn secret(&self, name: &str) -> Option<Secret> {
        let advice = "give the credential as it was issued: visible ASCII without spaces";
        if self.is_empty(name) {
            return None;
        }
        self.read(name, advice, |value| Secret::new(value.as_str()?))
    }

    /// An idempotency key that is there.
    pub(super) fn idempotency_key(&self) -> Option<IdempotencyKey> {
        let advice = "give 1 to 255 visible ASCII characters";
        self.read("idempotencyKey", advice, |value| IdempotencyKey::new(value.as_str()?))
    }

    /// A number of retries that is there.
    pub(super) fn max_retries(&self) -> Option<u32> {
        self.read("maxRetries", "give a whole number from 0 to 10", |value| whole(value, 10))
    }

    /// Milliseconds that are there; 0 for no bound.
    pub(super) fn timeout(&self) -> Option<Option<Duration>> {
        let advice = "give milliseconds: a whole number from 0 to 2147483647";
        let ms = self.read("timeoutMs", advice, |value| whole(value, i32::MAX.into()))?;
        Some((ms > 0).then(|| Duration::from_millis(ms.into())))
    }

    /// A phone's number that is there, as digits or as a number.
    pub(super) fn phone_id(&self) -> Option<PhoneId> {
        self.read("phoneId", "give the phone's number at Maytapi: 1 to 12 digits", |value| match value {
            Json::Int(number) => PhoneId::parse(&decimal(*number)),
            _ => PhoneId::parse(value.as_str()?),
        })
    }

    /// An object that is there.
    pub(super) fn object(&self, name: &str) -> Option<JsValue> {
        self.member(name, "give an object", |value| value.is_object().then_some(value))
    }

    /// A function that is there.
    pub(super) fn function(&self, name: &str) -> Option<Function> {
        self.member(name, "give a function", as_function)
    }

    /// A member that may be a function or something else; `None` where it is something else.
    pub(super) fn callable(&self, name: &str) -> Option<Function> {
        self.data.get(name).and_then(|_| host::member(self.object, name).ok()).and_then(as_function)
    }

    /// An `AbortSignal` that is there.
    pub(super) fn signal(&self) -> Option<AbortSignal> {
        self.member("signal", "give an AbortSignal", |value| {
            host::is_signal(&value).unwrap_or(false).then(|| value.unchecked_into())
        })
    }

    fn read<T>(&self, name: &str, advice: &str, read: fn(&Json) -> Option<T>) -> Option<T> {
        let read = read(self.data.get(name)?);
        if read.is_none() {
            self.refuse(name, advice);
        }
        read
    }

    fn member<T>(&self, name: &str, advice: &str, read: fn(JsValue) -> Option<T>) -> Option<T> {
        self.data.get(name)?;
        let read = host::member(self.object, name).ok().and_then(read);
        if read.is_none() {
            self.refuse(name, advice);
        }
        read
    }
}

fn as_function(value: JsValue) -> Option<Function> {
    value.is_function().then(|| value.unchecked_into())
}

fn whole(value: &Json, most: i64) -> Option<u32> {
    value.as_int().filter(|number| *number <= most)?.try_into().ok()
}

/// A fault of an option. The value itself is never repeated: it may be a credential.
#[inline(never)]
pub(super) fn invalid(name: &str, advice: &str, cause: Option<JsValue>) -> Error {
    Error::invalid_option(name, advice).caused_by(cause.map(Thrown::boxed))
}
