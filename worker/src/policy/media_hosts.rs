//! Which addresses Maytapi may be told to fetch: public https hosts by name, within what policy lists.
//!
//! Maytapi's servers fetch media and link previews, so an address is an order to a machine in somebody's network. The proxy fetches
//! nothing itself; it lets through only what can't name a host by number, a private name or another port. A public name may still
//! resolve to a private address, which only a list of hosts closes.

use maytapi::url::HttpUrl;

use crate::config::host_pattern::{HostPattern, is_public_host};

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
    if !is_public_host(&host) {
        return Err("Name a public host, such as files.example: no number, no local name, no trailing dot.");
    }
    match listed {
        Some(hosts) if !hosts.iter().any(|pattern| pattern.covers(&host)) => {
            Err("This host is none of those that the proxy's policy lists.")
        }
        _ => Ok(()),
    }
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
            "https://svc.files.example/",
            "https://mysvc.example/",
            "https://consul.example/",
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
    fn what_is_wrong_is_what_is_said() {
        for (url, word) in [
            ("http://files.example/", "https"),
            ("https://ada@files.example/", "user name"),
            ("https://files.example:8443/", "port"),
            ("https://[2001:db8::1]/", "public host"),
        ] {
            assert!(says(url, None).is_err_and(|told| told.contains(word)), "{url}");
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
}
