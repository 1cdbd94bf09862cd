//! Reads a value from whatever serde can read, within limits.

use std::cell::Cell;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::limits::{Limits, MAX_MEMBERS, Rejected};
use super::value::{Json, Members};

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Limits::default().deserialize(deserializer)
    }
}

/// `limits.deserialize(&mut serde_json::Deserializer::from_slice(body))` reads a document within these limits.
impl<'de> DeserializeSeed<'de> for Limits {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        Reader { nodes_left: &Cell::new(self.nodes), levels_left: self.depth }.deserialize(deserializer)
    }
}

/// Reads one value, and what stands in it.
#[derive(Clone, Copy)]
struct Reader<'a> {
    /// Of the whole document.
    nodes_left: &'a Cell<u32>,
    /// Below this value.
    levels_left: u32,
}

impl Reader<'_> {
    fn below<E: Error>(self) -> Result<Self, E> {
        let levels_left = self.levels_left.checked_sub(1).ok_or_else(|| E::custom(Rejected::TooDeep))?;
        Ok(Reader { levels_left, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        let left = self.nodes_left.get().checked_sub(1).ok_or_else(|| D::Error::custom(Rejected::TooManyNodes))?;
        self.nodes_left.set(left);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
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
            if members.iter().any(|(known, _)| *known == key) {
                return Err(A::Error::custom(Rejected::RepeatedName));
            }
            if members.len() >= MAX_MEMBERS {
                return Err(A::Error::custom(Rejected::TooManyMembers));
            }
            members.push((key, map.next_value_seed(below)?));
        }
        Ok(Json::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Json, serde_json::Error> {
        serde_json::from_str(text)
    }

    fn why(text: &str) -> String {
        parse(text).unwrap_err().to_string()
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
    fn what_no_json_has_is_refused() {
        let bytes = serde::de::value::BytesDeserializer::<serde::de::value::Error>::new(b"x");
        let why = Json::deserialize(bytes).unwrap_err().to_string();
        assert!(why.ends_with("expected a JSON value"), "{why}");
    }

    #[test]
    fn a_repeated_name_is_refused() {
        assert!(why(r#"{"type":"text","type":"media"}"#).contains(Rejected::RepeatedName.as_str()));
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(parse(&nested(32)).is_ok());
        assert!(why(&nested(33)).contains(Rejected::TooDeep.as_str()));
    }

    #[test]
    fn the_number_of_members_is_bounded() {
        let members: Vec<String> = (0..=MAX_MEMBERS).map(|n| format!("\"{n}\":0")).collect();
        assert!(why(&format!("{{{}}}", members.join(","))).contains(Rejected::TooManyMembers.as_str()));
    }

    #[test]
    fn the_number_of_values_is_bounded_wherever_they_stand() {
        let read = |text: &str, nodes: u32| {
            let limits = Limits { nodes, ..Limits::MESSAGE };
            limits.deserialize(&mut serde_json::Deserializer::from_str(text)).map_err(|error| error.to_string())
        };
        for (text, nodes) in [("1", 1), ("[]", 1), ("[0,0]", 3), (r#"{"a":[{}],"b":""}"#, 4), ("[[[]],[]]", 4)] {
            assert!(read(text, nodes).is_ok(), "{text}");
            assert!(read(text, nodes - 1).unwrap_err().contains(Rejected::TooManyNodes.as_str()), "{text}");
        }
        let many = |n: usize| format!("[{}0]", "0,".repeat(n - 2));
        assert!(parse(&many(50_000)).is_ok());
        assert!(why(&many(50_001)).contains(Rejected::TooManyNodes.as_str()));
    }
}
