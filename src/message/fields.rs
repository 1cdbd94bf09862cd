//! Takes the fields of an object one by one, in either spelling, and reports what is missing, wrong or left over.

use std::mem::take;

use super::check::Check;
use super::fault::{Context, FaultCode, Remarks};
use super::hint::HintCode;
use super::media::mime_type;
use super::suggest::{advice_on, nearest_field};
use super::table::{MessageType, wire_name};
use crate::json::{Json, Members};
use crate::strings::{after_ignoring_case, any_word, beginning, concat, is_blank, is_longer, trim};
use crate::suggest::{is_spelling_of, no_such};

/// The fields of one object: those that nobody has asked for yet, and those that passed their checks.
pub(super) struct Fields<'a> {
    left: Members,
    checked: Members,
    path: &'a str,
    remarks: &'a mut Remarks,
}

impl<'a> Fields<'a> {
    /// The fields of `value`, which is left empty; a fault when it is no object.
    #[inline(never)]
    pub(super) fn of(value: &mut Json, context: &'a mut Context<'_>) -> Option<Self> {
        let Json::Object(members) = value else {
            let advice = match value {
                Json::String(text) if is_json_text(text, b'{') => "Give the object itself, not its JSON text.",
                Json::Array(_) if context.path.is_empty() => "Give one message; sendMany sends a list.",
                other => &concat(&["Give an object here, not ", other.kind(), "."]),
            };
            context.report(FaultCode::NotAnObject, advice);
            return None;
        };
        Some(Fields { left: take(members), checked: Vec::new(), path: context.path, remarks: &mut *context.remarks })
    }

    /// Checks a field, and keeps it under its name on the wire where it passes. Tells whether it was given.
    #[inline(never)]
    pub(super) fn check(&mut self, name: &str, required: bool, check: Check) -> bool {
        let found = if required { self.demand(name) } else { self.take(name) };
        let Some((path, mut value)) = found else { return false };
        // A form's field that nobody filled in.
        if !required && value.as_str().is_some_and(is_blank) {
            return false;
        }
        if check.run(&mut value, &mut self.context(&path)) {
            let wire = wire_name(name);
            // Mostly both are the same, and one is there already.
            self.checked.push((if path == wire { path } else { wire.to_owned() }, value));
        }
        true
    }

    /// Where a field stands.
    pub(super) fn context<'b>(&'b mut self, path: &'b str) -> Context<'b> {
        Context { path, remarks: self.remarks }
    }

    /// Takes out a field that must be there, with its path.
    #[inline(never)]
    pub(super) fn demand(&mut self, name: &str) -> Option<(String, Json)> {
        let found = self.take(name);
        if found.is_none() {
            self.remarks.faults.add(&join(self.path, name.to_owned()), FaultCode::Missing, &missing(name));
        }
        found
    }

    /// Takes a field out, with its path; `null` counts as left out. The same field in both spellings is a fault.
    #[inline(never)]
    pub(super) fn take(&mut self, name: &str) -> Option<(String, Json)> {
        let (key, value) = loop {
            let member = self.remove(name)?;
            if !member.1.is_null() {
                break member;
            }
        };
        if let Some((second, _)) = self.remove(name) {
            let message = concat(&[name, " is given twice; keep one."]);
            self.remarks.faults.add(&join(self.path, second), FaultCode::DuplicateField, &message);
        }
        Some((join(self.path, key), value))
    }

    #[inline(never)]
    fn remove(&mut self, name: &str) -> Option<(String, Json)> {
        let at = self.left.iter().position(|(key, _)| is_spelling_of(key, name))?;
        Some(self.left.remove(at))
    }

    /// What passed; what is left over is reported as unknown, with the field among `known` that was probably meant.
    #[inline(never)]
    pub(super) fn finish(self, known: &[&'static str]) -> Members {
        for (key, value) in &self.left {
            // JavaScript writes a field that is not there as undefined or null.
            if value.is_null() {
                continue;
            }
            let advice = advice_on(key);
            let suggestion = if advice.is_some() { None } else { nearest_field(key, known) };
            let message = match advice {
                Some(advice) => advice,
                None => &no_such("There is no such field here; ", suggestion, known, ""),
            };
            let (start, more) = shorten(key);
            let path = concat(&[&join(self.path, start.to_owned()), more]);
            self.remarks.faults.suggest(&path, FaultCode::UnknownField, message, suggestion);
        }
        self.checked
    }

    /// Reports what is another library's name of a field, where the type is not known.
    #[inline(never)]
    pub(super) fn finish_without_type(mut self) {
        let mut known = vec!["toNumber", "type", "replyTo", "skipFilter"];
        for of in MessageType::ALL {
            for field in of.fields() {
                known.push(field.name);
            }
        }
        self.left.retain(|(key, _)| {
            !known.iter().any(|name| is_spelling_of(key, name))
                && (advice_on(key).is_some() || nearest_field(key, &known).is_some())
        });
        self.finish(&known);
    }

    /// Hints at the name of a document that comes without one: its bytes don't tell it.
    #[inline(never)]
    pub(super) fn hint_at_name(&mut self) {
        let Some((path, Json::String(file))) = self.checked.iter().find(|(name, _)| name == "message") else { return };
        let Some((mime_type, _)) = mime_type(file) else { return };
        if !any_word("image/ video/ audio/", &|kind| after_ignoring_case(mime_type, kind).is_some()) {
            let mut context = Context { path, remarks: self.remarks };
            context.hint(
                HintCode::NoFilename,
                "Give the document a name, in filename: without one nobody sees what it is.",
            );
        }
    }

    /// What nobody asked for, and what passed.
    pub(super) fn into_parts(self) -> (Members, Members) {
        (self.left, self.checked)
    }
}

/// Whether a text looks like the JSON of an object or a list.
pub(super) fn is_json_text(text: &str, open: u8) -> bool {
    trim(text).as_bytes().first() == Some(&open)
}

/// The path of a member.
#[inline(never)]
pub(crate) fn join(path: &str, name: String) -> String {
    if path.is_empty() { name } else { concat(&[path, ".", &name]) }
}

/// A name may be anything that a caller sends, so a path repeats only the start of a long one.
fn shorten(name: &str) -> (&str, &str) {
    const LONGEST: usize = 64;
    (beginning(name, LONGEST), if is_longer(name, LONGEST) { "…" } else { "" })
}

fn missing(name: &str) -> String {
    const ADVICE: &[(&str, &str)] = &[
        ("toNumber", "Say who receives it: a phone number or a WhatsApp id in toNumber."),
        ("type", "Say what kind of message it is in type, such as text."),
        ("replyTo", "Say which message it is about: its id in replyTo."),
        ("options", "Give the answers to choose from in options."),
        ("message", "The message itself is missing: give it in message."),
    ];
    match ADVICE.iter().find(|(field, _)| *field == name) {
        Some((_, advice)) => (*advice).to_owned(),
        None => concat(&[name, " is required here."]),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::message::Message;

    /// The faults of a message, as `path code: sentence`.
    fn faults(message: &Value) -> Vec<String> {
        let faults = Message::parse(serde_json::from_value(message.clone()).unwrap()).expect_err("it is taken");
        let told = |fault: &crate::message::Fault| format!("{} {}: {}", fault.path, fault.code.as_str(), fault.message);
        faults.as_slice().iter().map(told).collect()
    }

    #[test]
    fn what_is_no_object_is_told_what_to_give() {
        for (message, wanted) in [
            (json!(" {\"type\":\"text\"}"), " not_an_object: Give the object itself, not its JSON text."),
            (json!("Hi"), " not_an_object: Give an object here, not a string."),
            (json!("[]"), " not_an_object: Give an object here, not a string."),
            (json!([{}]), " not_an_object: Give one message; sendMany sends a list."),
            (json!(7), " not_an_object: Give an object here, not a number."),
            (json!(null), " not_an_object: Give an object here, not null."),
        ] {
            assert_eq!(faults(&message), [wanted], "{message}");
        }
        let card = json!({"toNumber": "12025550123", "type": "vcard", "message": []});
        assert_eq!(faults(&card), ["message not_an_object: Give an object here, not an array."]);
    }

    #[test]
    fn who_leaves_a_field_out_is_told_what_to_say() {
        let to = "12025550123";
        for (message, wanted) in [
            (json!({"type": "text", "message": "x"}), "toNumber missing: Say who receives it: a phone number or"),
            (json!({"toNumber": to, "type": "text"}), "message missing: The message itself is missing"),
            (json!({"toNumber": to, "message": "x"}), "type missing: Say what kind of message it is"),
            (json!({"toNumber": to, "type": "poll", "message": "?"}), "options missing: Give the answers"),
            (json!({"toNumber": to, "type": "edit", "message": "x"}), "replyTo missing: Say which message"),
            (
                json!({"toNumber": to, "type": "location", "latitude": 1}),
                "longitude missing: longitude is required here.",
            ),
        ] {
            let [fault] = faults(&message).try_into().unwrap();
            assert!(fault.starts_with(wanted), "{message}: {fault}");
        }
    }

    #[test]
    fn without_a_type_only_another_librarys_words_are_told() {
        let message = json!({
            "toNumber": "12025550123", "message": "x", "options": ["a"], "reply_to": "m",
            "caption": "y", "mimetype": "image/png", "zzz": 1, "lang": null,
        });
        let told = faults(&message);
        let places: Vec<&str> = told.iter().map(|fault| fault.split(':').next().unwrap()).collect();
        assert_eq!(places, ["type missing", "caption unknown_field", "mimetype unknown_field"]);
        assert!(told[1].ends_with("did you mean text?") && told[2].ends_with("leave this out."), "{told:?}");
    }
}
