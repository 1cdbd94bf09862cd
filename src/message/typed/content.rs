//! Messages that say something by themselves: texts, links, places, people, products.

use serde::Serialize;

use super::part::Part;
use crate::json::{Json, Object};

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

/// Degrees of latitude or longitude, from a number or a decimal text. A text reaches the wire digit by digit.
#[derive(Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[expect(missing_debug_implementations, reason = "where somebody is stands in no log")]
pub enum Degrees {
    /// As a number.
    Number(f64),
    /// As a decimal text: `"41.093292"`.
    Text(String),
}

/// A contact card.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_debug_implementations, reason = "it is personal data")]
pub struct Card {
    /// The name that is shown.
    pub display_name: String,
    /// A vCard 3.0, from `BEGIN:VCARD` to `END:VCARD`.
    pub vcard: String,
}

impl Card {
    /// A card with the name that is shown, and the vCard.
    pub fn new(display_name: impl Into<String>, vcard: impl Into<String>) -> Self {
        Card { display_name: display_name.into(), vcard: vcard.into() }
    }
}

impl From<f64> for Degrees {
    fn from(degrees: f64) -> Self {
        Degrees::Number(degrees)
    }
}

impl From<&str> for Degrees {
    fn from(degrees: &str) -> Self {
        Degrees::Text(degrees.to_owned())
    }
}

impl From<String> for Degrees {
    fn from(degrees: String) -> Self {
        Degrees::Text(degrees)
    }
}

impl Part for Degrees {
    fn into_json(self) -> Json {
        match self {
            Degrees::Number(number) => Json::from(number),
            Degrees::Text(text) => Json::String(text),
        }
    }

    fn of_checked(json: Json) -> Self {
        Degrees::Text(String::of_checked(json))
    }
}

impl Part for Card {
    fn into_json(self) -> Json {
        let mut card = Object::default();
        card.set("displayName", Json::String(self.display_name));
        card.set("vcard", Json::String(self.vcard));
        card.into()
    }

    fn of_checked(json: Json) -> Self {
        let text = |name| json.text(name).unwrap_or_default();
        Card::new(text("displayName"), text("vcard"))
    }
}
