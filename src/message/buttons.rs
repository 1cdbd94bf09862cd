//! Buttons under a message, and the answers of a poll: lists whose entries have to differ.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::fault::{FaultCode, Faults};
use super::fields::{Fields, FromField, string};
use super::media::HttpUrl;
use super::recipient::Recipient;
use super::value::Text;
use crate::json::Json;

/// One button under a message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Button {
    /// What stands on it.
    pub text: Text,
    /// What it does.
    pub action: ButtonAction,
}

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ButtonAction {
    /// Answers with this id, which comes back in a webhook.
    Reply(Text),
    /// Opens a page.
    OpenUrl(HttpUrl),
    /// Calls a phone number.
    Call(CallNumber),
    /// Copies a code.
    CopyCode(Text),
}

/// A number to call, on the wire with a leading `+`.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct CallNumber(String);

/// The buttons of one message: at least one, at most three.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Buttons(Vec<Button>);

/// The answers of a poll: 2 to 12, all different.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct PollOptions(Vec<Text>);

impl Buttons {
    /// The buttons, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[Button] {
        &self.0
    }
}

impl PollOptions {
    /// The answers, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[Text] {
        &self.0
    }
}

impl FromField for Buttons {
    fn read(value: Json, path: &str, faults: &mut Faults) -> Option<Self> {
        // "When three buttons are not enough, send a list", says Maytapi's page on interactive messages.
        let buttons: Vec<Button> = list(value, 1..=3, "buttons", path, faults)?;
        let ids = buttons.iter().map(|button| match &button.action {
            ButtonAction::Reply(id) => Some(id.as_str()),
            _ => None,
        });
        all_differ(ids, "id", path, faults).then_some(Buttons(buttons))
    }
}

impl FromField for PollOptions {
    fn read(value: Json, path: &str, faults: &mut Faults) -> Option<Self> {
        let options: Vec<Text> = list(value, 2..=12, "options", path, faults)?;
        all_differ(options.iter().map(|text| Some(text.as_str())), "", path, faults).then_some(PollOptions(options))
    }
}

impl FromField for Button {
    fn read(value: Json, path: &str, faults: &mut Faults) -> Option<Self> {
        const ACTIONS: [&str; 4] = ["id", "url", "phoneNumber", "code"];
        let mut fields = Fields::of(value, path, faults)?;
        let text = fields.required::<Text>("text");
        let given = ACTIONS.iter().filter(|name| fields.has(name)).count();
        let id = fields.optional::<Text>("id").map(ButtonAction::Reply);
        let url = fields.optional::<HttpUrl>("url").map(ButtonAction::OpenUrl);
        let call = fields.optional::<CallNumber>("phoneNumber").map(ButtonAction::Call);
        let code = fields.optional::<Text>("code").map(ButtonAction::CopyCode);
        fields.finish(&["text", "id", "url", "phoneNumber", "code"]);
        if given != 1 {
            let message = "Give a button exactly one of id (a reply), url, phoneNumber or code.";
            faults.add(path, FaultCode::InvalidButton, message);
            return None;
        }
        Some(Button { text: text?, action: id.or(url).or(call).or(code)? })
    }
}

impl Serialize for Button {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        match &self.action {
            ButtonAction::Reply(id) => map.serialize_entry("id", id)?,
            ButtonAction::OpenUrl(url) => map.serialize_entry("url", url)?,
            ButtonAction::Call(number) => map.serialize_entry("phoneNumber", number)?,
            ButtonAction::CopyCode(code) => map.serialize_entry("code", code)?,
        }
        map.serialize_entry("text", &self.text)?;
        map.end()
    }
}

impl std::fmt::Debug for CallNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CallNumber(…)")
    }
}

impl FromField for CallNumber {
    fn read(value: Json, path: &str, faults: &mut Faults) -> Option<Self> {
        match Recipient::parse(&string(value, path, faults)?) {
            Ok(Recipient::Phone(digits)) => Some(CallNumber(format!("+{digits}"))),
            _ => {
                let message = "Give the number to call with its country code, such as +12025550123.";
                faults.add(path, FaultCode::InvalidRecipient, message);
                None
            }
        }
    }
}

/// Reads every entry of an array, so that each one's faults are reported.
fn list<T: FromField>(
    value: Json,
    size: std::ops::RangeInclusive<usize>,
    what: &str,
    path: &str,
    faults: &mut Faults,
) -> Option<Vec<T>> {
    let Json::Array(items) = value else {
        faults.add(path, FaultCode::WrongKind, &format!("Give a list of {what}, not {}.", value.kind()));
        return None;
    };
    let (least, most) = (*size.start(), *size.end());
    if items.len() > most {
        faults.add(path, FaultCode::TooMany, &format!("Give at most {most} {what}; there are {}.", items.len()));
        return None;
    }
    let too_few = items.len() < least;
    if too_few {
        faults.add(path, FaultCode::TooFew, &format!("Give at least {least} {what}; there are {}.", items.len()));
    }
    // Read all before judging: an early return would hide the faults of the entries behind the first bad one.
    let entries: Vec<Option<T>> =
        items.into_iter().enumerate().map(|(n, item)| T::read(item, &format!("{path}[{n}]"), faults)).collect();
    if too_few { None } else { entries.into_iter().collect() }
}

fn all_differ<'a>(texts: impl Iterator<Item = Option<&'a str>>, field: &str, path: &str, faults: &mut Faults) -> bool {
    let mut seen: Vec<&str> = Vec::new();
    let mut differ = true;
    for (n, text) in texts.enumerate() {
        let Some(text) = text.map(str::trim) else { continue };
        if seen.contains(&text) {
            let at = if field.is_empty() { format!("{path}[{n}]") } else { format!("{path}[{n}].{field}") };
            faults.add(&at, FaultCode::Duplicate, "This one stands there already; make each one different.");
            differ = false;
        }
        seen.push(text);
    }
    differ
}
