//! What a page's module is without: webhooks, which come to servers, and templates.

use wasm_bindgen::prelude::*;

use super::{input, output, told, verdict};
use crate::client::{Error, json_text};
use crate::json::{Json, Limits, Object};
use crate::template::{SOMEBODY, Template, TemplateField};
use crate::webhook::{Webhook, unwrap_body};

/// Reads the body of a webhook, as text or parsed, also inside the request that a workflow tool hands on; `undefined` where it is none
/// of Maytapi's. Unknown events are kept.
///
/// # Errors
/// Only where the host itself refuses to make an object.
#[wasm_bindgen(js_name = parseWebhook, unchecked_return_type = "WebhookEvent | undefined")]
pub fn parse_webhook(#[wasm_bindgen(unchecked_param_type = "unknown")] body: &JsValue) -> Result<JsValue, JsValue> {
    let Ok(mut body) = input::json(body, Limits::WEBHOOK) else { return Ok(JsValue::UNDEFINED) };
    unwrap_body(&mut body, |text| json_text::parse(text, Limits::WEBHOOK).ok());
    let Some(mut event) = Webhook::parse(&body).map(Webhook::into_json) else { return Ok(JsValue::UNDEFINED) };
    event.set("raw", body);
    output::plain(&event.into())
}

/// A template with the fields of a row in place of its placeholders, to nobody's number; where there are no fields, what it names. Never throws
/// for what the template or the row is.
///
/// # Errors
/// Only where the host itself refuses to make an object.
#[wasm_bindgen(js_name = readTemplate, unchecked_return_type = "{ valid: boolean; wire?: object }")]
pub fn read_template(
    #[wasm_bindgen(unchecked_param_type = "unknown")] template: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "unknown")] fields: &JsValue,
) -> Result<JsValue, JsValue> {
    fn field(field: &TemplateField) -> Json {
        let mut object = Object::default();
        object.text("name", Some(&field.name));
        object.set("required", Json::Bool(field.required));
        object.into()
    }
    let read = || -> Result<Object, Error> {
        let refused = |faults| Error::invalid(&faults);
        let template = Template::parse(input::json(template, Limits::MESSAGE)?).map_err(refused)?;
        let mut result = verdict(true);
        match input::json(fields, Limits::MESSAGE)? {
            Json::Null => result.set("fields", Json::list(template.fields(), field)),
            fields => {
                let message = template.render(&SOMEBODY.into(), &fields, json_text::FLOATS).map_err(refused)?;
                result.set("wire", message.into_json());
            }
        }
        Ok(result)
    };
    told(read())
}
