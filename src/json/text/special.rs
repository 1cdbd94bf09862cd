//! What both reader and writer of a string look for.

use crate::strings::around;

/// The first character that can't stand in a JSON string as it is, with what is before and after it.
#[inline(never)]
pub(super) fn next_special(text: &str) -> Option<(&str, u8, &str)> {
    let bytes = text.as_bytes();
    let at = bytes.iter().position(|b| matches!(b, b'"' | b'\\' | 0..=0x1f))?;
    let (run, after) = around(text, at)?;
    let special = *bytes.get(at)?;
    Some((run, special, after))
}
