//! Messages about another message: an emoji on it, sent on, changed, taken back.

typed_message! {
    /// An emoji on a message.
    ///
    /// ```
    /// use maytapi::message::{Message, Reaction};
    ///
    /// let id = "50d8b950-a67f-11eb-91cc-d97af631df95";
    /// assert!(Message::try_from(Reaction::new("+1 202-555-0123", id, "👍")).is_ok());
    /// assert!(Message::try_from(Reaction::take_back("+1 202-555-0123", id)).is_ok());
    /// ```
    Reaction about a message {
        /// The message that it is put on.
        message_id: String = "replyTo",
        /// One emoji; empty to take a reaction back.
        emoji: String = "message",
    }
}

impl Reaction {
    /// Takes a reaction back, by an empty emoji. That is how WhatsApp does it; Maytapi's documentation doesn't say.
    pub fn take_back(to: impl Into<String>, message_id: impl Into<String>) -> Self {
        Reaction::new(to, message_id, "")
    }
}

typed_message! {
    /// A message sent on.
    ///
    /// ```
    /// use maytapi::message::{Forward, Message};
    ///
    /// let forward = Forward::new("+1 202-555-0123", "50d8b950-a67f-11eb-91cc-d97af631df95").forward_caption(true);
    /// assert!(Message::try_from(forward).is_ok());
    /// ```
    Forward {
        /// The message.
        message_id: String = "message",
    } optional {
        /// Whether its caption goes along.
        forward_caption: bool = "forwardCaption",
    }
}

typed_message! {
    /// A new text for a message of your own.
    ///
    /// ```
    /// use maytapi::message::{Edit, Message};
    ///
    /// let edit = Edit::new("+1 202-555-0123", "50d8b950-a67f-11eb-91cc-d97af631df95", "See you at five");
    /// assert!(Message::try_from(edit).is_ok());
    /// ```
    Edit about a message {
        /// The message that is changed.
        message_id: String = "replyTo",
        /// The new text.
        text: String = "message",
    }
}

typed_message! {
    /// Takes a message of your own back; `to` is its chat.
    ///
    /// ```
    /// use maytapi::message::{Delete, Message};
    ///
    /// assert!(Message::try_from(Delete::new("+1 202-555-0123", "50d8b950-a67f-11eb-91cc-d97af631df95")).is_ok());
    /// ```
    Delete {
        /// The message: the `msgId` of its send.
        message_id: String = "message",
    } optional {}
}
