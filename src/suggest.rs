//! Finds the name that was probably meant among those that there are: other people's words for it first, then the nearest spelling.

use crate::spelling::nearest_plain;
pub(crate) use crate::spelling::plain;
use crate::strings::{any_word, concat, listed};

/// A name of ours, and the words for it that other WhatsApp APIs and people use, with a space between two.
pub(crate) type Alias = (&'static str, &'static str);

/// The name among `known` that `word` was probably meant to be.
#[inline(never)]
pub(crate) fn meant<'a>(word: &str, aliases: &[Alias], known: &[&'a str]) -> Option<&'a str> {
    let word = plain(word);
    // imageMessage and imageUrl are an image.
    let stem = word.strip_suffix(b"message").or(word.strip_suffix(b"url")).unwrap_or(&word);
    for (name, words) in aliases {
        if (has_word(words, &word) || has_word(words, stem)) && known.iter().any(|known| known == name) {
            return Some(name);
        }
    }
    nearest_plain(&word, known)
}

pub(crate) fn has_word(words: &str, sought: &[u8]) -> bool {
    any_word(words, &|word| word.as_bytes() == sought)
}

/// Whether `key` is `name` (camelCase) or its snake_case form.
#[inline(never)]
pub(crate) fn is_spelling_of(key: &str, name: &str) -> bool {
    if key == name {
        return true;
    }
    let mut rest = key.bytes();
    let in_snake_case = name
        .bytes()
        .all(|b| (!b.is_ascii_uppercase() || rest.next() == Some(b'_')) && rest.next() == Some(b.to_ascii_lowercase()));
    in_snake_case && rest.next().is_none()
}

/// The sentence about an unknown name: which one was meant, or which ones there are.
#[inline(never)]
pub(crate) fn no_such(what: &str, meant: Option<&str>, known: &[&str], otherwise: &str) -> String {
    match meant {
        Some(meant) => concat(&[what, "did you mean ", meant, "?"]),
        None => concat(&[what, "there are ", &listed(known), ".", otherwise]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_one_name() {
        assert!(is_spelling_of("toNumber", "toNumber"));
        assert!(is_spelling_of("to_number", "toNumber"));
        assert!(is_spelling_of("is_hd", "isHd"));
        assert!(!is_spelling_of("tonumber", "toNumber"));
        for other in ["to__number", "to", "to_", "to_numbers", "toNumbers", ""] {
            assert!(!is_spelling_of(other, "toNumber"), "{other}");
        }
    }

    #[test]
    fn a_word_of_others_means_the_first_name_that_there_is() {
        const ALIASES: &[Alias] = &[("text", "caption label"), ("message", "caption body image")];
        for (word, known, wanted) in [
            ("caption", &["message", "text"][..], Some("text")),
            ("Caption", &["message"], Some("message")),
            ("imageUrl", &["message", "text"], Some("message")),
            ("body_message", &["message"], Some("message")),
            ("label", &["message"], None),
            ("capt", &["message", "text"], None),
            // No word of others, but nearly a name of ours.
            ("mesage", &["message", "text"], Some("message")),
        ] {
            assert_eq!(meant(word, ALIASES, known), wanted, "{word}");
        }
    }

    #[test]
    fn who_gives_an_unknown_name_is_told_the_one_that_was_meant_or_all() {
        let known = ["text", "media"];
        assert_eq!(no_such("No such type; ", Some("text"), &known, " Else raw."), "No such type; did you mean text?");
        assert_eq!(
            no_such("No such type; ", None, &known, " Else raw."),
            "No such type; there are text, media. Else raw."
        );
    }
}
