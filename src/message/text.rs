//! Texts and what is written as text: message ids, emoji, coordinates; and flags.

use super::check::{string, wrong_kind};
use super::fault::{FaultCode, Faults};
use crate::json::Json;

/// A text with something in it.
pub(super) fn text(value: Json, path: &str, faults: &mut Faults) -> Option<Json> {
    let text = string(value, path, faults)?;
    if text.trim().is_empty() {
        faults.add(path, FaultCode::Empty, "Write something: this text is empty.");
        return None;
    }
    if text.contains('\0') {
        faults.add(path, FaultCode::InvalidCharacter, "Take out the NUL character (U+0000).");
        return None;
    }
    Some(Json::String(text))
}

/// `true` or `false`.
pub(super) fn flag(value: Json, path: &str, faults: &mut Faults) -> Option<Json> {
    if let Json::Bool(_) = value {
        return Some(value);
    }
    wrong_kind("true or false", &value, path, faults);
    None
}

/// The id of a message: Maytapi's `msgId` (a UUID) or WhatsApp's serialized id (`false_<chat>_<hex>`). Opaque.
pub(super) fn message_id(value: Json, path: &str, faults: &mut Faults) -> Option<Json> {
    let text = string(value, path, faults)?;
    let id = text.trim();
    if (1..=256).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic()) {
        return Some(Json::String(id.to_owned()));
    }
    let message = "Give a message's id: the msgId of a send, or message.id of a webhook.";
    faults.add(path, FaultCode::InvalidMessageId, message);
    None
}

/// One emoji.
pub(super) fn emoji(value: Json, path: &str, faults: &mut Faults) -> Option<Json> {
    let text = string(value, path, faults)?;
    let emoji = text.trim();
    // The longest emoji (families, flags of regions) have some ten code points.
    if (1..=16).contains(&emoji.chars().count()) && emoji.chars().all(is_part_of_emoji) && !emoji.is_ascii() {
        return Some(Json::String(emoji.to_owned()));
    }
    faults.add(path, FaultCode::InvalidEmoji, "React with one emoji.");
    None
}

/// Degrees from a number or a decimal text, at most `limit` away from zero, as the text that Maytapi's examples send. The text is
/// checked digit by digit: it reaches the wire as it was written, not as the nearest binary number.
pub(super) fn degrees(value: Json, limit: u16, path: &str, faults: &mut Faults) -> Option<Json> {
    let text = match value {
        Json::Int(number) => number.to_string(),
        Json::Float(number) => decimal(number),
        Json::String(text) => text.trim().to_owned(),
        other => {
            wrong_kind("decimal degrees", &other, path, faults);
            return None;
        }
    };
    match within(&text, limit) {
        Some(true) => return Some(Json::String(text)),
        Some(false) => {
            faults.add(path, FaultCode::OutOfRange, &format!("Give degrees between -{limit} and {limit}."));
        }
        None => faults.add(path, FaultCode::WrongKind, "Give decimal degrees with a point, such as 41.093292."),
    }
    None
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

    fn read(check: impl Fn(Json, &str, &mut Faults) -> Option<Json>, value: Json) -> Result<String, FaultCode> {
        let mut faults = Faults::default();
        let read = check(value, "x", &mut faults).ok_or_else(|| faults.as_slice()[0].code)?;
        Ok(read.as_str().unwrap().to_owned())
    }

    fn latitude(value: Json) -> Result<String, FaultCode> {
        read(|value, path, faults| degrees(value, 90, path, faults), value)
    }

    fn longitude(value: Json) -> Result<String, FaultCode> {
        read(|value, path, faults| degrees(value, 180, path, faults), value)
    }

    fn string(text: &str) -> Json {
        Json::String(text.into())
    }

    #[test]
    fn coordinates_are_numbers_or_texts_within_range() {
        for (value, wanted) in [
            (string("41.093292"), "41.093292"),
            (string(" -90 "), "-90"),
            (string("90.000"), "90.000"),
            (Json::Float(29.061737), "29.061737"),
            (Json::Float(1e-7), "0.0000001"),
            (Json::Float(-0.5), "-0.5"),
            (Json::Float(-1e-13), "0"),
            (Json::Float(89.999_999_999_999), "89.999999999999"),
            (Json::Int(0), "0"),
        ] {
            assert_eq!(latitude(value).unwrap(), wanted);
        }
        for (value, code) in [
            (string("90.0001"), FaultCode::OutOfRange),
            (string("-91"), FaultCode::OutOfRange),
            (string("99999999999999999999"), FaultCode::OutOfRange),
            (Json::Float(1e300), FaultCode::OutOfRange),
            (Json::Float(f64::NAN), FaultCode::WrongKind),
            (Json::Float(f64::INFINITY), FaultCode::OutOfRange),
            (string(""), FaultCode::WrongKind),
            (string("41,09"), FaultCode::WrongKind),
            (string("1e1"), FaultCode::WrongKind),
            (string("41°"), FaultCode::WrongKind),
            (string("."), FaultCode::WrongKind),
            (Json::Bool(true), FaultCode::WrongKind),
        ] {
            assert_eq!(latitude(value.clone()), Err(code), "{value:?}");
        }
        assert!(longitude(Json::Int(-180)).is_ok());
        assert_eq!(longitude(Json::Int(181)), Err(FaultCode::OutOfRange));
    }

    #[test]
    fn an_emoji_is_told_from_a_word() {
        for good in ["😀", "👍🏽", "👩‍👩‍👧‍👦", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "❤️", "1️⃣", "🇩🇪", "✔", "ℹ️", "🅰️", "©"]
        {
            assert!(read(emoji, string(good)).is_ok(), "{good}");
        }
        for bad in ["", " ", "ok", ":)", "1", "é", "好", "😀 😀", "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀"]
        {
            assert_eq!(read(emoji, string(bad)), Err(FaultCode::InvalidEmoji), "{bad}");
        }
    }

    #[test]
    fn an_empty_text_is_refused() {
        assert_eq!(read(text, string(" \n")), Err(FaultCode::Empty));
        assert_eq!(read(text, string("a\0b")), Err(FaultCode::InvalidCharacter));
        assert_eq!(read(text, Json::Int(1)), Err(FaultCode::WrongKind));
    }

    #[test]
    fn a_message_id_has_no_white_space() {
        assert!(read(message_id, string("false_12025550123@c.us_3EB0A81ECEA6D47F2F13")).is_ok());
        assert_eq!(read(message_id, string("a b")), Err(FaultCode::InvalidMessageId));
        assert_eq!(read(message_id, string("")), Err(FaultCode::InvalidMessageId));
    }
}
