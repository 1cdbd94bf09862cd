//! A page that sends a text through an edge proxy and shows what became of it: plain web-sys, and the crate with its default features.

use maytapi::client::{Client, Error, ErrorKind, PhoneId};
use maytapi::message::Text;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Document, Event, HtmlElement, HtmlFormElement, HtmlInputElement, UrlSearchParams};

/// Runs once the module is loaded.
#[wasm_bindgen(start)]
fn start() -> Result<(), JsValue> {
    let window = web_sys::window().ok_or("this is no page")?;
    let document = window.document().ok_or("this page has no document")?;
    let settings = UrlSearchParams::new_with_str(&window.location().search()?)?;
    let setting = |name: &str| settings.get(name).ok_or_else(|| format!("the address has no `{name}`"));

    let phone: PhoneId = setting("phone")?.parse().map_err(shown)?;
    let phone = Client::through_proxy(&setting("proxy")?, setting("token")?).map_err(shown)?.phone(phone);
    let form: HtmlFormElement = element(&document, "send")?;
    let to: HtmlInputElement = element(&document, "to")?;
    let text: HtmlInputElement = element(&document, "text")?;
    let outcome: HtmlElement = element(&document, "outcome")?;

    let on_submit = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        event.prevent_default();
        let (phone, outcome) = (phone.clone(), outcome.clone());
        let message = Text::new(to.value(), text.value());
        show(&outcome, "sending", "…");
        spawn_local(async move {
            match phone.send(message).await {
                Ok(queued) => show(&outcome, "queued", &queued.msg_id),
                Err(error) => show_error(&outcome, &error),
            }
        });
    });
    form.add_event_listener_with_callback("submit", on_submit.as_ref().unchecked_ref())?;
    // It is needed as long as the page is.
    on_submit.forget();
    Ok(())
}

/// What is wrong with the message, else why it failed and whether sending it again is safe.
fn show_error(outcome: &HtmlElement, error: &Error) {
    if error.kind() == ErrorKind::Validation {
        let faults: Vec<String> =
            error.faults().iter().map(|fault| format!("{}: {}", fault.path, fault.message)).collect();
        show(outcome, "fault", &faults.join("\n"));
    } else {
        show(outcome, "failed", &format!("{}, retryable: {}", error.code(), error.retryable().as_str()));
    }
}

/// The state is for style sheets and tests, the text for people.
fn show(outcome: &HtmlElement, state: &str, text: &str) {
    outcome.set_class_name(state);
    outcome.set_text_content(Some(text));
}

fn element<T: JsCast>(document: &Document, id: &str) -> Result<T, JsValue> {
    let found = document.get_element_by_id(id).and_then(|element| element.dyn_into().ok());
    found.ok_or_else(|| format!("the page has no such element: {id}").into())
}

fn shown(error: impl std::fmt::Display) -> String {
    error.to_string()
}
