//! The request model from outside: Maytapi's own examples, every fault with its path and code, and what must hold for any message.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    clippy::string_slice,
    clippy::arithmetic_side_effects
)]

use maytapi::json::Json;
use maytapi::message::{FaultCode, FieldKind, Message, MessageType};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn tree(value: &Value) -> Json {
    serde_json::from_value(value.clone()).unwrap()
}

fn wire(value: &Value) -> Value {
    let message = Message::parse(tree(value)).unwrap_or_else(|faults| panic!("{value}: {faults}"));
    serde_json::to_value(message).unwrap()
}

/// The faults of a message as `(path, code)`.
fn faults(value: &Value) -> Vec<(String, &'static str)> {
    let Err(faults) = Message::parse(tree(value)) else { panic!("accepted: {value}") };
    faults.as_slice().iter().map(|fault| (fault.path.clone(), fault.code.as_str())).collect()
}

const UUID: &str = "50d8b950-a67f-11eb-91cc-d97af631df95";
const VCARD: &str = "BEGIN:VCARD\nVERSION:3.0\nFN:Ada Example\nEND:VCARD";

/// One message of every type in Maytapi's own form, as its documentation and example bots write them.
fn maytapis_examples() -> Vec<Value> {
    let to = "12025550123@c.us";
    vec![
        json!({"to_number":"12025550123","type":"text","message":"Hi","skip_filter":true}),
        json!({"to_number":to,"type":"text","message":"Hi","reply_to":"false_12025550123@c.us_3EB0A81ECEA6D47F2F13"}),
        json!({"to_number":to,"type":"media","message":"https://x.example/a.pdf","filename":"a.pdf","text":"caption"}),
        json!({"to_number":to,"type":"media","message":"data:image/png;base64,iVBORw0KGgo=","text":"caption","isHd":true}),
        json!({"to_number":to,"type":"media","message":"https://x.example/a.mp4","isGif":true}),
        json!({"to_number":to,"type":"image","message":"https://x.example/a.png","text":"caption"}),
        json!({"to_number":to,"type":"sticker","message":"https://x.example/s.webp","options":{"width":500,"height":500}}),
        json!({"to_number":to,"type":"location","text":"Bridge","latitude":"41.093292","longitude":"29.061737"}),
        json!({"to_number":to,"type":"contact","message":"12025550199@c.us"}),
        json!({"to_number":to,"type":"vcard","message":{"displayName":"Ada Example","vcard":VCARD}}),
        json!({"to_number":to,"type":"link","message":"https://x.example/","text":"optional"}),
        json!({"to_number":"120363027326493365@g.us","type":"poll","message":"Lunch?","options":["Yes","No"],"only_one":true}),
        json!({"to_number":to,"type":"reaction","message":"😀","reply_to":"false_12025550123@c.us_3EB0A81ECEA6D47F2F13"}),
        json!({"to_number":to,"type":"forward","message":UUID,"forward_caption":true}),
        json!({"to_number":to,"type":"delete","message":UUID}),
        json!({"to_number":to,"type":"edit","message":"new text","reply_to":UUID}),
        json!({"to_number":to,"type":"product","productId":"3121315354601301"}),
        json!({"to_number":to,"type":"buttons","title":"t","message":"body","footer":"f","buttons":[
            {"id":"!r1","text":"B1"},{"url":"https://x.example/","text":"B2"},{"phoneNumber":"+12025550123","text":"B3"}]}),
        json!({"to_number":to,"type":"buttons","message":"body","buttons":[{"code":"ABC-1","text":"Copy"}]}),
    ]
}

/// The same message as JavaScript writes it: every snake_case name in camelCase.
fn in_camel_case(message: &Value) -> Value {
    let rename = |name: &String| match name.as_str() {
        "to_number" => "toNumber".to_owned(),
        "reply_to" => "replyTo".to_owned(),
        "skip_filter" => "skipFilter".to_owned(),
        "only_one" => "onlyOne".to_owned(),
        "forward_caption" => "forwardCaption".to_owned(),
        other => other.to_owned(),
    };
    Value::Object(message.as_object().unwrap().iter().map(|(k, v)| (rename(k), v.clone())).collect())
}

#[test]
fn maytapis_own_examples_come_out_as_they_went_in() {
    for example in maytapis_examples() {
        assert_eq!(wire(&example), example);
    }
}

#[test]
fn every_type_has_an_example() {
    for kind in MessageType::ALL {
        assert!(maytapis_examples().iter().any(|example| example["type"] == kind.as_str()), "{kind:?}");
    }
}

#[test]
fn both_spellings_are_one_message() {
    for example in maytapis_examples() {
        assert_eq!(wire(&in_camel_case(&example)), example);
    }
    // Names that are camelCase on Maytapi's wire are taken in snake_case too.
    let snake = json!({"to_number":"12025550123","type":"product","product_id":"1"});
    assert_eq!(wire(&snake), json!({"to_number":"12025550123","type":"product","productId":"1"}));
    let snake =
        json!({"to_number":"12025550123","type":"media","message":"https://x.example/","is_hd":true,"is_gif":false});
    assert_eq!(wire(&snake)["isHd"], true);
}

#[test]
fn what_can_be_repaired_without_guessing_is() {
    let to = "+1 (202) 555-0123";
    for (given, wanted) in [
        (
            json!({"toNumber":to,"type":"text","message":"x"}),
            json!({"to_number":"12025550123","type":"text","message":"x"}),
        ),
        (
            json!({"toNumber":12025550123_i64,"type":"text","message":"x","replyTo":null}),
            json!({"to_number":"12025550123","type":"text","message":"x"}),
        ),
        (
            json!({"toNumber":to,"type":"contact","message":"+1 202 555 0199"}),
            json!({"to_number":"12025550123","type":"contact","message":"12025550199@c.us"}),
        ),
        (
            json!({"toNumber":to,"type":"location","latitude":41.5,"longitude":-29}),
            json!({"to_number":"12025550123","type":"location","latitude":"41.5","longitude":"-29"}),
        ),
        (
            json!({"toNumber":to,"type":"buttons","message":"x","buttons":[{"text":"Call","phone_number":"1-202-555-0123"}]}),
            json!({"to_number":"12025550123","type":"buttons","message":"x",
                "buttons":[{"text":"Call","phoneNumber":"+12025550123"}]}),
        ),
    ] {
        assert_eq!(wire(&given), wanted);
    }
}

#[test]
fn every_fault_is_reported_at_once() {
    let message = json!({
        "type": "poll", "toNumber": "0123", "caption": "x", "options": ["a", "", "a", 1], "onlyOne": "yes", "replyTo": "a b"
    });
    assert_eq!(
        faults(&message),
        [
            ("toNumber".into(), "invalid_recipient"),
            ("message".into(), "missing"),
            ("options[1]".into(), "empty"),
            ("options[3]".into(), "wrong_kind"),
            ("onlyOne".into(), "wrong_kind"),
            ("replyTo".into(), "invalid_message_id"),
            ("caption".into(), "unknown_field"),
        ]
    );
}

#[test]
fn each_fault_has_its_path_and_code() {
    let with = |fields: Value| {
        let mut message = json!({"toNumber": "12025550123"});
        message.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        message
    };
    let table: Vec<(Value, Vec<(&str, &str)>)> = vec![
        (json!(null), vec![("", "not_an_object")]),
        (json!([]), vec![("", "not_an_object")]),
        (json!("hello"), vec![("", "not_an_object")]),
        (json!({}), vec![("type", "missing"), ("toNumber", "missing")]),
        (with(json!({"type": "text"})), vec![("message", "missing")]),
        (with(json!({"type": "txet", "message": "x"})), vec![("type", "unknown_type")]),
        (with(json!({"type": 1, "message": "x"})), vec![("type", "wrong_kind")]),
        (with(json!({"type": "text", "message": ""})), vec![("message", "empty")]),
        (with(json!({"type": "text", "message": 5})), vec![("message", "wrong_kind")]),
        (with(json!({"type": "text", "message": "a\u{0}"})), vec![("message", "invalid_character")]),
        (with(json!({"type": "text", "message": "x", "skipFilter": 1})), vec![("skipFilter", "wrong_kind")]),
        (
            json!({"toNumber":"12025550123","to_number":"12025550124","type":"text","message":"x"}),
            vec![("to_number", "duplicate_field")],
        ),
        (json!({"toNumber":true,"type":"text","message":"x"}), vec![("toNumber", "wrong_kind")]),
        (with(json!({"type": "media", "message": "a.pdf"})), vec![("message", "invalid_url")]),
        (with(json!({"type": "media", "message": "data:image/png;base64,%%%%"})), vec![("message", "invalid_base64")]),
        (with(json!({"type": "media", "message": "data:image/png,x"})), vec![("message", "invalid_data_uri")]),
        (
            with(json!({"type": "image", "message": "data:video/mp4;base64,AAAA"})),
            vec![("message", "unsupported_media_type")],
        ),
        (
            with(json!({"type": "sticker", "message": "data:image/png;base64,AAAA"})),
            vec![("message", "unsupported_media_type")],
        ),
        (
            with(
                json!({"type": "sticker", "message": "https://x.example/s.webp", "options": {"width": 0, "depth": 1}}),
            ),
            vec![("options.width", "out_of_range"), ("options.height", "missing"), ("options.depth", "unknown_field")],
        ),
        (
            with(json!({"type": "location", "latitude": 91, "longitude": "x"})),
            vec![("latitude", "out_of_range"), ("longitude", "wrong_kind")],
        ),
        (
            with(json!({"type": "contact", "message": "120363027326493365@g.us"})),
            vec![("message", "invalid_recipient")],
        ),
        (
            with(json!({"type": "vcard", "message": {"displayName": " ", "vcard": "Ada"}})),
            vec![("message.displayName", "empty"), ("message.vcard", "invalid_vcard")],
        ),
        (with(json!({"type": "vcard", "message": "Ada"})), vec![("message", "not_an_object")]),
        (with(json!({"type": "link", "message": "x.example"})), vec![("message", "invalid_url")]),
        (with(json!({"type": "poll", "message": "?"})), vec![("options", "missing")]),
        (with(json!({"type": "poll", "message": "?", "options": ["a"]})), vec![("options", "too_few")]),
        (with(json!({"type": "poll", "message": "?", "options": ["a", "b", " a"]})), vec![("options[2]", "duplicate")]),
        (with(json!({"type": "poll", "message": "?", "options": vec!["a"; 13]})), vec![("options", "too_many")]),
        (with(json!({"type": "poll", "message": "?", "options": "a,b"})), vec![("options", "wrong_kind")]),
        (
            with(json!({"type": "reaction", "message": "ok"})),
            vec![("message", "invalid_emoji"), ("replyTo", "missing")],
        ),
        (with(json!({"type": "forward", "message": " "})), vec![("message", "invalid_message_id")]),
        (with(json!({"type": "edit", "message": "x"})), vec![("replyTo", "missing")]),
        (with(json!({"type": "product"})), vec![("productId", "missing")]),
        (
            with(json!({"type": "buttons", "message": "x", "buttons": [
                {"id": "1"}, {"text": "a"}, {"text": "b", "id": "1", "url": "https://x.example/"}]})),
            vec![("buttons[0].text", "missing"), ("buttons[1]", "invalid_button"), ("buttons[2]", "invalid_button")],
        ),
        (
            with(
                json!({"type": "buttons", "message": "x", "buttons": [{"id": "1", "text": "a"}, {"id": "1", "text": "b"}]}),
            ),
            vec![("buttons[1].id", "duplicate")],
        ),
        (with(json!({"type": "buttons", "message": "x", "buttons": []})), vec![("buttons", "too_few")]),
        (
            with(json!({"type": "buttons", "message": "x", "buttons": [{"text": "a", "phoneNumber": "me"}]})),
            vec![("buttons[0].phoneNumber", "invalid_recipient")],
        ),
    ];
    for (message, wanted) in table {
        let wanted: Vec<(String, &str)> = wanted.into_iter().map(|(path, code)| (path.to_owned(), code)).collect();
        assert_eq!(faults(&message), wanted, "{message}");
    }
}

#[test]
fn an_unknown_field_or_type_names_what_was_meant() {
    for (message, meant) in [
        (json!({"toNumber":"12025550123","type":"media","message":"https://x.example/a","caption":"x"}), "text"),
        (json!({"toNumber":"12025550123","type":"text","message":"x","body":"x"}), "message"),
        (json!({"toNumber":"12025550123","type":"text","message":"x","reply":"x"}), "replyTo"),
        (json!({"toNumber":"12025550123","type":"location","latitude":1,"longitude":1,"lng":2}), "longitude"),
        (json!({"toNumber":"12025550123","type":"video","message":"x"}), "media"),
        (json!({"toNumber":"12025550123","type":"contcat","message":"x"}), "contact"),
    ] {
        let faults = Message::parse(tree(&message)).unwrap_err();
        let suggestion = faults.as_slice().last().unwrap().suggestion;
        assert_eq!(suggestion, Some(meant), "{message}");
    }
}

#[test]
fn a_caption_in_the_wrong_field_is_a_fault_of_every_type() {
    for example in maytapis_examples() {
        let mut message = example;
        message.as_object_mut().unwrap().insert("caption".into(), json!("x"));
        assert_eq!(faults(&message), [("caption".to_owned(), "unknown_field")], "{message}");
    }
}

#[test]
fn the_list_of_types_and_the_parser_agree() {
    for kind in MessageType::ALL {
        let empty = json!({"toNumber": "12025550123", "type": kind.as_str()});
        let missing: Vec<String> = faults(&empty).into_iter().map(|(path, _)| path).collect();
        let required: Vec<&str> = kind.fields().iter().filter(|field| field.required).map(|field| field.name).collect();
        assert_eq!(missing, required, "{kind:?}");
        // No listed field may be called unknown, whatever is wrong with its value.
        let mut full = empty.as_object().unwrap().clone();
        full.extend(kind.all_fields().map(|field| (field.name.to_owned(), json!([]))));
        let unknown = faults(&Value::Object(full)).into_iter().filter(|(_, code)| *code == "unknown_field").count();
        assert_eq!(unknown, 0, "{kind:?}");
    }
}

#[test]
fn the_typescript_types_name_the_same_types_and_fields() {
    let types = include_str!("../src/js/types.d.ts");
    let union: Vec<&str> = types
        .match_indices("  type: \"")
        .map(|(at, start)| {
            let rest = &types[at + start.len()..];
            &rest[..rest.find('"').unwrap()]
        })
        .collect();
    let kinds: Vec<&str> = MessageType::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(union, kinds);
    for kind in MessageType::ALL {
        let start = types.find(&format!("  type: \"{}\";", kind.as_str())).unwrap();
        let block = &types[start..start + types[start..].find("\n}").unwrap()];
        for field in kind.fields() {
            let wanted = format!("  {}{}: ", field.name, if field.required { "" } else { "?" });
            assert!(block.contains(&wanted), "{kind:?} lacks {wanted:?}");
        }
        let declared =
            block.lines().filter(|line| line.starts_with("  ") && !line.trim_start().starts_with("/**")).count();
        assert_eq!(declared, kind.fields().len() + 1, "{kind:?} declares another field");
    }
}

#[test]
fn the_typescript_types_name_the_same_fault_codes() {
    let types = include_str!("../src/js/types.d.ts");
    let start = types.find("export type FaultCode =").unwrap();
    let block = &types[start..start + types[start..].find(';').unwrap()];
    let declared: Vec<&str> = block.split('"').skip(1).step_by(2).collect();
    let codes: Vec<&str> = FaultCode::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(declared, codes);
}

#[test]
fn the_raw_form_checks_the_recipient_and_leaves_the_rest() {
    let raw = |value: &Value| Message::parse_raw(tree(value)).map(|message| serde_json::to_value(message).unwrap());
    let list = json!({"toNumber":"+1 202 555 0123","type":"list","message":"Menu","sections":[{"rows":[1.5,null]}],"onlyOne":true,
        "replyTo":UUID,"someField":{"keepMe":1}});
    assert_eq!(
        raw(&list).unwrap(),
        json!({"to_number":"12025550123","type":"list","message":"Menu","sections":[{"rows":[1.5,null]}],"only_one":true,
            "someField":{"keepMe":1},"reply_to":UUID})
    );
    let codes = |value: &Value| -> Vec<_> {
        raw(value).unwrap_err().as_slice().iter().map(|fault| (fault.path.clone(), fault.code)).collect()
    };
    assert_eq!(codes(&json!({"toNumber":"0","type":"list"})), [("toNumber".to_owned(), FaultCode::InvalidRecipient)]);
    assert_eq!(codes(&json!({"toNumber":"12025550123"})), [("type".to_owned(), FaultCode::Missing)]);
    assert_eq!(codes(&json!(7)), [(String::new(), FaultCode::NotAnObject)]);
}

#[test]
fn debug_output_holds_nothing_that_was_written() {
    for example in maytapis_examples() {
        let debug = format!("{:?}", Message::parse(tree(&example)).unwrap());
        for private in ["12025550123", "Bridge", "Lunch", "Ada", "41.09", "ABC-1", "new text", "a.pdf", "3EB0A81E"] {
            assert!(!debug.contains(private), "{debug} shows {private}");
        }
    }
}

/// A value that fits a kind of field.
fn fitting(kind: FieldKind) -> BoxedStrategy<Value> {
    let text = || "[a-z]\\PC{0,20}".prop_map(Value::from);
    match kind {
        FieldKind::Text | FieldKind::Question => text().boxed(),
        FieldKind::Filename => "[a-z]{1,8}\\.(pdf|xlsx)".prop_map(Value::from).boxed(),
        FieldKind::Flag => any::<bool>().prop_map(Value::from).boxed(),
        FieldKind::Media | FieldKind::Image | FieldKind::Sticker => prop_oneof![
            "https://[a-z]{1,10}\\.example(:[1-9][0-9]{0,3})?(/[a-z0-9%._~-]{0,10})?(\\?[a-z=&]{0,8})?"
                .prop_map(Value::from),
            "data:image/webp(;[a-z]{1,5}=[a-z0-9]{1,5})?;base64,([A-Za-z0-9+/]{4}){1,20}([A-Za-z0-9+/]{3}=)?"
                .prop_map(Value::from),
        ]
        .boxed(),
        FieldKind::Url => "https?://[a-z]{1,10}\\.example/[a-z]{0,10}".prop_map(Value::from).boxed(),
        FieldKind::Contact => "[1-9][0-9]{6,14}@c\\.us".prop_map(Value::from).boxed(),
        FieldKind::MessageId => "[!-~]{1,60}".prop_map(Value::from).boxed(),
        FieldKind::Emoji => prop_oneof![Just("😀"), Just("👍🏽"), Just("❤️"), Just("1️⃣")].prop_map(Value::from).boxed(),
        FieldKind::Latitude => "-?([0-9]|[1-8][0-9])(\\.[0-9]{1,8})?".prop_map(Value::from).boxed(),
        FieldKind::Longitude => "-?([0-9]|[1-9][0-9]|1[0-7][0-9])(\\.[0-9]{1,8})?".prop_map(Value::from).boxed(),
        FieldKind::Vcard => text().prop_map(|name| json!({"displayName": name, "vcard": VCARD})).boxed(),
        FieldKind::PollOptions => prop::collection::hash_set("[a-z]{1,8}", 2..=12)
            .prop_map(|set| json!(set.into_iter().collect::<Vec<_>>()))
            .boxed(),
        FieldKind::StickerSize => {
            (1u16..=4096, 1u16..=4096).prop_map(|(w, h)| json!({"width": w, "height": h})).boxed()
        }
        FieldKind::Buttons => prop::collection::hash_set("[a-z]{1,8}", 1..=3)
            .prop_map(|ids| Value::Array(ids.into_iter().map(|id| json!({"id": id, "text": id})).collect()))
            .boxed(),
    }
}

fn recipient() -> impl Strategy<Value = String> {
    prop_oneof![
        "[1-9][0-9]{6,14}",
        "[1-9][0-9]{6,14}@c\\.us",
        "[0-9]{8,20}(-[0-9]{10})?@g\\.us",
        "[0-9]{8,20}@newsletter"
    ]
}

/// A valid message in camelCase, with any of its optional fields.
fn valid_message() -> impl Strategy<Value = Value> {
    prop::sample::select(MessageType::ALL.to_vec()).prop_flat_map(|kind| {
        let own: Vec<BoxedStrategy<Option<(String, Value)>>> = kind
            .fields()
            .iter()
            .map(|field| {
                let value = fitting(field.kind).prop_map(|value| Some((field.name.to_owned(), value)));
                if field.required { value.boxed() } else { prop_oneof![Just(None), value].boxed() }
            })
            .collect();
        let has_own_reply = kind.fields().iter().any(|field| field.name == "replyTo");
        (recipient(), own, prop::option::of("[!-~]{1,60}"), prop::option::of(any::<bool>())).prop_map(
            move |(to, own, reply_to, skip_filter)| {
                let mut message = Map::new();
                message.insert("toNumber".into(), to.into());
                message.insert("type".into(), kind.as_str().into());
                message.extend(own.into_iter().flatten());
                if let Some(id) = reply_to.filter(|_| !has_own_reply) {
                    message.insert("replyTo".into(), id.into());
                }
                if let Some(skip) = skip_filter {
                    message.insert("skipFilter".into(), skip.into());
                }
                Value::Object(message)
            },
        )
    })
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        prop::sample::select(MessageType::ALL.map(MessageType::as_str).to_vec()).prop_map(Value::from),
    ];
    let name = prop_oneof![
        "[a-zA-Z_]{0,10}".boxed(),
        prop::sample::select(vec!["type", "toNumber", "message", "options", "buttons"]).prop_map(str::to_owned).boxed()
    ];
    leaf.prop_recursive(4, 40, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(name.clone(), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_valid_message_is_accepted_and_reading_its_wire_form_changes_nothing(message in valid_message()) {
        let parsed = Message::parse(tree(&message)).map_err(|faults| TestCaseError::fail(format!("{message}: {faults}")))?;
        let written = serde_json::to_value(&parsed).unwrap();
        let again = Message::parse(tree(&written)).unwrap();
        prop_assert_eq!(&again, &parsed);
        prop_assert_eq!(serde_json::to_value(&again).unwrap(), written);
    }

    #[test]
    fn a_valid_message_is_written_with_every_value_it_was_given(message in valid_message()) {
        let written = wire(&message);
        prop_assert_eq!(in_camel_case(&written), message);
    }

    #[test]
    fn an_unknown_field_is_never_let_through(message in valid_message(), name in "x[a-z]{3,10}") {
        let mut message = message;
        message.as_object_mut().unwrap().insert(name.clone(), json!(1));
        prop_assert_eq!(faults(&message), vec![(name, "unknown_field")]);
    }

    #[test]
    fn leaving_out_a_required_field_is_one_fault(message in valid_message(), pick in any::<prop::sample::Index>()) {
        let kind = MessageType::from_name(message["type"].as_str().unwrap()).unwrap();
        let mut required = vec!["toNumber"];
        required.extend(kind.fields().iter().filter(|field| field.required).map(|field| field.name));
        let name = required[pick.index(required.len())];
        let mut message = message;
        message.as_object_mut().unwrap().remove(name);
        prop_assert_eq!(faults(&message), vec![(name.to_owned(), "missing")]);
    }

    #[test]
    fn any_json_is_read_or_refused_with_faults(value in any_json()) {
        if let Err(faults) = Message::parse(tree(&value)) {
            prop_assert!(!faults.is_empty());
        }
        if let Err(faults) = Message::parse_raw(tree(&value)) {
            prop_assert!(!faults.is_empty());
        }
    }
}
