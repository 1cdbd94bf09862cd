//! Messages with lists, each with what its list holds: polls, buttons.

use serde::{Serialize, Serializer};

use super::part::{Part, entries};
use crate::json::{Json, Object};

typed_message! {
    /// A poll.
    ///
    /// ```
    /// use maytapi::message::{Message, Poll};
    ///
    /// let poll = Poll::new("120363027326493365@g.us", "Lunch?", ["Pizza", "Salad"]).only_one(true);
    /// assert!(Message::try_from(poll).is_ok());
    /// ```
    Poll {
        /// What is asked: at most 255 characters.
        question: String = "message",
        /// What can be answered: 2 to 12 texts, all different, of at most 100 characters.
        options: PollOptions = "options",
    } optional {
        /// Whether only one answer can be chosen.
        only_one: bool = "onlyOne",
    }
}

typed_message! {
    /// A text with one to three buttons.
    ///
    /// ```
    /// use maytapi::message::{Button, Buttons, Message};
    ///
    /// let buttons = [Button::reply("Yes", "yes-1"), Button::open_url("Menu", "https://shop.example/menu")];
    /// let message = Buttons::new("+1 202-555-0123", "Will you come?", buttons).footer("Answer until noon");
    /// assert!(Message::try_from(message).is_ok());
    /// ```
    Buttons {
        /// The text.
        text: String = "message",
        /// The buttons.
        buttons: Vec<Button> = "buttons",
    } optional {
        /// A line above it.
        title: String = "title",
        /// A line below it.
        footer: String = "footer",
    }
}

/// The answers of a poll: from anything that gives texts, such as `["Yes", "No"]`.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[expect(missing_debug_implementations, reason = "what a message says stands in no log")]
pub struct PollOptions(pub Vec<String>);

/// A button under a message: its text, and what it does.
#[derive(Clone, PartialEq, Eq)]
#[expect(missing_debug_implementations, reason = "what a message says stands in no log")]
pub struct Button {
    /// What stands on it.
    pub text: String,
    /// What pressing it does.
    pub action: ButtonAction,
}

/// What pressing a button does.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_debug_implementations, reason = "what a message says stands in no log")]
pub enum ButtonAction {
    /// Answers; the webhook of the answer names this id.
    Reply(String),
    /// Opens an address.
    OpenUrl(String),
    /// Calls a phone number.
    Call(String),
    /// Copies a text.
    Copy(String),
}

impl Button {
    /// A button that answers with this id.
    pub fn reply(text: impl Into<String>, id: impl Into<String>) -> Self {
        Button { text: text.into(), action: ButtonAction::Reply(id.into()) }
    }

    /// A button that opens an address.
    pub fn open_url(text: impl Into<String>, url: impl Into<String>) -> Self {
        Button { text: text.into(), action: ButtonAction::OpenUrl(url.into()) }
    }

    /// A button that calls a number.
    pub fn call(text: impl Into<String>, phone_number: impl Into<String>) -> Self {
        Button { text: text.into(), action: ButtonAction::Call(phone_number.into()) }
    }

    /// A button that copies a code.
    pub fn copy(text: impl Into<String>, code: impl Into<String>) -> Self {
        Button { text: text.into(), action: ButtonAction::Copy(code.into()) }
    }

    fn of_checked(json: &Json) -> Self {
        let text = |name| json.text(name).map(str::to_owned);
        let open_url = || text("url").map(ButtonAction::OpenUrl);
        let call = || text("phoneNumber").map(ButtonAction::Call);
        let copy = || text("code").map(ButtonAction::Copy);
        Button {
            text: text("text").unwrap_or_default(),
            action: open_url()
                .or_else(call)
                .or_else(copy)
                .unwrap_or_else(|| ButtonAction::Reply(text("id").unwrap_or_default())),
        }
    }

    fn to_json(&self) -> Json {
        let (name, value) = match &self.action {
            ButtonAction::Reply(id) => ("id", id),
            ButtonAction::OpenUrl(url) => ("url", url),
            ButtonAction::Call(phone_number) => ("phoneNumber", phone_number),
            ButtonAction::Copy(code) => ("code", code),
        };
        let mut button = Object::default();
        button.text(name, Some(value));
        button.text("text", Some(&self.text));
        button.into()
    }
}

impl Serialize for Button {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl<I: IntoIterator<Item: Into<String>>> From<I> for PollOptions {
    fn from(options: I) -> Self {
        PollOptions(options.into_iter().map(Into::into).collect())
    }
}

impl Part for PollOptions {
    fn into_json(self) -> Json {
        Json::Array(self.0.into_iter().map(Json::String).collect())
    }

    fn of_checked(json: Json) -> Self {
        PollOptions(entries(json).into_iter().map(String::of_checked).collect())
    }
}

impl Part for Vec<Button> {
    fn into_json(self) -> Json {
        Json::Array(self.iter().map(Button::to_json).collect())
    }

    fn of_checked(json: Json) -> Self {
        entries(json).iter().map(Button::of_checked).collect()
    }
}
