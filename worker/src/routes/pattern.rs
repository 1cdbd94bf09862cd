//! Paths with parameters: `/api/{account}/{phone}/status`.

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

    /// The parameter of this name; empty where the pattern has none.
    #[must_use]
    pub fn get(&self, name: &str) -> &'p str {
        self.0.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_fits_part_for_part() {
        let found = Parameters::of("/api/{account}/{phone}/status", "/api/main/1150/status").unwrap();
        assert_eq!((found.get("account"), found.get("phone"), found.get("other")), ("main", "1150", ""));
        assert_eq!(Parameters::of("/ping", "/ping"), Some(Parameters::default()));
        for path in ["/api/main/1150", "/api/main/1150/status/", "/api/main/1150/Status", "api/main/1150/status", ""] {
            assert_eq!(Parameters::of("/api/{account}/{phone}/status", path), None, "{path}");
        }
    }
}
