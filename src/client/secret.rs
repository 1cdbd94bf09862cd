//! Credentials: values that have no way to be printed, and that are taken out of every text that is shown.

use std::fmt;

/// A value that must not be shown: it has no way to be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a credential that can stand in a header: visible ASCII, at most 8 KB.
    #[must_use]
    pub fn new(value: &str) -> Option<Self> {
        let fits = !value.is_empty() && value.len() <= 8192 && value.bytes().all(|b| b.is_ascii_graphic());
        fits.then(|| Secret(value.to_owned()))
    }

    /// The value itself, for the one header that carries it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The text with every occurrence of this secret taken out.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        let (mut clean, mut rest) = (String::new(), text);
        while let Some(first) = rest.chars().next() {
            match rest.strip_prefix(&self.0) {
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
        assert!(!format!("{secret:?}").contains("canary"));
        assert_eq!(secret.redact("key canary-key!"), "key [redacted]!");
    }

    #[test]
    fn a_secret_that_could_break_a_header_is_refused() {
        for value in ["", "a b", "a\r\nx: y", "é"] {
            assert!(Secret::new(value).is_none(), "{value:?}");
        }
    }
}
