//! Typed messages against the table: every field can be set, is checked, and comes back.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeSet;

use maytapi::json::Json;
use maytapi::message::{
    Button, Buttons, Card, Contact, Delete, Edit, FaultCode, Faults, Forward, Image, Link, Location, Media, Message,
    MessageType, Poll, Product, Raw, Reaction, Sticker, Text, TypedMessage, Vcard,
};
use serde_json::{Value, json};

const TO: &str = "12025550123";
const ID: &str = "50d8b950-a67f-11eb-91cc-d97af631df95";
const VCARD: &str = "BEGIN:VCARD\nVERSION:3.0\nFN:Ada Example\nEND:VCARD";

/// A message of every type with every field that its struct has.
fn full() -> Vec<TypedMessage> {
    let actions = [
        Button::reply("Yes", "yes-1"),
        Button::open_url("Menu", "https://x.example/menu"),
        Button::call("Call", "+12025550199"),
    ];
    vec![
        Text::new(TO, "Hi").reply_to(ID).skip_filter(true).into(),
        Media::new(TO, "https://x.example/a.pdf")
            .caption("c")
            .filename("a.pdf")
            .is_hd(true)
            .is_gif(false)
            .reply_to(ID)
            .skip_filter(true)
            .into(),
        Image::new(TO, "https://x.example/a.png").caption("c").reply_to(ID).skip_filter(true).into(),
        Sticker::new(TO, "https://x.example/s.webp").size((512, 256)).reply_to(ID).skip_filter(true).into(),
        Location::new(TO, "41.093292", "-29.5").label("Bridge").reply_to(ID).skip_filter(true).into(),
        Contact::new(TO, "12025550199@c.us").reply_to(ID).skip_filter(true).into(),
        Vcard::new(TO, Card::new("Ada", VCARD)).reply_to(ID).skip_filter(true).into(),
        Link::new(TO, "https://x.example/").text("t").reply_to(ID).skip_filter(true).into(),
        Poll::new(TO, "Lunch?", ["Yes", "No"]).only_one(true).reply_to(ID).skip_filter(true).into(),
        Reaction::new(TO, ID, "👍").skip_filter(true).into(),
        Forward::new(TO, ID).forward_caption(true).reply_to(ID).skip_filter(true).into(),
        Edit::new(TO, ID, "new").skip_filter(true).into(),
        Delete::new(TO, ID).reply_to(ID).skip_filter(true).into(),
        Product::new(TO, "3121315354601301").reply_to(ID).skip_filter(true).into(),
        Buttons::new(TO, "b", actions).title("t").footer("f").reply_to(ID).skip_filter(true).into(),
    ]
}

fn checked(message: impl TryInto<Message, Error = Faults>) -> Message {
    message.try_into().unwrap_or_else(|faults| panic!("{faults}"))
}

fn tree(value: &Value) -> Json {
    serde_json::from_value(value.clone()).unwrap()
}

#[test]
fn every_type_has_a_struct_with_every_field_of_the_table() {
    let all = full();
    assert_eq!(all.len(), MessageType::ALL.len());
    for (message, of) in all.into_iter().zip(MessageType::ALL) {
        // The names that the struct writes are those of the table, no more and no fewer.
        let written = serde_json::to_value(&message).unwrap();
        let names: BTreeSet<&str> = written.as_object().unwrap().keys().map(String::as_str).collect();
        let mut wanted: BTreeSet<&str> = of.all_fields().map(|field| field.name).collect();
        wanted.extend(["type", "toNumber"]);
        assert_eq!(names, wanted, "{of:?}");
        assert_eq!(written["type"], of.as_str());
        assert_eq!(checked(message).message_type(), Some(of));
    }
}

#[test]
fn what_new_takes_is_what_a_type_must_have() {
    let least: Vec<TypedMessage> = vec![
        Text::new(TO, "Hi").into(),
        Media::new(TO, "https://x.example/a.pdf").into(),
        Image::new(TO, "https://x.example/a.png").into(),
        Sticker::new(TO, "https://x.example/s.webp").into(),
        Location::new(TO, 41.5, -29.5).into(),
        Contact::new(TO, "12025550199").into(),
        Vcard::new(TO, Card::new("Ada", VCARD)).into(),
        Link::new(TO, "https://x.example/").into(),
        Poll::new(TO, "Lunch?", vec!["Yes".to_owned(), "No".to_owned()]).into(),
        Reaction::new(TO, ID, "👍").into(),
        Forward::new(TO, ID).into(),
        Edit::new(TO, ID, "new").into(),
        Delete::new(TO, ID).into(),
        Product::new(TO, "3121315354601301").into(),
        Buttons::new(TO, "b", [Button::copy("Copy", "ABC-1")]).into(),
    ];
    for (message, of) in least.into_iter().zip(MessageType::ALL) {
        let written = serde_json::to_value(&message).unwrap();
        let mut wanted: BTreeSet<&str> =
            of.fields().iter().filter(|field| field.required).map(|field| field.name).collect();
        wanted.extend(["type", "toNumber"]);
        let names: BTreeSet<&str> = written.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, wanted, "{of:?}");
        assert_eq!(checked(message).message_type(), Some(of));
    }
}

#[test]
fn a_typed_message_is_the_message_that_javascript_writes() {
    for message in full() {
        let written = serde_json::to_value(&message).unwrap();
        assert_eq!(checked(message), Message::parse(tree(&written)).unwrap(), "{written}");
    }
}

#[test]
fn a_message_becomes_the_struct_that_it_was_made_from() {
    for message in full() {
        assert_eq!(TypedMessage::from(checked(message.clone())), message);
        // From the wire's names too, and by way of JSON.
        let wire = serde_json::to_value(checked(message.clone())).unwrap();
        assert_eq!(serde_json::from_value::<TypedMessage>(wire).unwrap(), message);
        let camel_case = serde_json::to_string(&message).unwrap();
        assert_eq!(serde_json::from_str::<TypedMessage>(&camel_case).unwrap(), message);
    }
}

#[test]
fn a_struct_is_read_from_json_in_either_spelling_and_checked() {
    let text: Text =
        serde_json::from_value(json!({"type":"text","to_number":"+1 202 555 0123","message":"Hi","reply_to":ID}))
            .unwrap();
    assert_eq!(text, Text::new(TO, "Hi").reply_to(ID));
    let error = |value: Value| serde_json::from_value::<Text>(value).unwrap_err().to_string();
    assert!(
        error(json!({"type":"poll","toNumber":TO,"message":"?","options":["a","b"]})).contains("not of the type Text")
    );
    let both = error(json!({"type":"text","toNumber":"0","caption":"x"}));
    assert!(both.contains("toNumber: ") && both.contains("message: ") && both.contains("caption: "), "{both}");
}

#[test]
fn what_is_wrong_with_a_struct_is_what_is_wrong_with_its_json() {
    let faults = Message::try_from(Poll::new("0123", "?", ["a"]).reply_to("a b")).unwrap_err();
    let found: Vec<_> = faults.as_slice().iter().map(|fault| (fault.path.as_str(), fault.code)).collect();
    assert_eq!(
        found,
        [
            ("toNumber", FaultCode::InvalidRecipient),
            ("options", FaultCode::TooFew),
            ("replyTo", FaultCode::InvalidMessageId)
        ]
    );
}

#[test]
fn a_message_of_another_type_is_given_back() {
    let poll = checked(Poll::new(TO, "?", ["a", "b"]));
    assert_eq!(Text::try_from(poll.clone()).unwrap_err(), poll);
    assert_eq!(Poll::try_from(poll).unwrap().options.0, ["a", "b"]);
}

#[test]
fn degrees_come_as_numbers_or_as_texts() {
    let wire = |location: Location| serde_json::to_value(checked(location)).unwrap();
    assert_eq!(wire(Location::new(TO, 41.5, -29.0))["longitude"], "-29");
    assert_eq!(wire(Location::new(TO, "41.50", "-29.0".to_owned()))["latitude"], "41.50");
}

#[test]
fn the_raw_form_takes_any_field() {
    let raw = Raw::new("+1 202 555 0123", "list").field("message", "Menu").field("onlyOne", true).field("rows", 3_i64);
    let message = checked(raw);
    let wanted = json!({"to_number": TO, "type": "list", "message": "Menu", "only_one": true, "rows": 3});
    assert_eq!(serde_json::to_value(&message).unwrap(), wanted);
    let TypedMessage::Raw(raw) = TypedMessage::from(message.clone()) else { panic!("raw") };
    assert_eq!(serde_json::to_value(&raw).unwrap()["rows"], 3);
    assert_eq!(checked(raw), message);
    let twice = Message::try_from(Raw::new(TO, "list").field("type", "poll")).unwrap_err();
    assert_eq!(twice.as_slice()[0].code, FaultCode::DuplicateField);
}

#[test]
fn a_message_passes_where_one_of_any_kind_is_taken() {
    fn send<M: TryInto<Message, Error: Into<Faults>>>(message: M) -> Result<Message, Faults> {
        message.try_into().map_err(Into::into)
    }
    let message = send(Text::new(TO, "Hi")).unwrap();
    assert_eq!(send(message.clone()).unwrap(), message);
    assert!(send(Text::new(TO, "")).is_err());
}

#[test]
fn debug_output_holds_nothing_that_was_written() {
    for message in full() {
        let debug = format!("{message:?}");
        for private in [TO, "x.example", "Ada", "41.09", "Lunch", "yes-1", ID] {
            assert!(!debug.contains(private), "{debug}");
        }
    }
}
