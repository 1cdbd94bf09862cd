//! Reads what JavaScript hands over: messages and options, whatever their getters and proxies do.

use js_sys::{Function, JsString, Reflect};
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
    host_json::parse(&text).ok_or_else(|| not_json("it is nested too deep", None))
}

/// The body of `checkPhones`: phone numbers in any common spelling.
pub(super) fn numbers(value: &JsValue) -> Result<JsString, Failure> {
    let Json::Array(items) = json(value)? else { return Err(invalid("numbers", "give a list of phone numbers", None)) };
    let digits = |item: &Json| Recipient::parse(item.as_str()?).ok()?.phone_number().map(Json::from);
    let numbers: Option<Vec<Json>> = items.iter().map(digits).collect();
    let advice = "give phone numbers with 7 to 15 digits, country code first";
    let numbers = numbers.ok_or_else(|| invalid("numbers", advice, None))?;
    let body = super::output::plain(&Json::object(vec![("numbers", Json::Array(numbers))]));
    let text = body.and_then(|body| js_sys::JSON::stringify(&body));
    text.map_err(|cause| invalid("numbers", "it can't be written as JSON", Some(cause)))
}

fn not_json(why: &str, cause: Option<JsValue>) -> Failure {
    let faults = Faults::whole(FaultCode::NotJson, &format!("The message can't be written as JSON: {why}."));
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
        self.member(name, "give a string", |value| value.as_string())
    }

    /// A boolean that is there.
    pub(super) fn flag(&self, name: &'static str) -> Result<Option<bool>, Failure> {
        self.member(name, "give true or false", JsValue::as_bool)
    }

    /// A number of retries that is there.
    pub(super) fn retries(&self) -> Result<Option<u32>, Failure> {
        let whole = |number: f64| (number.fract() == 0.0 && (0.0..=10.0).contains(&number)).then_some(number as u32);
        self.member("maxRetries", "give a whole number from 0 to 10", |value| value.as_f64().and_then(whole))
    }

    /// An object that is there.
    pub(super) fn object(&self, name: &'static str) -> Result<Option<JsValue>, Failure> {
        self.member(name, "give an object", |value| value.is_object().then(|| value.clone()))
    }

    /// A member that may be a function or something else; `None` where it is something else.
    pub(super) fn callable(&self, name: &'static str) -> Result<Option<Function>, Failure> {
        let function = self.member(name, "", |value| Some(value.dyn_ref::<Function>().cloned()))?;
        Ok(function.flatten())
    }

    /// A function that is there.
    pub(super) fn function(&self, name: &'static str) -> Result<Option<Function>, Failure> {
        self.member(name, "give a function", |value| value.dyn_ref::<Function>().cloned())
    }

    /// Milliseconds that are there.
    pub(super) fn milliseconds(&self, name: &'static str) -> Result<Option<u32>, Failure> {
        const ADVICE: &str = "give milliseconds: a whole number from 0 to 2147483647";
        let whole = |ms: f64| (ms.fract() == 0.0 && (0.0..=2_147_483_647.0).contains(&ms)).then_some(ms as u32);
        self.member(name, ADVICE, |value| value.as_f64().and_then(whole))
    }

    /// A phone's number that is there, as digits or as a number.
    pub(super) fn phone_id(&self) -> Result<Option<PhoneId>, Failure> {
        const ADVICE: &str = "give the phone's number at Maytapi: 1 to 12 digits";
        let digits = |value: &JsValue| match value.as_f64() {
            Some(number) if number.fract() == 0.0 && (0.0..1e12).contains(&number) => Some((number as u64).to_string()),
            Some(_) => None,
            None => value.as_string(),
        };
        self.member("phoneId", ADVICE, |value| digits(value).and_then(|text| PhoneId::parse(&text)))
    }

    /// An `AbortSignal` that is there.
    pub(super) fn signal(&self) -> Result<Option<AbortSignal>, Failure> {
        // By behaviour, not by class: a signal of another realm is as good.
        let behaves = |value: &JsValue| {
            let member = |name: &str| Reflect::get(value, &JsValue::from_str(name)).ok();
            let flag = member("aborted").is_some_and(|aborted| aborted.as_bool().is_some());
            flag && member("addEventListener").is_some_and(|method| method.is_function())
                && member("removeEventListener").is_some_and(|method| method.is_function())
        };
        self.member("signal", "give an AbortSignal", |value| {
            behaves(value).then(|| value.clone().unchecked_into::<AbortSignal>())
        })
    }

    fn member<T>(
        &self,
        name: &'static str,
        advice: &'static str,
        read: impl FnOnce(&JsValue) -> Option<T>,
    ) -> Result<Option<T>, Failure> {
        let Some(value) = self.get(name)? else { return Ok(None) };
        read(&value).map(Some).ok_or_else(|| invalid(name, advice, None))
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
    Failure::new(ErrorKind::Configuration, "invalid_option", &format!("{name}: {advice}"), cause)
}
