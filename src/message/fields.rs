//! Takes the fields of an object one by one, in either spelling, and reports what is missing, wrong or left over.

use super::check::Check;
use super::fault::{FaultCode, Faults, Place};
use super::kind::FieldSpec;
use super::suggest::{is_spelling_of, nearest_field};
use crate::json::Json;
use crate::strings::{concat, listed};

/// The fields of one object that have not been taken yet.
pub(super) struct Fields<'a> {
    members: Vec<(String, Json)>,
    path: &'a str,
    faults: &'a mut Faults,
}

impl<'a> Fields<'a> {
    /// The fields of `value`; a fault when it is no object.
    pub(super) fn of(value: Json, place: &'a mut Place<'_>) -> Option<Self> {
        match value {
            Json::Object(members) => Some(Fields { members, path: place.path, faults: &mut *place.faults }),
            other => {
                let message = concat(&["Give an object here, not ", other.kind(), "."]);
                place.report(FaultCode::NotAnObject, &message);
                None
            }
        }
    }

    /// The checked value of a field that must be there.
    pub(super) fn required(&mut self, name: &str, check: Check) -> Option<Json> {
        let (path, value) = self.demand(name)?;
        check.run(value, &mut self.place(&path))
    }

    /// The checked value of a field of a message. `None` is all of these: left out, missing, or wrong and reported.
    pub(super) fn checked(&mut self, spec: &FieldSpec) -> Option<Json> {
        let (path, value) = if spec.required { self.demand(spec.name) } else { self.take(spec.name) }?;
        Check::of(spec.kind).run(value, &mut self.place(&path))
    }

    /// Where a field stands.
    pub(super) fn place<'b>(&'b mut self, path: &'b str) -> Place<'b> {
        Place { path, faults: self.faults }
    }

    /// Takes out a field that must be there, with its path.
    #[inline(never)]
    pub(super) fn demand(&mut self, name: &str) -> Option<(String, Json)> {
        let found = self.take(name);
        if found.is_none() {
            self.faults.add(&join(self.path, name), FaultCode::Missing, &missing(name));
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
            self.faults.add(&join(self.path, &second), FaultCode::DuplicateField, &message);
        }
        Some((join(self.path, &key), value))
    }

    #[inline(never)]
    fn remove(&mut self, name: &str) -> Option<(String, Json)> {
        let at = self.members.iter().position(|(key, _)| is_spelling_of(key, name))?;
        Some(self.members.remove(at))
    }

    /// Reports what is left over as unknown, with the field among `known` that was probably meant.
    #[inline(never)]
    pub(super) fn finish(self, known: &[&'static str]) {
        let Fields { members, path, faults } = self;
        for (key, value) in members {
            // JavaScript writes a field that is not there as undefined or null.
            if value.is_null() {
                continue;
            }
            let suggestion = nearest_field(&key, known);
            let message = no_such("There is no such field here; ", suggestion, known, "");
            let (start, more) = shorten(&key);
            faults.suggest(&concat(&[&join(path, start), more]), FaultCode::UnknownField, &message, suggestion);
        }
    }

    /// The members that nobody took.
    pub(super) fn rest(self) -> Vec<(String, Json)> {
        self.members
    }
}

/// The sentence about an unknown name: which one was meant, or which ones there are.
#[inline(never)]
pub(super) fn no_such(what: &str, meant: Option<&str>, known: &[&str], otherwise: &str) -> String {
    match meant {
        Some(meant) => concat(&[what, "did you mean ", meant, "?"]),
        None => concat(&[what, "there are ", &listed(known), ".", otherwise]),
    }
}

#[inline(never)]
fn join(path: &str, name: &str) -> String {
    concat(&[path, if path.is_empty() { "" } else { "." }, name])
}

/// A name may be anything that a caller sends, so a path repeats only the start of a long one.
fn shorten(name: &str) -> (&str, &str) {
    const LONGEST: usize = 64;
    match name.char_indices().nth(LONGEST).and_then(|(end, _)| name.get(..end)) {
        Some(start) => (start, "…"),
        None => (name, ""),
    }
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
