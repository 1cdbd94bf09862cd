//! The raw form: any type, any further fields.

use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::json::{Json, Members};
use crate::message::fault::Faults;
use crate::message::model::Message;

/// A message of any type, with fields as Maytapi names them, for what has no struct of its own. Only the recipient, `replyTo` and
/// `skipFilter` are checked.
///
/// ```
/// use maytapi::json::Json;
/// use maytapi::message::{Message, Raw};
///
/// let sections: Json = serde_json::from_str(r#"[{"title":"Today","rows":[{"id":"1","title":"Soup"}]}]"#).unwrap();
/// let menu = Raw::new("+1 202-555-0123", "list").field("message", "The menu").field("sections", sections);
/// assert_eq!(Message::try_from(menu)?.type_name(), "list");
/// # Ok::<(), maytapi::message::Faults>(())
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Raw {
    /// Who receives it.
    pub to: String,
    /// The type's name.
    pub type_name: String,
    /// All its other fields, as Maytapi names them.
    pub fields: Members,
}

impl Raw {
    /// A message of a type.
    pub fn new(to: impl Into<String>, type_name: impl Into<String>) -> Self {
        Raw { to: to.into(), type_name: type_name.into(), fields: Vec::new() }
    }

    /// Adds a field, by Maytapi's name of it.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    pub(super) fn of_checked(message: Message) -> Self {
        let type_name = message.type_name().to_owned();
        let (to, fields) = message.into_fields();
        Raw { to, type_name, fields }
    }
}

impl TryFrom<Raw> for Message {
    type Error = Faults;

    fn try_from(raw: Raw) -> Result<Self, Faults> {
        let mut members = vec![("type".to_owned(), raw.type_name.into()), ("toNumber".to_owned(), raw.to.into())];
        members.extend(raw.fields);
        Message::parse_raw(Json::Object(members))
    }
}

impl Serialize for Raw {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", &self.type_name)?;
        map.serialize_entry("toNumber", &self.to)?;
        for (name, value) in &self.fields {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// What a message says is nobody else's business.
impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Raw(…)")
    }
}
