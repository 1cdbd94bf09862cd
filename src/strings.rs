//! Small work on strings, each function compiled once.
//!
//! The standard library does the same through patterns and `fmt`, which are generic: a browser would download a copy for every kind of
//! use, and tables besides.

/// All parts, one after the other.
#[inline(never)]
pub(crate) fn concat(parts: &[&str]) -> String {
    let mut whole = String::with_capacity(parts.iter().map(|part| part.len()).sum());
    for part in parts {
        whole.push_str(part);
    }
    whole
}

/// A list for a sentence: `a, b, c`.
pub(crate) fn listed(words: &[&str]) -> String {
    let mut list = String::new();
    for word in words {
        if !list.is_empty() {
            list.push_str(", ");
        }
        list.push_str(word);
    }
    list
}

/// What stands before and after the first `separator`, which is ASCII.
#[inline(never)]
pub(crate) fn split_once(text: &str, separator: u8) -> Option<(&str, &str)> {
    around(text, text.bytes().position(|b| b == separator)?)
}

/// What stands before and after the last `separator`, which is ASCII.
#[inline(never)]
pub(crate) fn rsplit_once(text: &str, separator: u8) -> Option<(&str, &str)> {
    around(text, text.bytes().rposition(|b| b == separator)?)
}

/// What stands before and after the byte at `at`.
#[inline(never)]
pub(crate) fn around(text: &str, at: usize) -> Option<(&str, &str)> {
    let (before, rest) = text.split_at_checked(at)?;
    Some((before, rest.get(1..)?))
}

/// What stands before the first byte at which `stop` says so, and which is ASCII; all of it where there is none.
#[inline(never)]
pub(crate) fn until(text: &str, stop: fn(u8) -> bool) -> &str {
    let end = text.bytes().position(stop);
    end.and_then(|end| around(text, end)).map_or(text, |(before, _)| before)
}

/// What follows `start`, where the text starts with it in any case of its letters.
#[inline(never)]
pub(crate) fn after_ignoring_case<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(start.len())?;
    head.eq_ignore_ascii_case(start).then_some(rest)
}

/// Whether `part` stands somewhere in a text.
#[inline(never)]
pub(crate) fn contains(text: &str, part: &str) -> bool {
    let mut rest = text.as_bytes();
    while rest.len() >= part.len() {
        if rest.starts_with(part.as_bytes()) {
            return true;
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    false
}

/// Whether `is` says so of one of these words, which a space stands between.
#[inline(never)]
pub(crate) fn any_word(words: &str, is: &dyn Fn(&str) -> bool) -> bool {
    let mut rest = Some(words);
    while let Some(words) = rest {
        let word = until(words, |b| b == b' ');
        if is(word) {
            return true;
        }
        rest = words.get(word.len().saturating_add(1)..);
    }
    false
}

/// The first characters of a text, so many at most.
#[inline(never)]
pub(crate) fn beginning(text: &str, most: usize) -> &str {
    let mut left = most;
    for (at, byte) in text.bytes().enumerate() {
        let starts_character = !(0x80..0xc0).contains(&byte);
        if starts_character && left == 0 {
            return text.get(..at).unwrap_or(text);
        }
        left = left.saturating_sub(starts_character.into());
    }
    text
}

/// Whether a text has more than so many characters.
pub(crate) fn is_longer(text: &str, most: usize) -> bool {
    beginning(text, most).len() < text.len()
}

/// The text without white space at its ends.
#[inline(never)]
pub(crate) fn trim(text: &str) -> &str {
    text.trim()
}

/// Whether a character has no width: direction marks, joiners, soft hyphens, variation selectors and the like, which come along when
/// something is copied.
#[inline(never)]
pub(crate) fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether there is nothing to see in a text.
#[inline(never)]
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_unseen(c))
}

/// Whether there is at least one byte, and all are decimal digits.
#[inline(never)]
pub(crate) fn is_digits(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

/// A whole number as decimal text.
#[inline(never)]
pub(crate) fn decimal(number: i64) -> String {
    let mut text = String::new();
    if number < 0 {
        text.push('-');
    }
    push_digits(number.unsigned_abs(), &mut text);
    text
}

fn push_digits(number: u64, text: &mut String) {
    if number > 9 {
        push_digits(number / 10, text);
    }
    text.push(char::from(b'0'.wrapping_add((number % 10) as u8)));
}

/// Two hexadecimal digits.
pub(crate) fn push_hex(byte: u8, text: &mut String) {
    for digit in [byte >> 4, byte & 0xf] {
        text.extend(char::from_digit(digit.into(), 16));
    }
}

/// The whole number that a decimal text says, with or without a sign; `None` where it is none or doesn't fit.
#[inline(never)]
pub(crate) fn integer(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    if !is_digits(digits) {
        return None;
    }
    // Counted below zero, where there is one number more than above.
    let mut number: i64 = 0;
    for digit in digits {
        if number < i64::MIN / 10 {
            return None;
        }
        number = number.wrapping_mul(10).checked_sub(i64::from(digit & 0xf))?;
    }
    if negative { Some(number) } else { number.checked_neg() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parts_are_put_together() {
        assert_eq!(concat(&["a", "", "bc"]), "abc");
        assert_eq!((listed(&[]), listed(&["a"]), listed(&["a", "b"])), (String::new(), "a".into(), "a, b".into()));
    }

    #[test]
    fn a_start_is_known_in_any_case() {
        assert_eq!(after_ignoring_case("DATA:x", "data:"), Some("x"));
        for text in ["dat", "data", "dataü", "daté:x"] {
            assert_eq!(after_ignoring_case(text, "data:"), None, "{text}");
        }
    }

    #[test]
    fn parts_and_words_are_found() {
        for (text, part, wanted) in
            [("abc", "bc", true), ("abc", "abc", true), ("ab", "abc", false), ("", "a", false), ("aab", "ab", true)]
        {
            assert_eq!(contains(text, part), wanted, "{text} {part}");
        }
        assert!(any_word("a bc d", &|word| word == "bc") && any_word("bc", &|word| word == "bc"));
        assert!(!any_word("a bc d", &|word| word == "b") && !any_word("", &|word| word == "b"));
        for (text, characters, wanted) in
            [("", 0, ""), ("abc", 1, "a"), ("aäö", 2, "aä"), ("€€", 1, "€"), ("😀a", 2, "😀a"), ("ä", 0, "")]
        {
            assert_eq!(beginning(text, characters), wanted);
        }
        for (text, characters) in [("", 0), ("abc", 3), ("äöü", 3), ("€€", 2), ("😀a", 2)] {
            assert!(!is_longer(text, characters) && (characters == 0 || is_longer(text, characters - 1)), "{text}");
        }
    }

    #[test]
    fn a_byte_has_two_hexadecimal_digits() {
        let mut text = String::new();
        for byte in [0x00, 0x0a, 0xf1] {
            push_hex(byte, &mut text);
        }
        assert_eq!(text, "000af1");
    }

    #[test]
    fn numbers_are_read_and_written_to_their_ends() {
        for text in ["9223372036854775807", "-9223372036854775808", "0", "-1", "9", "10"] {
            assert_eq!(integer(text).map(decimal).as_deref(), Some(text));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn numbers_are_those_of_the_standard_library(number in any::<i64>(), text in "[+-]{0,2}[0-9]{0,22}|\\PC{0,3}") {
            prop_assert_eq!(decimal(number), number.to_string());
            prop_assert_eq!(integer(&text), text.parse::<i64>().ok());
        }

        #[test]
        fn a_text_is_split_as_the_standard_library_splits_it(text in "[a@é]{0,8}") {
            prop_assert_eq!(split_once(&text, b'@'), text.split_once('@'));
            prop_assert_eq!(until(&text, |b| matches!(b, b'@' | b'#')), text.split(['@', '#']).next().unwrap());
            prop_assert_eq!(rsplit_once(&text, b'@'), text.rsplit_once('@'));
        }
    }
}
