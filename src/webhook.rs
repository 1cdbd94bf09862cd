//! What Maytapi says later: delivery, failures, incoming messages, the state of phones.
//!
//! Webhooks are not signed, come more than once and out of order. So ids are to be matched with sends of one's own, and delivery only
//! ever advances.

use crate::delivery::Delivery;
use crate::json::{Json, Object, Take};
use crate::reason::reason;
use crate::strings::{after_ignoring_case, integer, is_digits, rsplit_once, split_once, trim, until};

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
    /// The `msgId` of the send. Where there is none, there is WhatsApp's id.
    pub msg_id: Option<&'a str>,
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
    pub code: Option<String>,
    /// Maytapi's sentence.
    pub message: Option<&'a str>,
}

impl<'a> Webhook<'a> {
    /// Reads a webhook's body; `None` where it is none of Maytapi's: no object with a `type`, or a message of no phone and no chat.
    #[must_use]
    pub fn parse(body: &'a Json) -> Option<Self> {
        let data = body.get("data").unwrap_or(&Json::Null);
        let phone_id = first(body, &["phone_id", "phoneId", "phone"]).and_then(Json::to_int);
        let event = match body.get("type")?.as_str()? {
            "ack" => Event::Acks(acks(data)),
            "error" => Event::Failed(Failed {
                msg_id: data.text("id").or_else(|| data.text("msgId")),
                code: body.get("code").and_then(Json::to_text),
                message: body.get("message").and_then(reason),
            }),
            "message" if phone_id.is_none() && body.text("conversation").is_none() => return None,
            "message" => Event::Message(message(body)),
            "status" => Event::PhoneStatus(phone_status(body.get("status")?)?),
            "live_event" => Event::LiveEvent { conversation: body.text("conversation"), event: data.text("event") },
            other => Event::Unknown(other),
        };
        let product_id = first(body, &["product_id", "productId", "pid"]).and_then(Json::as_str);
        Some(Webhook { product_id, phone_id, event })
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
        let by_code = || Delivery::from_ack_code(item.get("ackCode")?.to_int()?);
        let by_word = || Delivery::from_ack_type(item.text("ackType")?);
        let about = if let Some(state) = by_code().or_else(by_word) {
            AckAbout::Delivery(state)
        } else if let Some(emoji) = item.get("reaction").and_then(Json::as_str) {
            AckAbout::Reaction { emoji, by: item.text("reactorId") }
        } else if let Some(options @ Json::Array(_)) = item.get("options") {
            AckAbout::PollVotes(options)
        } else {
            AckAbout::Unknown
        };
        let (msg_id, whatsapp_id) = (item.text("msgId"), item.text("rxid"));
        msg_id.or(whatsapp_id)?;
        let time = item.get("time").and_then(seconds);
        Some(Ack { msg_id, chat_id: item.text("chatId"), whatsapp_id, time, about })
    }

    fn to_json(&self) -> Json {
        let (kind, name, value, by): (&str, &str, Json, Option<&str>) = match &self.about {
            AckAbout::Delivery(state) => ("delivery", "state", state.as_str().into(), None),
            AckAbout::PollVotes(options) => ("poll_votes", "options", (*options).clone(), None),
            AckAbout::Reaction { emoji, by } => ("reaction", "emoji", (*emoji).into(), *by),
            AckAbout::Unknown => ("unknown", "state", Json::Null, None),
        };
        let mut object = Object::default();
        object.text("kind", Some(kind));
        object.text("msgId", self.msg_id);
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
        object.text("code", self.code.as_deref());
        object.text("message", self.message);
        object.into()
    }
}

/// The first of these members that there is.
fn first<'a>(body: &'a Json, names: &[&str]) -> Option<&'a Json> {
    names.iter().find_map(|name| body.get(name))
}

/// Takes a body out of what it is in: a text that nobody has parsed yet, the request of which it is the `body`, as workflow tools and
/// functions hand it on, or a list of that one request. `parse` reads a text.
pub fn unwrap_body(json: &mut Json, parse: fn(&str) -> Option<Json>) {
    // A text in a request in a list.
    for _ in 0..3 {
        let is_event = json.get("type").is_some();
        let inner = match json {
            Json::String(text) => parse(text),
            Json::Array(items) if items.len() == 1 => items.pop(),
            Json::Object(members) if !is_event => {
                let body = members.iter_mut().find(|(name, _)| name == "body");
                body.map(|(_, body)| std::mem::replace(body, Json::Null))
            }
            _ => None,
        };
        match inner {
            Some(inner) => *json = inner,
            None => return,
        }
    }
}

/// Seconds since the Unix epoch, from a number or a text, with a fraction or in smaller units.
fn seconds(time: &Json) -> Option<i64> {
    let mut time = match time {
        Json::Float(number) => *number as i64,
        Json::String(text) => integer(until(trim(text), |b| b == b'.'))?,
        other => other.as_int()?,
    };
    // The year 5138 in seconds, or 1973 in milliseconds: before there was WhatsApp.
    while time >= 100_000_000_000 {
        time /= 1000;
    }
    Some(time)
}

/// The status as a word, or as the object that the question about it is answered with.
fn phone_status(status: &Json) -> Option<&str> {
    let is = |name| status.get(name).and_then(Json::as_bool) == Some(true);
    match status {
        // The same screen is called qr-code in one source and qr-screen in another.
        Json::String(word) if word == "qr-screen" => Some("qr-code"),
        Json::String(word) => (!word.is_empty()).then_some(word),
        _ if is("loggedIn") => Some("active"),
        _ if is("isQr") => Some("qr-code"),
        _ if is("loading") => Some("loading"),
        _ => None,
    }
}

/// Who wrote a message to a group, by its id: `false_<group>_<hex>_<sender>@c.us`. In groups with privacy ids nothing else tells. It can
/// also be the number of the receiver, who did not write it.
fn sender_by_id<'a>(id: &'a str, receiver: Option<&str>) -> Option<&'a str> {
    let rest = after_ignoring_case(id, "false_")?;
    let (_, sender) = rsplit_once(rest, b'_')?;
    let (number, server) = split_once(sender, b'@')?;
    (server == "c.us" && is_digits(number.as_bytes()) && receiver != Some(number)).then_some(sender)
}

/// One object, or a batch of them. An item without an id is about nothing that could be found again.
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
    use Take::Text;
    let inner = body.get("message").unwrap_or(&Json::Null);
    let mut message = Object::default();
    let id = inner.text("id").or_else(|| inner.text("_serialized"));
    message.text("id", id);
    message.pick(inner, &[("type", "type", Text), ("text", "text", Text)]);
    let from_me = inner.get("fromMe").is_some_and(|flag| flag.as_bool() == Some(true) || flag.as_str() == Some("true"));
    message.set("fromMe", Json::Bool(from_me));
    message.pick(body, &[("conversation", "conversation", Text), ("conversationName", "conversation_name", Text)]);
    let user = body.get("user").unwrap_or(&Json::Null);
    let by_id = || sender_by_id(inner.text("_serialized").or(id)?, body.text("receiver"));
    message.text("sender", user.text("id").or_else(by_id));
    message.pick(user, &[("senderName", "name", Text), ("senderNumber", "phone", Text)]);
    message.integer("timestamp", body.get("timestamp").and_then(seconds));
    message.set("content", inner.clone());
    message.into()
}

#[cfg(test)]
mod tests;
