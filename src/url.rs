//! Addresses: what is an absolute http or https URL, and what stands in it. The host's `URL` would be a crossing of the boundary, the crate
//! `url` is too large for what a browser downloads.

use std::fmt;

use crate::strings::{after_ignoring_case, any_word, integer, is_digits, rsplit_once, split_once, trim, until};

/// An absolute http or https URL, kept as it was written.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct HttpUrl(String);

impl HttpUrl {
    /// Reads an absolute http or https URL; `None` where it is none. What to do then depends on where it stands.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        http_url(text).map(|url| HttpUrl(url.to_owned()))
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the scheme is https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        after_ignoring_case(&self.0, "https:").is_some()
    }

    /// Everything between `//` and the path: `user:password@host:port`, mostly only the host.
    #[must_use]
    pub fn authority(&self) -> &str {
        after_scheme(&self.0).map_or("", authority)
    }
}

/// A URL may carry a signature, so its debug form stops at the host.
impl fmt::Debug for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpUrl({}/…)", host_and_port(after_scheme(&self.0).unwrap_or_default()))
    }
}

/// The text without white space at its ends, where it is an http or https URL.
#[must_use]
pub(crate) fn http_url(text: &str) -> Option<&str> {
    let url = trim(text);
    let rest = after_scheme(url)?;
    (rest.chars().all(may_stand_in_url) && is_host_and_port(host_and_port(rest))).then_some(url)
}

/// The host of an http or https URL, without user and port.
pub(crate) fn host(url: &str) -> &str {
    let host = host_and_port(after_scheme(url).unwrap_or_default());
    if host.as_bytes().first() == Some(&b'[') { host } else { until(host, |b| b == b':') }
}

/// Whether an http or https URL leads to this machine or into its network, where nobody outside can follow.
#[inline(never)]
pub(crate) fn is_private(url: &str) -> bool {
    let host = &host(url).to_ascii_lowercase();
    if after_ignoring_case(host, "[").is_some() {
        return any_word("[::] [::1] [fc [fd [fe8 [fe9 [fea [feb", &|start| after_ignoring_case(host, start).is_some());
    }
    let part = |text| until(text, |b| b == b'.');
    let first = part(host);
    match (integer(first), host.get(first.len().saturating_add(1)..).and_then(|rest| integer(part(rest)))) {
        (Some(0 | 10 | 127), Some(_)) | (Some(100), Some(64..=127)) | (Some(169), Some(254)) => true,
        (Some(172), Some(16..=31)) | (Some(192), Some(168)) => true,
        _ => {
            let last = rsplit_once(host, b'.').map_or("local", |(_, last)| last);
            any_word(PRIVATE_NAMES, &|name| name == last)
        }
    }
}

/// Last parts of names that mean something only inside a network. A name without a dot is one, too.
const PRIVATE_NAMES: &str = "localhost local localdomain internal intranet lan home corp test arpa";

fn after_scheme(url: &str) -> Option<&str> {
    after_ignoring_case(url, "https://").or_else(|| after_ignoring_case(url, "http://"))
}

fn authority(after_scheme: &str) -> &str {
    until(after_scheme, |b| matches!(b, b'/' | b'?' | b'#'))
}

fn host_and_port(after_scheme: &str) -> &str {
    let authority = authority(after_scheme);
    rsplit_once(authority, b'@').map_or(authority, |(_, host)| host)
}

fn may_stand_in_url(c: char) -> bool {
    !c.is_whitespace() && !c.is_control() && !matches!(c, '\\' | '"' | '<' | '>' | '`')
}

fn is_host_and_port(text: &str) -> bool {
    let (fits, port) = match after_ignoring_case(text, "[").and_then(|rest| split_once(rest, b']')) {
        Some((address, port)) => (is_ipv6(address), port),
        None => {
            let host = until(text, |b| b == b':');
            (is_host(host), text.get(host.len()..).unwrap_or_default())
        }
    };
    fits && (port.is_empty() || after_ignoring_case(port, ":").is_some_and(is_port))
}

fn is_port(text: &str) -> bool {
    is_digits(text.as_bytes()) && integer(text).is_some_and(|port| port <= i64::from(u16::MAX))
}

/// Up to eight groups of four hexadecimal digits, of which `::` stands for at least one. The form with an IPv4 tail is left out.
fn is_ipv6(text: &str) -> bool {
    match text.as_bytes().windows(2).position(|pair| pair == b"::") {
        Some(at) => {
            let (left, right) = text.split_at_checked(at).unwrap_or_default();
            let right = after_ignoring_case(right, "::").unwrap_or_default();
            matches!((ipv6_groups(left), ipv6_groups(right)), (Some(a), Some(b)) if a.saturating_add(b) <= 7)
        }
        None => ipv6_groups(text) == Some(8),
    }
}

/// How many groups of one to four hexadecimal digits stand between colons; `None` where there is anything else.
fn ipv6_groups(text: &str) -> Option<usize> {
    let mut count = 0_usize;
    let mut rest = (!text.is_empty()).then_some(text);
    while let Some(groups) = rest {
        let group = until(groups, |b| b == b':');
        if !(1..=4).contains(&group.len()) || !group.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        count = count.saturating_add(1);
        rest = groups.get(group.len().saturating_add(1)..);
    }
    Some(count)
}

/// Letters, digits and dashes in labels between dots; other scripts pass, as browsers take them.
fn is_host(host: &str) -> bool {
    let mut in_label = false;
    for byte in host.bytes() {
        let allowed = byte.is_ascii_alphanumeric() || !byte.is_ascii() || matches!(byte, b'-' | b'_');
        if !allowed && (byte != b'.' || !in_label) {
            return false;
        }
        in_label = allowed;
    }
    // One dot may stand at the end, which is the root of all names.
    host.len() <= 253 && !host.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn urls_are_told_from_what_is_none() {
        for good in [
            "https://files.example/a.pdf",
            "HTTP://files.example:8080/a?b=c#d",
            "https://[2001:db8::1]:443/x",
            "https://[2001:db8::1]",
            "https://[::]/",
            "https://[1:2:3:4:5:6:7:8]/",
            "https://bücher.example/ü",
            "https://user:secret@files.example/",
            "https://files.example.",
        ] {
            assert!(HttpUrl::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "a.pdf",
            "//files.example/a",
            "ftp://files.example/a",
            "https://",
            "https:///a",
            "https://:443/",
            "https://files.example:99999/",
            "https://files.example:+80/",
            "https://files..example/",
            "https://files.example/a b",
            "https://files.example\\@other.example/",
            "https://%31%32.example/",
            "https://[::g]/",
            "https://[1:2:3]/",
            "https://[1::2::3]/",
            "https://[1:2:3:4:5:6:7:8:9]/",
            "https://[]/",
            "https://[::1]x/",
            "javascript:alert(1)",
        ] {
            assert!(HttpUrl::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn what_leads_into_a_network_is_told_from_what_is_public() {
        for private in [
            "http://localhost:3000/a",
            "https://LOCALHOST/",
            "http://user@127.0.0.1:8080/a.pdf",
            "http://127.1/",
            "http://0.0.0.0/",
            "http://10.1.2.3/",
            "http://172.16.0.1/",
            "http://172.31.255.255",
            "http://192.168.1.20/a.png",
            "http://169.254.169.254/latest",
            "http://100.64.0.1/",
            "http://[::1]:8080/",
            "http://[fd00::1]/",
            "http://[fe80::1]/",
            "http://nas/a.pdf",
            "http://printer.local/",
            "https://files.corp/",
            "https://app.test/",
        ] {
            assert!(is_private(private), "{private}");
        }
        for public in [
            "https://files.example/a.pdf",
            "http://172.32.0.1/",
            "http://192.169.0.1/",
            "http://11.0.0.1/",
            "https://10.files.example/",
            "https://localhost.files.example/",
            "https://files.example?localhost",
            "https://[2001:db8::1]/",
            "https://home.example/local",
        ] {
            assert!(!is_private(public), "{public}");
        }
    }

    #[test]
    fn a_url_is_printed_up_to_its_host() {
        let url = HttpUrl::parse("https://user:secret@files.example:8080/a?signature=1").unwrap();
        assert_eq!(format!("{url:?}"), "HttpUrl(files.example:8080/…)");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,60}") {
            let _either = HttpUrl::parse(&text);
            let _either = HttpUrl::parse(&format!("https://{text}"));
        }
    }
}
