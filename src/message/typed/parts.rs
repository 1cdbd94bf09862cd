//! What stands in the fields of typed messages: buttons, the answers of a poll, a card, a size, degrees.

use serde::{Serialize, Serializer};

use crate::json::{Json, Object};

/// A value that a field of a typed message holds.
pub(super) trait Part: Sized + Serialize {
    /// As JSON.
    fn into_json(self) -> Json;

    /// From the JSON of a checked message, where it is there and of the right kind; anything else is as good as empty.
    fn of_checked(json: Json) -> Self;
}

/// The answers of a poll: from anything that gives texts, such as `["Yes", "No"]`.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[expect(missing_debug_implementations, reason = "what a message says stands in no log")]
pub struct PollOptions(pub Vec<String>);

/// Degrees of latitude or longitude, from a number or a decimal text. A text reaches the wire digit by digit.
#[derive(Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[expect(missing_debug_implementations, reason = "where somebody is stands in no log")]
pub enum Degrees {
    /// As a number.
    Number(f64),
    /// As a decimal text: `"41.093292"`.
    Text(String),
}

/// A sticker's size in pixels, from `(width, height)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct StickerSize {
    /// 1 to 4096.
    pub width: u16,
    /// 1 to 4096.
    pub height: u16,
}

/// A contact card.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_debug_implementations, reason = "it is personal data")]
pub struct Card {
    /// The name that is shown.
    pub display_name: String,
    /// A vCard 3.0, from `BEGIN:VCARD` to `END:VCARD`.
    pub vcard: String,
}

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

impl Card {
    /// A card with the name that is shown, and the vCard.
    pub fn new(display_name: impl Into<String>, vcard: impl Into<String>) -> Self {
        Card { display_name: display_name.into(), vcard: vcard.into() }
    }
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

impl From<f64> for Degrees {
    fn from(degrees: f64) -> Self {
        Degrees::Number(degrees)
    }
}

impl From<&str> for Degrees {
    fn from(degrees: &str) -> Self {
        Degrees::Text(degrees.to_owned())
    }
}

impl From<String> for Degrees {
    fn from(degrees: String) -> Self {
        Degrees::Text(degrees)
    }
}

impl From<(u16, u16)> for StickerSize {
    fn from((width, height): (u16, u16)) -> Self {
        StickerSize { width, height }
    }
}

impl Part for String {
    fn into_json(self) -> Json {
        Json::String(self)
    }

    fn of_checked(json: Json) -> Self {
        match json {
            Json::String(text) => text,
            _ => String::new(),
        }
    }
}

impl Part for bool {
    fn into_json(self) -> Json {
        Json::Bool(self)
    }

    fn of_checked(json: Json) -> Self {
        json.as_bool() == Some(true)
    }
}

impl Part for Degrees {
    fn into_json(self) -> Json {
        match self {
            Degrees::Number(number) => Json::from(number),
            Degrees::Text(text) => Json::String(text),
        }
    }

    fn of_checked(json: Json) -> Self {
        Degrees::Text(String::of_checked(json))
    }
}

impl Part for StickerSize {
    fn into_json(self) -> Json {
        let mut size = Object::default();
        size.integer("width", Some(self.width.into()));
        size.integer("height", Some(self.height.into()));
        size.into()
    }

    fn of_checked(json: Json) -> Self {
        let pixels =
            |name| json.get(name).and_then(Json::as_int).and_then(|pixels| pixels.try_into().ok()).unwrap_or(0);
        StickerSize { width: pixels("width"), height: pixels("height") }
    }
}

impl Part for Card {
    fn into_json(self) -> Json {
        let mut card = Object::default();
        card.set("displayName", Json::String(self.display_name));
        card.set("vcard", Json::String(self.vcard));
        card.into()
    }

    fn of_checked(json: Json) -> Self {
        let text = |name| json.text(name).unwrap_or_default();
        Card::new(text("displayName"), text("vcard"))
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

fn entries(list: Json) -> Vec<Json> {
    match list {
        Json::Array(entries) => entries,
        _ => Vec::new(),
    }
}
