//! One list for an enum's variants and their names.

/// An enum whose variants have names, as in JSON: from one list come `ALL`, `as_str`, `from_name` and serde's both ways.
#[doc(hidden)]
#[macro_export]
macro_rules! named_enum {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $($(#[$of_variant:meta])* $variant:ident = $text:literal,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        $vis enum $name {
            $($(#[$of_variant])* $variant,)+
        }

        impl $name {
            /// Each of them, in order.
            pub const ALL: [$name; [$($text),+].len()] = [$($name::$variant),+];

            /// Its name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $text,)+
                }
            }

            /// The one of this name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                $name::ALL.iter().copied().find(|one| one.as_str() == name)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = <::std::string::String as ::serde::Deserialize>::deserialize(deserializer)?;
                $name::from_name(&name).ok_or_else(|| ::serde::de::Error::custom(concat!("unknown ", stringify!($name))))
            }
        }
    };
}

#[cfg(test)]
mod tests {
    named_enum! {
        /// Two of them.
        enum Side {
            /// This.
            Left = "left_hand",
            /// That.
            Right = "right_hand",
        }
    }

    #[test]
    fn each_variant_is_known_by_its_name_alone() {
        assert_eq!(Side::ALL.map(Side::as_str), ["left_hand", "right_hand"]);
        for side in Side::ALL {
            assert_eq!(Side::from_name(side.as_str()), Some(side));
            assert_eq!(serde_json::to_value(side).unwrap(), side.as_str());
            assert_eq!(serde_json::from_value::<Side>(side.as_str().into()).unwrap(), side);
        }
        for unknown in ["", "Left", "left", "left_hand "] {
            assert_eq!(Side::from_name(unknown), None, "{unknown}");
            assert!(serde_json::from_value::<Side>(unknown.into()).is_err(), "{unknown}");
        }
    }
}
