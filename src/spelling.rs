//! The nearest of known words to one that is misspelt.

/// The one of `known` that was probably meant: the nearest within a third of the word's length, whatever case and separators.
#[must_use]
pub fn nearest(word: &str, known: &[&'static str]) -> Option<&'static str> {
    nearest_plain(&plain(word), known)
}

/// The same for a word that is [`plain`] already.
pub(crate) fn nearest_plain<'a>(word: &[u8], known: &[&'a str]) -> Option<&'a str> {
    let mut nearest = None;
    let mut within = (word.len() / 3).clamp(1, 3).saturating_add(1);
    for name in known {
        let distance = edit_distance(word, &plain(name));
        if distance < within {
            nearest = Some(*name);
            within = distance;
        }
    }
    nearest
}

/// Lower case without separators and brackets, so that `Media_URL` and `mediaUrl` are one word. Of a character beyond ASCII, which no name of ours
/// has, one byte is left, so that it counts as one letter.
#[inline(never)]
pub(crate) fn plain(word: &str) -> Vec<u8> {
    let is_start = |b: &u8| !(0x80..0xc0).contains(b);
    let mut plain = Vec::new();
    for byte in word.bytes().filter(is_start).take(MAX_WORD) {
        if !matches!(byte, b'_' | b'-' | b' ' | b'[' | b']') {
            plain.push(byte.to_ascii_lowercase());
        }
    }
    plain
}

/// Longer than any name of ours, short enough that comparing costs nothing.
const MAX_WORD: usize = 32;

/// Levenshtein's distance: how many letters to insert, delete or replace.
fn edit_distance(a: &[u8], b: &[u8]) -> usize {
    // From the letters of `a` so far to each start of `b`.
    let mut row = Vec::new();
    for n in 1..=b.len() {
        row.push(n);
    }
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i.saturating_add(1);
        for (y, cell) in b.iter().zip(&mut row) {
            let replace = diagonal.saturating_add(usize::from(x != y));
            diagonal = *cell;
            left = replace.min(diagonal.min(left).saturating_add(1));
            *cell = left;
        }
    }
    row.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_letters() {
        for (a, b, n) in [
            ("", "", 0),
            ("abc", "abc", 0),
            ("abc", "abd", 1),
            ("abc", "ac", 1),
            ("", "abc", 3),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(edit_distance(a.as_bytes(), b.as_bytes()), n, "{a} {b}");
        }
    }

    #[test]
    fn the_nearest_word_is_found_where_one_is_near() {
        let known = ["status", "queue", "listPhones"];
        for (word, wanted) in [
            ("statu", Some("status")),
            ("list_phones", Some("listPhones")),
            ("QUEUE", Some("queue")),
            ("logout", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, &known), wanted, "{word}");
        }
        // One letter in three may be wrong.
        for (word, wanted) in
            [("que", None), ("quexe", Some("queue")), ("quexx", None), ("statuxy", Some("status")), ("staxxy", None)]
        {
            assert_eq!(nearest(word, &known), wanted, "{word}");
        }
        assert_eq!(nearest("cat", &["bat", "hat"]), Some("bat"), "the first of two that are as near");
    }
}
