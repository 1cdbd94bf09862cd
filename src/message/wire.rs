//! Writes a message as exactly the JSON that Maytapi reads.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::model::Message;
use crate::json::text::{Floats, write, write_string};

impl Message {
    /// As the text that goes onto the wire.
    #[must_use]
    pub fn to_text(&self, floats: Floats) -> String {
        // A file is nearly all of its message; growing to its size step by step would copy it several times.
        let largest = self.fields.iter().filter_map(|(_, value)| value.as_str()).map(str::len).max().unwrap_or(0);
        let mut out = String::with_capacity(largest.saturating_add(256));
        for (name, value) in [("{\"to_number\":", self.to.as_str()), (",\"type\":", self.type_name())] {
            out.push_str(name);
            write_string(value, &mut out);
        }
        for (name, value) in &self.fields {
            out.push(',');
            write_string(name, &mut out);
            out.push(':');
            write(value, floats, &mut out);
        }
        out.push('}');
        out
    }
}

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
