//! The lists in messages, whose entries have to differ: buttons, and the answers of a poll.

use std::ops::RangeInclusive;

use super::check::wrong_kind;
use super::fault::{FaultCode, Faults};
use super::fields::Fields;
use super::kind::FieldKind;
use super::recipient::Recipient;
use super::{media, text};
use crate::json::Json;

/// The answers of a poll: 2 to 12, as in WhatsApp's own dialogue.
pub(super) fn poll_options(value: Json, path: &str, faults: &mut Faults) -> Option<Json> {
    let options = list(value, 2..=12, "options", text::text, path, faults)?;
    all_differ(options.iter().map(Json::as_str), "", path, faults).then_some(Json::Array(options))
}

/// The buttons under a message: at least one, at most three. "When three buttons are not enough, send a list", says Maytapi's page.
pub(super) fn buttons(value: Json, path: &str, faults: &mut Faults) -> Option<Json> {
    let buttons = list(value, 1..=3, "buttons", button, path, faults)?;
    let ids = buttons.iter().map(|button| button.get("id").and_then(Json::as_str));
    all_differ(ids, ".id", path, faults).then_some(Json::Array(buttons))
}

/// One button: its text, and exactly one action.
fn button(value: Json, path: &str, faults: &mut Faults) -> Option<Json> {
    const ACTIONS: [(&str, Check); 4] =
        [("id", text::text), ("url", media::url), ("phoneNumber", number_to_call), ("code", text::text)];
    let mut fields = Fields::of(value, path, faults)?;
    let text = fields.required("text", FieldKind::Text);
    let given: Vec<(&str, Check)> = ACTIONS.into_iter().filter(|(name, _)| fields.has(name)).collect();
    let mut action = None;
    for (name, check) in &given {
        action = fields.require(name, check).map(|value| ((*name).to_owned(), value));
    }
    fields.finish(&["text", "id", "url", "phoneNumber", "code"]);
    if given.len() != 1 {
        let message = "Give a button exactly one of id (a reply), url, phoneNumber or code.";
        faults.add(path, FaultCode::InvalidButton, message);
        return None;
    }
    Some(Json::Object(vec![action?, ("text".to_owned(), text?)]))
}

/// A phone number with the `+` that it has in Maytapi's call buttons.
fn number_to_call(value: Json, path: &str, faults: &mut Faults) -> Option<Json> {
    if let Some(Ok(Recipient::Phone(digits))) = value.as_str().map(Recipient::parse) {
        return Some(Json::String(format!("+{digits}")));
    }
    let message = "Give the number to call with its country code, such as +12025550123.";
    faults.add(path, FaultCode::InvalidRecipient, message);
    None
}

type Check = fn(Json, &str, &mut Faults) -> Option<Json>;

/// Reads every entry of an array, so that each one's faults are reported.
fn list(
    value: Json,
    size: RangeInclusive<usize>,
    what: &str,
    check: Check,
    path: &str,
    faults: &mut Faults,
) -> Option<Vec<Json>> {
    let Json::Array(items) = value else {
        wrong_kind(&format!("a list of {what}"), &value, path, faults);
        return None;
    };
    let (least, most, count) = (*size.start(), *size.end(), items.len());
    if count > most {
        faults.add(path, FaultCode::TooMany, &format!("Give at most {most} {what}; there are {count}."));
        return None;
    }
    if count < least {
        faults.add(path, FaultCode::TooFew, &format!("Give at least {least} {what}; there are {count}."));
    }
    let mut entries = Vec::with_capacity(count);
    for (n, item) in items.into_iter().enumerate() {
        entries.extend(check(item, &format!("{path}[{n}]"), faults));
    }
    (entries.len() == count && count >= least).then_some(entries)
}

fn all_differ<'a>(texts: impl Iterator<Item = Option<&'a str>>, member: &str, path: &str, faults: &mut Faults) -> bool {
    let mut seen: Vec<&str> = Vec::new();
    let mut differ = true;
    for (n, text) in texts.enumerate() {
        let Some(text) = text.map(str::trim) else { continue };
        if seen.contains(&text) {
            let at = format!("{path}[{n}]{member}");
            faults.add(&at, FaultCode::Duplicate, "This one stands there already; make each one different.");
            differ = false;
        }
        seen.push(text);
    }
    differ
}
