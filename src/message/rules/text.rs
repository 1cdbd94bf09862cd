//! Texts and what is written as text: addresses, message ids, emoji, coordinates; and flags.

use crate::json::Json;
use crate::message::check::wrong_kind;
use crate::message::fault::{Context, FaultCode, Violation};
use crate::strings::{after_ignoring_case, concat, decimal, integer, is_digits, split_once, trim};
use crate::url::http_url;

/// A text with something in it.
pub(super) fn text(text: &str) -> Result<&str, Violation> {
    if trim(text).is_empty() {
        return Err(&(FaultCode::Empty, "Write something: this text is empty."));
    }
    if text.bytes().any(|b| b == 0) {
        return Err(&(FaultCode::InvalidCharacter, "Take out the NUL character (U+0000)."));
    }
    Ok(text)
}

/// `true` or `false`.
pub(super) fn flag(value: &mut Json, context: &mut Context<'_>) -> bool {
    matches!(value, Json::Bool(_)) || wrong_kind("true or false", value, context)
}

/// An http or https URL.
pub(super) fn url(text: &str) -> Result<&str, Violation> {
    http_url(text).ok_or(&(FaultCode::InvalidUrl, "Give a whole URL that starts with https:// or http://."))
}

/// The id of a message: Maytapi's `msgId` (a UUID) or WhatsApp's serialized id (`false_<chat>_<hex>`). Opaque.
pub(super) fn message_id(text: &str) -> Result<&str, Violation> {
    let id = trim(text);
    if (1..=256).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(id);
    }
    Err(&(FaultCode::InvalidMessageId, "Give a message's id: the msgId of a send, or message.id of a webhook."))
}

/// One emoji, or none to take a reaction back: so WhatsApp's own clients do it, and Maytapi's documentation doesn't say otherwise.
pub(super) fn emoji(text: &str) -> Result<&str, Violation> {
    let emoji = trim(text);
    if emoji.is_empty() {
        return Ok(emoji);
    }
    // The longest emoji (families, flags of regions) have some ten code points.
    let mut code_points = 0..16;
    if emoji.bytes().any(|b| !b.is_ascii())
        && emoji.chars().all(|c| code_points.next().is_some() && is_part_of_emoji(c))
    {
        return Ok(emoji);
    }
    Err(&(FaultCode::InvalidEmoji, "React with one emoji."))
}

/// Degrees of latitude, from a number or a decimal text.
pub(super) fn latitude(value: &mut Json, context: &mut Context<'_>) -> bool {
    degrees(value, 90, "Give degrees between -90 and 90.", context)
}

/// Degrees of longitude, from a number or a decimal text.
pub(super) fn longitude(value: &mut Json, context: &mut Context<'_>) -> bool {
    degrees(value, 180, "Give degrees between -180 and 180.", context)
}

/// Degrees at most `limit` away from zero, as the text that Maytapi's examples send. The text is checked digit by digit: it reaches the
/// wire as it was written, not as the nearest binary number.
#[inline(never)]
fn degrees(value: &mut Json, limit: i64, range: &str, context: &mut Context<'_>) -> bool {
    let text = match value {
        Json::Int(number) => decimal(*number),
        Json::Float(number) => decimal_fraction(*number),
        Json::String(text) => trim(text).to_owned(),
        other => return wrong_kind("decimal degrees", other, context),
    };
    match within(&text, limit) {
        Some(true) => {
            *value = Json::String(text);
            true
        }
        Some(false) => context.report(FaultCode::OutOfRange, range),
        None => context.report(FaultCode::WrongKind, "Give decimal degrees with a point, such as 41.093292."),
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

/// A number of degrees as decimal text, to 12 places, a tenth of a micrometre. Written out by hand, since the standard library's
/// float formatting alone is a tenth of what a browser would download.
fn decimal_fraction(number: f64) -> String {
    const SCALE: i64 = 1_000_000_000_000;
    if number.is_nan() {
        return String::new();
    }
    // Beyond any range the check that follows says so; within it, what is scaled stays exact.
    let scaled = number.clamp(-1000.0, 1000.0).abs() * SCALE as f64;
    let rounded = (scaled as i64).saturating_add(i64::from(scaled.fract() >= 0.5));
    let sign = if number < 0.0 && rounded > 0 { "-" } else { "" };
    let mut fraction = rounded % SCALE;
    let mut text = concat(&[sign, &decimal(rounded / SCALE), if fraction > 0 { "." } else { "" }]);
    // Digit by digit from the left, as long as there is something left to write.
    while fraction > 0 {
        fraction = fraction.saturating_mul(10);
        text.push_str(&decimal(fraction / SCALE));
        fraction %= SCALE;
    }
    text
}

/// Whether a decimal text is at most `limit` away from zero; `None` where it is no decimal text.
fn within(text: &str, limit: i64) -> Option<bool> {
    let unsigned = after_ignoring_case(text, "-").or_else(|| after_ignoring_case(text, "+")).unwrap_or(text);
    let (whole, fraction) = split_once(unsigned, b'.').unwrap_or((unsigned, "0"));
    if !is_digits(whole.as_bytes()) || !is_digits(fraction.as_bytes()) {
        return None;
    }
    let whole = integer(whole).unwrap_or(i64::MAX);
    Some(whole < limit || (whole == limit && fraction.bytes().all(|b| b == b'0')))
}

#[cfg(test)]
mod tests {
    use super::super::rule;
    use super::*;
    use crate::message::fault::Faults;
    use crate::message::table::FieldKind;

    fn read(kind: FieldKind, mut value: Json) -> Result<String, FaultCode> {
        let mut faults = Faults::default();
        match rule(kind).run(&mut value, &mut Context { path: "x", faults: &mut faults }) {
            true => Ok(value.as_str().unwrap().to_owned()),
            false => Err(faults.as_slice()[0].code),
        }
    }

    fn latitude(value: Json) -> Result<String, FaultCode> {
        read(FieldKind::Latitude, value)
    }

    fn longitude(value: Json) -> Result<String, FaultCode> {
        read(FieldKind::Longitude, value)
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
            assert!(read(FieldKind::Emoji, string(good)).is_ok(), "{good}");
        }
        assert_eq!(read(FieldKind::Emoji, string(" ")).as_deref(), Ok(""), "a reaction is taken back");
        for bad in ["ok", ":)", "1", "é", "好", "😀 😀", "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀"]
        {
            assert_eq!(read(FieldKind::Emoji, string(bad)), Err(FaultCode::InvalidEmoji), "{bad}");
        }
    }

    #[test]
    fn an_empty_text_is_refused() {
        assert_eq!(read(FieldKind::Text, string(" \n")), Err(FaultCode::Empty));
        assert_eq!(read(FieldKind::Text, string("a\0b")), Err(FaultCode::InvalidCharacter));
        assert_eq!(read(FieldKind::Text, Json::Int(1)), Err(FaultCode::WrongKind));
    }

    #[test]
    fn a_message_id_has_no_white_space() {
        assert!(read(FieldKind::MessageId, string("false_12025550123@c.us_3EB0A81ECEA6D47F2F13")).is_ok());
        assert_eq!(read(FieldKind::MessageId, string("a b")), Err(FaultCode::InvalidMessageId));
        assert_eq!(read(FieldKind::MessageId, string("")), Err(FaultCode::InvalidMessageId));
    }
}
