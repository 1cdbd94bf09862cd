//! Phone numbers. The country is never guessed, and what lost or gained digits on its way is not mended.

use crate::strings::{after_ignoring_case, any_word, around, contains, is_digits};

/// The digits of a number, country code first.
pub(super) fn phone_number(text: &str) -> Result<String, &'static str> {
    let compact = without(text, |b| b.is_ascii_whitespace());
    let digits = without(&compact, |b| matches!(b, b'-' | b'.' | b'/' | b'(' | b')'));
    let after_prefix = after_ignoring_case(&digits, "+").or_else(|| after_ignoring_case(&digits, "00"));
    let number = after_prefix.unwrap_or(&digits);
    Err(if text.is_empty() {
        "Say who receives the message: a phone number or a WhatsApp id."
    } else if contains(text, "{") || any_word(NOTHING, &|word| after_ignoring_case(text, word).is_some()) {
        "A variable was not filled in: there is no phone number in this."
    } else if is_of_spreadsheet(&compact) {
        "A spreadsheet wrote this as a quantity, and digits may be lost; format the column as text."
    } else if has_several(text) {
        "Give one recipient for each message; sendMany sends to a list."
    } else if contains(&compact, "(0)") {
        // "+44 (0) 20 …": the zero is dialled at home only, and whether it belongs is not ours to guess.
        "Leave the (0) out: after the country code it is not dialled."
    } else if !is_digits(number.as_bytes()) {
        "A phone number has only digits, country code first, such as 12025550123."
    } else if after_ignoring_case(number, "0").is_some()
        || (after_prefix.is_none() && after_ignoring_case(text, "(").is_some())
    {
        // A number begins with a bracket where the area code does, and with 0 where it is dialled at home.
        "Start with the country code, such as +1; it is never guessed."
    } else if number.len() < 7 {
        "Too short for a phone number: 7 to 15 digits, country code first."
    } else if number.len() > 15 {
        "Too long for a phone number: 7 to 15 digits; a group's id ends in @g.us."
    } else {
        return Ok(number.to_owned());
    })
}

/// How what programs write begins, where there is nothing.
const NOTHING: &str = "undefined null none nan nil [object <";

#[inline(never)]
fn without(text: &str, drop: fn(u8) -> bool) -> String {
    let mut kept = String::new();
    for c in text.chars() {
        if !u8::try_from(c).is_ok_and(drop) {
            kept.push(c);
        }
    }
    kept
}

/// A number with an exponent (`1.20256E+10`), or with a fraction where a whole one was meant (`12025550123.0`).
fn is_of_spreadsheet(compact: &str) -> bool {
    let bytes = compact.as_bytes();
    let is_point = |b: &u8| matches!(b, b'.' | b',');
    if let Some((mantissa, exponent)) =
        bytes.iter().position(|b| matches!(b, b'e' | b'E')).and_then(|at| around(compact, at))
    {
        let exponent = after_ignoring_case(exponent, "+").unwrap_or(exponent);
        let of_mantissa = |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'+');
        return is_digits(exponent.as_bytes()) && !mantissa.is_empty() && mantissa.bytes().all(of_mantissa);
    }
    // Between the groups of a number a point stands more than once, or before more digits than such a fraction has.
    let at = bytes.iter().position(is_point).unwrap_or(0);
    let fraction = bytes.get(at.saturating_add(1)..).unwrap_or_default();
    at >= 7
        && (fraction.len() == 1 || (fraction.len() < 4 && !fraction.is_empty() && fraction.iter().all(|b| *b == b'0')))
}

/// Whether there are several numbers: two parts, each as long as a number, or each with a plus.
fn has_several(text: &str) -> bool {
    let (mut long, mut pluses, mut digits) = (0_u32, 0_u32, 0_u32);
    for byte in text.bytes().chain([b',']) {
        match byte {
            b'0'..=b'9' => digits = digits.saturating_add(1),
            b'+' => pluses = pluses.saturating_add(1),
            b' ' | b'-' | b'.' | b'(' | b')' => {}
            _ => {
                long = long.saturating_add(u32::from(digits >= 7));
                digits = 0;
            }
        }
    }
    long > 1 || (pluses > 1 && text.len() > 16)
}
