//! Everything that reads what strangers write, each as a function of bytes that panics where a promise is broken.
//!
//! The fuzz targets call these, and so does `worker/tests/fuzz.rs`, natively and within bounds, with every run of the tests.

use maytapi::answer::Answer;
use maytapi::json::text::Floats;
use maytapi::json::{Json, Limits};
use maytapi::message::{MediaSource, Message};
use maytapi::template::Template;
use maytapi::webhook::Webhook;
use maytapi_edge::auth::token::Unverified;
use maytapi_edge::config::token_keys::Rules;
use maytapi_edge::config::{BatchPolicy, Config, QuietHours};
use maytapi_edge::phone::batches::pace::plan::Plan;
use serde::de::DeserializeSeed;

/// One of the functions, by name: the folder of its seeds in `fuzz/seeds/`, and its fuzz target.
pub type Entry = (&'static str, fn(&[u8]));

/// All of them.
pub const ENTRIES: [Entry; 8] = [
    ("message", message),
    ("template", template),
    ("answer", answer),
    ("webhook", webhook),
    ("token", token),
    ("configuration", configuration),
    ("media", media),
    ("plan", plan),
];

/// A message as a page sends it. What is accepted is written in a form that is accepted again and means the same.
pub fn message(bytes: &[u8]) {
    if let Some(Ok(message)) = json(bytes).map(Message::parse) {
        let wire = written(&message);
        let again = serde_json::from_str(&wire).ok().and_then(|json| Message::parse(json).ok());
        assert_eq!(
            again.map(|again| written(&again)).as_deref(),
            Some(wire.as_str()),
            "what is written is not read back"
        );
    }
    if let Some(Ok(message)) = json(bytes).map(Message::parse_raw) {
        assert!(serde_json::from_str::<Json>(&written(&message)).is_ok(), "what is written is no JSON");
    }
}

/// A template and a row, as a list of both. What is taken has no placeholder left, and gives the same when it is stored and read again.
pub fn template(bytes: &[u8]) {
    const FLOATS: Floats = Floats { read: |text| text.parse().ok(), write: |number| number.to_string() };
    let Some(Json::Array(parts)) = Limits::MESSAGE.deserialize(&mut serde_json::Deserializer::from_slice(bytes)).ok()
    else {
        return;
    };
    let [template, to, fields] = parts.as_slice() else { return };
    let template = match Template::parse(template.clone()) {
        Ok(template) => template,
        Err(faults) => return assert!(!faults.is_empty(), "refused for nothing"),
    };
    assert_eq!(Template::parse(template.to_json()).as_ref(), Ok(&template), "what is stored is not read back");
    let message = match template.render(to, fields, FLOATS) {
        Ok(message) => message.into_json(),
        Err(faults) => return assert!(!faults.is_empty(), "refused for nothing"),
    };
    each_text(&message, &|text| assert!(!text.contains("{{") && !text.contains("}}"), "braces are left in {text:?}"));
}

/// Maytapi's answer to a send. Only one that says success, and with an id, is taken for queued.
pub fn answer(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let parsed = serde_json::from_str::<Json>(text).ok();
    if let Answer::Queued(queued) = Answer::read(200, text, parsed.as_ref()) {
        assert_eq!(parsed.as_ref().and_then(|body| body.get("success")?.as_bool()), Some(true));
        assert!(!queued.msg_id.is_empty() && text.contains("msgId"));
    }
}

/// A webhook. What it says is somewhere in its body.
pub fn webhook(bytes: &[u8]) {
    let Some(json) = json(bytes) else { return };
    if let Some(webhook) = Webhook::parse(&json) {
        assert!(json.get("type").is_some(), "a webhook without a type: {webhook:?}");
    }
}

/// A caller's token, as if its signature were good. What it leaves open is for this audience, and ends.
pub fn token(bytes: &[u8]) {
    let rules = Rules { audience: "maytapi-edge".to_owned(), issuer: None, max_lifetime_s: 3600, leeway_s: 30 };
    let Some(token) = text(bytes) else { return };
    let Ok(token) = Unverified::parse(token) else { return };
    let at = |now_s| token.claims(&rules, now_s);
    if let Ok(caller) = at(1_790_000_000) {
        assert!(!caller.subject.is_empty() && !caller.subject.contains('\n'));
        assert!(at(1_790_000_000 + 3600 + 2 * 30 + 1).is_err(), "it lives longer than the rules allow");
    }
}

/// The operator's configuration. Neither it nor what is wrong with it shows a secret.
pub fn configuration(bytes: &[u8]) {
    const SECRET: &str = "canary-0123456789-0123456789-0123456789";
    // Whatever name it gives, there is such a secret.
    let lookup = |name: &str| (name != "UPSTREAM").then(|| SECRET.to_owned());
    let Some(text) = text(bytes) else { return };
    if text.contains("canary") {
        return;
    }
    let shown = format!("{:?}", Config::read(Some(text), &lookup));
    assert!(!shown.contains("canary"), "a secret is shown");
}

/// What a caller asks of a batch's pace. What is taken is within policy, ends, and is read back as it is stored.
pub fn plan(bytes: &[u8]) {
    const NOW_MS: i64 = 1_790_000_000_000;
    let policy = BatchPolicy {
        max_recipients: 10,
        per_minute: 20,
        daily_cap: Some(500),
        jitter: 0.3,
        share: 0.8,
        quiet: QuietHours::parse("21:00", "08:00", "UTC").ok(),
        warm_up: Vec::new(),
        stop_after_refusals: 5,
        opt_out: Vec::new(),
        retention_ms: 1,
    };
    let offsets = |zone: &str, _| (zone != "No/Where").then_some(0);
    let Some(asked) = json(bytes) else { return };
    match Plan::read(&asked, &policy, NOW_MS, &offsets) {
        Ok(plan) => {
            assert!((1..=20).contains(&plan.per_minute) && plan.daily_cap.is_some_and(|cap| (1..=500).contains(&cap)));
            assert!(plan.expires_ms > NOW_MS.max(plan.start_ms.unwrap_or_default()), "it ends before it begins");
            assert_eq!(Plan::parse(&plan.text()), Some(plan), "what is stored is not read back");
        }
        Err(faults) => assert!(!faults.is_empty(), "refused for nothing"),
    }
}

/// The address of a file, or the file itself. A file has no more bytes than its text.
pub fn media(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    match MediaSource::parse(text) {
        Ok(MediaSource::Data { mime_type, bytes }) => {
            assert!(mime_type.contains('/') && bytes <= text.len());
        }
        Ok(MediaSource::Url(url)) => {
            assert!(!url.authority().is_empty(), "no host in {url:?}");
            assert!(!url.as_str().contains(['\r', '\n', ' ']), "{url:?} is more than an address");
        }
        Err(_) => {}
    }
}

fn each_text(value: &Json, visit: &dyn Fn(&str)) {
    match value {
        Json::String(text) => visit(text),
        Json::Array(items) => items.iter().for_each(|item| each_text(item, visit)),
        Json::Object(members) => members.iter().for_each(|(_, value)| each_text(value, visit)),
        _ => {}
    }
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

fn json(bytes: &[u8]) -> Option<Json> {
    serde_json::from_str(text(bytes)?).ok()
}

fn written(message: &Message) -> String {
    serde_json::to_string(message).expect("a message is JSON")
}
