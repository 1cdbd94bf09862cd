//! Takes the fields of an object one by one, in either spelling, and reports what is missing, wrong or left over.

use super::fault::{FaultCode, Faults};
use super::suggest::{is_spelling_of, nearest_field};
use crate::json::Json;

/// A value that can be read from one field of a message.
pub(super) trait FromField: Sized {
    /// Reads it, or adds what is wrong to `faults` and gives `None`.
    fn read(value: Json, path: &str, faults: &mut Faults) -> Option<Self>;
}

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

    /// The value of a field that must be there.
    pub(super) fn required<T: FromField>(&mut self, name: &'static str) -> Option<T> {
        match self.take(name) {
            Some((path, value)) => T::read(value, &path, self.faults),
            None => {
                let path = self.path_of(name);
                self.faults.add(&path, FaultCode::Missing, &missing(name));
                None
            }
        }
    }

    /// The value of a field that may be left out. The inner `None` is both: left out, or wrong and reported.
    pub(super) fn optional<T: FromField>(&mut self, name: &'static str) -> Option<T> {
        let (path, value) = self.take(name)?;
        T::read(value, &path, self.faults)
    }

    /// Whether a field is there, in either spelling.
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

    /// Takes a field out, with its path; `null` counts as left out. The same field in both spellings is a fault.
    fn take(&mut self, name: &'static str) -> Option<(String, Json)> {
        let mut found: Option<(String, Json)> = None;
        let mut twice = None;
        let mut rest = Vec::with_capacity(self.members.len());
        for (key, value) in std::mem::take(&mut self.members) {
            match &found {
                _ if !is_spelling_of(&key, name) => rest.push((key, value)),
                _ if value == Json::Null => {}
                None => found = Some((join(self.path, &key), value)),
                Some(_) => twice = Some(join(self.path, &key)),
            }
        }
        self.members = rest;
        if let Some(path) = twice {
            self.faults.add(&path, FaultCode::DuplicateField, &format!("{name} is given twice; keep one."));
        }
        found
    }

    fn path_of(&self, name: &str) -> String {
        join(self.path, name)
    }
}

/// The text of a string field.
pub(super) fn string(value: Json, path: &str, faults: &mut Faults) -> Option<String> {
    if let Json::String(text) = value {
        return Some(text);
    }
    faults.add(path, FaultCode::WrongKind, &format!("Give a string, not {}.", value.kind()));
    None
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// A name may be anything that a caller sends, so a path repeats only the start of a long one.
fn shorten(name: &str) -> String {
    const LONGEST: usize = 64;
    if name.chars().count() <= LONGEST {
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
