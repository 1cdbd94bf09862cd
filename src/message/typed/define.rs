//! What all typed messages have in common, written once.

/// A typed message: its struct, `new` with what it must have, a method for each other field, and the ways to and from
/// [`Message`](crate::message::Message) and serde.
///
/// Each field has its name in Rust and its name in JSON. `about a message` are the types that name another message in `replyTo` by
/// themselves; all others can answer one.
macro_rules! typed_message {
    (
        $(#[$meta:meta])*
        $name:ident { $($required:tt)* } optional { $($optional:tt)* }
    ) => {
        typed_message! {
            @define
            $(#[$meta])*
            $name { $($required)* } optional {
                $($optional)*
                /// The message that it answers, quoted above it.
                reply_to: String = "replyTo",
                /// Whether it passes by Maytapi's filter against repeated messages.
                skip_filter: bool = "skipFilter",
            }
        }
    };
    (
        $(#[$meta:meta])*
        $name:ident about a message { $($required:tt)* }
    ) => {
        typed_message! {
            @define
            $(#[$meta])*
            $name { $($required)* } optional {
                /// Whether it passes by Maytapi's filter against repeated messages.
                skip_filter: bool = "skipFilter",
            }
        }
    };
    (
        @define
        $(#[$meta:meta])*
        $name:ident {
            $($(#[$of_required:meta])* $required:ident: $required_part:ty = $required_name:literal,)*
        } optional {
            $($(#[$of_optional:meta])* $optional:ident: $optional_part:ty = $optional_name:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            /// Who receives it: a phone number with its country code, or a WhatsApp id.
            pub to: String,
            $($(#[$of_required])* pub $required: $required_part,)*
            $($(#[$of_optional])* pub $optional: Option<$optional_part>,)*
        }

        impl $name {
            /// A message with what it must have. It is checked when it becomes a [`Message`](crate::message::Message).
            pub fn new(to: impl Into<String>, $($required: impl Into<$required_part>,)*) -> Self {
                $name { to: to.into(), $($required: $required.into(),)* $($optional: None,)* }
            }

            $(
                $(#[$of_optional])*
                #[must_use]
                pub fn $optional(mut self, $optional: impl Into<$optional_part>) -> Self {
                    self.$optional = Some($optional.into());
                    self
                }
            )*

            fn into_json(self) -> $crate::json::Json {
                use $crate::message::typed::part::Part;
                let mut message = $crate::json::Object::default();
                message.text("type", Some($crate::message::table::MessageType::$name.as_str()));
                message.set("toNumber", $crate::json::Json::String(self.to));
                $(message.set($required_name, self.$required.into_json());)*
                $(message.set($optional_name, self.$optional.map_or($crate::json::Json::Null, Part::into_json));)*
                message.into()
            }

            /// From a checked message of this type: what it must have is there, and of the right kind.
            pub(super) fn of_checked(message: $crate::message::model::Message) -> Self {
                use $crate::message::typed::part::Part;
                let (to, mut fields) = message.into_fields();
                let mut take = |name: &str| $crate::message::model::take_field(&mut fields, name);
                $name {
                    to,
                    $($required: Part::of_checked(take($required_name).unwrap_or($crate::json::Json::Null)),)*
                    $($optional: take($optional_name).map(Part::of_checked),)*
                }
            }
        }

        impl TryFrom<$name> for $crate::message::model::Message {
            type Error = $crate::message::fault::Faults;

            fn try_from(message: $name) -> Result<Self, Self::Error> {
                $crate::message::model::Message::parse(message.into_json())
            }
        }

        /// A message of another type comes back as it was.
        impl TryFrom<$crate::message::model::Message> for $name {
            type Error = $crate::message::model::Message;

            fn try_from(message: $crate::message::model::Message) -> Result<Self, Self::Error> {
                match message.message_type() {
                    Some($crate::message::table::MessageType::$name) => Ok($name::of_checked(message)),
                    _ => Err(message),
                }
            }
        }

        /// As JavaScript writes it, with its `type` and names in camelCase.
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use ::serde::ser::SerializeMap;
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("type", &$crate::message::table::MessageType::$name)?;
                map.serialize_entry("toNumber", &self.to)?;
                $(map.serialize_entry($required_name, &self.$required)?;)*
                $(
                    if let Some(value) = &self.$optional {
                        map.serialize_entry($optional_name, value)?;
                    }
                )*
                map.end()
            }
        }

        /// In either spelling, and checked: an error lists every fault.
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                use ::serde::de::{DeserializeSeed, Error};
                let json = $crate::json::Limits::MESSAGE.deserialize(deserializer)?;
                let message = $crate::message::model::Message::parse(json).map_err(D::Error::custom)?;
                let wanted = concat!("not of the type ", stringify!($name));
                $name::try_from(message).map_err(|_| D::Error::custom(wanted))
            }
        }

        /// What a message says is nobody else's business.
        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}
