//! Hosts by name: the patterns that policy lists, and which names are public at all.

/// A host that policy lists: exactly this name, or every name below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPattern {
    name: String,
    below: bool,
}

impl HostPattern {
    /// Reads `files.example` or `*.files.example`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (name, below) = text.strip_prefix("*.").map_or((text, false), |name| (name, true));
        let lower = name.to_ascii_lowercase() == name;
        (lower && is_public_host(name)).then(|| HostPattern { name: name.to_owned(), below })
    }

    /// Whether the pattern names this host, which is in lower case.
    #[must_use]
    pub fn covers(&self, host: &str) -> bool {
        if !self.below {
            return host == self.name;
        }
        host.strip_suffix(self.name.as_str()).is_some_and(|start| start.len() > 1 && start.ends_with('.'))
    }
}

/// Names that mean something only inside a network, or that turn a number in the name back into an address.
const PRIVATE: [&str; 23] = [
    "localhost",
    "local",
    "localdomain",
    "internal",
    "intranet",
    "private",
    "lan",
    "home",
    "corp",
    "arpa",
    "onion",
    "invalid",
    "svc",
    "consul",
    "test",
    "nip.io",
    "sslip.io",
    "xip.io",
    "localtest.me",
    "lvh.me",
    "vcap.me",
    "lacolhost.com",
    "traefik.me",
];

/// A DNS name of at least two labels whose last is a word: numbers in any base, which resolvers read as addresses, end in a digit.
#[must_use]
pub fn is_public_host(host: &str) -> bool {
    let label = |part: &str| {
        (1..=63).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let word =
        |part: &str| part.len() >= 2 && (part.bytes().all(|b| b.is_ascii_lowercase()) || part.starts_with("xn--"));
    let private = |name: &&str| host == *name || host.strip_suffix(*name).is_some_and(|start| start.ends_with('.'));
    host.len() <= 253
        && host.contains('.')
        && host.split('.').all(label)
        && host.rsplit('.').next().is_some_and(word)
        && !PRIVATE.iter().any(private)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_a_public_name() {
        for text in [
            "",
            "*",
            "*.",
            "*.example.*",
            "files",
            "Files.example",
            "https://files.example",
            "files.example/",
            "127.0.0.1",
            "a:443",
            "*.com-",
            "x.local",
        ] {
            assert_eq!(HostPattern::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_pattern_covers_its_host_or_those_below_it_and_none_that_only_ends_alike() {
        let [one, below] = ["files.example", "*.files.example"].map(|text| HostPattern::parse(text).unwrap());
        for (host, named, is_below) in [
            ("files.example", true, false),
            ("a.files.example", false, true),
            ("b.a.files.example", false, true),
            ("evilfiles.example", false, false),
            (".files.example", false, false),
            ("files.example.evil", false, false),
            ("other.example", false, false),
        ] {
            assert_eq!((one.covers(host), below.covers(host)), (named, is_below), "{host}");
        }
    }
}
