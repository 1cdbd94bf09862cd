//! Writes a message as exactly the JSON that Maytapi reads.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::Message;

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = serializer.serialize_map(Some(self.fields.len().saturating_add(2)))?;
        body.serialize_entry("to_number", self.to.as_str())?;
        body.serialize_entry("type", self.type_name())?;
        for (name, value) in &self.fields {
            body.serialize_entry(name, value)?;
        }
        body.end()
    }
}
