//! Takes the fields of an object one by one, in either spelling, and reports what is missing, wrong or left over.

use super::check::check;
use super::fault::{FaultCode, Faults};
use super::kind::FieldKind;
use super::suggest::{is_spelling_of, nearest_field};
use crate::json::Json;

/// The fields of one object that have not been taken yet.
pub(super) struct Fields<'a> {
    members: Vec<(String, Json)>,
    path: &'a str,
    faults: &'a mut Faults,
}

impl<'a> Fields<'a> {
    /// The fields of `value`; a fault when it is no object.
    pub(super) fn of(value: Json, path: &'a str, faults: &'a mut Faults) -> Option<Self> {
        match value {
            Json::Object(members) => Some(Fields { members, path, faults }),
            other => {
                faults.add(path, FaultCode::NotAnObject, &format!("Give an object here, not {}.", other.kind()));
                None
            }
        }
    }

    /// The checked value of a field that must be there.
    pub(super) fn required(&mut self, name: &'static str, kind: FieldKind) -> Option<Json> {
        self.require(name, |value, path, faults| check(kind, value, path, faults))
    }

    /// The same with a check of its own.
    pub(super) fn require<T>(
        &mut self,
        name: &str,
        check: impl FnOnce(Json, &str, &mut Faults) -> Option<T>,
    ) -> Option<T> {
        match self.take(name) {
            Some((path, value)) => check(value, &path, self.faults),
            None => {
                self.faults.add(&join(self.path, name), FaultCode::Missing, &missing(name));
                None
            }
        }
    }

    /// The checked value of a field that may be left out. `None` is both: left out, or wrong and reported.
    pub(super) fn optional(&mut self, name: &'static str, kind: FieldKind) -> Option<Json> {
        let (path, value) = self.take(name)?;
        check(kind, value, &path, self.faults)
    }

    /// Takes a field out, with its path; `null` counts as left out. The same field in both spellings is a fault.
    fn take(&mut self, name: &str) -> Option<(String, Json)> {
        let at = self.position(name)?;
        let (key, value) = self.members.remove(at);
        if value == Json::Null {
            return self.take(name);
        }
        if let Some(second) = self.position(name) {
            let (key, _) = self.members.remove(second);
            let message = format!("{name} is given twice; keep one.");
            self.faults.add(&join(self.path, &key), FaultCode::DuplicateField, &message);
        }
        Some((join(self.path, &key), value))
    }

    /// Whether a field is there, in either spelling; `null` counts as left out.
    pub(super) fn has(&self, name: &str) -> bool {
        self.members.iter().any(|(key, value)| *value != Json::Null && is_spelling_of(key, name))
    }

    /// Reports what is left over as unknown, with the field among `known` that was probably meant.
    pub(super) fn finish(self, known: &[&'static str]) {
        let Fields { members, path, faults } = self;
        for (key, value) in members {
            // JavaScript writes a field that is not there as undefined or null.
            if value == Json::Null {
                continue;
            }
            let suggestion = nearest_field(&key, known);
            let message = match suggestion {
                Some(field) => format!("There is no such field here; did you mean {field}?"),
                None => format!("There is no such field here; there are {}.", known.join(", ")),
            };
            faults.suggest(&join(path, &shorten(&key)), FaultCode::UnknownField, &message, suggestion);
        }
    }

    /// The members that nobody took.
    pub(super) fn rest(self) -> Vec<(String, Json)> {
        self.members
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.members.iter().position(|(key, _)| is_spelling_of(key, name))
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// A name may be anything that a caller sends, so a path repeats only the start of a long one.
fn shorten(name: &str) -> String {
    const LONGEST: usize = 64;
    if name.chars().nth(LONGEST).is_none() {
        return name.to_owned();
    }
    name.chars().take(LONGEST).chain(['…']).collect()
}

fn missing(name: &str) -> String {
    let what = match name {
        "toNumber" => "Say who receives it: a phone number or a WhatsApp id in toNumber.",
        "type" => "Say what kind of message it is in type, such as text.",
        "replyTo" => "Say which message it is about: its id in replyTo.",
        "options" => "Give the answers to choose from in options.",
        "message" => "The message itself is missing: give it in message.",
        _ => return format!("{name} is required here."),
    };
    what.to_owned()
}
