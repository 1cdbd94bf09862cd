//! Finds the field or type that was probably meant: other APIs' names first, then the nearest spelling.

/// Whether `key` is `name` (camelCase) or its snake_case form.
pub(super) fn is_spelling_of(key: &str, name: &str) -> bool {
    key == name || (key.len() > name.len() && snake_case(name).eq(key.chars()))
}

/// The field among `known` that `key` was probably meant to be.
pub(super) fn nearest_field(key: &str, known: &[&'static str]) -> Option<&'static str> {
    let plain = plain(key);
    FIELD_ALIASES
        .iter()
        .filter(|(alias, _)| *alias == plain)
        .find_map(|(_, field)| known.iter().copied().find(|name| name == field))
        .or_else(|| nearest(&plain, known))
}

/// The type among `known` that `word` was probably meant to be.
pub(super) fn nearest_type(word: &str, known: &[&'static str]) -> Option<&'static str> {
    let plain = plain(word);
    let alias = TYPE_ALIASES.iter().find(|(alias, _)| *alias == plain).map(|(_, kind)| *kind);
    alias.or_else(|| nearest(&plain, known))
}

/// Names that other WhatsApp APIs, and people, give to a field. Where a word can mean two fields, the first that the type has wins.
const FIELD_ALIASES: &[(&str, &str)] = &[
    ("caption", "text"),
    ("label", "text"),
    ("description", "text"),
    ("body", "message"),
    ("content", "message"),
    ("text", "message"),
    ("url", "message"),
    ("link", "message"),
    ("image", "message"),
    ("video", "message"),
    ("audio", "message"),
    ("document", "message"),
    ("media", "message"),
    ("mediaurl", "message"),
    ("file", "message"),
    ("question", "message"),
    ("emoji", "message"),
    ("reaction", "message"),
    ("contact", "message"),
    ("vcard", "message"),
    ("messageid", "replyTo"),
    ("msgid", "replyTo"),
    ("messageid", "message"),
    ("msgid", "message"),
    ("to", "toNumber"),
    ("phone", "toNumber"),
    ("phonenumber", "toNumber"),
    ("number", "toNumber"),
    ("recipient", "toNumber"),
    ("chatid", "toNumber"),
    ("conversation", "toNumber"),
    ("quoted", "replyTo"),
    ("reply", "replyTo"),
    ("quote", "replyTo"),
    ("quotedmessageid", "replyTo"),
    ("inreplyto", "replyTo"),
    ("context", "replyTo"),
    ("name", "filename"),
    ("name", "displayName"),
    ("lat", "latitude"),
    ("lng", "longitude"),
    ("lon", "longitude"),
    ("long", "longitude"),
    ("answers", "options"),
    ("choices", "options"),
    ("values", "options"),
    ("single", "onlyOne"),
    ("singlechoice", "onlyOne"),
    ("hd", "isHd"),
    ("gif", "isGif"),
    ("product", "productId"),
    ("header", "title"),
    ("title", "text"),
    ("phone", "phoneNumber"),
];

const TYPE_ALIASES: &[(&str, &str)] = &[
    ("audio", "media"),
    ("video", "media"),
    ("document", "media"),
    ("file", "media"),
    ("pdf", "media"),
    ("gif", "media"),
    ("voice", "media"),
    ("ptt", "media"),
    ("photo", "image"),
    ("picture", "image"),
    ("chat", "text"),
    ("message", "text"),
    ("url", "link"),
    ("react", "reaction"),
    ("forwardmessage", "forward"),
    ("deletemessage", "delete"),
    ("revoke", "delete"),
    ("editmessage", "edit"),
    ("interactive", "buttons"),
    ("card", "vcard"),
];

/// Lower case without separators, so that `Media_URL` and `mediaUrl` are one word.
fn plain(word: &str) -> String {
    word.chars().take(MAX_WORD).filter(|c| !matches!(c, '_' | '-' | ' ')).map(|c| c.to_ascii_lowercase()).collect()
}

fn snake_case(name: &str) -> impl Iterator<Item = char> {
    name.chars().flat_map(|c| {
        let underscore = c.is_ascii_uppercase().then_some('_');
        underscore.into_iter().chain([c.to_ascii_lowercase()])
    })
}

/// The nearest of `known` within a third of the word's length.
fn nearest(word: &str, known: &[&'static str]) -> Option<&'static str> {
    let allowed = (word.chars().count() / 3).clamp(1, 3);
    let distance = |name: &'static str| (edit_distance(word, &plain(name)), name);
    known.iter().copied().map(distance).filter(|(d, _)| *d <= allowed).min_by_key(|(d, _)| *d).map(|(_, name)| name)
}

/// Longer than any name of ours, short enough that comparing costs nothing.
const MAX_WORD: usize = 32;

/// Levenshtein's distance: how many letters to insert, delete or replace.
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i.saturating_add(1);
        let mut next = Vec::with_capacity(row.len());
        next.push(left);
        for (y, above) in b.iter().zip(row.iter().skip(1)) {
            let replace = diagonal.saturating_add(usize::from(x != *y));
            diagonal = *above;
            left = replace.min(above.saturating_add(1)).min(left.saturating_add(1));
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
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
        assert!(!is_spelling_of("to__number", "toNumber"));
    }

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
            assert_eq!(edit_distance(a, b), n, "{a} {b}");
        }
    }

    #[test]
    fn the_likely_field_is_named() {
        let media = ["toNumber", "message", "text", "filename", "replyTo"];
        for (key, wanted) in [
            ("caption", Some("text")),
            ("Caption", Some("text")),
            ("url", Some("message")),
            ("to", Some("toNumber")),
            ("tonumber", Some("toNumber")),
            ("file_name", Some("filename")),
            ("mesage", Some("message")),
            ("zzz", None),
        ] {
            assert_eq!(nearest_field(key, &media), wanted, "{key}");
        }
    }
}
