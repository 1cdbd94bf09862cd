//! What a batch's messages are made of: its template, and what its creator's token leaves open. It is stored sealed.

use maytapi::json::text::Floats;
use maytapi::json::{Json, Members};
use maytapi::message::{Faults, Message};
use maytapi::template::Template;

use crate::auth::capability::Capability;
use crate::config::Policy;
use crate::http::problem::Problem;
use crate::policy;

/// What a batch's messages are made of.
#[derive(Debug, PartialEq)]
pub struct BatchContent {
    /// The template.
    pub template: Template,
    /// What the token left open with which the batch was made.
    pub capability: Capability,
    /// Whether rows that can't be sent are left out, instead of their piece being refused.
    pub skip_invalid: bool,
}

/// What a row says: a recipient, and what takes the places of the template's fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The recipient, as the caller wrote it.
    pub to: Json,
    /// An object.
    pub fields: Json,
}

/// Why a row can't be sent.
#[derive(Debug)]
pub enum Wrong {
    /// The message that is made of it has faults.
    Message(Faults),
    /// Policy or token leave it out.
    NotAllowed(Problem),
}

/// Numbers with a fraction, as the standard library writes them. None is read here; its tables for that would be a part of the upload.
const FLOATS: Floats = Floats { read: |_| None, write: |number| number.to_string() };

impl BatchContent {
    /// As it is sealed.
    #[must_use]
    pub fn text(&self) -> String {
        let claim = serde_json::from_str(&self.capability.narrowing()).unwrap_or(Json::Null);
        let members =
            [("template", self.template.to_json()), ("claim", claim), ("skipInvalid", Json::Bool(self.skip_invalid))];
        let members: Members = members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        // What was read as JSON can be written as such.
        serde_json::to_string(&Json::Object(members)).unwrap_or_default()
    }

    /// Reads what [`BatchContent::text`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let json: Json = serde_json::from_str(text).ok()?;
        Some(BatchContent {
            template: Template::parse(json.get("template")?.clone()).ok()?,
            capability: Capability::read(json.get("claim")?).ok()?,
            skip_invalid: json.get("skipInvalid")?.as_bool()?,
        })
    }

    /// The message of a row, if it may be sent now.
    ///
    /// # Errors
    /// Why it may not.
    pub fn message(&self, rules: &Policy, row: &Row) -> Result<Message, Wrong> {
        let message = self.template.render(&row.to, &row.fields, FLOATS).map_err(Wrong::Message)?;
        policy::check(rules, &self.capability, &message).map_err(Wrong::NotAllowed)?;
        Ok(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn what_is_sealed_is_read_again() {
        let content = BatchContent {
            template: Template::parse(json(r#"{"type":"text","message":"Hi {{name|there}}"}"#)).unwrap(),
            capability: Capability::read(&json(r#"{"types":["text"],"to":["12025550123"]}"#)).unwrap(),
            skip_invalid: true,
        };
        assert_eq!(BatchContent::parse(&content.text()), Some(content));
        assert_eq!(BatchContent::parse("{}"), None);
    }
}
