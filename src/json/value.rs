//! The value itself: what it is made of, what stands in it, how serde writes it.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::strings::{decimal, integer, trim};

/// A JSON value. Objects keep the order in which their members came.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`, and JavaScript's `undefined`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number without a fraction that fits.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object: its members in order, each name once.
    Object(Members),
}

/// The members of an object, with their names.
pub type Members = Vec<(String, Json)>;

impl Json {
    /// An array of what `make` makes of every item. A loop and a pointer, since a generic chain is a copy for every use of it.
    #[must_use]
    pub fn list<T>(items: &[T], make: fn(&T) -> Json) -> Json {
        let mut list = Vec::new();
        for item in items {
            list.push(make(item));
        }
        Json::Array(list)
    }

    /// The text of the member `name`, where there is one and it is not empty.
    #[must_use]
    #[inline(never)]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str().filter(|text| !text.is_empty())
    }

    /// An integer, also one that was written as a text.
    #[must_use]
    pub fn to_int(&self) -> Option<i64> {
        self.as_int().or_else(|| integer(trim(self.as_str()?)))
    }

    /// A text that is not empty, also one that was written as an integer.
    #[must_use]
    pub fn to_text(&self) -> Option<String> {
        match self {
            Json::String(text) => Some(trim(text).to_owned()).filter(|text| !text.is_empty()),
            Json::Int(number) => Some(decimal(*number)),
            _ => None,
        }
    }

    /// The member `name` of an object; `None` for anything else.
    #[must_use]
    #[inline(never)]
    pub fn get(&self, name: &str) -> Option<&Json> {
        match self {
            Json::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Takes the member `name` out of an object and leaves `null` in its place; `null` where there is none.
    #[must_use]
    pub fn take(&mut self, name: &str) -> Json {
        let Json::Object(members) = self else { return Json::Null };
        let member = members.iter_mut().find(|(key, _)| key == name);
        member.map_or(Json::Null, |(_, value)| std::mem::replace(value, Json::Null))
    }

    /// The text of a string; `None` for anything else.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth of a boolean; `None` for anything else.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Json::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The integer; `None` for anything else.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Json::Int(value) => Some(*value),
            _ => None,
        }
    }

    /// Whether this is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Json::Null)
    }

    /// What this is, in JSON's words, for a sentence about what was expected.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "a boolean",
            Json::Int(_) | Json::Float(_) => "a number",
            Json::String(_) => "a string",
            Json::Array(_) => "an array",
            Json::Object(_) => "an object",
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Json::String(text.to_owned())
    }
}

impl From<Option<&str>> for Json {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Json::Null, Json::from)
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Json::String(text)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Json::Bool(value)
    }
}

impl From<i64> for Json {
    fn from(number: i64) -> Self {
        Json::Int(number)
    }
}

impl From<f64> for Json {
    fn from(value: f64) -> Self {
        const EXACT: f64 = 9_007_199_254_740_991.0;
        // `500.0` and `500` are one number in JSON; keeping the integer keeps it from being written with a fraction.
        if value.fract() == 0.0 && value.abs() <= EXACT { Json::Int(value as i64) } else { Json::Float(value) }
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null => serializer.serialize_unit(),
            Json::Bool(value) => serializer.serialize_bool(*value),
            Json::Int(value) => serializer.serialize_i64(*value),
            Json::Float(value) => serializer.serialize_f64(*value),
            Json::String(text) => serializer.serialize_str(text),
            Json::Array(items) => {
                let mut seq = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    seq.serialize_element(item)?;
                }
                seq.end()
            }
            Json::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (key, value) in members {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_value_is_told_in_jsons_words() {
        for (text, wanted) in [
            ("null", "null"),
            ("true", "a boolean"),
            ("7", "a number"),
            ("0.5", "a number"),
            (r#""7""#, "a string"),
            ("[]", "an array"),
            ("{}", "an object"),
        ] {
            assert_eq!(serde_json::from_str::<Json>(text).unwrap().kind(), wanted);
        }
    }
}
