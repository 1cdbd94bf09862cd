//! Texts and what is written as text: addresses, message ids, emoji, coordinates; and flags.

use super::hints;
use crate::json::Json;
use crate::message::check::{Check, wrong_kind};
use crate::message::fault::{Context, FaultCode, Violation};
use crate::message::media::{SPACE, has_space};
use crate::strings::{
    after_ignoring_case, concat, decimal, integer, is_blank, is_digits, is_longer, rsplit_once, split_once, trim,
};
use crate::url::http_url;

/// A text with something in it, which is also what a type's name is in the raw form.
pub(in crate::message) const TEXT: Check = Check::Text(text, hints::text);

/// The address of a page.
pub(super) const URL: Check = Check::Text(url, hints::address);

/// A text with something in it.
pub(super) fn text(text: &str) -> Result<&str, Violation> {
    if is_blank(text) {
        return Err(&(FaultCode::Empty, "Write something: this text is empty."));
    }
    if text.bytes().any(|b| b == 0) {
        return Err(&(FaultCode::InvalidCharacter, "Take out the NUL character (U+0000)."));
    }
    Ok(text)
}

/// What a poll asks. WhatsApp's bounds are those of its own dialogue.
pub(super) fn question(asked: &str) -> Result<&str, Violation> {
    at_most(255, asked, &(FaultCode::TooLong, "Shorten the question: WhatsApp takes 255 characters."))
}

/// One answer of a poll.
pub(super) fn poll_option(option: &str) -> Result<&str, Violation> {
    at_most(100, option, &(FaultCode::TooLong, "Shorten this answer: WhatsApp takes 100 characters."))
}

fn at_most(most: usize, written: &str, otherwise: Violation) -> Result<&str, Violation> {
    if is_longer(written, most) { Err(otherwise) } else { text(written) }
}

/// A file's name without the path before it, which browsers and programs put there.
pub(super) fn filename(path: &str) -> Result<&str, Violation> {
    let after = |path, separator| rsplit_once(path, separator).map_or(path, |(_, name)| name);
    match after(after(path, b'/'), b'\\') {
        "." | ".." => Err(&(FaultCode::Empty, "Give the file's name, such as menu.pdf.")),
        name => text(trim(name)),
    }
}

/// `true` or `false`.
pub(super) fn flag(value: &mut Json, context: &mut Context<'_>) -> bool {
    matches!(value, Json::Bool(_)) || wrong_kind("true or false", value, context)
}

/// An http or https URL.
pub(super) fn url(text: &str) -> Result<&str, Violation> {
    const NO_URL: Violation =
        &(FaultCode::InvalidUrl, "Give a whole URL with https:// in front, such as https://example.com.");
    http_url(text).ok_or_else(|| if has_space(text) { SPACE } else { NO_URL })
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
    if emoji.is_empty() || is_one_emoji(emoji) {
        return Ok(emoji);
    }
    Err(&(FaultCode::InvalidEmoji, "React with one emoji, or with an empty text to take the reaction back."))
}

/// Degrees of latitude, from a number or a decimal text.
pub(super) fn latitude(value: &mut Json, context: &mut Context<'_>) -> bool {
    degrees(value, 90, "Give degrees between -90 and 90; are latitude and longitude swapped?", context)
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

/// Whether a text is one emoji: one character with what modifies it, several that a joiner binds, or two letters of a flag. By Unicode's
/// blocks, so that next year's emoji pass, and letters of no script do.
fn is_one_emoji(text: &str) -> bool {
    let (mut emoji, mut letters, mut joined, mut keycap) = (0_u32, 0_u32, false, false);
    for c in text.chars() {
        let joins = std::mem::take(&mut joined);
        match c {
            '\u{200d}' => joined = true,
            '\u{20e3}' => keycap = true,
            // Variation selectors, skins, and the tags in flags of regions.
            '\u{fe0e}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}'
                if emoji > 0 || letters > 0 => {}
            '\u{1f1e6}'..='\u{1f1ff}' => letters = letters.saturating_add(1),
            '#'
            | '*'
            | '0'..='9'
            | '\u{a9}'
            | '\u{ae}'
            | '\u{203c}'..='\u{2bff}'
            | '\u{3030}'
            | '\u{303d}'
            | '\u{3297}'
            | '\u{3299}'
            | '\u{1f000}'..='\u{1ffff}' => {
                // A digit is an emoji only as a keycap.
                emoji = emoji.saturating_add(u32::from(!joins));
            }
            _ => return false,
        }
    }
    let ascii = text.as_bytes().first().is_some_and(u8::is_ascii);
    ascii == keycap && matches!((emoji, letters), (1, 0) | (0, 2))
}

/// A number of degrees as decimal text, to 12 places, a tenth of a micrometre. Written out by hand: the tables of the
/// standard library's float formatting are too large for what a browser downloads.
fn decimal_fraction(number: f64) -> String {
    const SCALE: i64 = 1_000_000_000_000;
    if number.is_nan() {
        return String::new();
    }
    // Beyond any range the check that follows says so; within it, what is scaled stays exact.
    let scaled = number.clamp(-1000.0, 1000.0).abs() * SCALE as f64;
    let rounded = (scaled as i64).saturating_add(i64::from(scaled.fract() >= 0.5));
    let sign = if number.is_sign_negative() && rounded > 0 { "-" } else { "" };
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
    use crate::message::fault::Remarks;
    use crate::message::table::FieldKind;

    fn read(kind: FieldKind, mut value: Json) -> Result<String, FaultCode> {
        let mut remarks = Remarks::default();
        match rule(kind).run(&mut value, &mut Context { path: "x", remarks: &mut remarks }) {
            true => Ok(value.as_str().unwrap().to_owned()),
            false => Err(remarks.faults.as_slice()[0].code),
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
        for good in ["😀", "👍🏽", "👩‍👩‍👧‍👦", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "❤️", "1️⃣", "🇩🇪", "✔", "ℹ️", "🅰️", "©", "🏽", "🇩🇪\u{fe0f}"]
        {
            assert!(read(FieldKind::Emoji, string(good)).is_ok(), "{good}");
        }
        assert_eq!(read(FieldKind::Emoji, string(" ")).as_deref(), Ok(""), "a reaction is taken back");
        for bad in [
            "ok",
            ":)",
            "1",
            "é",
            "好",
            "😀 😀",
            "👍👍",
            "👍🏽👎",
            "😀x",
            "🇩🇪🇫🇷",
            "🇩",
            "👍🇩🇪",
            "\u{fe0f}",
            "\u{fe0f}😀",
            "\u{200d}",
            "\u{1f3fd}\u{200b}",
            "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀",
        ] {
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
