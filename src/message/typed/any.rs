//! A message of any type, told apart by its type.

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use super::raw::Raw;
use crate::json::Limits;
use crate::message::fault::Faults;
use crate::message::model::Message;
use crate::message::table::{MessageType, message_types};

macro_rules! typed_messages {
    ($(#[$meta:meta])* pub enum MessageType { $($(#[$of_type:meta])* $name:ident = $text:literal,)* }) => {
        /// A message of any type: what a [`Message`] becomes when one wants to look into it.
        ///
        /// ```
        /// use maytapi::message::{Message, Text, TypedMessage};
        ///
        /// let message = Message::try_from(Text::new("+1 202-555-0123", "Good morning!"))?;
        /// let TypedMessage::Text(text) = TypedMessage::from(message) else { unreachable!() };
        /// assert_eq!((text.to.as_str(), text.text.as_str()), ("12025550123", "Good morning!"));
        /// # Ok::<(), maytapi::message::Faults>(())
        /// ```
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum TypedMessage {
            $(
                #[doc = concat!("A [`", stringify!($name), "`](super::", stringify!($name), ").")]
                $name(super::$name),
            )*
            /// One of another type, in the raw form.
            Raw(Raw),
        }

        impl From<Message> for TypedMessage {
            fn from(message: Message) -> Self {
                match message.message_type() {
                    $(Some(MessageType::$name) => TypedMessage::$name(super::$name::of_checked(message)),)*
                    None => TypedMessage::Raw(Raw::of_checked(message)),
                }
            }
        }

        impl TryFrom<TypedMessage> for Message {
            type Error = Faults;

            fn try_from(message: TypedMessage) -> Result<Self, Faults> {
                match message {
                    $(TypedMessage::$name(message) => message.try_into(),)*
                    TypedMessage::Raw(message) => message.try_into(),
                }
            }
        }

        impl Serialize for TypedMessage {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(TypedMessage::$name(message) => message.serialize(serializer),)*
                    TypedMessage::Raw(message) => message.serialize(serializer),
                }
            }
        }

        $(
            impl From<super::$name> for TypedMessage {
                fn from(message: super::$name) -> Self {
                    TypedMessage::$name(message)
                }
            }
        )*
    };
}

message_types!(typed_messages);

/// Of a checked type, in either spelling: an error lists every fault. What goes by the raw form is for `Message::parse_raw`.
impl<'de> Deserialize<'de> for TypedMessage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Limits::MESSAGE.deserialize(deserializer)?;
        Message::parse(json).map(TypedMessage::from).map_err(D::Error::custom)
    }
}
