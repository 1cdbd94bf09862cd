//! Messages that say something by themselves: texts, links, places, people, polls, products, buttons.

use super::parts::{Button, Card, Degrees, PollOptions};

typed_message! {
    /// Text. `@12025550123` inside it mentions a member of the group.
    ///
    /// ```
    /// use maytapi::message::{Message, Text};
    ///
    /// let text = Text::new("+1 202-555-0123", "Good morning!").reply_to("50d8b950-a67f-11eb-91cc-d97af631df95");
    /// assert_eq!(Message::try_from(text)?.recipient().as_str(), "12025550123");
    /// # Ok::<(), maytapi::message::Faults>(())
    /// ```
    Text {
        /// The text.
        text: String = "message",
    } optional {}
}

typed_message! {
    /// A link with a preview.
    ///
    /// ```
    /// use maytapi::message::{Link, Message};
    ///
    /// let link = Link::new("+1 202-555-0123", "https://shop.example/spring").text("Our spring catalogue");
    /// assert_eq!(Message::try_from(link)?.links().len(), 1);
    /// # Ok::<(), maytapi::message::Faults>(())
    /// ```
    Link {
        /// The page's address.
        url: String = "message",
    } optional {
        /// The text beside it.
        text: String = "text",
    }
}

typed_message! {
    /// A place on the map.
    ///
    /// ```
    /// use maytapi::message::{Location, Message};
    ///
    /// let bridge = Location::new("+1 202-555-0123", 41.093292, 29.061737).label("The bridge");
    /// assert!(Message::try_from(bridge).is_ok());
    /// ```
    Location {
        /// Degrees, −90 to 90.
        latitude: Degrees = "latitude",
        /// Degrees, −180 to 180.
        longitude: Degrees = "longitude",
    } optional {
        /// What stands beside it.
        label: String = "text",
    }
}

typed_message! {
    /// Another WhatsApp user's contact.
    ///
    /// ```
    /// use maytapi::message::{Contact, Message};
    ///
    /// assert!(Message::try_from(Contact::new("+1 202-555-0123", "+1 202-555-0199")).is_ok());
    /// ```
    Contact {
        /// The user's phone number or `…@c.us`.
        user: String = "message",
    } optional {}
}

typed_message! {
    /// A contact card.
    ///
    /// ```
    /// use maytapi::message::{Card, Message, Vcard};
    ///
    /// let card = Card::new("Ada Example", "BEGIN:VCARD\nVERSION:3.0\nFN:Ada Example\nEND:VCARD");
    /// assert!(Message::try_from(Vcard::new("+1 202-555-0123", card)).is_ok());
    /// ```
    Vcard {
        /// The card.
        card: Card = "message",
    } optional {}
}

typed_message! {
    /// A poll.
    ///
    /// ```
    /// use maytapi::message::{Message, Poll};
    ///
    /// let poll = Poll::new("120363027326493365@g.us", "Lunch?", ["Pizza", "Salad"]).only_one(true);
    /// assert!(Message::try_from(poll).is_ok());
    /// ```
    Poll {
        /// What is asked: at most 255 characters.
        question: String = "message",
        /// What can be answered: 2 to 12 texts, all different, of at most 100 characters.
        options: PollOptions = "options",
    } optional {
        /// Whether only one answer can be chosen.
        only_one: bool = "onlyOne",
    }
}

typed_message! {
    /// A product of your WhatsApp catalogue.
    ///
    /// ```
    /// use maytapi::message::{Message, Product};
    ///
    /// assert!(Message::try_from(Product::new("+1 202-555-0123", "3121315354601301")).is_ok());
    /// ```
    Product {
        /// The product's id, as the catalogue gives it.
        product_id: String = "productId",
    } optional {}
}

typed_message! {
    /// A text with one to three buttons.
    ///
    /// ```
    /// use maytapi::message::{Button, Buttons, Message};
    ///
    /// let buttons = [Button::reply("Yes", "yes-1"), Button::open_url("Menu", "https://shop.example/menu")];
    /// let message = Buttons::new("+1 202-555-0123", "Will you come?", buttons).footer("Answer until noon");
    /// assert!(Message::try_from(message).is_ok());
    /// ```
    Buttons {
        /// The text.
        text: String = "message",
        /// The buttons.
        buttons: Vec<Button> = "buttons",
    } optional {
        /// A line above it.
        title: String = "title",
        /// A line below it.
        footer: String = "footer",
    }
}
