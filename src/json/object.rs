//! Makes an object member by member, also out of the members of another.

use super::value::{Json, Members};

/// An object that is being made. What there is nothing of is left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object(Members);

/// What [`Object::pick`] takes a member as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// A text that is not empty.
    Text,
    /// A boolean.
    Flag,
    /// An integer, also one that was written as a text.
    Integer,
}

/// A member's name in the object that is made, its name in the one that it is taken from, and what it is taken as.
pub type Picked<'a> = (&'a str, &'a str, Take);

impl Object {
    /// Adds a member, unless it is `null`.
    #[inline(never)]
    pub fn set(&mut self, name: &str, value: Json) {
        if !value.is_null() {
            self.0.push((name.to_owned(), value));
        }
    }

    /// Adds a text, where there is one.
    #[inline(never)]
    pub fn text(&mut self, name: &str, text: Option<&str>) {
        self.set(name, text.into());
    }

    /// Adds an integer, where there is one.
    #[inline(never)]
    pub fn integer(&mut self, name: &str, number: Option<i64>) {
        self.set(name, number.map_or(Json::Null, Json::Int));
    }

    /// Adds some members of another object, each under a name of its own; what is missing, empty or of another kind is left out.
    #[inline(never)]
    pub fn pick(&mut self, from: &Json, members: &[Picked<'_>]) {
        for (ours, theirs, take) in members {
            let value = from.get(theirs).and_then(|value| match take {
                Take::Text => value.as_str().filter(|text| !text.is_empty()).map(Json::from),
                Take::Flag => value.as_bool().map(Json::Bool),
                Take::Integer => value.to_int().map(Json::Int),
            });
            self.set(ours, value.unwrap_or(Json::Null));
        }
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Json::Object(object.0)
    }
}
