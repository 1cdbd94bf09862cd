//! What a template makes of rows, and what is said of both.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const FLOATS: Floats = Floats { read: |text| text.parse().ok(), write: |number| number.to_string() };

fn tree(value: &Value) -> Json {
    serde_json::from_value(value.clone()).unwrap()
}

fn text(message: &str) -> Value {
    json!({ "type": "text", "message": message })
}

fn template(value: &Value) -> Template {
    Template::parse(tree(value)).unwrap_or_else(|faults| panic!("{value}: {faults}"))
}

fn told(faults: &Faults) -> Vec<(String, &'static str)> {
    faults.as_slice().iter().map(|fault| (fault.path.clone(), fault.code.as_str())).collect()
}

/// What a template is refused for, as `(path, code)`.
fn faults(value: &Value) -> Vec<(String, &'static str)> {
    told(&Template::parse(tree(value)).expect_err("it is taken"))
}

fn render(of: &Value, fields: &Value) -> Result<Value, Faults> {
    template(of).render(&"+1 202-555-0123".into(), &tree(fields), FLOATS).map(|it| serde_json::to_value(it).unwrap())
}

fn row_faults(of: &Value, fields: &Value) -> Vec<(String, &'static str)> {
    told(&render(of, fields).expect_err("it is taken"))
}

fn at(path: &str, code: &'static str) -> Vec<(String, &'static str)> {
    vec![(path.to_owned(), code)]
}

#[test]
fn placeholders_are_filled_from_the_row() {
    for (message, fields, wanted) in [
        ("Hi", json!(null), "Hi"),
        ("Hi {{name}}!", json!({"name": "Ada"}), "Hi Ada!"),
        ("{{a}}{{ b }}{{a}}", json!({"a": "1", "b": "2"}), "121"),
        ("{{name|you}}", json!({}), "you"),
        ("{{name | you there }}", json!({"name": null}), "you there"),
        ("{{name|you}}", json!({"name": " \u{200b}"}), "you"),
        ("{{name|you}}", json!({"name": "Ada"}), "Ada"),
        ("Hi{{name|}}!", json!({}), "Hi!"),
        ("{{First name}}", json!({"First name": "Ada"}), "Ada"),
        ("{{n}} {{x}} {{z}}", json!({"n": 42, "x": 1.5, "z": 0}), "42 1.5 0"),
        ("{{n}}", json!({"n": 12025550123_i64}), "12025550123"),
        ("{{a}}", json!({"a": " kept as it is\n"}), " kept as it is\n"),
        ("{{a}}", json!({"a": "{b} }{ |"}), "{b} }{ |"),
        ("{{a}}", json!({"a": "x", "other": "{{left alone}}"}), "x"),
        ("{ {{a}} }", json!({"a": "x"}), "{ x }"),
    ] {
        assert_eq!(render(&text(message), &fields).unwrap()["message"], *wanted, "{message} {fields}");
    }
}

#[test]
fn every_text_of_a_message_may_have_placeholders() {
    let fields = json!({"a": "A", "n": 7, "lat": "41.5", "id": "false_12025550123@c.us_3EB0"});
    for (of, wanted) in [
        (
            json!({"type": "media", "message": "https://x.example/{{a}}.pdf", "text": "{{a}}", "filename": "{{a}}.pdf"}),
            json!({"message": "https://x.example/A.pdf", "text": "A", "filename": "A.pdf"}),
        ),
        (
            json!({"type": "location", "latitude": "{{lat}}", "longitude": "{{n}}"}),
            json!({"latitude": "41.5", "longitude": "7"}),
        ),
        (
            json!({"type": "poll", "message": "{{a}}?", "options": ["{{a}}", "{{n}}"], "onlyOne": true}),
            json!({"message": "A?", "options": ["A", "7"], "only_one": true}),
        ),
        (
            json!({"type": "buttons", "message": "x", "buttons": [{"url": "https://x.example/{{n}}", "text": "{{a}}"}]}),
            json!({"message": "x", "buttons": [{"url": "https://x.example/7", "text": "A"}]}),
        ),
        (
            json!({"type": "text", "message": "x", "replyTo": "{{id}}"}),
            json!({"message": "x", "reply_to": fields["id"]}),
        ),
    ] {
        let mut whole = wanted;
        whole["to_number"] = "12025550123".into();
        whole["type"] = of["type"].clone();
        assert_eq!(render(&of, &fields).unwrap(), whole);
    }
}

#[test]
fn a_template_tells_which_fields_it_names() {
    let of =
        template(&json!({"type": "media", "message": "https://x.example/{{b}}", "text": "{{a|x}} {{b|y}} {{c|}}"}));
    let fields: Vec<_> = of.fields().iter().map(|field| (field.name.as_str(), field.required)).collect();
    assert_eq!(fields, [("b", true), ("a", false), ("c", false)]);
    assert_eq!(of.message_type(), MessageType::Media);
    assert_eq!(Template::parse(of.to_json()).unwrap(), of);
    assert_eq!(format!("{of:?}"), "Template(media, 3 fields)");
}

#[test]
fn what_is_wrong_with_a_template_is_found_without_a_row() {
    for (of, wanted) in [
        (text("{{name"), at("message", "invalid_placeholder")),
        (text("{{name}} }}"), at("message", "invalid_placeholder")),
        (text("{{}}"), at("message", "invalid_placeholder")),
        (text(" "), at("message", "empty")),
        (json!({"type": "text"}), at("message", "missing")),
        (json!({"type": "text", "message": "{{a}}", "caption": "{{b}}"}), at("caption", "unknown_field")),
        (json!({"type": "{{type}}", "message": "x"}), at("type", "unknown_type")),
        (json!({"type": "media", "message": "nowhere", "text": "{{a}}"}), at("message", "invalid_url")),
        (json!({"type": "poll", "message": "?", "options": ["{{a}}"]}), at("options", "too_few")),
        (json!({"type": "location", "latitude": 91, "longitude": "{{a}}"}), at("latitude", "out_of_range")),
        (json!({"type": "image", "message": "data:image/png;base64,iVBORw0KGgo="}), at("message", "invalid_url")),
        (json!({"type": "text", "message": "x", "to_number": "12025550123"}), at("to_number", "unknown_field")),
        (json!([]), at("", "not_an_object")),
        (json!("{{a}}"), at("", "not_an_object")),
        (json!(null), at("", "not_an_object")),
    ] {
        assert_eq!(faults(&of), wanted, "{of}");
    }
    let all = json!({"type": "buttons", "message": "{{a", "buttons": [{"text": "}}", "id": "{{b}}"}], "footer": 1});
    let wanted =
        [("buttons[0].text", "invalid_placeholder"), ("message", "invalid_placeholder"), ("footer", "wrong_kind")];
    assert_eq!(faults(&all), wanted.map(|(path, code)| (path.to_owned(), code)), "all at once");
    assert!(Template::parse(tree(&json!({"type": "text", "message": "x", "toNumber": null}))).is_ok());
}

#[test]
fn every_gap_of_a_row_is_a_fault() {
    let of = text("{{a}} {{b|x}} {{a|y}}");
    for (fields, wanted) in [
        (json!(null), at("fields.a", "missing")),
        (json!({"b": "1"}), at("fields.a", "missing")),
        (json!({"a": null}), at("fields.a", "missing")),
        (json!({"a": ""}), at("fields.a", "empty")),
        (json!({"a": "\u{feff} "}), at("fields.a", "empty")),
        (json!({"a": true}), at("fields.a", "wrong_kind")),
        (json!({"a": ["x"]}), at("fields.a", "wrong_kind")),
        (json!({"a": 1, "b": {}}), at("fields.b", "wrong_kind")),
        (json!({"A": "x"}), at("fields.a", "missing")),
    ] {
        assert_eq!(row_faults(&of, &fields), wanted, "{fields}");
    }
}

#[test]
fn what_fields_make_of_a_message_is_checked() {
    let media = json!({"type": "media", "message": "{{file}}", "text": "{{a|}}"});
    for (of, fields, wanted) in [
        (&media, json!({"file": "nowhere"}), at("message", "invalid_url")),
        (&media, json!({"file": "data:image/png;base64,iVBORw0KGgo="}), at("message", "invalid_url")),
        (
            &json!({"type": "poll", "message": "?", "options": ["{{a}}", "{{b}}"]}),
            json!({"a": "x", "b": "x"}),
            at("options[1]", "duplicate"),
        ),
        (&text("{{a|}}"), json!({}), at("message", "empty")),
        (&text("{{a}}"), json!({"a": "x\0"}), at("message", "invalid_character")),
    ] {
        assert_eq!(row_faults(of, &fields), wanted, "{of} {fields}");
    }
    assert_eq!(
        render(&media, &json!({"file": "https://x.example/a.png"})).unwrap().get("text"),
        None,
        "an empty caption"
    );
}

#[test]
fn what_a_field_brings_is_never_a_template() {
    for value in ["{{b}}", "Hi {{b", "b}}", "{{b|x}}"] {
        assert_eq!(
            row_faults(&text("{{a}}"), &json!({"a": value, "b": "x"})),
            at("message", "invalid_placeholder"),
            "{value}"
        );
    }
    assert_eq!(row_faults(&text("{{a}}{ b"), &json!({"a": "{"})), at("message", "invalid_placeholder"), "put together");
}

#[test]
fn the_recipient_is_checked_with_the_rest() {
    let of = template(&text("{{a}}"));
    for (to, code) in [
        (json!("1.20256E+10"), "invalid_recipient"),
        (json!(""), "invalid_recipient"),
        (json!(null), "missing"),
        (json!(["12025550123"]), "wrong_kind"),
    ] {
        let found = told(&of.render(&tree(&to), &Json::Null, FLOATS).unwrap_err());
        let wanted = [("to", code), ("fields.a", "missing")].map(|(path, code)| (path.to_owned(), code));
        assert!(found.len() == 2 && wanted.iter().all(|fault| found.contains(fault)), "{to}: {found:?}");
    }
    let sent = of.render(&Json::Int(12_025_550_123), &tree(&json!({"a": "x"})), FLOATS).unwrap();
    assert_eq!(sent.recipient().as_str(), "12025550123");
}

#[test]
fn sizes_are_bounded() {
    let long = "x".repeat(MAX_TEMPLATE_BYTES);
    assert!(render(&text(&long), &Value::Null).is_ok());
    assert_eq!(faults(&text(&format!("{long}x"))), at("", "too_large"));
    assert!(render(&text("{{a}}"), &json!({ "a": long })).is_ok());
    for message in ["{{a}}x", "{{a}}{{b}}", "{{b}}{{a}}"] {
        assert_eq!(row_faults(&text(message), &json!({ "a": long, "b": "x" })), at("", "too_large"), "{message}");
    }
    // All texts of a message count together.
    let media = json!({"type": "media", "message": "https://x.example/a.pdf", "text": "{{a}}"});
    assert_eq!(row_faults(&media, &json!({ "a": long })), at("", "too_large"));
    let rest = MAX_TEMPLATE_BYTES - "https://x.example/a.pdf".len();
    assert!(render(&media, &json!({ "a": "x".repeat(rest) })).is_ok());
    let many = "{{a}}".repeat(10_000);
    assert_eq!(row_faults(&text(&many), &json!({ "a": long })), at("", "too_large"));
    let named = |count: usize| text(&(0..count).map(|n| format!("{{{{f{n}}}}}")).collect::<String>());
    assert!(Template::parse(tree(&named(MAX_TEMPLATE_FIELDS))).is_ok());
    assert_eq!(faults(&named(MAX_TEMPLATE_FIELDS + 1)), at("", "too_many"));
    assert_eq!(faults(&named(5_000)), at("", "too_many"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// A text made of pieces is read back as these pieces, whatever they hold.
    #[test]
    fn what_is_filled_in_is_what_stands_there(parts in prop::collection::vec(("[a-z .|]{0,6}", "[a-z]{1,4}", "[^{}\0]{0,8}"), 1..6)) {
        let (mut message, mut wanted, mut fields) = (String::from("x"), String::from("x"), serde_json::Map::new());
        for (text, name, value) in &parts {
            let value = fields.entry(name.clone()).or_insert_with(|| json!(format!("v{value}"))).as_str().unwrap().to_owned();
            message.push_str(&format!("{text}{{{{{name}}}}}"));
            wanted.push_str(&format!("{text}{value}"));
        }
        prop_assert_eq!(&render(&text(&message), &Value::Object(fields)).unwrap()["message"], &wanted);
    }

    /// No text that is taken has a brace of a placeholder left.
    #[test]
    fn nothing_with_double_braces_is_sent(message in "[{}a|]{1,14}", a in "[{}a|]{1,8}") {
        if let Ok(of) = Template::parse(tree(&text(&message)))
            && let Ok(sent) = of.render(&SOMEBODY.into(), &tree(&json!({ "a": a })), FLOATS)
        {
            let sent = sent.to_text(FLOATS);
            let shown: Value = serde_json::from_str(&sent).unwrap();
            let shown = shown["message"].as_str().unwrap();
            prop_assert!(!shown.contains("{{") && !shown.contains("}}"), "{} {}: {}", message, a, shown);
        }
    }
}
