//! The small values of which messages are made: texts, message ids, coordinates, emoji, contact cards.

use std::fmt;

use serde::{Serialize, Serializer};

use super::fault::{FaultCode, Faults};
use super::fields::{Fields, FromField, string};
use crate::json::Json;

/// A text with something in it. Its debug form gives only its length: what people write is nobody else's business.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Text(String);

/// The id of a message: Maytapi's `msgId` (a UUID) or WhatsApp's serialized id (`false_<chat>_<hex>`),
/// which holds a phone number. Opaque.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MessageId(String);

/// The emoji of a reaction.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Emoji(String);

/// Degrees north of the equator, −90 to 90, as the decimal text that Maytapi's examples send.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Latitude(String);

/// Degrees east of Greenwich, −180 to 180, as the decimal text that Maytapi's examples send.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Longitude(String);

/// A contact card: the name that is shown, and a vCard 3.0.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ContactCard {
    display_name: Text,
    vcard: String,
}

/// A sticker's size in pixels.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StickerSize {
    /// Pixels, 1 to 4096.
    pub width: u16,
    /// Pixels, 1 to 4096.
    pub height: u16,
}

macro_rules! text_value {
    ($($name:ident),*) => {$(
        impl $name {
            /// As it stands on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
    )*};
}

text_value!(Text, MessageId, Emoji, Latitude, Longitude);

/// What a message says is nobody else's business: debug output gives no more than its length.
macro_rules! private_debug {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({} bytes)"), self.0.len())
            }
        }
    )*};
}

private_debug!(Text, MessageId, Emoji, Latitude, Longitude);

impl fmt::Debug for ContactCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ContactCard(…)")
    }
}

impl FromField for Text {
    fn read(value: Json, path: &str, faults: &mut Faults) -> Option<Self> {
        let text = string(value, path, faults)?;
        if text.trim().is_empty() {
            faults.add(path, FaultCode::Empty, "Write something: this text is empty.");
            return None;
        }
        if text.contains('\0') {
            faults.add(path, FaultCode::InvalidCharacter, "Take out the NUL character (U+0000).");
            return None;
        }
        Some(Text(text))
    }
}

impl FromField for MessageId {
    fn read(value: Json, path: &str, faults: &mut Faults) -> Option<Self> {
        let text = string(value, path, faults)?;
        let trimmed = text.trim();
        let fits = (1..=256).contains(&trimmed.len()) && trimmed.bytes().all(|b| b.is_ascii_graphic());
        if !fits {
            let message = "Give a message's id: the msgId of a send, or message.id of a webhook.";
            faults.add(path, FaultCode::InvalidMessageId, message);
        }
        fits.then(|| MessageId(trimmed.to_owned()))
    }
}

impl FromField for Emoji {
    fn read(value: Json, path: &str, faults: &mut Faults) -> Option<Self> {
        let text = string(value, path, faults)?;
        let trimmed = text.trim();
        // The longest emoji (families, flags of regions) have some ten code points.
        let fits =
            (1..=16).contains(&trimmed.chars().count()) && trimmed.chars().all(is_part_of_emoji) && !trimmed.is_ascii();
        if !fits {
            faults.add(path, FaultCode::InvalidEmoji, "React with one emoji.");
        }
        fits.then(|| Emoji(trimmed.to_owned()))
    }
}

impl FromField for Latitude {
    fn read(value: Json, path: &str, faults: &mut Faults) -> Option<Self> {
        degrees(value, 90, path, faults).map(Latitude)
    }
}

impl FromField for Longitude {
    fn read(value: Json, path: &str, faults: &mut Faults) -> Option<Self> {
        degrees(value, 180, path, faults).map(Longitude)
    }
}

impl FromField for bool {
    fn read(value: Json, path: &str, faults: &mut Faults) -> Option<Self> {
        if let Json::Bool(flag) = value {
            return Some(flag);
        }
        faults.add(path, FaultCode::WrongKind, &format!("Give true or false, not {}.", value.kind()));
        None
    }
}

impl FromField for ContactCard {
    fn read(value: Json, path: &str, faults: &mut Faults) -> Option<Self> {
        let mut fields = Fields::of(value, path, faults)?;
        let display_name = fields.required::<Text>("displayName");
        let vcard = fields.required::<Vcard>("vcard");
        fields.finish(&["displayName", "vcard"]);
        Some(ContactCard { display_name: display_name?, vcard: vcard?.0 })
    }
}

impl Serialize for ContactCard {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("displayName", &self.display_name)?;
        map.serialize_entry("vcard", &self.vcard)?;
        map.end()
    }
}

impl FromField for StickerSize {
    fn read(value: Json, path: &str, faults: &mut Faults) -> Option<Self> {
        let mut fields = Fields::of(value, path, faults)?;
        let width = fields.required::<Pixels>("width");
        let height = fields.required::<Pixels>("height");
        fields.finish(&["width", "height"]);
        Some(StickerSize { width: width?.0, height: height?.0 })
    }
}

impl Serialize for StickerSize {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("width", &self.width)?;
        map.serialize_entry("height", &self.height)?;
        map.end()
    }
}

struct Vcard(String);

impl FromField for Vcard {
    fn read(value: Json, path: &str, faults: &mut Faults) -> Option<Self> {
        let text = string(value, path, faults)?;
        let line = |line: Option<&str>, wanted: &str| line.is_some_and(|line| line.trim().eq_ignore_ascii_case(wanted));
        let mut lines = text.lines().filter(|line| !line.trim().is_empty());
        let fits = line(lines.next(), "BEGIN:VCARD") && line(lines.next_back(), "END:VCARD");
        if !fits {
            let message = "Give a vCard: lines from BEGIN:VCARD and VERSION:3.0 to END:VCARD.";
            faults.add(path, FaultCode::InvalidVcard, message);
        }
        fits.then_some(Vcard(text))
    }
}

struct Pixels(u16);

impl FromField for Pixels {
    fn read(value: Json, path: &str, faults: &mut Faults) -> Option<Self> {
        let Json::Int(number) = value else {
            faults.add(path, FaultCode::WrongKind, &format!("Give whole pixels, not {}.", value.kind()));
            return None;
        };
        let pixels = u16::try_from(number).ok().filter(|n| (1..=4096).contains(n));
        if pixels.is_none() {
            faults.add(path, FaultCode::OutOfRange, "Give 1 to 4096 pixels.");
        }
        pixels.map(Pixels)
    }
}

/// Whether a character occurs in emoji: by Unicode's blocks, so that next year's emoji pass, and letters of no script do.
fn is_part_of_emoji(c: char) -> bool {
    matches!(c,
        '#' | '*' | '0'..='9' // keycaps start with these
        | '\u{a9}' | '\u{ae}'
        | '\u{200d}' | '\u{20e3}' | '\u{fe0e}' | '\u{fe0f}' // joiner, keycap, variation selectors
        | '\u{203c}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}'
        | '\u{1f000}'..='\u{1ffff}'
        | '\u{e0020}'..='\u{e007f}') // tags, in flags of regions
}

/// Reads degrees from a number or a decimal text. The text is checked digit by digit: it reaches the wire as it was written, not
/// as the nearest binary number.
fn degrees(value: Json, limit: u16, path: &str, faults: &mut Faults) -> Option<String> {
    let text = match value {
        Json::Int(number) => number.to_string(),
        Json::Float(number) => decimal(number),
        Json::String(text) => text.trim().to_owned(),
        other => {
            faults.add(path, FaultCode::WrongKind, &format!("Give decimal degrees, not {}.", other.kind()));
            return None;
        }
    };
    match within(&text, limit) {
        Some(true) => Some(text),
        Some(false) => {
            faults.add(path, FaultCode::OutOfRange, &format!("Give degrees between -{limit} and {limit}."));
            None
        }
        None => {
            faults.add(path, FaultCode::WrongKind, "Give decimal degrees with a point, such as 41.093292.");
            None
        }
    }
}

/// A number of degrees as decimal text, to 12 places, a tenth of a micrometre. Written out by hand, since the standard library's
/// float formatting alone is a tenth of what a browser would download.
fn decimal(number: f64) -> String {
    const SCALE: f64 = 1e12;
    const PLACES: usize = 12;
    if !number.is_finite() || number.abs() > 1000.0 {
        // Out of any range; the check that follows says so.
        return if number.is_nan() { String::new() } else { "1000".to_owned() };
    }
    let scaled = (number.abs() * SCALE).round() as u64;
    let digits = format!("{scaled:0>width$}", width = PLACES.saturating_add(1));
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(PLACES));
    let fraction = fraction.trim_end_matches('0');
    let sign = if number < 0.0 && scaled > 0 { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// Whether a decimal text is at most `limit` away from zero; `None` where it is no decimal text.
fn within(text: &str, limit: u16) -> Option<bool> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let whole: u16 = whole.parse().unwrap_or(u16::MAX);
    Some(whole < limit || (whole == limit && fraction.bytes().all(|b| b == b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: FromField>(value: Json) -> Result<T, FaultCode> {
        let mut faults = Faults::default();
        T::read(value, "x", &mut faults).ok_or_else(|| faults.as_slice()[0].code)
    }

    fn text(text: &str) -> Json {
        Json::String(text.into())
    }

    #[test]
    fn coordinates_are_numbers_or_texts_within_range() {
        for (value, wanted) in [
            (text("41.093292"), "41.093292"),
            (text(" -90 "), "-90"),
            (text("90.000"), "90.000"),
            (Json::Float(29.061737), "29.061737"),
            (Json::Float(1e-7), "0.0000001"),
            (Json::Float(-0.5), "-0.5"),
            (Json::Float(-1e-13), "0"),
            (Json::Float(89.999_999_999_999), "89.999999999999"),
            (Json::Int(0), "0"),
        ] {
            assert_eq!(read::<Latitude>(value).unwrap().as_str(), wanted);
        }
        for (value, code) in [
            (text("90.0001"), FaultCode::OutOfRange),
            (text("-91"), FaultCode::OutOfRange),
            (text("99999999999999999999"), FaultCode::OutOfRange),
            (Json::Float(1e300), FaultCode::OutOfRange),
            (Json::Float(f64::NAN), FaultCode::WrongKind),
            (Json::Float(f64::INFINITY), FaultCode::OutOfRange),
            (text(""), FaultCode::WrongKind),
            (text("41,09"), FaultCode::WrongKind),
            (text("1e1"), FaultCode::WrongKind),
            (text("41°"), FaultCode::WrongKind),
            (text("."), FaultCode::WrongKind),
            (Json::Bool(true), FaultCode::WrongKind),
        ] {
            assert_eq!(read::<Latitude>(value.clone()), Err(code), "{value:?}");
        }
        assert!(read::<Longitude>(Json::Int(-180)).is_ok());
        assert_eq!(read::<Longitude>(Json::Int(181)), Err(FaultCode::OutOfRange));
    }

    #[test]
    fn an_emoji_is_told_from_a_word() {
        for good in ["😀", "👍🏽", "👩‍👩‍👧‍👦", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "❤️", "1️⃣", "🇩🇪", "✔", "ℹ️", "🅰️", "©"]
        {
            assert!(read::<Emoji>(text(good)).is_ok(), "{good}");
        }
        for bad in ["", " ", "ok", ":)", "1", "é", "好", "😀 😀", "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀"]
        {
            assert_eq!(read::<Emoji>(text(bad)), Err(FaultCode::InvalidEmoji), "{bad}");
        }
    }

    #[test]
    fn an_empty_text_is_refused() {
        assert_eq!(read::<Text>(text(" \n")), Err(FaultCode::Empty));
        assert_eq!(read::<Text>(text("a\0b")), Err(FaultCode::InvalidCharacter));
        assert_eq!(read::<Text>(Json::Int(1)), Err(FaultCode::WrongKind));
    }

    #[test]
    fn a_message_id_has_no_white_space() {
        assert!(read::<MessageId>(text("false_12025550123@c.us_3EB0A81ECEA6D47F2F13")).is_ok());
        assert_eq!(read::<MessageId>(text("a b")), Err(FaultCode::InvalidMessageId));
        assert_eq!(read::<MessageId>(text("")), Err(FaultCode::InvalidMessageId));
    }

    #[test]
    fn debug_output_tells_no_content() {
        let secret = read::<Text>(text("meet me at noon")).unwrap();
        assert_eq!(format!("{secret:?}"), "Text(15 bytes)");
    }
}
