//! What Maytapi says later: delivery, failures, incoming messages, the state of phones.
//!
//! Webhooks are not signed, come more than once and out of order. So ids are to be matched with sends of one's own, and delivery only
//! ever advances.

use crate::delivery::Delivery;
use crate::json::{Json, Object, Take};

/// One webhook call, read from its body.
#[derive(Clone, Debug, PartialEq)]
pub struct Webhook<'a> {
    /// The account's product id.
    pub product_id: Option<&'a str>,
    /// The phone's number at Maytapi.
    pub phone_id: Option<i64>,
    /// What happened.
    pub event: Event<'a>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event<'a> {
    /// Something became of messages: delivery, votes, reactions. Maytapi sends them in batches.
    Acks(Vec<Ack<'a>>),
    /// A queued message could not be sent.
    Failed(Failed<'a>),
    /// A message came in, or one of our own is echoed (`fromMe`).
    Message(Json),
    /// A phone's state changed.
    PhoneStatus(&'a str),
    /// An agent took, released or closed a conversation in Maytapi's live chat.
    LiveEvent {
        /// The chat.
        conversation: Option<&'a str>,
        /// `taken_by_agent`, `released_by_agent`, `closed`.
        event: Option<&'a str>,
    },
    /// A type that Maytapi has added since.
    Unknown(&'a str),
}

/// What became of one message.
#[derive(Clone, Debug, PartialEq)]
pub struct Ack<'a> {
    /// The `msgId` of the send.
    pub msg_id: &'a str,
    /// The chat, as a JID.
    pub chat_id: Option<&'a str>,
    /// WhatsApp's own id of the message (`rxid`).
    pub whatsapp_id: Option<&'a str>,
    /// Seconds since the Unix epoch.
    pub time: Option<i64>,
    /// What it is about.
    pub about: AckAbout<'a>,
}

/// What an ack is about.
#[derive(Clone, Debug, PartialEq)]
pub enum AckAbout<'a> {
    /// How far the message has come.
    Delivery(Delivery),
    /// The votes of a poll: `[{ id, name, votes }]`.
    PollVotes(&'a Json),
    /// A reaction to it.
    Reaction {
        /// The emoji; empty when it was taken back.
        emoji: &'a str,
        /// Who reacted, as a JID.
        by: Option<&'a str>,
    },
    /// Something that Maytapi does not say.
    Unknown,
}

/// A queued message that could not be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Failed<'a> {
    /// The `msgId` of the send.
    pub msg_id: Option<&'a str>,
    /// Maytapi's code, such as `F04`.
    pub code: Option<&'a str>,
    /// Maytapi's sentence.
    pub message: Option<&'a str>,
}

impl<'a> Webhook<'a> {
    /// Reads a webhook's body; `None` where it is no object with a `type`.
    #[must_use]
    pub fn parse(body: &'a Json) -> Option<Self> {
        let data = body.get("data").unwrap_or(&Json::Null);
        let event = match body.get("type")?.as_str()? {
            "ack" => Event::Acks(acks(data)),
            "error" => Event::Failed(Failed {
                msg_id: data.text("id"),
                code: body.text("code"),
                message: body.text("message"),
            }),
            "message" => Event::Message(message(body)),
            // The same screen is called qr-code in one source and qr-screen in another.
            "status" => Event::PhoneStatus(match body.text("status")? {
                "qr-screen" => "qr-code",
                status => status,
            }),
            "live_event" => Event::LiveEvent { conversation: body.text("conversation"), event: data.text("event") },
            other => Event::Unknown(other),
        };
        Some(Webhook {
            product_id: first(body, &["product_id", "productId", "pid"]).and_then(Json::as_str),
            phone_id: first(body, &["phone_id", "phoneId", "phone"]).and_then(Json::to_int),
            event,
        })
    }

    /// As the object that JavaScript gets, but for the body itself.
    #[must_use]
    pub fn into_json(self) -> Object {
        let (kind, name, value): (&str, &str, Json) = match self.event {
            Event::Acks(acks) => ("ack", "acks", Json::list(&acks, Ack::to_json)),
            Event::Failed(failed) => ("error", "failed", failed.to_json()),
            Event::Message(message) => ("message", "message", message),
            Event::PhoneStatus(status) => ("status", "status", status.into()),
            Event::LiveEvent { conversation, event } => {
                let mut live = Object::default();
                live.text("conversation", conversation);
                live.text("event", event);
                ("live_event", "live", live.into())
            }
            Event::Unknown(kind) => ("unknown", "name", kind.into()),
        };
        let mut object = Object::default();
        object.text("type", Some(kind));
        object.text("productId", self.product_id);
        object.integer("phoneId", self.phone_id);
        object.set(name, value);
        object
    }
}

impl<'a> Ack<'a> {
    #[inline(never)]
    fn read(item: &'a Json) -> Option<Self> {
        let about = if let Some(code) = item.get("ackCode").and_then(Json::to_int) {
            Delivery::from_ack_code(code).map_or(AckAbout::Unknown, AckAbout::Delivery)
        } else if let Some(emoji) = item.get("reaction").and_then(Json::as_str) {
            AckAbout::Reaction { emoji, by: item.text("reactorId") }
        } else if let Some(options @ Json::Array(_)) = item.get("options") {
            AckAbout::PollVotes(options)
        } else {
            AckAbout::Unknown
        };
        Some(Ack {
            msg_id: item.text("msgId")?,
            chat_id: item.text("chatId"),
            whatsapp_id: item.text("rxid"),
            time: item.get("time").and_then(Json::to_int),
            about,
        })
    }

    /// As an item of the `acks` that JavaScript gets.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let (kind, name, value, by): (&str, &str, Json, Option<&str>) = match &self.about {
            AckAbout::Delivery(state) => ("delivery", "state", state.as_str().into(), None),
            AckAbout::PollVotes(options) => ("poll_votes", "options", (*options).clone(), None),
            AckAbout::Reaction { emoji, by } => ("reaction", "emoji", (*emoji).into(), *by),
            AckAbout::Unknown => ("unknown", "state", Json::Null, None),
        };
        let mut object = Object::default();
        object.text("kind", Some(kind));
        object.text("msgId", Some(self.msg_id));
        object.text("chatId", self.chat_id);
        object.text("whatsappId", self.whatsapp_id);
        object.integer("time", self.time);
        object.set(name, value);
        object.text("by", by);
        object.into()
    }
}

impl Failed<'_> {
    fn to_json(&self) -> Json {
        let mut object = Object::default();
        object.text("msgId", self.msg_id);
        object.text("code", self.code);
        object.text("message", self.message);
        object.into()
    }
}

/// The first of these members that there is.
fn first<'a>(body: &'a Json, names: &[&str]) -> Option<&'a Json> {
    names.iter().find_map(|name| body.get(name))
}

/// One object, or a batch of them. An item without a message's id is about nothing that could be found again.
fn acks(data: &Json) -> Vec<Ack<'_>> {
    let items = match data {
        Json::Array(items) => items,
        item => std::slice::from_ref(item),
    };
    let mut acks = Vec::new();
    for item in items {
        if let Some(ack) = Ack::read(item) {
            acks.push(ack);
        }
    }
    acks
}

/// An incoming message: the inner object with who sent it and where beside.
fn message(body: &Json) -> Json {
    use Take::{Any, Integer, Text};
    let inner = body.get("message").unwrap_or(&Json::Null);
    let mut message = Object::default();
    let id = if inner.get("id").and_then(Json::as_str).is_some() { "id" } else { "_serialized" };
    message.pick(inner, &[("id", id, Text), ("type", "type", Text), ("text", "text", Text)]);
    message.set("fromMe", Json::Bool(inner.get("fromMe").and_then(Json::as_bool) == Some(true)));
    message.pick(body, &[("conversation", "conversation", Text), ("conversationName", "conversation_name", Text)]);
    if let Some(user) = body.get("user") {
        message.pick(user, &[("sender", "id", Text), ("senderName", "name", Text), ("senderNumber", "phone", Text)]);
    }
    message.pick(body, &[("timestamp", "timestamp", Integer), ("content", "message", Any)]);
    message.into()
}

#[cfg(test)]
mod tests {
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
                ("m-1", AckAbout::Delivery(Delivery::Sent)),
                ("m-2", AckAbout::Delivery(Delivery::Read)),
                ("m-3", AckAbout::Unknown)
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
        let failed = Failed { msg_id: Some("m-1"), code: Some("F04"), message: Some("Options are required.") };
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
}
