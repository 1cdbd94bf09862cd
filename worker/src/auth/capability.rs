//! The `maytapi` claim of a token: what its holder may do. It can only narrow what the server's policy allows.

use maytapi::json::Json;
use maytapi::message::Recipient;

use crate::config::Watch;

/// What a token leaves open. A part that is `None` narrows nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Capability {
    phones: Option<Vec<String>>,
    types: Option<Vec<String>>,
    to: Option<Vec<Recipient>>,
    read: Option<Operations>,
    batch: Option<bool>,
    watch: Option<Watch>,
    manage: Option<bool>,
}

#[derive(Clone, Debug, PartialEq)]
enum Operations {
    All,
    Only(Vec<String>),
}

impl Capability {
    /// Reads the claim. A part that isn't known is refused: it may be a restriction that this version does not understand.
    ///
    /// # Errors
    /// Which part can't be read.
    pub fn read(claim: &Json) -> Result<Self, &'static str> {
        let Json::Object(members) = claim else { return Err("The token's maytapi claim must be an object.") };
        let mut capability = Capability::default();
        for (name, value) in members {
            match name.as_str() {
                "phones" => {
                    capability.phones = Some(texts(value).ok_or("maytapi.phones must be a list of phone ids.")?)
                }
                "types" => {
                    capability.types = Some(texts(value).ok_or("maytapi.types must be a list of message types.")?)
                }
                "to" => {
                    let listed = texts(value).ok_or("maytapi.to must be a list of recipients.")?;
                    let read: Result<Vec<Recipient>, _> = listed.iter().map(|text| Recipient::parse(text)).collect();
                    capability.to = Some(read.map_err(|_| "maytapi.to holds something that is no recipient.")?);
                }
                "read" => {
                    capability.read = Some(match value {
                        Json::Bool(true) => Operations::All,
                        Json::Bool(false) => Operations::Only(Vec::new()),
                        _ => {
                            Operations::Only(texts(value).ok_or("maytapi.read must be a boolean or a list of reads.")?)
                        }
                    });
                }
                "batch" => capability.batch = Some(value.as_bool().ok_or("maytapi.batch must be a boolean.")?),
                "manage" => capability.manage = Some(value.as_bool().ok_or("maytapi.manage must be a boolean.")?),
                "watch" => {
                    let watch = match value {
                        Json::Bool(false) => Some(Watch::Off),
                        _ => value.as_str().and_then(Watch::from_name).filter(|watch| *watch != Watch::Off),
                    };
                    capability.watch = Some(watch.ok_or("maytapi.watch must be false, \"own\" or \"phone\".")?);
                }
                _ => {
                    return Err(
                        "The token's maytapi claim may have phones, types, to, read, batch, watch and manage, nothing else.",
                    );
                }
            }
        }
        Ok(capability)
    }

    /// The claim again, of it what narrows messages: types and recipients.
    #[must_use]
    pub fn narrowing(&self) -> String {
        let list = |texts: Vec<&str>| Json::Array(texts.into_iter().map(Json::from).collect());
        let types = self.types.as_ref().map(|types| ("types", list(types.iter().map(String::as_str).collect())));
        let to = self.to.as_ref().map(|to| ("to", list(to.iter().map(Recipient::as_str).collect())));
        let members = [types, to].into_iter().flatten().map(|(name, value)| (name.to_owned(), value));
        // Texts can always be written.
        serde_json::to_string(&Json::Object(members.collect())).unwrap_or_default()
    }

    /// Whether this phone may be used. The claim names it by its id, or by `account/id` where several accounts might share one.
    #[must_use]
    pub fn allows_phone(&self, account: &str, phone: &str) -> bool {
        let names = |entry: &str| match entry.split_once('/') {
            Some((of, id)) => of == account && id == phone,
            None => entry == phone,
        };
        self.phones.as_ref().is_none_or(|phones| phones.iter().any(|entry| names(entry)))
    }

    /// Whether messages of this type may be sent.
    #[must_use]
    pub fn allows_type(&self, name: &str) -> bool {
        self.types.as_ref().is_none_or(|types| types.iter().any(|entry| entry == name))
    }

    /// Whether this recipient may be written to. A number and its user's JID are the same person.
    #[must_use]
    pub fn allows_recipient(&self, recipient: &Recipient) -> bool {
        self.to.as_ref().is_none_or(|to| to.iter().any(|entry| same_recipient(entry, recipient)))
    }

    /// Whether only some may be written to.
    #[must_use]
    pub fn names_recipients(&self) -> bool {
        self.to.is_some()
    }

    /// Whether this read may be made.
    #[must_use]
    pub fn allows_read(&self, operation: &str) -> bool {
        match &self.read {
            None | Some(Operations::All) => true,
            Some(Operations::Only(operations)) => operations.iter().any(|entry| entry == operation),
        }
    }

    /// Whose messages may be followed, of those whose policy allows it.
    #[must_use]
    pub fn watch(&self, allowed: Watch) -> Watch {
        self.watch.map_or(allowed, |watch| watch.min(allowed))
    }

    /// Whether the phone's webhook may be set up.
    #[must_use]
    pub fn allows_manage(&self) -> bool {
        self.manage != Some(false)
    }

    /// Whether batches may be queued.
    #[must_use]
    pub fn allows_batch(&self) -> bool {
        self.batch != Some(false)
    }
}

/// Whether two spellings name one recipient.
#[must_use]
pub fn same_recipient(one: &Recipient, other: &Recipient) -> bool {
    match (one.phone_number(), other.phone_number()) {
        (Some(one), Some(other)) => one == other,
        (None, None) => one == other,
        _ => false,
    }
}

/// A list of texts. Phone ids are numbers in Maytapi's answers, so whole numbers are taken as well.
fn texts(value: &Json) -> Option<Vec<String>> {
    let Json::Array(items) = value else { return None };
    let text = |item: &Json| match item {
        Json::String(text) => Some(text.clone()),
        Json::Int(number) => Some(number.to_string()),
        _ => None,
    };
    items.iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Capability, &'static str> {
        Capability::read(&serde_json::from_str(text).unwrap())
    }

    #[test]
    fn an_empty_claim_narrows_nothing_and_empty_lists_everything() {
        let number = Recipient::parse("12025550123").unwrap();
        let open = read("{}").unwrap();
        assert!(open.allows_phone("main", "1") && open.allows_type("text") && open.allows_recipient(&number));
        assert!(open.allows_read("status") && open.allows_batch() && open.allows_manage());
        let shut = read(r#"{"phones":[],"types":[],"to":[],"read":[],"batch":false,"manage":false}"#).unwrap();
        assert!(!shut.allows_manage());
        assert!(!shut.allows_phone("main", "1") && !shut.allows_type("text") && !shut.allows_recipient(&number));
        assert!(!shut.allows_read("status") && !shut.allows_batch());
    }

    #[test]
    fn each_part_allows_what_it_names() {
        let some =
            read(r#"{"phones":[1150,"eu/7"],"types":["text"],"to":["+1 202 555 0123","1@g.us"],"read":["status"]}"#)
                .unwrap();
        assert!(some.allows_phone("main", "1150") && some.allows_phone("eu", "7"));
        assert!(!some.allows_phone("main", "7") && !some.allows_phone("main", "11500"));
        assert!(some.allows_type("text") && !some.allows_type("media"));
        for (to, allowed) in
            [("12025550123", true), ("12025550123@c.us", true), ("12025550124", false), ("1@g.us", true)]
        {
            assert_eq!(some.allows_recipient(&Recipient::parse(to).unwrap()), allowed, "{to}");
        }
        assert!(some.allows_read("status") && !some.allows_read("logs"));
        assert!(read(r#"{"read":true}"#).unwrap().allows_read("logs"));
        assert!(!read(r#"{"read":false}"#).unwrap().allows_read("logs"));
    }

    #[test]
    fn whose_messages_may_be_followed_is_the_narrower_of_policy_and_claim() {
        use Watch::{Off, Own, Phone};
        for (claim, wanted) in [
            ("{}", [Off, Own, Phone]),
            (r#"{"watch":"phone"}"#, [Off, Own, Phone]),
            (r#"{"watch":"own"}"#, [Off, Own, Own]),
            (r#"{"watch":false}"#, [Off, Off, Off]),
        ] {
            let capability = read(claim).unwrap();
            assert_eq!([Off, Own, Phone].map(|allowed| capability.watch(allowed)), wanted, "{claim}");
        }
    }

    #[test]
    fn a_narrowing_is_read_as_it_was() {
        let number = |text: &str| Recipient::parse(text).unwrap();
        let some = read(r#"{"types":["text"],"to":["+1 202 555 0123","1@g.us"],"phones":[1],"batch":true}"#).unwrap();
        let again = read(&some.narrowing()).unwrap();
        assert!(again.allows_type("text") && !again.allows_type("media"));
        assert!(again.allows_recipient(&number("12025550123")) && !again.allows_recipient(&number("12025550124")));
        let (open, shut) = (read("{}").unwrap(), read(r#"{"types":[],"to":[]}"#).unwrap());
        assert_eq!((read(&open.narrowing()).unwrap(), read(&shut.narrowing()).unwrap()), (open, shut));
    }

    #[test]
    fn what_can_not_be_understood_is_refused() {
        for text in [
            "[]",
            "null",
            "\"all\"",
            r#"{"phones":"1150"}"#,
            r#"{"phones":[null]}"#,
            r#"{"types":{}}"#,
            r#"{"to":["x"]}"#,
            r#"{"to":"12025550123"}"#,
            r#"{"read":"yes"}"#,
            r#"{"batch":1}"#,
            r#"{"manage":"yes"}"#,
            r#"{"watch":true}"#,
            r#"{"watch":"off"}"#,
            r#"{"watch":null}"#,
            r#"{"max":3}"#,
            r#"{"Phones":[]}"#,
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
