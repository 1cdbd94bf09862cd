//! Where a file comes from: a public URL that Maytapi fetches, or the bytes themselves as a `data:` URI.

use std::fmt;

use super::check::string;
use super::fault::{FaultCode, Faults};
use super::kind::FieldKind;
use crate::json::Json;

/// The largest file that Maytapi takes, in bytes after decoding ("files up to 50MB").
pub const MAX_FILE_BYTES: usize = 50 * 1024 * 1024;

/// An absolute http or https URL, kept as it was written.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct HttpUrl(String);

/// Where a message's file comes from, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Media {
    /// Maytapi fetches it, so it must be public.
    Url(HttpUrl),
    /// It is in the message, as a `data:` URI.
    Data {
        /// The MIME type, without parameters: `image/png`.
        mime_type: String,
        /// How many bytes the file has, decoded.
        bytes: usize,
    },
}

impl HttpUrl {
    /// Reads an absolute http or https URL.
    ///
    /// # Errors
    /// When it is none: `None` says only that, since what to do depends on the field.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (scheme, rest) = text.split_once("://")?;
        let http = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
        let clean = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '\\' | '"' | '<' | '>' | '`');
        let url = HttpUrl(text.to_owned());
        let host = authority(rest).rsplit('@').next()?;
        (http && rest.chars().all(clean) && is_host_and_port(host)).then_some(url)
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the scheme is https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:"))
    }

    /// Everything between `//` and the path: `user:password@host:port`, mostly only the host.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, rest)| authority(rest))
    }
}

impl Media {
    /// Reads a file's URL or `data:` URI; the base64 is checked but not decoded.
    ///
    /// # Errors
    /// What is wrong, with what to do.
    pub fn parse(text: &str) -> Result<Self, (FaultCode, &'static str)> {
        const URL: &str = "Give the file's public URL (https://…) or a data: URI with a MIME type and base64.";
        match text.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("data:")) {
            Some(_) => data_uri(text),
            None => HttpUrl::parse(text).map(Media::Url).ok_or((FaultCode::InvalidUrl, URL)),
        }
    }
}

/// An http or https URL.
pub(super) fn url(value: Json, path: &str, faults: &mut Faults) -> Option<Json> {
    let url = HttpUrl::parse(&string(value, path, faults)?);
    if url.is_none() {
        faults.add(path, FaultCode::InvalidUrl, "Give a whole URL that starts with https:// or http://.");
    }
    url.map(|url| Json::String(url.0))
}

/// A file of the kind that a field holds. Of a URL only its fetcher learns the MIME type.
pub(super) fn file(kind: FieldKind, value: Json, path: &str, faults: &mut Faults) -> Option<Json> {
    let text = string(value, path, faults)?;
    let media = match Media::parse(&text) {
        Ok(media) => media,
        Err((code, message)) => {
            faults.add(path, code, message);
            return None;
        }
    };
    let Media::Data { mime_type, .. } = media else { return Some(Json::String(text.trim().to_owned())) };
    let wrong_type = match kind {
        FieldKind::Image if !mime_type.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("image/")) => {
            "An image's MIME type starts with image/; send other files with type media."
        }
        FieldKind::Sticker if !mime_type.eq_ignore_ascii_case("image/webp") => {
            "A sticker is a WebP image (image/webp)."
        }
        _ => return Some(Json::String(text)),
    };
    faults.add(path, FaultCode::UnsupportedMediaType, wrong_type);
    None
}

fn data_uri(uri: &str) -> Result<Media, (FaultCode, &'static str)> {
    const FORM: &str = "Write a file as data:<mime type>;base64,<base64>, such as data:image/png;base64,iVBORw0….";
    const BASE64: &str = "After the comma stands base64 of the standard alphabet, padded with =, without white space.";
    let form = (FaultCode::InvalidDataUri, FORM);
    let (mime_type, payload) = split_data_uri(uri).ok_or(form)?;
    if !is_mime_type(mime_type) {
        return Err(form);
    }
    if payload.is_empty() {
        return Err((FaultCode::Empty, "The file is empty: there is nothing after the comma."));
    }
    if !is_base64(payload) {
        return Err((FaultCode::InvalidBase64, BASE64));
    }
    let bytes = decoded_len(payload);
    if bytes > MAX_FILE_BYTES {
        return Err((FaultCode::TooLarge, "The file is larger than the 50 MB that Maytapi takes."));
    }
    Ok(Media::Data { mime_type: mime_type.to_owned(), bytes })
}

/// What a checked text says: its base64 is not looked at again.
pub(super) fn of_checked(text: &str) -> Option<Media> {
    match split_data_uri(text) {
        Some((mime_type, payload)) => {
            Some(Media::Data { mime_type: mime_type.to_owned(), bytes: decoded_len(payload) })
        }
        None => HttpUrl::parse(text).map(Media::Url),
    }
}

/// The MIME type and the base64 of `data:<mime>[;<parameter>…];base64,<base64>`.
fn split_data_uri(uri: &str) -> Option<(&str, &str)> {
    let start = uri.get(.."data:".len())?;
    let (head, payload) = uri.get("data:".len()..)?.split_once(',')?;
    let (mime_and_parameters, encoding) = head.rsplit_once(';')?;
    let fits = start.eq_ignore_ascii_case("data:") && encoding.eq_ignore_ascii_case("base64");
    fits.then(|| (mime_and_parameters.split(';').next().unwrap_or_default(), payload))
}

/// A URL may carry a signature, so its debug form stops at the host.
impl fmt::Debug for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpUrl({}/…)", self.authority().rsplit('@').next().unwrap_or_default())
    }
}

fn authority(after_scheme: &str) -> &str {
    after_scheme.split(['/', '?', '#']).next().unwrap_or_default()
}

fn is_host_and_port(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, "")) => return is_ipv6(address),
        Some((address, port)) => (address, port.strip_prefix(':')),
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, Some("80")),
        },
    };
    let port_fits = port.is_some_and(|port| !port.is_empty() && port.parse::<u16>().is_ok() && !port.starts_with('+'));
    let host_fits = if text.starts_with('[') { is_ipv6(host) } else { is_host(host) };
    port_fits && host_fits
}

/// Up to eight groups of four hexadecimal digits, of which `::` stands for at least one. The form with an IPv4 tail is left out.
fn is_ipv6(text: &str) -> bool {
    let group = |part: &str| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_hexdigit());
    let groups = |side: &str| {
        if side.is_empty() { Some(0) } else { side.split(':').all(group).then(|| side.split(':').count()) }
    };
    match text.split_once("::") {
        Some((left, right)) => matches!((groups(left), groups(right)), (Some(a), Some(b)) if a.saturating_add(b) <= 7),
        None => groups(text) == Some(8),
    }
}

/// Letters, digits and dashes in labels between dots; other scripts pass, as browsers take them.
fn is_host(host: &str) -> bool {
    let label = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || !c.is_ascii() || matches!(c, '-' | '_'))
    };
    host.len() <= 253 && host.strip_suffix('.').unwrap_or(host).split('.').all(label)
}

fn is_mime_type(text: &str) -> bool {
    let token =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&b));
    text.split_once('/').is_some_and(|(kind, subtype)| token(kind) && token(subtype))
}

/// Whether a text is padded base64 of the standard alphabet. Nothing is decoded: 50 MB are only looked at.
fn is_base64(text: &str) -> bool {
    let digits = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
    let alphabet = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    text.len().is_multiple_of(4) && digits.bytes().all(alphabet)
}

/// How many bytes padded base64 decodes to.
fn decoded_len(base64: &str) -> usize {
    let padding = base64.bytes().rev().take(2).filter(|b| *b == b'=').count();
    (base64.len() / 4).saturating_mul(3).saturating_sub(padding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Media, FaultCode> {
        Media::parse(text).map_err(|(code, _)| code)
    }

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
            assert!(matches!(read(good), Ok(Media::Url(_))), "{good}");
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
            assert_eq!(read(bad), Err(FaultCode::InvalidUrl), "{bad}");
        }
    }

    #[test]
    fn a_data_uri_is_measured_without_being_decoded() {
        let read = read("data:text/plain;charset=utf-8;base64,SGVsbG8=").unwrap();
        assert_eq!(read, Media::Data { mime_type: "text/plain".into(), bytes: 5 });
    }

    #[test]
    fn a_broken_data_uri_says_what_is_broken() {
        for (text, code) in [
            ("data:", FaultCode::InvalidDataUri),
            ("data:,hello", FaultCode::InvalidDataUri),
            ("data:;base64,SGVsbG8=", FaultCode::InvalidDataUri),
            ("data:image;base64,SGVsbG8=", FaultCode::InvalidDataUri),
            ("data:image/png,SGVsbG8=", FaultCode::InvalidDataUri),
            ("data:image/png;base64,", FaultCode::Empty),
            ("data:image/png;base64,SGVsbG8", FaultCode::InvalidBase64),
            ("data:image/png;base64,SGVsbG8*", FaultCode::InvalidBase64),
            ("data:image/png;base64,SGVs bG8", FaultCode::InvalidBase64),
            ("data:image/png;base64,=GVsbG8=", FaultCode::InvalidBase64),
            ("data:image/png;base64,SGVs====", FaultCode::InvalidBase64),
            ("data:image/png;base64,SGVs_G8=", FaultCode::InvalidBase64),
        ] {
            assert_eq!(read(text), Err(code), "{text}");
        }
    }

    #[test]
    fn fifty_megabytes_are_taken_and_one_byte_more_is_not() {
        let uri = |bytes: usize| {
            let full = "A".repeat(bytes / 3 * 4);
            let rest = ["", "AA==", "AAA="][bytes % 3];
            format!("data:video/mp4;base64,{full}{rest}")
        };
        assert!(read(&uri(MAX_FILE_BYTES)).is_ok());
        assert_eq!(read(&uri(MAX_FILE_BYTES + 1)), Err(FaultCode::TooLarge));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,60}") {
            let _either = read(&text);
            let _either = read(&format!("data:{text}"));
            let _either = read(&format!("https://{text}"));
        }
    }
}
