//! Webhooks as they come.

use super::*;

fn tree(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

#[test]
fn delivery_is_read_from_a_batch() {
    let body = tree(
        r#"{"type":"ack","product_id":"p","phone_id":47309,"phoneId":47309,"data":[
        {"ackCode":1,"ackType":"delivered","chatId":"120363238104@g.us","msgId":"m-1","rxid":"true_1","time":1710342107},
        {"ackCode":"3","msgId":"m-2"}, {"ackCode":9,"msgId":"m-3"}, {"ackCode":2}]}"#,
    );
    let hook = Webhook::parse(&body).unwrap();
    let Event::Acks(acks) = hook.event else { panic!("acks") };
    let states: Vec<_> = acks.iter().map(|ack| (ack.msg_id, ack.about.clone())).collect();
    assert_eq!(
        states,
        [
            (Some("m-1"), AckAbout::Delivery(Delivery::Sent)),
            (Some("m-2"), AckAbout::Delivery(Delivery::Read)),
            (Some("m-3"), AckAbout::Unknown)
        ]
    );
    assert_eq!((hook.product_id, hook.phone_id, acks[0].time), (Some("p"), Some(47309), Some(1710342107)));
}

#[test]
fn votes_and_reactions_are_told_from_delivery() {
    let body = tree(
        r#"{"type":"ack","phoneId":"7","data":[
        {"chatId":"c","msgId":"m-1","options":[{"id":0,"name":"Yes","votes":2}],"text":"Lunch?"},
        {"chatId":"c","msgId":"m-2","reaction":"😀","reactorId":"12025550123@c.us"},
        {"chatId":"c","msgId":"m-3","rxid":"r","time":1}]}"#,
    );
    let hook = Webhook::parse(&body).unwrap();
    let json = serde_json::to_string(&Json::from(hook.into_json())).unwrap();
    assert_eq!(
        json,
        concat!(
            r#"{"type":"ack","phoneId":7,"acks":["#,
            r#"{"kind":"poll_votes","msgId":"m-1","chatId":"c","options":[{"id":0,"name":"Yes","votes":2}]},"#,
            r#"{"kind":"reaction","msgId":"m-2","chatId":"c","emoji":"😀","by":"12025550123@c.us"},"#,
            r#"{"kind":"unknown","msgId":"m-3","chatId":"c","whatsappId":"r","time":1}]}"#
        )
    );
}

#[test]
fn a_late_failure_names_the_send() {
    let body = tree(
        r#"{"type":"error","code":"F04","message":"Options are required.","product_id":"p","phone_id":1,
        "data":{"id":"m-1","to_number":"120363238104@g.us","type":"poll"}}"#,
    );
    let hook = Webhook::parse(&body).unwrap();
    let failed = Failed { msg_id: Some("m-1"), code: Some("F04".into()), message: Some("Options are required.") };
    assert_eq!(hook.event, Event::Failed(failed));
}

#[test]
fn the_other_events_are_read_and_unknown_ones_kept() {
    for (text, event) in [
        (r#"{"type":"status","pid":"p","status":"active"}"#, Event::PhoneStatus("active")),
        (r#"{"type":"status","pid":"p","status":"qr-screen"}"#, Event::PhoneStatus("qr-code")),
        (
            r#"{"type":"live_event","conversation":"12025550123@c.us","data":{"event":"closed"}}"#,
            Event::LiveEvent { conversation: Some("12025550123@c.us"), event: Some("closed") },
        ),
        (r#"{"type":"new_thing"}"#, Event::Unknown("new_thing")),
        (r#"{"type":"ack"}"#, Event::Acks(vec![])),
    ] {
        assert_eq!(Webhook::parse(&tree(text)).unwrap().event, event, "{text}");
    }
    for text in ["null", "[]", "{}", r#"{"type":7}"#, r#"{"type":"status"}"#] {
        assert_eq!(Webhook::parse(&tree(text)), None, "{text}");
    }
}

#[test]
fn an_incoming_message_has_its_sender_and_chat() {
    let text = r#"{"type":"message","phone_id":1150,"message":{"type":"text","text":"hi","_serialized":"false_x","fromMe":false},
        "user":{"id":"12025550123@c.us","name":"Ada","phone":"12025550123"},"conversation":"c@g.us","conversation_name":"",
        "timestamp":1707216634}"#;
    let body = tree(text);
    let Event::Message(message) = Webhook::parse(&body).unwrap().event else { panic!("message") };
    assert_eq!(message.get("id").and_then(Json::as_str), Some("false_x"));
    assert_eq!(message.get("sender").and_then(Json::as_str), Some("12025550123@c.us"));
    assert_eq!(message.get("timestamp"), Some(&Json::Int(1707216634)));
}

fn acks_of(text: &str) -> Vec<(Option<String>, Option<String>, AckAbout<'static>)> {
    let body = tree(text);
    let Some(Webhook { event: Event::Acks(acks), .. }) = Webhook::parse(&body) else { panic!("acks: {text}") };
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let of = |ack: &Ack<'_>| match ack.about {
        AckAbout::Delivery(state) => (owned(ack.msg_id), owned(ack.whatsapp_id), AckAbout::Delivery(state)),
        _ => (owned(ack.msg_id), owned(ack.whatsapp_id), AckAbout::Unknown),
    };
    acks.iter().map(of).collect()
}

#[test]
fn an_ack_tells_its_state_by_code_or_by_word_and_its_message_by_either_id() {
    use Delivery::{Delivered, Failed as NotSent, Read, Sent};
    for (data, msg_id, whatsapp_id, state) in [
        (r#"[{"ackType":"delivered","msgId":"m"}]"#, Some("m"), None, Some(Sent)),
        (r#"[{"ackType":"seen","msgId":"m"}]"#, Some("m"), None, Some(Read)),
        (r#"[{"ackCode":2,"ackType":"seen","msgId":"m"}]"#, Some("m"), None, Some(Delivered)),
        (r#"[{"ackCode":7,"ackType":"reached","msgId":"m"}]"#, Some("m"), None, Some(Delivered)),
        (r#"[{"ackCode":-1,"msgId":"m"}]"#, Some("m"), None, Some(NotSent)),
        (r#"{"ackCode":2,"msgId":"m"}"#, Some("m"), None, Some(Delivered)),
        (r#"[{"ackCode":2,"rxid":"true_x"}]"#, None, Some("true_x"), Some(Delivered)),
        (r#"[{"ackType":"flown","msgId":"m"}]"#, Some("m"), None, None),
    ] {
        let wanted = state.map_or(AckAbout::Unknown, AckAbout::Delivery);
        let acks = acks_of(&format!(r#"{{"type":"ack","data":{data}}}"#));
        assert_eq!(acks, [(msg_id.map(str::to_owned), whatsapp_id.map(str::to_owned), wanted)], "{data}");
    }
    assert!(acks_of(r#"{"type":"ack","data":[{"ackCode":2},{"ackCode":2,"msgId":""}]}"#).is_empty());
}

#[test]
fn times_are_seconds_however_they_come() {
    for (time, wanted) in [
        ("1710342107", Some(1_710_342_107)),
        ("1710342107.9", Some(1_710_342_107)),
        ("1710342107512", Some(1_710_342_107)),
        ("1710342107512000", Some(1_710_342_107)),
        ("\"1710342107\"", Some(1_710_342_107)),
        ("\" 1710342107.25 \"", Some(1_710_342_107)),
        ("\"yesterday\"", None),
        ("1e300", Some(9_223_372_036)),
        ("null", None),
    ] {
        assert_eq!(seconds(&tree(time)), wanted, "{time}");
    }
}

#[test]
fn a_failure_has_its_code_and_its_reason_in_any_shape() {
    for (text, code, message) in [
        (
            r#"{"type":"error","code":463,"message":"reach-out limit","data":{"id":"m"}}"#,
            Some("463"),
            Some("reach-out limit"),
        ),
        (r#"{"type":"error","code":"X1","message":{"error":"bad"},"data":{"id":"m"}}"#, Some("X1"), Some("bad")),
        (r#"{"type":"error","code":null,"message":["no","way"],"data":{"msgId":"m"}}"#, None, Some("no")),
        (r#"{"type":"error","code":"","message":"","data":{"id":"m"}}"#, None, None),
    ] {
        let wanted = Failed { msg_id: Some("m"), code: code.map(str::to_owned), message };
        assert_eq!(Webhook::parse(&tree(text)).unwrap().event, Event::Failed(wanted), "{text}");
    }
}

#[test]
fn a_phones_state_is_a_word_or_the_object_that_tells_it() {
    for (status, wanted) in [
        (r#""connected""#, Some("connected")),
        (r#"{"loggedIn":true,"state":{"state":"CONNECTED"}}"#, Some("active")),
        (r#"{"loggedIn":false,"isQr":true}"#, Some("qr-code")),
        (r#"{"loggedIn":false,"loading":true}"#, Some("loading")),
        (r#"{"loggedIn":false}"#, None),
        (r#""""#, None),
        ("7", None),
    ] {
        assert_eq!(phone_status(&tree(status)), wanted, "{status}");
    }
}

#[test]
fn a_body_is_found_in_what_it_was_handed_on_in() {
    let unwrapped = |text: &str| {
        let mut json = tree(text);
        unwrap_body(&mut json, |text| serde_json::from_str(text).ok());
        json
    };
    let body = r#"{"type":"ack","data":[]}"#;
    let quoted = serde_json::to_string(body).unwrap();
    for wrapped in [
        body.to_owned(),
        quoted.clone(),
        format!(r#"{{"headers":{{}},"query":{{}},"body":{body}}}"#),
        format!(r#"{{"headers":{{}},"body":{quoted},"isBase64Encoded":false}}"#),
        format!(r#"[{{"headers":{{}},"body":{body}}}]"#),
    ] {
        assert_eq!(unwrapped(&wrapped), tree(body), "{wrapped}");
    }
    for kept in [
        r#""ok""#,
        "[]",
        "null",
        r#"{"chatId":"c","msgId":"m"}"#,
        r#"{"type":"message","body":{"type":"ack"}}"#,
        // Of two requests neither is the one that was handed on.
        r#"[{"body":{"type":"ack"}},{"body":{"type":"ack"}}]"#,
    ] {
        assert_eq!(unwrapped(kept), tree(kept), "{kept}");
    }
}

#[test]
fn a_message_of_no_phone_and_no_chat_is_another_services() {
    assert_eq!(Webhook::parse(&tree(r#"{"app":"Demo","type":"message","payload":{"id":"A"}}"#)), None);
    for text in [r#"{"type":"message","phoneId":"7"}"#, r#"{"type":"message","conversation":"c@g.us"}"#] {
        assert!(Webhook::parse(&tree(text)).is_some(), "{text}");
    }
}

#[test]
fn the_sender_in_a_group_is_told_by_the_id_where_nothing_else_does() {
    let receiver = Some("12025550100");
    for (id, wanted) in [
        ("false_120363000000000002@g.us_A5_12025550123@c.us", Some("12025550123@c.us")),
        ("false_120363000000000002@g.us_A5_12025550100@c.us", None),
        ("true_120363000000000002@g.us_A5_12025550123@c.us", None),
        ("false_120363000000000002@g.us_A5_98765@lid", None),
        ("false_12025550123@c.us_A5", None),
        ("u", None),
    ] {
        assert_eq!(sender_by_id(id, receiver), wanted, "{id}");
    }
}

#[test]
fn an_echo_of_ones_own_message_is_told_from_what_came_in() {
    for (flag, wanted) in [
        (r#","fromMe":true"#, true),
        (r#","fromMe":"true""#, true),
        (r#","fromMe":false"#, false),
        (r#","fromMe":"false""#, false),
        (r#","fromMe":1"#, false),
        ("", false),
    ] {
        let body = tree(&format!(r#"{{"type":"message","phone_id":1,"message":{{"type":"text"{flag}}}}}"#));
        let Event::Message(message) = Webhook::parse(&body).unwrap().event else { panic!("message") };
        assert_eq!(message.get("fromMe"), Some(&Json::Bool(wanted)), "{flag}");
    }
}

#[test]
fn what_comes_as_another_kind_of_value_is_read_all_the_same() {
    let body = tree(
        r#"{"type":"message","phone_id":1,"timestamp":"1707216634512","user":{"id":"","name":"Ada"},"receiver":"12025550100",
        "message":{"type":"text","text":"x","fromMe":"true","_serialized":"false_1@g.us_A_12025550123@c.us"}}"#,
    );
    let Event::Message(message) = Webhook::parse(&body).unwrap().event else { panic!("message") };
    assert_eq!(message.get("fromMe"), Some(&Json::Bool(true)));
    assert_eq!(message.get("timestamp"), Some(&Json::Int(1_707_216_634)));
    assert_eq!(message.text("sender"), Some("12025550123@c.us"));
    assert_eq!(message.text("senderName"), Some("Ada"));
}
