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
        let hostile = [
            "http://files.example/a",
            "HTTP://files.example/a",
            "ftp://files.example/a",
            "file:///etc/passwd",
            "gopher://files.example/_x",
            "dict://files.example:11211/",
            "javascript:alert(1)",
            "//files.example/a",
            "https:files.example",
            "https:/files.example",
            "https:///files.example",
            "https://",
            "https://localhost/",
            "https://LOCALHOST/",
            "https://localhost./",
            "https://a.localhost/",
            "https://127.0.0.1/",
            "https://127.0.0.1:443/",
            "https://127.0.0.1./",
            "https://127.1/",
            "https://127.0.1/",
            "https://127.255.255.254/",
            "https://0/",
            "https://0.0.0.0/",
            "https://00.0.0.0/",
            "https://2130706433/",
            "https://017700000001/",
            "https://0177.0.0.1/",
            "https://0177.0.0.01/",
            "https://0x7f000001/",
            "https://0x7f.0.0.1/",
            "https://0x7f.1/",
            "https://0X7F.0x0.0x0.0x1/",
            "https://10.0.0.1/",
            "https://100.64.0.1/",
            "https://169.254.169.254/latest/meta-data/",
            "https://172.16.0.1/",
            "https://192.168.0.1/",
            "https://198.18.0.1/",
            "https://255.255.255.255/",
            "https://2852039166/",
            "https://0xa9fea9fe/",
            "https://0251.0376.0251.0376/",
            "https://[::1]/",
            "https://[::]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:7f00:1]/",
            "https://[0:0:0:0:0:0:0:1]/",
            "https://[fd00::1]/",
            "https://[fe80::1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[2001:db8::1]:443/",
            "https://metadata.google.internal/",
            "https://metadata/",
            "https://router.lan/",
            "https://printer.local/",
            "https://db.corp/",
            "https://1.0.0.127.in-addr.arpa/",
            "https://127.0.0.1.nip.io/",
            "https://7f000001.nip.io/",
            "https://127-0-0-1.sslip.io/",
            "https://localtest.me/",
            "https://a.lvh.me/",
            "https://files.example:8080/",
            "https://files.example:22/",
            "https://files.example:0443/",
            "https://files.example:/",
            "https://files.example./",
            "https://files.example../",
            "https://files..example/",
            "https://.files.example/",
            "https://-files.example/",
            "https://user@files.example/",
            "https://user:pass@files.example/",
            "https://files.example@127.0.0.1/",
            "https://files.example:443@127.0.0.1/",
            "https://127.0.0.1#@files.example/",
            "https://127.0.0.1?@files.example/",
            "https://127.0.0.1\\@files.example/",
            "https://files.example\\@127.0.0.1/",
            "https://%31%32%37.0.0.1/",
            "https://files%2eexample/",
            "https://files.example%00.evil.example/",
            "https://①②⑦.⓪.⓪.①/",
            "https://１２７.0.0.1/",
            "https://127。0。0。1/",
            "https://bücher.example/",
            "https://files.example\u{200b}/",
            "https://files.example\t/",
            "https://files.example\r\nhost: x/",
            "https://fi les.example/",
            "https://single/",
        ];
        assert!(hostile.len() >= 60);
        for url in hostile {
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
