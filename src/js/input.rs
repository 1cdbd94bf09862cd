//! Reads what JavaScript hands over: messages and options, whatever their getters and proxies do.

use js_sys::{Function, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::client::{Error, ErrorKind, Failure, PhoneId, host_json};
use crate::json::Json;
use crate::message::{FaultCode, Faults, Recipient};

/// A value as JSON. It goes through the host's `JSON` first: what comes out of that is plain text, so no getter, proxy or cycle of
/// the caller's can throw in the middle of our reading.
pub(super) fn json(value: &JsValue) -> Result<Json, Failure> {
    let text = match js_sys::JSON::stringify(value) {
        // Of undefined, functions and symbols `stringify` makes no text at all.
        Ok(text) if !text.is_string() => return Ok(Json::Null),
        Ok(text) => text,
        Err(cause) => return Err(not_json("it refers to itself, holds a BigInt or throws when read", Some(cause))),
    };
    let text = String::from(text);
    host_json::parse(&text).ok_or_else(|| not_json("it is nested too deep", None))
}

/// The body of `checkPhones`: phone numbers in any common spelling.
pub(super) fn numbers(value: &JsValue) -> Result<String, Failure> {
    let Json::Array(items) = json(value)? else { return Err(invalid("numbers", "give a list of phone numbers", None)) };
    let digits = |item: &Json| Recipient::parse(item.as_str()?).ok()?.phone_number().map(Json::from);
    let numbers: Option<Vec<Json>> = items.iter().map(digits).collect();
    let advice = "give phone numbers with 7 to 15 digits, country code first";
    let numbers = numbers.ok_or_else(|| invalid("numbers", advice, None))?;
    Ok(host_json::write(&Json::object(vec![("numbers", Json::Array(numbers))])))
}

fn not_json(why: &str, cause: Option<JsValue>) -> Failure {
    let faults = Faults::whole(FaultCode::NotJson, &["The message can't be written as JSON: ", why, "."].concat());
    Failure { error: Box::new(Error::invalid(&faults)), cause }
}

/// An object of options, read member by member.
pub(super) struct Options<'a>(&'a JsValue);

impl<'a> Options<'a> {
    /// Takes an object; nothing at all counts as an empty one.
    pub(super) fn of(value: &'a JsValue) -> Result<Self, Failure> {
        match value {
            value if value.is_object() || value.is_undefined() || value.is_null() => Ok(Options(value)),
            _ => Err(invalid("options", "give an object", None)),
        }
    }

    /// A string that is there.
    pub(super) fn string(&self, name: &'static str) -> Result<Option<String>, Failure> {
        let Some(value) = self.get(name)? else { return Ok(None) };
        value.as_string().map(Some).ok_or_else(|| invalid(name, "give a string", None))
    }

    /// Whether a boolean is there and true.
    pub(super) fn flag(&self, name: &'static str) -> Result<bool, Failure> {
        let Some(value) = self.get(name)? else { return Ok(false) };
        value.as_bool().ok_or_else(|| invalid(name, "give true or false", None))
    }

    /// A number of retries that is there.
    pub(super) fn retries(&self) -> Result<Option<u32>, Failure> {
        self.whole("maxRetries", 10.0, "give a whole number from 0 to 10")
    }

    /// Milliseconds that are there.
    pub(super) fn timeout_ms(&self) -> Result<Option<u32>, Failure> {
        self.whole("timeoutMs", 2_147_483_647.0, "give milliseconds: a whole number from 0 to 2147483647")
    }

    /// An object that is there.
    pub(super) fn object(&self, name: &'static str) -> Result<Option<JsValue>, Failure> {
        let value = self.get(name)?;
        match &value {
            Some(value) if !value.is_object() => Err(invalid(name, "give an object", None)),
            _ => Ok(value),
        }
    }

    /// A member that may be a function or something else; `None` where it is something else.
    pub(super) fn callable(&self, name: &'static str) -> Result<Option<Function>, Failure> {
        let value = self.get(name)?.filter(JsValue::is_function);
        Ok(value.map(JsCast::unchecked_into))
    }

    /// A function that is there.
    pub(super) fn function(&self, name: &'static str) -> Result<Option<Function>, Failure> {
        let value = self.get(name)?;
        match value {
            Some(value) if !value.is_function() => Err(invalid(name, "give a function", None)),
            value => Ok(value.map(JsCast::unchecked_into)),
        }
    }

    /// A phone's number that is there, as digits or as a number.
    pub(super) fn phone_id(&self) -> Result<Option<PhoneId>, Failure> {
        let Some(value) = self.get("phoneId")? else { return Ok(None) };
        let digits = match value.as_f64() {
            // What a number is as text: none but a whole one has only digits.
            Some(number) => host_json::write(&Json::from(number)),
            None => value.as_string().unwrap_or_default(),
        };
        let advice = "give the phone's number at Maytapi: 1 to 12 digits";
        PhoneId::parse(&digits).map(Some).ok_or_else(|| invalid("phoneId", advice, None))
    }

    /// An `AbortSignal` that is there.
    pub(super) fn signal(&self) -> Result<Option<AbortSignal>, Failure> {
        let Some(value) = self.get("signal")? else { return Ok(None) };
        // By behaviour, not by class: a signal of another realm is as good.
        let member = |name| Reflect::get(&value, &JsValue::from_str(name)).unwrap_or_default();
        let method = |name| member(name).is_function();
        if member("aborted").as_bool().is_some() && method("addEventListener") && method("removeEventListener") {
            return Ok(Some(value.unchecked_into()));
        }
        Err(invalid("signal", "give an AbortSignal", None))
    }

    #[inline(never)]
    fn whole(&self, name: &'static str, most: f64, advice: &'static str) -> Result<Option<u32>, Failure> {
        let Some(value) = self.get(name)? else { return Ok(None) };
        match value.as_f64() {
            Some(number) if number.fract() == 0.0 && (0.0..=most).contains(&number) => Ok(Some(number as u32)),
            _ => Err(invalid(name, advice, None)),
        }
    }

    /// A member that is neither undefined nor null.
    #[inline(never)]
    fn get(&self, name: &'static str) -> Result<Option<JsValue>, Failure> {
        if !self.0.is_object() {
            return Ok(None);
        }
        let value = Reflect::get(self.0, &JsValue::from_str(name))
            .map_err(|cause| invalid(name, "it throws when read", Some(cause)))?;
        Ok(Some(value).filter(|value| !value.is_undefined() && !value.is_null()))
    }
}

/// A fault of an option. The value itself is never repeated: it may be a credential.
#[inline(never)]
pub(super) fn invalid(name: &str, advice: &str, cause: Option<JsValue>) -> Failure {
    Failure::new(ErrorKind::Configuration, "invalid_option", &[name, ": ", advice].concat(), cause)
}
