//! Which addresses Maytapi may be told to fetch: public https hosts by name, within what policy lists.
//!
//! Maytapi's servers fetch media and link previews, so an address is an order to a machine in somebody's network. The proxy fetches
//! nothing itself; it lets through only what can't name a host by number, a private name or another port. A public name may still
//! resolve to a private address, which only a list of hosts closes.

use maytapi::message::HttpUrl;

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
        (lower && is_public_name(name)).then(|| HostPattern { name: name.to_owned(), below })
    }

    fn covers(&self, host: &str) -> bool {
        if !self.below {
            return host == self.name;
        }
        host.strip_suffix(self.name.as_str()).is_some_and(|start| start.len() > 1 && start.ends_with('.'))
    }
}

/// Whether Maytapi may be told to fetch this address.
///
/// # Errors
/// Why not, as what to do instead.
pub fn permit(url: &HttpUrl, listed: Option<&[HostPattern]>) -> Result<(), &'static str> {
    if !url.is_https() {
        return Err("Use an https:// address.");
    }
    let authority = url.authority();
    if authority.contains('@') {
        return Err("Leave user name and password out of the address.");
    }
    let host = authority.strip_suffix(":443").unwrap_or(authority).to_ascii_lowercase();
    if host.contains(':') && !host.starts_with('[') {
        return Err("Leave the port out of the address.");
    }
    if !is_public_name(&host) {
        return Err("Name a public host, such as files.example: no number, no local name, no trailing dot.");
    }
    match listed {
        Some(hosts) if !hosts.iter().any(|pattern| pattern.covers(&host)) => {
            Err("This host is none of those that the proxy's policy lists.")
        }
        _ => Ok(()),
    }
}

/// Names that mean something only inside a network, or that turn a number in the name back into an address.
const PRIVATE: [&str; 21] = [
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
fn is_public_name(host: &str) -> bool {
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

    fn says(text: &str, listed: Option<&[HostPattern]>) -> Result<(), &'static str> {
        HttpUrl::parse(text).map_or(Err("no URL"), |url| permit(&url, listed))
    }

    #[test]
    fn public_https_hosts_pass() {
        for url in [
            "https://files.example/a.pdf",
            "https://FILES.example/a.pdf?x=1#y",
            "https://files.example:443/",
            "https://a-b.c_d.files.example",
            "https://xn--bcher-kva.example/",
            "https://files.xn--p1ai/",
            "https://internal.files.example/",
            "https://1.2.3.4.files.example/",
        ] {
            assert_eq!(says(url, None), Ok(()), "{url}");
        }
    }

    /// Ways to name a host that a check on the text misses and a resolver or an HTTP client understands.
    #[test]
    fn addresses_that_reach_inside_are_refused() {
        let hostile: Vec<String> = serde_json::from_str(include_str!("hostile_urls.json")).unwrap();
        assert!(hostile.len() >= 60);
        for url in &hostile {
            assert!(says(url, None).is_err(), "{url}");
        }
    }

    #[test]
    fn listed_hosts_are_exact_or_below() {
        let listed = [HostPattern::parse("files.example").unwrap(), HostPattern::parse("*.cdn.example").unwrap()];
        for (url, passes) in [
            ("https://files.example/a", true),
            ("https://Files.Example:443/a", true),
            ("https://a.cdn.example/", true),
            ("https://a.b.cdn.example/", true),
            ("https://cdn.example/", false),
            ("https://xcdn.example/", false),
            ("https://a.files.example/", false),
            ("https://files.example.evil.example/", false),
            ("https://evil.example/?files.example", false),
            ("https://files.example@evil.example/", false),
        ] {
            assert_eq!(says(url, Some(&listed)).is_ok(), passes, "{url}");
        }
        assert!(says("https://files.example/", Some(&[])).is_err());
    }

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
}
