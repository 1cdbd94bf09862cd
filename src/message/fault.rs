//! What is wrong with a message: every fault with its path, a stable code and a sentence that says what to do.

use std::convert::Infallible;
use std::fmt;

use serde::Serialize;

use super::hint::{Hint, HintCode};

/// One thing that is wrong with a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Fault {
    /// Where, in the caller's own spelling: `toNumber`, `options[2]`, `buttons[0].url`; empty for the message as a whole.
    pub path: String,
    /// What, for programs.
    pub code: FaultCode,
    /// What to do, for people. Never repeats the message's text.
    pub message: String,
    /// The field or type that was probably meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<&'static str>,
}

named_enum! {
    /// Every kind of fault. The names are part of the interface and do not change.
    #[non_exhaustive]
    pub enum FaultCode {
        /// The message, or one of its parts, is not a JSON object.
        NotAnObject = "not_an_object",
        /// The message can't be written as JSON at all: it refers to itself, is nested too deep, or holds a BigInt.
        NotJson = "not_json",
        /// The message holds more values, in lists and objects, than any message needs.
        TooManyValues = "too_many_values",
        /// A required field is missing.
        Missing = "missing",
        /// This message type has no such field.
        UnknownField = "unknown_field",
        /// A field stands twice, as camelCase and as snake_case.
        DuplicateField = "duplicate_field",
        /// There is no such message type.
        UnknownType = "unknown_type",
        /// The field holds the wrong kind of value.
        WrongKind = "wrong_kind",
        /// The text is empty or only white space.
        Empty = "empty",
        /// The text has a character that can't be sent.
        InvalidCharacter = "invalid_character",
        /// Neither a phone number nor a WhatsApp id.
        InvalidRecipient = "invalid_recipient",
        /// Not an absolute http or https URL.
        InvalidUrl = "invalid_url",
        /// Not a `data:` URI with a MIME type and base64.
        InvalidDataUri = "invalid_data_uri",
        /// The part of a `data:` URI after the comma isn't base64.
        InvalidBase64 = "invalid_base64",
        /// The media type does not fit the message type.
        UnsupportedMediaType = "unsupported_media_type",
        /// The file is larger than Maytapi takes.
        TooLarge = "too_large",
        /// A text is longer than WhatsApp takes.
        TooLong = "too_long",
        /// A number outside its range.
        OutOfRange = "out_of_range",
        /// Fewer entries than WhatsApp takes.
        TooFew = "too_few",
        /// More entries than WhatsApp takes.
        TooMany = "too_many",
        /// Two entries that must differ are the same.
        Duplicate = "duplicate",
        /// Not an emoji.
        InvalidEmoji = "invalid_emoji",
        /// Not a vCard.
        InvalidVcard = "invalid_vcard",
        /// Not the id of a message.
        InvalidMessageId = "invalid_message_id",
        /// A button without, or with more than one, action.
        InvalidButton = "invalid_button",
        /// A template's placeholder that is not closed or names nothing, or braces that are left over.
        InvalidPlaceholder = "invalid_placeholder",
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.message),
            path => write!(f, "{path}: {}", self.message),
        }
    }
}

/// Everything that is wrong with one message; never empty where it is an error.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(transparent)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// A single fault of the message as a whole.
    #[must_use]
    pub fn whole(code: FaultCode, message: &str) -> Self {
        Self::one("", code, message)
    }

    /// A single fault.
    pub(crate) fn one(path: &str, code: FaultCode, message: &str) -> Self {
        let mut faults = Self::default();
        faults.add(path, code, message);
        faults
    }

    /// The faults, in the order in which the fields were checked.
    #[must_use]
    pub fn as_slice(&self) -> &[Fault] {
        &self.0
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds those of a message whose texts at these paths are still to be filled in: what is said of such a text doesn't count, only of its
    /// being there.
    #[inline(never)]
    pub(crate) fn add_all_but(&mut self, open: &[String], of: Faults) {
        let of_name = |code| matches!(code, FaultCode::UnknownField | FaultCode::DuplicateField);
        for fault in of.0 {
            if of_name(fault.code) || !open.contains(&fault.path) {
                self.0.push(fault);
            }
        }
    }

    /// Says that what stood at one path stands at another.
    pub(crate) fn rename(&mut self, from: &str, to: &str) {
        for fault in self.0.iter_mut().filter(|fault| fault.path == from) {
            fault.path = to.to_owned();
        }
    }

    /// Adds one.
    pub(crate) fn add(&mut self, path: &str, code: FaultCode, message: &str) {
        self.suggest(path, code, message, None);
    }

    #[inline(never)]
    pub(super) fn suggest(&mut self, path: &str, code: FaultCode, message: &str, suggestion: Option<&'static str>) {
        self.0.push(Fault { path: path.to_owned(), code, message: message.to_owned(), suggestion });
    }
}

/// What is a [`Message`](super::Message) already has no faults, and passes wherever something is taken that can become one.
impl From<Infallible> for Faults {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// What is said of a message while it is checked.
#[derive(Default)]
pub(super) struct Remarks {
    pub(super) faults: Faults,
    pub(super) hints: Vec<Hint>,
}

/// Where a value stands, and where what is to be said of it goes.
pub(super) struct Context<'a> {
    pub(super) path: &'a str,
    pub(super) remarks: &'a mut Remarks,
}

/// What is wrong with a value, and the sentence that says what to do.
pub(super) type Violation = &'static (FaultCode, &'static str);

impl Context<'_> {
    /// Reports a fault of the value that stands here. Always `false`: what is faulty does not pass.
    #[inline(never)]
    pub(super) fn report(&mut self, code: FaultCode, message: &str) -> bool {
        self.remarks.faults.add(self.path, code, message);
        false
    }

    /// Hints at something about the value that stands here.
    #[inline(never)]
    pub(super) fn hint(&mut self, code: HintCode, message: &str) {
        let hint = Hint { path: self.path.to_owned(), code, message: message.to_owned(), suggestion: None };
        self.remarks.hints.push(hint);
    }

    /// The same place's part or entry.
    pub(super) fn at<'b>(&'b mut self, path: &'b str) -> Context<'b> {
        Context { path, remarks: self.remarks }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, fault) in self.0.iter().enumerate() {
            write!(f, "{}{fault}", if n == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_read_as_one_sentence_each() {
        let mut faults = Faults::whole(FaultCode::NotAnObject, "A message is an object.");
        faults.add("toNumber", FaultCode::Missing, "Say who receives it.");
        assert_eq!(faults.to_string(), "A message is an object.; toNumber: Say who receives it.");
    }
}
