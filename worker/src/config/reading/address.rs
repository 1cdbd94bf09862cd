//! Addresses in the configuration: origins of pages and apps, and those that only tests may give.

use maytapi::client::is_loopback;
use maytapi::url::HttpUrl;

/// What apps' web views and browser extensions have in place of https.
const APP_SCHEMES: [&str; 5] = ["capacitor", "ionic", "tauri", "chrome-extension", "moz-extension"];

/// Reads an origin, exactly as browsers and web views write it.
pub(super) fn origin(text: &str) -> Result<String, String> {
    if is_page(text) || is_app(text) {
        return Ok(text.to_owned());
    }
    let advice = "must be an origin as browsers write it, such as https://app.example or capacitor://localhost: scheme, host, port where it \
                  isn't the usual one, lower case, no path, no wildcard; http only on this machine";
    Err(advice.to_owned())
}

fn is_page(text: &str) -> bool {
    let Some(url) = HttpUrl::parse(text) else { return false };
    let (scheme, usual) = if url.is_https() { ("https", ":443") } else { ("http", ":80") };
    let authority = url.authority();
    let exact = format!("{scheme}://{authority}") == text && authority == authority.to_ascii_lowercase();
    let private_http = url.is_https() || is_on_this_machine(authority);
    exact && private_http && authority.is_ascii() && !authority.contains('@') && !authority.ends_with(usual)
}

/// Browsers resolve names under `localhost` to the machine itself; Tauri's pages on Windows are `http://tauri.localhost`.
fn is_on_this_machine(authority: &str) -> bool {
    let (host, port) = authority.split_once(':').unwrap_or((authority, "0"));
    let under_localhost = host.ends_with(".localhost") && port.bytes().all(|b| b.is_ascii_digit());
    is_loopback(authority) || under_localhost
}

fn is_app(text: &str) -> bool {
    let Some((scheme, host)) = text.split_once("://") else { return false };
    let label = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    match scheme {
        // The extension's id.
        "chrome-extension" => host.len() == 32 && host.bytes().all(|b| (b'a'..=b'p').contains(&b)),
        _ => APP_SCHEMES.contains(&scheme) && host.len() <= 253 && host.split('.').all(label),
    }
}

/// What is wanted of a variable that replaces an address.
pub(super) const TESTS_ONLY: &str =
    "is only for tests: an http URL on 127.0.0.1, ::1 or localhost; on a deployment take it away";

/// A plain http URL on this machine, as a test gives it.
pub(super) fn loopback_url(text: &str) -> Option<String> {
    let here = |authority: &str| is_loopback(authority) && !authority.contains('@');
    let url = HttpUrl::parse(text).filter(|url| !url.is_https() && here(url.authority()))?;
    Some(url.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_apps_are_taken_as_they_write_themselves() {
        for text in [
            "https://app.example",
            "https://app.example:8443",
            "http://localhost:5173",
            "http://127.0.0.1",
            "http://tauri.localhost",
            "http://app.localhost:3000",
            "capacitor://localhost",
            "capacitor://app.example",
            "ionic://localhost",
            "tauri://localhost",
            "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
            "moz-extension://0d2f9a4e-5b1c-4c3d-8e7f-00112233aabb",
        ] {
            assert_eq!(origin(text).as_deref(), Ok(text));
        }
    }

    #[test]
    fn anything_else_is_no_origin() {
        for text in [
            "",
            "*",
            "null",
            "app.example",
            "https://app.example/",
            "https://*.app.example",
            "https://App.example",
            "https://app.example:443",
            "https://user@app.example",
            "http://app.example",
            "http://xlocalhost",
            "http://a.localhost:80@evil.example",
            "http://a.localhost.evil.example",
            "capacitor://",
            "capacitor://localhost/",
            "capacitor://localhost:80",
            "capacitor://Localhost",
            "capacitor://*",
            "Capacitor://localhost",
            "file://",
            "file://localhost",
            "data://localhost",
            "javascript://localhost",
            "chrome-extension://*",
            "chrome-extension://abcdefghijklmnop",
            "chrome-extension://abcdefghijklmnopabcdefghijklmnoz",
        ] {
            assert!(origin(text).is_err(), "{text}");
        }
    }
}
