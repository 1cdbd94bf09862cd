//! The text of a recipient without what differs only in how it looks.

use crate::strings::{is_unseen, trim};

/// With ASCII's digits and signs, and without what can't be seen.
#[inline(never)]
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if !is_unseen(c) {
            plain.push(ascii_of(c));
        }
    }
    trim(&plain).to_owned()
}

/// The digit or sign that a character of another script or width stands for.
fn ascii_of(c: char) -> char {
    match c {
        '\0'..='\u{7f}' => c,
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c).wrapping_sub(0xfee0)).unwrap_or(c),
        // Dashes of every length, and the minus sign.
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        _ if c.is_whitespace() => ' ',
        _ => digit(c).unwrap_or(c),
    }
}

fn digit(c: char) -> Option<char> {
    DIGIT_ZEROS.iter().find_map(|zero| char::from_digit(u32::from(c).wrapping_sub(*zero), 10))
}

/// Unicode's decimal digits are runs of ten (general category Nd); these are their zeros, but for ASCII and full width.
const DIGIT_ZEROS: &[u32] = &[
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
    0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
    0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450,
    0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0, 0x16b50,
    0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_run_of_digits_is_ten_of_them() {
        for zero in DIGIT_ZEROS {
            for value in 0..10 {
                let c = char::from_u32(zero + value).unwrap();
                assert!(c.is_numeric(), "{c:?}");
                assert_eq!(digit(c), char::from_digit(value, 10), "{c:?}");
            }
        }
        for none in ['²', '½', '①', 'Ⅷ', '五', '٪', 'a', '\u{66a}', '\u{10ffff}'] {
            assert_eq!(digit(none), None, "{none}");
        }
    }

    #[test]
    fn what_differs_only_in_its_look_is_one_text() {
        for text in
            ["+1 (2)-3", "＋１\u{a0}（２）－3", "\u{202a}+١ (۲)\u{2013}३\u{202c}", "\u{feff}+1\u{ad} (2)-\u{fe0f}3\n"]
        {
            assert_eq!(plain(text), "+1 (2)-3", "{text:?}");
        }
    }
}
