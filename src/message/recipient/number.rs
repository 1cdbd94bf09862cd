//! Phone numbers. The country is never guessed, and what lost or gained digits on its way is not mended.

use crate::strings::{after_ignoring_case, is_digits};

/// The digits of a number, country code first.
pub(super) fn phone_number(text: &str) -> Result<String, &'static str> {
    let mut digits = String::with_capacity(text.len());
    for c in text.chars() {
        if !is_separator(c) {
            digits.push(c);
        }
    }
    let number = after_ignoring_case(&digits, "+").or_else(|| after_ignoring_case(&digits, "00"));
    let has_code = number.is_some();
    let number = number.unwrap_or(&digits);
    Err(if text.is_empty() {
        "Say who receives the message: a phone number or a WhatsApp id."
    } else if text.contains('{') || PLACEHOLDERS.iter().any(|word| after_ignoring_case(text, word).is_some()) {
        "A variable was not filled in: there is no phone number in this."
    } else if is_of_spreadsheet(text) {
        "A spreadsheet wrote this as a quantity, and digits may be lost; format the column as text."
    } else if has_several(text) {
        "Give one recipient for each message; sendMany sends to a list."
    } else if has_zero_in_brackets(text) {
        // "+44 (0) 20 …": the zero is dialled at home only, and whether it belongs is not ours to guess.
        "Leave the (0) out: after the country code it is not dialled."
    } else if !is_digits(number.as_bytes()) {
        "A phone number has only digits, country code first, such as 12025550123."
    } else if number.as_bytes().first() == Some(&b'0') || (text.starts_with('(') && !has_code) {
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

/// What programs write where there is nothing.
const PLACEHOLDERS: [&str; 7] = ["undefined", "null", "none", "nan", "nil", "[object", "<"];

/// A number with an exponent (`1.20256E+10`), or with a fraction where a whole one was meant (`12025550123.0`).
fn is_of_spreadsheet(text: &str) -> bool {
    let exponent = text.bytes().position(|b| matches!(b, b'e' | b'E'));
    let mantissa = exponent.and_then(|at| text.split_at_checked(at)).map(|(mantissa, exponent)| {
        let exponent = exponent.get(1..).unwrap_or_default();
        (
            mantissa,
            after_ignoring_case(exponent, "+").or_else(|| after_ignoring_case(exponent, "-")).unwrap_or(exponent),
        )
    });
    if let Some((mantissa, exponent)) = mantissa {
        let of_mantissa = |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'+' | b' ');
        return is_digits(exponent.as_bytes()) && !mantissa.is_empty() && mantissa.bytes().all(of_mantissa);
    }
    // Between the groups of a number a point stands more than once, or before more digits than such a fraction has.
    let mut points = text.bytes().enumerate().filter(|(_, b)| matches!(b, b'.' | b','));
    match (points.next(), points.next()) {
        (Some((at, _)), None) => {
            let fraction = text.get(at.saturating_add(1)..).unwrap_or_default();
            at >= 7
                && (fraction.len() == 1 || ((2..4).contains(&fraction.len()) && fraction.bytes().all(|b| b == b'0')))
        }
        _ => false,
    }
}

/// Whether there are several numbers: two parts, each as long as a number, or each with a plus.
fn has_several(text: &str) -> bool {
    let (mut long, mut pluses, mut digits) = (0_u32, 0_u32, 0_u32);
    for byte in text.bytes().chain([b',']) {
        match byte {
            b'0'..=b'9' => digits = digits.saturating_add(1),
            b'+' => pluses = pluses.saturating_add(1),
            b',' | b';' | b'/' | b'|' | b'&' | b'\n' | b'a'..=b'z' | b'A'..=b'Z' => {
                long = long.saturating_add(u32::from(digits >= 7));
                digits = 0;
            }
            _ => {}
        }
    }
    long > 1 || (pluses > 1 && text.len() > 16)
}

/// Whether a text holds `(0)`, with or without spaces.
fn has_zero_in_brackets(text: &str) -> bool {
    const SOUGHT: [char; 3] = ['(', '0', ')'];
    let mut last = [' '; 3];
    text.chars().filter(|c| *c != ' ').any(|c| {
        let [_, first, second] = last;
        last = [first, second, c];
        last == SOUGHT
    })
}

/// What people and address books put between digits.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '.' | '/' | '(' | ')')
}
