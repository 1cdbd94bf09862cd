//! What a feed tells.

use crate::delivery::Delivery;
use crate::json::Json;

/// What has become of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeliveryReport {
    /// Maytapi's id, as the send gave it.
    pub msg_id: String,
    /// How far it has come. A failure may still be refuted by a delivery.
    pub state: Delivery,
    /// When it came to each step that somebody told of, in milliseconds since the Unix epoch.
    pub times: Vec<(Delivery, i64)>,
    /// Maytapi's code, where it failed.
    pub code: Option<String>,
}

/// A change on a phone.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// A message has come to another state.
    Message(DeliveryReport),
    /// The phone's own state changed.
    Phone {
        /// Maytapi's word: `active`, `idle`, `qr-code`, `phone-error`, `loading`, `disabled`.
        status: String,
        /// When it was told, in milliseconds since the Unix epoch.
        at: i64,
    },
    /// A message came in, where the proxy keeps those, for who may follow the whole phone.
    Incoming {
        /// The proxy's id of it.
        id: String,
        /// When it was stored, in milliseconds since the Unix epoch.
        at: i64,
    },
    /// Changes were lost, since the proxy's storage was set back: look up again what you know.
    Reset,
    /// A kind that this version does not know.
    Unknown(Json),
}

impl DeliveryReport {
    /// When it came to a step, in milliseconds since the Unix epoch.
    #[must_use]
    pub fn at(&self, step: Delivery) -> Option<i64> {
        self.times.iter().find(|(known, _)| *known == step).map(|(_, at)| *at)
    }

    pub(super) fn from_json(item: &Json) -> Option<Self> {
        let times = match item.get("at") {
            Some(Json::Object(times)) => {
                times.iter().filter_map(|(name, at)| Some((Delivery::from_name(name)?, at.to_int()?))).collect()
            }
            _ => Vec::new(),
        };
        Some(DeliveryReport {
            msg_id: item.text("msgId")?.to_owned(),
            state: Delivery::from_name(item.text("state")?)?,
            times,
            code: item.text("code").map(str::to_owned),
        })
    }
}

impl Change {
    pub(super) fn from_json(item: &Json) -> Self {
        let at = || item.get("at").and_then(Json::to_int);
        let known = match item.text("kind") {
            Some("message") => DeliveryReport::from_json(item).map(Change::Message),
            Some("phone") => {
                item.text("status").zip(at()).map(|(status, at)| Change::Phone { status: status.to_owned(), at })
            }
            Some("incoming") => item.text("id").zip(at()).map(|(id, at)| Change::Incoming { id: id.to_owned(), at }),
            _ => None,
        };
        known.unwrap_or_else(|| Change::Unknown(item.clone()))
    }
}
