//! Credentials: values that have no way to be printed, and that are taken out of every text that is shown.

use std::fmt;

use crate::strings::is_unseen;

/// A value that must not be shown: it has no way to be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Characters of the shortest secret: what is shorter is guessed, so it is no key, and is not searched for in texts.
    pub const SHORTEST: usize = 8;

    /// Takes a credential that can stand in a header: visible ASCII, at most 8 KB. Line ends after it are left out: files and commands
    /// end with one.
    #[must_use]
    pub fn new(value: &str) -> Option<Self> {
        let value = without_line_ends(value);
        let fits = !value.is_empty() && value.len() <= 8192 && value.bytes().all(|b| b.is_ascii_graphic());
        fits.then(|| Secret(value.to_owned()))
    }

    /// The value itself, for the one header that carries it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The text with every occurrence of this secret taken out, also one that is split by characters that nobody sees: whoever takes those
    /// out would put it together again. A secret too short to be one is left: it would tear words apart.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        let (mut clean, mut rest) = (String::new(), text);
        while let Some(first) = rest.chars().next() {
            match self.after(rest) {
                Some(after) => {
                    clean.push_str("[redacted]");
                    rest = after;
                }
                None => {
                    clean.push(first);
                    rest = rest.get(first.len_utf8()..).unwrap_or_default();
                }
            }
        }
        clean
    }

    /// Whether [`redact`](Self::redact) would find it in this text.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        self.redact(text) != text
    }

    /// What follows this secret, where the text starts with it.
    fn after<'t>(&self, text: &'t str) -> Option<&'t str> {
        if self.0.len() < Self::SHORTEST || text.as_bytes().first() != self.0.as_bytes().first() {
            return None;
        }
        let mut rest = text.chars();
        for wanted in self.0.chars() {
            rest.find(|c| !c.is_control() && !is_unseen(*c)).filter(|c| *c == wanted)?;
        }
        Some(rest.as_str())
    }
}

/// The text without line ends after it.
fn without_line_ends(text: &str) -> &str {
    let mut rest = text;
    while let Some(b'\r' | b'\n') = rest.as_bytes().last() {
        rest = rest.get(..rest.len().saturating_sub(1)).unwrap_or_default();
    }
    rest
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_printed() {
        let secret = Secret::new("canary-key").unwrap();
        assert_eq!(format!("{secret:?}"), "Secret");
        assert_eq!(secret.redact("key canary-key!"), "key [redacted]!");
    }

    #[test]
    fn a_secret_that_is_split_by_what_nobody_sees_is_found() {
        let secret = Secret::new("canary-key").unwrap();
        for between in ["\0", "\n", "\u{7f}", "\u{9f}", "\u{ad}", "\u{200b}", "\u{202e}", "\u{feff}", "\u{2060}\u{1}"] {
            let text = format!("key cana{between}ry-{between}key\n!");
            assert_eq!(secret.redact(&text), "key [redacted]\n!", "{between:?}");
            assert!(secret.is_in(&text), "{between:?}");
        }
        for text in ["", "canary-ke", "cana ry-key", "canary"] {
            assert_eq!(secret.redact(text), text);
            assert!(!secret.is_in(text), "{text}");
        }
    }

    #[test]
    fn a_short_secret_tears_no_words_apart() {
        for (text, redacted) in [("e", "The server said shorter."), ("shorter", "The server said shorter.")] {
            assert_eq!(Secret::new(text).unwrap().redact("The server said shorter."), redacted);
        }
        assert_eq!(Secret::new("shortest").unwrap().redact("It is shortest."), "It is [redacted].");
    }

    #[test]
    fn a_line_end_after_a_secret_is_no_part_of_it() {
        for value in ["canary-key\n", "canary-key\r\n", "canary-key\n\n"] {
            assert_eq!(Secret::new(value).unwrap().expose(), "canary-key");
        }
        assert!(
            Secret::new("\n").is_none()
                && Secret::new("\ncanary-key").is_none()
                && Secret::new("canary-key ").is_none()
        );
    }

    #[test]
    fn a_secret_that_could_break_a_header_is_refused() {
        for value in ["", "a b", "a\r\nx: y", "é"] {
            assert!(Secret::new(value).is_none(), "{value:?}");
        }
    }
}
