//! Takes the fields of an object one by one, in either spelling, and reports what is missing, wrong or left over.

use std::mem::take;

use super::check::Check;
use super::fault::{Context, FaultCode, Faults};
use super::suggest::{is_spelling_of, nearest_field};
use super::table::wire_name;
use crate::json::{Json, Members};
use crate::strings::{concat, listed};

/// The fields of one object: those that nobody has asked for yet, and those that passed their checks.
pub(super) struct Fields<'a> {
    left: Members,
    checked: Members,
    path: &'a str,
    faults: &'a mut Faults,
}

impl<'a> Fields<'a> {
    /// The fields of `value`, which is left empty; a fault when it is no object.
    #[inline(never)]
    pub(super) fn of(value: &mut Json, context: &'a mut Context<'_>) -> Option<Self> {
        let Json::Object(members) = value else {
            context.report(FaultCode::NotAnObject, &concat(&["Give an object here, not ", value.kind(), "."]));
            return None;
        };
        Some(Fields { left: take(members), checked: Vec::new(), path: context.path, faults: &mut *context.faults })
    }

    /// Checks a field, and keeps it under its name on the wire where it passes. Tells whether it was given.
    #[inline(never)]
    pub(super) fn check(&mut self, name: &str, required: bool, check: Check) -> bool {
        let found = if required { self.demand(name) } else { self.take(name) };
        let Some((path, mut value)) = found else { return false };
        if check.run(&mut value, &mut self.context(&path)) {
            let wire = wire_name(name);
            // Mostly both are the same, and one is there already.
            self.checked.push((if path == wire { path } else { wire.to_owned() }, value));
        }
        true
    }

    /// Where a field stands.
    pub(super) fn context<'b>(&'b mut self, path: &'b str) -> Context<'b> {
        Context { path, faults: self.faults }
    }

    /// Takes out a field that must be there, with its path.
    #[inline(never)]
    pub(super) fn demand(&mut self, name: &str) -> Option<(String, Json)> {
        let found = self.take(name);
        if found.is_none() {
            self.faults.add(&join(self.path, name.to_owned()), FaultCode::Missing, &missing(name));
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
            self.faults.add(&join(self.path, second), FaultCode::DuplicateField, &message);
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
            let suggestion = nearest_field(key, known);
            let message = no_such("There is no such field here; ", suggestion, known, "");
            let (start, more) = shorten(key);
            let path = concat(&[&join(self.path, start.to_owned()), more]);
            self.faults.suggest(&path, FaultCode::UnknownField, &message, suggestion);
        }
        self.checked
    }

    /// What nobody asked for, and what passed.
    pub(super) fn into_parts(self) -> (Members, Members) {
        (self.left, self.checked)
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
fn join(path: &str, name: String) -> String {
    if path.is_empty() { name } else { concat(&[path, ".", &name]) }
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
