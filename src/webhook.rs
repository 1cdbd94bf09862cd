//! What Maytapi says later: delivery, failures, incoming messages, the state of phones.
//!
//! Webhooks are not signed, come more than once and out of order. So ids are to be matched with sends of one's own, and delivery only
//! ever advances.

use crate::json::{Json, Take};

/// One webhook call.
#[derive(Clone, Debug, PartialEq)]
pub struct Webhook {
    /// The account's product id.
    pub product_id: Option<String>,
    /// The phone's number at Maytapi.
    pub phone_id: Option<i64>,
    /// What happened.
    pub event: Event,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Something became of messages: delivery, votes, reactions. Maytapi sends them in batches.
    Acks(Vec<Ack>),
    /// A queued message could not be sent.
    Failed(Failed),
    /// A message came in, or one of our own is echoed (`fromMe`).
    Message(Json),
    /// A phone's state changed.
    PhoneStatus(String),
    /// An agent took, released or closed a conversation in Maytapi's live chat.
    LiveEvent {
        /// The chat.
        conversation: Option<String>,
        /// `taken_by_agent`, `released_by_agent`, `closed`.
        event: Option<String>,
    },
    /// A type that Maytapi has added since.
    Unknown(String),
}

/// What became of one message.
#[derive(Clone, Debug, PartialEq)]
pub struct Ack {
    /// The `msgId` of the send.
    pub msg_id: String,
    /// The chat, as a JID.
    pub chat_id: Option<String>,
    /// WhatsApp's own id of the message (`rxid`).
    pub whatsapp_id: Option<String>,
    /// Seconds since the Unix epoch.
    pub time: Option<i64>,
    /// What it is about.
    pub about: AckAbout,
}

/// What an ack is about.
#[derive(Clone, Debug, PartialEq)]
pub enum AckAbout {
    /// How far the message has come.
    Delivery(Delivery),
    /// The votes of a poll: `[{ id, name, votes }]`.
    PollVotes(Json),
    /// A reaction to it.
    Reaction {
        /// The emoji; empty when it was taken back.
        emoji: String,
        /// Who reacted, as a JID.
        by: Option<String>,
    },
    /// Something that Maytapi does not say.
    Unknown,
}

/// A queued message that could not be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Failed {
    /// The `msgId` of the send.
    pub msg_id: Option<String>,
    /// Maytapi's code, such as `F04`.
    pub code: Option<String>,
    /// Maytapi's sentence.
    pub message: Option<String>,
}

/// How far a message has come. The order is the order in which it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Delivery {
    /// It stands in the phone's queue.
    Queued,
    /// WhatsApp's servers have it: one tick. Maytapi calls this "delivered".
    Sent,
    /// The recipient's phone has it: two ticks. Maytapi calls this "reached".
    Delivered,
    /// The recipient has seen it: blue ticks.
    Read,
    /// The recipient has played it (audio).
    Played,
    /// It was deleted.
    Deleted,
    /// It could not be sent.
    Failed,
}

impl Delivery {
    /// Every state, in order.
    pub const ALL: [Delivery; 7] = [
        Delivery::Queued,
        Delivery::Sent,
        Delivery::Delivered,
        Delivery::Read,
        Delivery::Played,
        Delivery::Deleted,
        Delivery::Failed,
    ];

    /// The state of an `ackCode`.
    #[must_use]
    pub fn from_ack_code(code: i64) -> Option<Self> {
        match code {
            1 => Some(Delivery::Sent),
            2 => Some(Delivery::Delivered),
            3 => Some(Delivery::Read),
            4 => Some(Delivery::Played),
            5 => Some(Delivery::Deleted),
            _ => None,
        }
    }

    /// Its name in JavaScript.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Delivery::Queued => "queued",
            Delivery::Sent => "sent",
            Delivery::Delivered => "delivered",
            Delivery::Read => "read",
            Delivery::Played => "played",
            Delivery::Deleted => "deleted",
            Delivery::Failed => "failed",
        }
    }

    /// The state of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Delivery::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether nothing comes after it.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Delivery::Deleted | Delivery::Failed)
    }

    /// The state after another report: acks repeat and overtake each other, so it never goes back, and an end stays an end. A message
    /// that WhatsApp has taken can't fail any more.
    #[must_use]
    pub fn advance(self, report: Delivery) -> Delivery {
        match (self, report) {
            (state, _) if state.is_final() => state,
            (state, Delivery::Failed) if state > Delivery::Queued => state,
            (state, report) => state.max(report),
        }
    }
}

impl Webhook {
    /// Reads a webhook's body; `None` where it is no object with a `type`.
    #[must_use]
    pub fn parse(body: &Json) -> Option<Self> {
        let event = match body.get("type")?.as_str()? {
            "ack" => Event::Acks(acks(body.get("data"))),
            "error" => Event::Failed(Failed {
                msg_id: string(body.get("data"), "id"),
                code: string(Some(body), "code"),
                message: string(Some(body), "message"),
            }),
            "message" => Event::Message(message(body)),
            // The same screen is called qr-code in one source and qr-screen in another.
            "status" => Event::PhoneStatus(match string(Some(body), "status")?.as_str() {
                "qr-screen" => "qr-code".to_owned(),
                status => status.to_owned(),
            }),
            "live_event" => Event::LiveEvent {
                conversation: string(Some(body), "conversation"),
                event: string(body.get("data"), "event"),
            },
            other => Event::Unknown(other.to_owned()),
        };
        let either = |names: [&str; 3]| names.into_iter().find_map(|name| body.get(name));
        Some(Webhook {
            product_id: either(["product_id", "productId", "pid"]).and_then(Json::as_str).map(str::to_owned),
            phone_id: either(["phone_id", "phoneId", "phone"]).and_then(Json::to_int),
            event,
        })
    }

    /// As the object that JavaScript gets; `raw` is the body itself.
    #[must_use]
    pub fn to_json(&self, raw: Json) -> Json {
        let (kind, name, value): (&str, &str, Json) = match &self.event {
            Event::Acks(acks) => ("ack", "acks", Json::Array(acks.iter().map(Ack::to_json).collect())),
            Event::Failed(failed) => ("error", "failed", failed.to_json()),
            Event::Message(message) => ("message", "message", message.clone()),
            Event::PhoneStatus(status) => ("status", "status", status.as_str().into()),
            Event::LiveEvent { conversation, event } => (
                "live_event",
                "live",
                Json::object(vec![
                    ("conversation", conversation.as_deref().into()),
                    ("event", event.as_deref().into()),
                ]),
            ),
            Event::Unknown(kind) => ("unknown", "name", kind.as_str().into()),
        };
        Json::object(vec![
            ("type", kind.into()),
            ("productId", self.product_id.as_deref().into()),
            ("phoneId", self.phone_id.map_or(Json::Null, Json::Int)),
            (name, value),
            ("raw", raw),
        ])
    }
}

impl Ack {
    fn read(item: &Json) -> Option<Self> {
        let about = if let Some(code) = item.get("ackCode").and_then(Json::to_int) {
            Delivery::from_ack_code(code).map_or(AckAbout::Unknown, AckAbout::Delivery)
        } else if let Some(emoji) = item.get("reaction").and_then(Json::as_str) {
            AckAbout::Reaction { emoji: emoji.to_owned(), by: string(Some(item), "reactorId") }
        } else if let Some(options @ Json::Array(_)) = item.get("options") {
            AckAbout::PollVotes(options.clone())
        } else {
            AckAbout::Unknown
        };
        Some(Ack {
            msg_id: string(Some(item), "msgId")?,
            chat_id: string(Some(item), "chatId"),
            whatsapp_id: string(Some(item), "rxid"),
            time: item.get("time").and_then(Json::to_int),
            about,
        })
    }

    fn to_json(&self) -> Json {
        let (kind, name, value, by): (&str, &str, Json, Option<&str>) = match &self.about {
            AckAbout::Delivery(state) => ("delivery", "state", state.as_str().into(), None),
            AckAbout::PollVotes(options) => ("poll_votes", "options", options.clone(), None),
            AckAbout::Reaction { emoji, by } => ("reaction", "emoji", emoji.as_str().into(), by.as_deref()),
            AckAbout::Unknown => ("unknown", "state", Json::Null, None),
        };
        Json::object(vec![
            ("kind", kind.into()),
            ("msgId", self.msg_id.as_str().into()),
            ("chatId", self.chat_id.as_deref().into()),
            ("whatsappId", self.whatsapp_id.as_deref().into()),
            ("time", self.time.map_or(Json::Null, Json::Int)),
            (name, value),
            ("by", by.into()),
        ])
    }
}

impl Failed {
    fn to_json(&self) -> Json {
        Json::object(vec![
            ("msgId", self.msg_id.as_deref().into()),
            ("code", self.code.as_deref().into()),
            ("message", self.message.as_deref().into()),
        ])
    }
}

fn string(object: Option<&Json>, name: &str) -> Option<String> {
    object?.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// One object, or a batch of them. An item without a message's id is about nothing that could be found again.
fn acks(data: Option<&Json>) -> Vec<Ack> {
    match data {
        Some(Json::Array(items)) => items.iter().filter_map(Ack::read).collect(),
        Some(item) => Ack::read(item).into_iter().collect(),
        None => Vec::new(),
    }
}

/// An incoming message: the inner object with who sent it and where beside.
fn message(body: &Json) -> Json {
    use Take::{Any, Integer, Text};
    let nothing = Json::Null;
    let inner = body.get("message").unwrap_or(&nothing);
    let id = if inner.get("id").and_then(Json::as_str).is_some() { "id" } else { "_serialized" };
    let from_me = inner.get("fromMe") == Some(&Json::Bool(true));
    let parts = [
        inner.pick(&[("id", id, Text), ("type", "type", Text), ("text", "text", Text)]),
        Json::object(vec![("fromMe", Json::Bool(from_me))]),
        body.pick(&[("conversation", "conversation", Text), ("conversationName", "conversation_name", Text)]),
        body.get("user").unwrap_or(&nothing).pick(&[
            ("sender", "id", Text),
            ("senderName", "name", Text),
            ("senderNumber", "phone", Text),
        ]),
        body.pick(&[("timestamp", "timestamp", Integer), ("content", "message", Any)]),
    ];
    Json::merged(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> Option<Webhook> {
        Webhook::parse(&serde_json::from_str(text).unwrap())
    }

    #[test]
    fn delivery_is_read_from_a_batch() {
        let hook = parse(
            r#"{"type":"ack","product_id":"p","phone_id":47309,"phoneId":47309,"data":[
            {"ackCode":1,"ackType":"delivered","chatId":"120363238104@g.us","msgId":"m-1","rxid":"true_1","time":1710342107},
            {"ackCode":"3","msgId":"m-2"}, {"ackCode":9,"msgId":"m-3"}, {"ackCode":2}]}"#,
        )
        .unwrap();
        let Event::Acks(acks) = hook.event else { panic!("acks") };
        let states: Vec<_> = acks.iter().map(|ack| (ack.msg_id.as_str(), ack.about.clone())).collect();
        assert_eq!(
            states,
            [
                ("m-1", AckAbout::Delivery(Delivery::Sent)),
                ("m-2", AckAbout::Delivery(Delivery::Read)),
                ("m-3", AckAbout::Unknown)
            ]
        );
        assert_eq!(
            (hook.product_id.as_deref(), hook.phone_id, acks[0].time),
            (Some("p"), Some(47309), Some(1710342107))
        );
    }

    #[test]
    fn votes_and_reactions_are_told_from_delivery() {
        let hook = parse(
            r#"{"type":"ack","phoneId":"7","data":[
            {"chatId":"c","msgId":"m-1","options":[{"id":0,"name":"Yes","votes":2}],"text":"Lunch?"},
            {"chatId":"c","msgId":"m-2","reaction":"😀","reactorId":"12025550123@c.us"},
            {"chatId":"c","msgId":"m-3","rxid":"r","time":1}]}"#,
        )
        .unwrap();
        let json = serde_json::to_string(&hook.to_json(Json::Null)).unwrap();
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
        let hook = parse(
            r#"{"type":"error","code":"F04","message":"Options are required.","product_id":"p","phone_id":1,
            "data":{"id":"m-1","to_number":"120363238104@g.us","type":"poll"}}"#,
        )
        .unwrap();
        let failed = Failed {
            msg_id: Some("m-1".into()),
            code: Some("F04".into()),
            message: Some("Options are required.".into()),
        };
        assert_eq!(hook.event, Event::Failed(failed));
    }

    #[test]
    fn the_other_events_are_read_and_unknown_ones_kept() {
        for (text, event) in [
            (r#"{"type":"status","pid":"p","status":"active"}"#, Event::PhoneStatus("active".into())),
            (r#"{"type":"status","pid":"p","status":"qr-screen"}"#, Event::PhoneStatus("qr-code".into())),
            (
                r#"{"type":"live_event","conversation":"12025550123@c.us","data":{"event":"closed"}}"#,
                Event::LiveEvent { conversation: Some("12025550123@c.us".into()), event: Some("closed".into()) },
            ),
            (r#"{"type":"new_thing"}"#, Event::Unknown("new_thing".into())),
            (r#"{"type":"ack"}"#, Event::Acks(vec![])),
        ] {
            assert_eq!(parse(text).unwrap().event, event, "{text}");
        }
        for text in ["null", "[]", "{}", r#"{"type":7}"#, r#"{"type":"status"}"#] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_incoming_message_has_its_sender_and_chat() {
        let text = r#"{"type":"message","phone_id":1150,"message":{"type":"text","text":"hi","_serialized":"false_x","fromMe":false},
            "user":{"id":"12025550123@c.us","name":"Ada","phone":"12025550123"},"conversation":"c@g.us","conversation_name":"",
            "timestamp":1707216634}"#;
        let Event::Message(message) = parse(text).unwrap().event else { panic!("message") };
        assert_eq!(message.get("id").and_then(Json::as_str), Some("false_x"));
        assert_eq!(message.get("sender").and_then(Json::as_str), Some("12025550123@c.us"));
        assert_eq!(message.get("timestamp"), Some(&Json::Int(1707216634)));
    }

    #[test]
    fn delivery_never_goes_back() {
        use Delivery::{Deleted, Delivered, Failed, Played, Queued, Read, Sent};
        for (state, report, wanted) in [
            (Queued, Sent, Sent),
            (Queued, Read, Read),
            (Read, Sent, Read),
            (Read, Read, Read),
            (Read, Played, Played),
            (Queued, Failed, Failed),
            (Sent, Failed, Sent),
            (Failed, Sent, Failed),
            (Read, Deleted, Deleted),
            (Deleted, Read, Deleted),
            (Deleted, Failed, Deleted),
            (Delivered, Queued, Delivered),
        ] {
            assert_eq!(state.advance(report), wanted, "{state:?} then {report:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn repeated_reports_change_nothing(reports in prop::collection::vec(prop::sample::select(Delivery::ALL.to_vec()), 0..20)) {
            let follow = |reports: &[Delivery]| reports.iter().fold(Delivery::Queued, |state, report| state.advance(*report));
            let end = follow(&reports);
            let twice: Vec<Delivery> = reports.iter().flat_map(|report| [*report, *report]).collect();
            prop_assert_eq!(follow(&twice), end);
            let mut last = Delivery::Queued;
            for report in reports {
                let next = last.advance(report);
                prop_assert!(next >= last);
                last = next;
            }
        }
    }
}
