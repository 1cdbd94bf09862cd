//! A JSON value in memory, read through any serde format, bounded in depth, with repeated keys refused.
//!
//! Validation has to see the whole of what a caller wrote to report every fault at once, which a derived `Deserialize` can't: it
//! stops at the first. The same tree is filled from a JavaScript value, from the body of a request and from an upstream answer.

mod object;
pub mod text;

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

pub use object::{Object, Picked, Take};

use crate::strings::{integer, trim};

/// Deeper than any message, answer or webhook; shallow enough that hostile input can't exhaust the stack.
pub const MAX_DEPTH: usize = 32;

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

    /// The member `name` of an object; `None` for anything else.
    #[must_use]
    #[inline(never)]
    pub fn get(&self, name: &str) -> Option<&Json> {
        match self {
            Json::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
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

impl From<f64> for Json {
    fn from(value: f64) -> Self {
        const EXACT: f64 = 9_007_199_254_740_991.0;
        // `500.0` and `500` are one number in JSON; keeping the integer keeps it from being written with a fraction.
        if value.fract() == 0.0 && value.abs() <= EXACT { Json::Int(value as i64) } else { Json::Float(value) }
    }
}

impl<'de> serde::Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Level(MAX_DEPTH).deserialize(deserializer)
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

/// Reads one value with this many levels still allowed below it.
#[derive(Clone, Copy)]
struct Level(usize);

impl Level {
    fn below<E: serde::de::Error>(self) -> Result<Self, E> {
        self.0.checked_sub(1).map(Level).ok_or_else(|| E::custom(format_args!("nested deeper than {MAX_DEPTH} levels")))
    }
}

impl<'de> DeserializeSeed<'de> for Level {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_none<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        // JavaScript has no such integers either: past i64 a number is as exact as an f64 can hold it.
        Ok(i64::try_from(value).map_or(Json::Float(value as f64), Json::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Json, E> {
        Ok(Json::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let below = self.below()?;
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(below)? {
            items.push(item);
        }
        Ok(Json::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let below = self.below()?;
        let mut members: Members = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            // Parsers differ on which of two equal names wins, so a check here and a reader elsewhere could see two messages.
            if members.iter().any(|(known, _)| *known == key) {
                return Err(A::Error::custom(format_args!("the name {key:?} stands twice in one object")));
            }
            if members.len() >= MAX_MEMBERS {
                return Err(A::Error::custom(format_args!("more than {MAX_MEMBERS} members in one object")));
            }
            members.push((key, map.next_value_seed(below)?));
        }
        Ok(Json::Object(members))
    }
}

/// The search for repeated names is quadratic, so the number of members is bounded, far above what any message or answer has.
const MAX_MEMBERS: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Json, serde_json::Error> {
        serde_json::from_str(text)
    }

    #[test]
    fn what_is_read_is_written_again() {
        for text in [r#"{"b":[1,-2.5,"x",null,true],"a":{"":500}}"#, "[]", "{}", r#""é\n""#, "9007199254740991"] {
            assert_eq!(serde_json::to_string(&parse(text).unwrap()).unwrap(), text);
        }
    }

    #[test]
    fn a_whole_number_is_written_without_a_fraction() {
        assert_eq!(serde_json::to_string(&parse("[500.0,1e3,-0.5]").unwrap()).unwrap(), "[500,1000,-0.5]");
    }

    #[test]
    fn a_repeated_name_is_refused() {
        assert!(parse(r#"{"type":"text","type":"media"}"#).unwrap_err().to_string().contains("stands twice"));
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(parse(&nested(MAX_DEPTH)).is_ok());
        assert!(parse(&nested(MAX_DEPTH + 1)).unwrap_err().to_string().contains("nested deeper"));
    }

    #[test]
    fn the_number_of_members_is_bounded() {
        let members: Vec<String> = (0..=MAX_MEMBERS).map(|n| format!("\"{n}\":0")).collect();
        assert!(parse(&format!("{{{}}}", members.join(","))).unwrap_err().to_string().contains("more than"));
    }
}
