//! Paths with parameters: `/api/{account}/{phone}/status`.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// How many parameters a pattern may have.
const MOST: usize = 4;

/// What a path says in the places of a pattern's parameters: the caller's words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parameters<'p>([(&'static str, &'p str); MOST]);

impl<'p> Parameters<'p> {
    /// The parameters of a path that fits a pattern: part for part, each parameter one part.
    #[must_use]
    pub fn of(pattern: &'static str, path: &'p str) -> Option<Self> {
        let mut found = Parameters::default();
        let mut slots = found.0.iter_mut();
        let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return Some(found),
                (Some(wanted), Some(given)) => match wanted.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                    Some(name) => *slots.next()? = (name, given),
                    None if wanted == given => {}
                    None => return None,
                },
                _ => return None,
            }
        }
    }

    /// The parameter of this name, percent-decoded; empty where the pattern has none.
    #[must_use]
    pub fn get(&self, name: &str) -> Cow<'p, str> {
        self.0.iter().find(|(known, _)| *known == name).map_or(Cow::Borrowed(""), |(_, value)| decoded(value))
    }
}

/// A part of a path without its escapes. One that decodes to no text, or to more than a line of it, stays as it was written: the name of
/// nothing here is like that, and questions to a phone's object are lines.
fn decoded(part: &str) -> Cow<'_, str> {
    match percent_decode_str(part).decode_utf8() {
        Ok(text) if !text.contains(char::is_control) => text,
        _ => Cow::Borrowed(part),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_fits_part_for_part() {
        let found = Parameters::of("/api/{account}/{phone}/status", "/api/main/1150/status").unwrap();
        assert_eq!(["account", "phone", "other"].map(|name| found.get(name)), ["main", "1150", ""]);
        assert_eq!(Parameters::of("/ping", "/ping"), Some(Parameters::default()));
        for path in ["/api/main/1150", "/api/main/1150/status/", "/api/main/1150/Status", "api/main/1150/status", ""] {
            assert_eq!(Parameters::of("/api/{account}/{phone}/status", path), None, "{path}");
        }
    }

    #[test]
    fn a_parameter_is_decoded_once_and_holds_no_more_than_one_line() {
        for (part, wanted) in [
            ("true_12025550123%40c.us_3EB0", "true_12025550123@c.us_3EB0"),
            ("true_12025550123@c.us_3EB0", "true_12025550123@c.us_3EB0"),
            ("a%2Fb%20c", "a/b c"),
            ("%C3%BC", "ü"),
            ("%2540", "%40"),
            ("100%", "100%"),
            ("%zz", "%zz"),
            ("%ff", "%ff"),
            ("b_1%0A%7B%7D", "b_1%0A%7B%7D"),
            ("%00", "%00"),
            ("%C2%85", "%C2%85"),
        ] {
            let path = format!("/messages/{part}");
            assert_eq!(Parameters::of("/messages/{id}", &path).unwrap().get("id"), wanted, "{part}");
        }
        assert_eq!(Parameters::of("/messages/{id}", "/messages/a/b"), None);
    }
}
