//! The small objects in messages: a contact card, a sticker's size.

use super::hints;
use super::text::TEXT;
use crate::json::Json;
use crate::message::check::{Check, wrong_kind};
use crate::message::fault::{Context, FaultCode, Violation};
use crate::message::fields::Fields;
use crate::strings::{after_ignoring_case, rsplit_once, split_once, trim};

/// `{ displayName, vcard }`: the name that is shown, and a vCard.
pub(super) fn contact_card(value: &mut Json, context: &mut Context<'_>) -> bool {
    object(value, ["displayName", "vcard"], [TEXT, Check::Text(vcard, hints::vcard)], context)
}

/// `{ width, height }` in pixels.
pub(super) fn sticker_size(value: &mut Json, context: &mut Context<'_>) -> bool {
    object(value, ["width", "height"], [Check::Value(pixels); 2], context)
}

/// An object that must have exactly these fields.
fn object(value: &mut Json, names: [&'static str; 2], checks: [Check; 2], context: &mut Context<'_>) -> bool {
    let Some(mut fields) = Fields::of(value, context) else { return false };
    for (name, check) in names.iter().zip(checks) {
        fields.check(name, true, check);
    }
    let checked = fields.finish(&names);
    let complete = checked.len() == names.len();
    *value = Json::Object(checked);
    complete
}

/// The first and the last line tell a vCard, and none but a long line's rest begins with white space.
fn vcard(text: &str) -> Result<&str, Violation> {
    let card = trim(text);
    let (first, rest) = split_once(card, b'\n').unwrap_or((card, ""));
    let last = rsplit_once(rest, b'\n').map_or(rest, |(_, last)| last);
    let is = |line: &str, wanted: &str| trim(line).eq_ignore_ascii_case(wanted);
    let indented = |line: &str| line.as_bytes().first().is_some_and(|b| matches!(b, b' ' | b'\t'));
    if is(first, "BEGIN:VCARD") && is(last, "END:VCARD") {
        // After these two nothing can be the rest of a long line.
        return match indented(rest) || indented(last) {
            false => Ok(card),
            true => Err(&(
                FaultCode::InvalidVcard,
                "Take the indentation away: a line that begins with a space continues the one before.",
            )),
        };
    }
    // Written out, as where a text is escaped twice.
    let escaped = after_ignoring_case(card, "BEGIN:VCARD\\n").or_else(|| after_ignoring_case(card, "BEGIN:VCARD\\r"));
    Err(match escaped {
        Some(_) => &(FaultCode::InvalidVcard, "Put real line breaks into the vCard, not a backslash and an n."),
        None => &(
            FaultCode::InvalidVcard,
            "Give a vCard: lines from BEGIN:VCARD and VERSION:3.0 to END:VCARD. A WhatsApp user is sent with type contact.",
        ),
    })
}

fn pixels(value: &mut Json, context: &mut Context<'_>) -> bool {
    match value {
        Json::Int(1..=4096) => true,
        Json::Int(_) => context.report(FaultCode::OutOfRange, "Give 1 to 4096 pixels."),
        other => wrong_kind("whole pixels", other, context),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vcard_has_its_first_and_its_last_line_and_no_indentation() {
        for good in
            ["BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nEND:VCARD", " \nbegin:vcard \r\nFN:Ada\r\n more\r\nend:vcard\r\n"]
        {
            assert_eq!(vcard(good), Ok(trim(good)));
        }
        for (text, says) in [
            ("", "Give a vCard"),
            ("Ada", "Give a vCard"),
            ("BEGIN:VCARD", "Give a vCard"),
            ("BEGIN:VCARD\nFN:Ada", "Give a vCard"),
            ("FN:Ada\nEND:VCARD", "Give a vCard"),
            ("BEGIN:VCARD\n FN:Ada\nEND:VCARD", "indentation"),
            ("BEGIN:VCARD\nFN:Ada\n\tEND:VCARD", "indentation"),
            ("BEGIN:VCARD\\nFN:Ada\\nEND:VCARD", "real line breaks"),
            ("BEGIN:VCARD\\r\\nFN:Ada\\r\\nEND:VCARD", "real line breaks"),
        ] {
            let (code, advice) = vcard(text).unwrap_err();
            assert!(*code == FaultCode::InvalidVcard && advice.contains(says), "{text:?}: {advice}");
        }
    }
}
