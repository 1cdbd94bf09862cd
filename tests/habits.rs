//! What people write who come from other libraries, forms, spreadsheets and templates: understood, refused with what to do, or hinted at.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::expect_used)]

use maytapi::json::Json;
use maytapi::message::{Checked, FaultCode, FieldKind, Hint, MediaSource, Message, MessageType};
use serde_json::{Map, Value, json};

fn tree(value: &Value) -> Json {
    serde_json::from_value(value.clone()).unwrap()
}

/// A message of a type with these fields.
fn message(of: &str, fields: Value) -> Value {
    let mut message = Map::new();
    message.insert("type".into(), of.into());
    message.insert("toNumber".into(), "12025550123".into());
    message.extend(fields.as_object().unwrap().clone());
    Value::Object(message)
}

fn checked(message: &Value) -> Checked {
    Message::check(tree(message)).unwrap_or_else(|faults| panic!("{message}: {faults}"))
}

fn wire(message: &Value) -> Value {
    serde_json::to_value(checked(message).message).unwrap()
}

/// The fault at a path: its code, sentence and suggestion.
fn fault(message: &Value, path: &str) -> (FaultCode, String, Option<&'static str>) {
    let Err(faults) = Message::check(tree(message)) else { panic!("accepted: {message}") };
    let fault = faults.as_slice().iter().find(|fault| fault.path == path);
    let fault = fault.unwrap_or_else(|| panic!("{message}: nothing at {path:?} in {faults}"));
    (fault.code, fault.message.clone(), fault.suggestion)
}

fn hints(message: &Value) -> Vec<(String, &'static str)> {
    checked(message).hints.into_iter().map(|Hint { path, code, .. }| (path, code.as_str())).collect()
}

const ID: &str = "50d8b950-a67f-11eb-91cc-d97af631df95";

#[test]
fn an_optional_text_that_is_empty_counts_as_left_out() {
    for (given, name) in [
        (message("media", json!({"message":"https://x.example/a.png","text":""})), "text"),
        (message("media", json!({"message":"https://x.example/a.png","filename":" "})), "filename"),
        (message("location", json!({"latitude":1,"longitude":2,"text":"\u{200b}"})), "text"),
        (message("text", json!({"message":"Hi","replyTo":""})), "reply_to"),
        (message("text", json!({"message":"Hi","skip_filter":""})), "skip_filter"),
        (message("buttons", json!({"message":"x","buttons":[{"text":"a","id":"1"}],"footer":"\n"})), "footer"),
    ] {
        assert_eq!(wire(&given).get(name), None, "{given}");
    }
    let button = message("buttons", json!({"message":"x","buttons":[{"text":"a","id":"","url":"https://x.example/"}]}));
    assert_eq!(wire(&button)["buttons"], json!([{"url":"https://x.example/","text":"a"}]));
    // What a type must have is not left out.
    assert_eq!(fault(&message("edit", json!({"message":"x","replyTo":""})), "replyTo").0, FaultCode::InvalidMessageId);
    assert_eq!(fault(&message("text", json!({"message":""})), "message").0, FaultCode::Empty);
    assert_eq!(fault(&message("link", json!({"message":""})), "message").0, FaultCode::InvalidUrl);
}

#[test]
fn a_text_without_anything_to_see_is_empty() {
    for text in [" ", "\u{200b}", "\u{200e} \u{2060}\u{ad}\u{feff}", "\u{fe0f}\u{200d}"] {
        assert_eq!(fault(&message("text", json!({"message":text})), "message").0, FaultCode::Empty, "{text:?}");
    }
    for kept in ["a\u{200d}b", "\u{200b}x", "Hello\\nthere", "{\"a\":1}", "undefined"] {
        assert_eq!(wire(&message("text", json!({"message":kept})))["message"], kept);
    }
}

#[test]
fn a_reaction_is_one_emoji_or_taken_back() {
    let reaction = |emoji: &str| message("reaction", json!({"message":emoji,"replyTo":ID}));
    for emoji in ["", "👍", "👍🏽", "👨‍👩‍👧‍👦", "🇩🇪", "1️⃣"] {
        assert_eq!(wire(&reaction(emoji))["message"], emoji);
    }
    for emoji in ["👍👍", "👍 👎", "🇩🇪🇫🇷", "ok"] {
        assert_eq!(fault(&reaction(emoji), "message").0, FaultCode::InvalidEmoji, "{emoji}");
    }
    assert_eq!(fault(&message("reaction", json!({"replyTo":ID})), "message").0, FaultCode::Missing);
}

#[test]
fn a_poll_has_whatsapps_bounds() {
    let poll = |question: String, options: Value| message("poll", json!({"message":question,"options":options}));
    let long = |characters: usize| "ü".repeat(characters);
    assert!(Message::parse(tree(&poll(long(255), json!([long(100), "b"])))).is_ok());
    let (code, said, _) = fault(&poll(long(256), json!(["a", "b"])), "message");
    assert!(code == FaultCode::TooLong && said.contains("255"));
    let (code, said, _) = fault(&poll("?".into(), json!(["a", long(101)])), "options[1]");
    assert!(code == FaultCode::TooLong && said.contains("100"));
}

#[test]
fn a_file_name_is_what_follows_the_path() {
    for (given, name) in [
        ("C:\\fakepath\\menú 🍕.pdf", "menú 🍕.pdf"),
        ("../../etc/passwd", "passwd"),
        ("uploads\\2026/menu.pdf", "menu.pdf"),
        ("menu.pdf", "menu.pdf"),
    ] {
        let media = message("media", json!({"message":"https://x.example/a.pdf","filename":given}));
        assert_eq!(wire(&media)["filename"], name);
        let cut = given.contains(['/', '\\']);
        assert_eq!(hints(&media), if cut { vec![("filename".into(), "filename_cut")] } else { vec![] }, "{given}");
    }
    for nothing in ["uploads/", "..", "a/.."] {
        let media = message("media", json!({"message":"https://x.example/a.pdf","filename":nothing}));
        assert_eq!(fault(&media, "filename").0, FaultCode::Empty, "{nothing}");
    }
}

#[test]
fn what_is_valid_but_will_disappoint_is_hinted_at() {
    let media = |source: &str| message("media", json!({"message":source}));
    for (given, wanted) in [
        (media("https://drive.google.com/file/d/1/view"), vec![("message", "page_not_file")]),
        (media("https://dropbox.com/s/a/a.png?dl=1"), vec![]),
        (media("http://localhost:3000/a.png"), vec![("message", "unreachable_address")]),
        (media("https://192.168.1.20/a.png"), vec![("message", "unreachable_address")]),
        (media("https://files.example/{{name}}.png"), vec![("message", "placeholder")]),
        (media("data:audio/ogg;base64,T2dnUw=="), vec![("message", "not_opus")]),
        (media("data:audio/ogg; codecs=\"Opus\";base64,T2dnUw=="), vec![]),
        (media("data:text/csv;base64,YSxiCg=="), vec![("message", "no_filename")]),
        (media("data:image/png;base64,iVBORw0KGgo="), vec![]),
        (message("media", json!({"message":"data:text/csv;base64,YSxiCg==","filename":"a.csv"})), vec![]),
        (message("image", json!({"message":"https://imgur.com/a"})), vec![("message", "page_not_file")]),
        (message("link", json!({"message":"http://intranet/a"})), vec![("message", "unreachable_address")]),
        (message("link", json!({"message":"https://drive.google.com/file/d/1/view"})), vec![]),
        (message("text", json!({"message":"Hi {{1}}"})), vec![("message", "placeholder")]),
        (message("text", json!({"message":"Hi [object Object]"})), vec![("message", "placeholder")]),
        (message("text", json!({"message":"Hi {1} }}"})), vec![]),
        (
            message(
                "buttons",
                json!({"message":"x","buttons":[{"id":"1","text":"x".repeat(21)},{"id":"2","text":"ü".repeat(20)}]}),
            ),
            vec![("buttons[0].text", "long_button_text")],
        ),
        (
            message("buttons", json!({"message":"x","buttons":[{"url":"http://10.0.0.1/","text":"x"}]})),
            vec![("buttons[0].url", "unreachable_address")],
        ),
        (
            message(
                "vcard",
                json!({"message":{"displayName":"Ada","vcard":"BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nTEL;waid= 12025550123:+1\nEND:VCARD"}}),
            ),
            vec![("message.vcard", "vcard_waid")],
        ),
    ] {
        let wanted: Vec<(String, &str)> = wanted.into_iter().map(|(path, code)| (path.to_owned(), code)).collect();
        assert_eq!(hints(&given), wanted, "{given}");
    }
}

#[test]
fn a_hint_never_repeats_what_was_written() {
    let media = message(
        "media",
        json!({"message":"http://nas/{{secret-plan}}.html","filename":"secret/plan.pdf","text":"{{secret}}"}),
    );
    let checked = checked(&media);
    assert_eq!(checked.hints.len(), 5, "{:?}", checked.hints);
    assert!(!format!("{:?}", checked.hints).contains("secret"));
}

#[test]
fn other_libraries_names_lead_to_maytapis() {
    let fields = |of: &str, fields: Value| message(of, fields);
    for (given, path, meant) in [
        // Baileys
        (fields("image", json!({"image":{"url":"https://x.example/a.png"}})), "image", "message"),
        (fields("media", json!({"message":"https://x.example/a","caption":"x"})), "caption", "text"),
        (fields("media", json!({"message":"https://x.example/a","fileName":"x"})), "fileName", "filename"),
        (fields("media", json!({"message":"https://x.example/a","gifPlayback":true})), "gifPlayback", "isGif"),
        (fields("location", json!({"degreesLatitude":1,"degreesLongitude":2})), "degreesLatitude", "latitude"),
        (fields("location", json!({"degreesLatitude":1,"degreesLongitude":2})), "degreesLongitude", "longitude"),
        (fields("poll", json!({"message":"?","values":["a","b"]})), "values", "options"),
        (fields("poll", json!({"message":"?","options":["a","b"],"selectableCount":1})), "selectableCount", "onlyOne"),
        (fields("reaction", json!({"react":{"text":"x"},"replyTo":ID})), "react", "message"),
        (fields("vcard", json!({"contacts":[]})), "contacts", "message"),
        (json!({"type":"text","jid":"12025550123@s.whatsapp.net","message":"x"}), "jid", "toNumber"),
        // whatsapp-web.js, WAHA, Green-API
        (fields("text", json!({"content":"x"})), "content", "message"),
        (fields("text", json!({"message":"x","quotedMessageId":"3EB0"})), "quotedMessageId", "replyTo"),
        (json!({"type":"text","chatId":"12025550123@c.us","message":"x"}), "chatId", "toNumber"),
        (fields("media", json!({"urlFile":"https://x.example/a"})), "urlFile", "message"),
        (fields("location", json!({"latitude":1,"longitude":2,"nameLocation":"x"})), "nameLocation", "text"),
        (fields("poll", json!({"message":"?","options[]":["a","b"]})), "options[]", "options"),
        // Meta's Cloud API
        (json!({"type":"text","to":"12025550123","text":{"body":"x"}}), "to", "toNumber"),
        (json!({"type":"text","to":"12025550123","text":{"body":"x"}}), "text", "message"),
        (fields("text", json!({"message":"x","context":{"message_id":"x"}})), "context", "replyTo"),
        (fields("buttons", json!({"message":"x","action":{"buttons":[]}})), "action", "buttons"),
        (
            fields("buttons", json!({"message":"x","buttons":[{"type":"reply","reply":{"id":"1","title":"A"}}]})),
            "buttons[0].reply",
            "id",
        ),
        (
            fields("buttons", json!({"message":"x","buttons":[{"buttonId":"1","buttonText":{"displayText":"A"}}]})),
            "buttons[0].buttonText",
            "text",
        ),
        // Twilio, Evolution
        (json!({"type":"text","To":"12025550123","Body":"x"}), "To", "toNumber"),
        (json!({"type":"text","To":"12025550123","Body":"x"}), "Body", "message"),
        (fields("media", json!({"MediaUrl":"https://x.example/a"})), "MediaUrl", "message"),
        (json!({"type":"text","number":"12025550123","textMessage":{"text":"x"}}), "textMessage", "message"),
        (json!({"type":"ptt","toNumber":"12025550123"}), "type", "media"),
        (json!({"type":"document","toNumber":"12025550123"}), "type", "media"),
    ] {
        assert_eq!(fault(&given, path).2, Some(meant), "{given} at {path}");
    }
}

#[test]
fn where_the_type_is_missing_only_what_is_nobodys_field_is_named() {
    let given = json!({"chatId":"12025550123@c.us","message":"hi","quotedMessageId":"3EB0","options":{"delay":1},"reply_to":"x","zzzzzz":1,
        "mentions":["x"]});
    let Err(faults) = Message::check(tree(&given)) else { panic!("accepted") };
    let found: Vec<_> = faults.as_slice().iter().map(|fault| (fault.path.as_str(), fault.suggestion)).collect();
    let wanted = [
        ("type", None),
        ("toNumber", None),
        ("chatId", Some("toNumber")),
        ("mentions", None),
        ("quotedMessageId", Some("replyTo")),
    ];
    assert_eq!(found, wanted);
}

#[test]
fn what_no_field_says_is_told_how_to_say_it() {
    for (name, said) in [
        ("mentions", "@12025550123"),
        ("mentionedJidList", "@12025550123"),
        ("phone_id", "phoneId"),
        ("from", "phoneId"),
        ("session", "phoneId"),
        ("mimetype", "file"),
        ("preview_url", "type link"),
        ("delay", "no such option"),
        ("messaging_product", "no such option"),
    ] {
        let (code, sentence, suggestion) = fault(&message("text", json!({"message":"x", name:"y"})), name);
        assert!(
            code == FaultCode::UnknownField && sentence.contains(said) && suggestion.is_none(),
            "{name}: {sentence}"
        );
    }
}

#[test]
fn what_was_written_twice_or_in_the_wrong_place_says_so() {
    let vcard = |card: &str| message("vcard", json!({"message":{"displayName":"Ada","vcard":card}}));
    for (given, path, said) in [
        (message("poll", json!({"message":"?","options":"[\"a\",\"b\"]"})), "options", "JSON"),
        (message("vcard", json!({"message":"{\"displayName\":\"Ada\"}"})), "message", "JSON"),
        (json!("{\"type\":\"text\"}"), "", "JSON"),
        (json!([{"type":"text"}]), "", "sendMany"),
        (json!({"type":"text","toNumber":["1","2"],"message":"x"}), "toNumber", "sendMany"),
        (json!({"type":"text","toNumber":-12025550123_i64,"message":"x"}), "toNumber", "string"),
        (message("media", json!({"message":"JVBERi0xLjQK"})), "message", "in front"),
        (message("media", json!({"message":"https://x.example/a b.pdf"})), "message", "%20"),
        (message("link", json!({"message":"https://x.example/a b"})), "message", "%20"),
        (message("link", json!({"message":"x.example"})), "message", "https://"),
        (message("location", json!({"latitude":"151.2","longitude":"-33.8"})), "latitude", "swapped"),
        (message("location", json!({"latitude":"-22,95","longitude":"1"})), "latitude", "point"),
        (vcard("BEGIN:VCARD\n  VERSION:3.0\n  FN:Ada\n  END:VCARD"), "message.vcard", "indentation"),
        (vcard("BEGIN:VCARD\\nVERSION:3.0\\nEND:VCARD"), "message.vcard", "backslash"),
        (vcard("12025550124@s.whatsapp.net"), "message.vcard", "type contact"),
    ] {
        let (_, sentence, _) = fault(&given, path);
        assert!(sentence.contains(said), "{given}: {sentence}");
    }
    // A card with blank lines around it, and one whose long line goes on in the next.
    let folded = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\nNOTE:long\r\n  rest\r\nEND:VCARD";
    for card in [folded.to_owned(), format!("\n{folded}\n\n")] {
        assert_eq!(wire(&vcard(&card))["message"]["vcard"], folded);
    }
}

#[test]
fn every_address_of_every_type_is_found() {
    for of in MessageType::ALL {
        for spec in of.fields() {
            let address = "https://x.example/a.webp";
            let value = match spec.kind {
                FieldKind::Media | FieldKind::Image | FieldKind::Sticker | FieldKind::Url => json!(address),
                FieldKind::Buttons => json!([{"text":"a","id":"1"},{"text":"b","url":address}]),
                _ => continue,
            };
            let mut given = message(of.as_str(), json!({"message":"x"}));
            given[spec.name] = value;
            let message = checked(&given).message;
            let file = message.media().map(|source| matches!(source, MediaSource::Url(url) if url.as_str() == address));
            let pages: Vec<_> = message.links().iter().map(|url| url.as_str().to_owned()).collect();
            let is_file = matches!(spec.kind, FieldKind::Media | FieldKind::Image | FieldKind::Sticker);
            assert_eq!((file, pages.len()), if is_file { (Some(true), 0) } else { (None, 1) }, "{of:?}.{}", spec.name);
        }
    }
    let none = checked(&message("text", json!({"message":"see https://x.example/"}))).message;
    assert!(none.media().is_none() && none.links().is_empty());
}
