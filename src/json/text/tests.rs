//! The reader and the writer against serde_json.

use proptest::prelude::*;

use super::{Floats, parse, write};
use crate::json::limits::{Limits, MAX_MEMBERS, Rejected};
use crate::json::value::Json;

/// By serde_json, which writes the shortest text as JavaScript does and reads what it wrote.
const FLOATS: Floats = Floats {
    read: |text| serde_json::from_str(text).ok(),
    write: |number| serde_json::to_string(&number).unwrap_or_default(),
};

fn read(text: &str) -> Option<Json> {
    parse(text, FLOATS, Limits::MESSAGE).ok()
}

fn written(value: &Json) -> String {
    let mut out = String::new();
    write(value, FLOATS, &mut out);
    out
}

#[test]
fn what_is_json_is_read_as_serde_json_reads_it() {
    for text in [
        "null",
        " true ",
        "false",
        "0",
        "-0",
        "-12",
        "1.5",
        "1e3",
        "-2.5E-2",
        "9223372036854775807",
        "9223372036854775808",
        "\"\"",
        r#""a\"b\\c\/d\b\f\n\r\tAé😀""#,
        "\"é😀\"",
        "[]",
        "[1,[2,[]],{}]",
        "{}",
        "{ \"a\" : [ 1 , null ] , \"b\" : { \"c\" : \"d\" } }\n",
    ] {
        assert_eq!(read(text), serde_json::from_str(text).ok(), "{text}");
        assert!(read(text).is_some(), "{text}");
    }
}

#[test]
fn what_is_no_json_is_refused() {
    for text in [
        "",
        " ",
        "nul",
        "nulll",
        "+1",
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "1e+",
        "0x1",
        "NaN",
        "Infinity",
        "\"",
        "\"a",
        "\"\n\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u+123\"",
        "[",
        "[1",
        "[1,]",
        "[,1]",
        "{",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "1 2",
        "[1]]",
        "\u{feff}\u{feff}1",
        "{\"a\":1,\"a\":2}",
        "//",
        "'a'",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
}

/// JavaScript's `Number` takes more than JSON allows, as Rust's `parse` does.
#[test]
fn a_number_is_json_whatever_its_reader_would_take() {
    let lenient = Floats { read: |text| text.trim_end_matches(['e', '+', '-']).parse().ok(), ..FLOATS };
    for text in ["1.", "-1.", "1.e5", "1e", "1e+", "1E-", ".5", "-.5"] {
        assert_eq!(parse(text, lenient, Limits::MESSAGE), Err(Rejected::Malformed), "{text}");
    }
    assert_eq!(parse("1.5", lenient, Limits::MESSAGE), Ok(Json::Float(1.5)));
}

#[test]
fn a_number_that_json_has_no_word_for_is_written_as_null() {
    let floats = Floats { write: |number| number.to_string(), ..FLOATS };
    for (number, wanted) in [(f64::NAN, "null"), (f64::INFINITY, "null"), (f64::NEG_INFINITY, "null"), (0.5, "0.5")] {
        let mut out = String::new();
        write(&Json::Float(number), floats, &mut out);
        assert_eq!(out, wanted);
    }
}

#[test]
fn a_mark_of_byte_order_is_nothing() {
    assert_eq!(read("\u{feff}{\"a\":1}"), read("{\"a\":1}"));
}

#[test]
fn half_a_pair_is_no_character() {
    for (text, wanted) in [
        (r#""\ud83d""#, "\u{fffd}"),
        (r#""\ude00""#, "\u{fffd}"),
        (r#""\ud83dx""#, "\u{fffd}x"),
        (r#""\ud83d\u0041""#, "\u{fffd}A"),
        (r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀"),
    ] {
        assert_eq!(read(text), Some(Json::from(wanted)), "{text}");
    }
}

#[test]
fn what_is_too_much_says_of_what() {
    let rejected = |text: &str| parse(text, FLOATS, Limits::MESSAGE).unwrap_err();
    let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    assert!(read(&nested(32)).is_some());
    assert_eq!(rejected(&nested(33)), Rejected::TooDeep);
    assert_eq!(rejected(&"[".repeat(1_000_000)), Rejected::TooDeep);
    let members: Vec<String> = (0..=MAX_MEMBERS).map(|n| format!("\"{n}\":0")).collect();
    assert_eq!(rejected(&format!("{{{}}}", members.join(","))), Rejected::TooManyMembers);
    assert!(read(&format!("{{{}}}", members[1..].join(","))).is_some());
    let many = |n: usize| format!("[{}0]", "0,".repeat(n - 2));
    assert!(read(&many(10_000)).is_some());
    assert_eq!(rejected(&many(10_001)), Rejected::TooManyNodes);
    assert_eq!(rejected(r#"{"a":1,"a":2}"#), Rejected::RepeatedName);
    assert_eq!(rejected("[1,]"), Rejected::Malformed);
}

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        any::<i64>().prop_map(Json::Int),
        any::<f64>().prop_map(Json::from),
        any::<String>().prop_map(Json::String),
    ];
    leaf.prop_recursive(4, 40, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::Array),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_what_serde_json_writes_and_is_read_back(value in any_json()) {
        let text = written(&value);
        let by_serde: Json = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&by_serde, &read(&text).unwrap());
        prop_assert_eq!(&text, &serde_json::to_string(&value).unwrap());
    }

    #[test]
    fn any_text_is_judged_as_serde_json_judges_it(text in "[\\[\\]{}:,\"\\\\ untrfalse0-9.eE+-]{0,16}|\\PC{0,16}") {
        // A lone half of a pair is an error to serde_json and U+FFFD here; a number too large for f64 is an error there too.
        let by_serde: Option<Json> = serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(&text)).ok();
        if by_serde.is_some() || !text.contains("\\u") {
            prop_assert_eq!(read(&text), by_serde);
        }
    }

    #[test]
    fn cut_or_changed_json_never_panics(value in any_json(), at in any::<prop::sample::Index>(), byte in any::<char>()) {
        let mut text: Vec<char> = written(&value).chars().collect();
        let at = at.index(text.len());
        let cut: String = text[..at].iter().collect();
        let _either = read(&cut);
        text[at] = byte;
        let _either = read(&text.into_iter().collect::<String>());
    }
}
