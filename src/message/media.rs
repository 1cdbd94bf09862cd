//! Where a file comes from: a public URL that Maytapi fetches, or the bytes themselves as a `data:` URI.

use std::fmt;

use super::check::Wrong;
use super::fault::FaultCode;
use crate::strings::{after_ignoring_case, integer, is_digits, rsplit_once, split_once, trim, until};

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
        url(text).ok().map(|url| HttpUrl(url.to_owned()))
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

impl Media {
    /// Reads a file's URL or `data:` URI; the base64 is checked but not decoded.
    ///
    /// # Errors
    /// What is wrong, with what to do.
    pub fn parse(text: &str) -> Result<Self, (FaultCode, &'static str)> {
        match data_uri(text) {
            Ok(Some((mime_type, bytes))) => Ok(Media::Data { mime_type: mime_type.to_owned(), bytes }),
            Ok(None) => HttpUrl::parse(text).map(Media::Url).ok_or(*NO_FILE),
            Err(wrong) => Err(*wrong),
        }
    }
}

/// An http or https URL.
#[inline(never)]
pub(super) fn url(text: &str) -> Result<&str, Wrong> {
    let url = trim(text);
    match after_scheme(url) {
        Some(rest) if rest.chars().all(may_stand_in_url) && is_host_and_port(host_and_port(rest)) => Ok(url),
        _ => Err(&(FaultCode::InvalidUrl, "Give a whole URL that starts with https:// or http://.")),
    }
}

/// A file of any kind.
pub(super) fn file(text: &str) -> Result<&str, Wrong> {
    file_of(text, |_| true, NO_FILE)
}

/// An image.
pub(super) fn image(text: &str) -> Result<&str, Wrong> {
    const NO_IMAGE: Wrong = &(
        FaultCode::UnsupportedMediaType,
        "An image's MIME type starts with image/; send other files with type media.",
    );
    file_of(text, |mime_type| after_ignoring_case(mime_type, "image/").is_some(), NO_IMAGE)
}

/// A WebP image.
pub(super) fn sticker(text: &str) -> Result<&str, Wrong> {
    const NO_STICKER: Wrong = &(FaultCode::UnsupportedMediaType, "A sticker is a WebP image (image/webp).");
    file_of(text, |mime_type| mime_type.eq_ignore_ascii_case("image/webp"), NO_STICKER)
}

/// A file whose MIME type fits. Of a URL only its fetcher learns the MIME type.
#[inline(never)]
fn file_of(text: &str, fits: fn(&str) -> bool, otherwise: Wrong) -> Result<&str, Wrong> {
    match data_uri(text)? {
        None => url(text).map_err(|_| NO_FILE),
        Some((mime_type, _)) if fits(mime_type) => Ok(text),
        Some(_) => Err(otherwise),
    }
}

const NO_FILE: Wrong =
    &(FaultCode::InvalidUrl, "Give the file's public URL (https://…) or a data: URI with a MIME type and base64.");
const NO_DATA_URI: Wrong = &(
    FaultCode::InvalidDataUri,
    "Write a file as data:<mime type>;base64,<base64>, such as data:image/png;base64,iVBORw0….",
);
const NO_BASE64: Wrong = &(
    FaultCode::InvalidBase64,
    "After the comma stands base64 of the standard alphabet, padded with =, without white space.",
);

/// The MIME type of a `data:` URI, and how many bytes it holds; `None` where it is no `data:` URI.
fn data_uri(text: &str) -> Result<Option<(&str, usize)>, Wrong> {
    let Some(data) = after_ignoring_case(text, "data:") else { return Ok(None) };
    let (mime_type, payload) = split_data(data).ok_or(NO_DATA_URI)?;
    let bytes = decoded_len(payload);
    if !is_mime_type(mime_type) {
        Err(NO_DATA_URI)
    } else if payload.is_empty() {
        Err(&(FaultCode::Empty, "The file is empty: there is nothing after the comma."))
    } else if !is_base64(payload) {
        Err(NO_BASE64)
    } else if bytes > MAX_FILE_BYTES {
        Err(&(FaultCode::TooLarge, "The file is larger than the 50 MB that Maytapi takes."))
    } else {
        Ok(Some((mime_type, bytes)))
    }
}

/// What a checked text says: its base64 is not looked at again.
pub(super) fn of_checked(text: &str) -> Option<Media> {
    match after_ignoring_case(text, "data:").and_then(split_data) {
        Some((mime_type, payload)) => {
            Some(Media::Data { mime_type: mime_type.to_owned(), bytes: decoded_len(payload) })
        }
        None => HttpUrl::parse(text).map(Media::Url),
    }
}

/// The MIME type and the base64 of `<mime>[;<parameter>…];base64,<base64>`.
fn split_data(data: &str) -> Option<(&str, &str)> {
    let (head, payload) = split_once(data, b',')?;
    let (mime_and_parameters, encoding) = rsplit_once(head, b';')?;
    encoding.eq_ignore_ascii_case("base64").then_some((until(mime_and_parameters, |b| b == b';'), payload))
}

/// A URL may carry a signature, so its debug form stops at the host.
impl fmt::Debug for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpUrl({}/…)", host_and_port(after_scheme(&self.0).unwrap_or_default()))
    }
}

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

fn is_mime_type(text: &str) -> bool {
    let token = |part: &str| {
        let allowed = |b: u8| {
            b.is_ascii_alphanumeric() || matches!(b, b'!' | b'#' | b'$' | b'&' | b'^' | b'_' | b'.' | b'+' | b'-')
        };
        !part.is_empty() && part.bytes().all(allowed)
    };
    split_once(text, b'/').is_some_and(|(kind, subtype)| token(kind) && token(subtype))
}

/// Whether a text is padded base64 of the standard alphabet. Nothing is decoded: 50 MB are only looked at.
fn is_base64(text: &str) -> bool {
    let digits = match text.as_bytes() {
        [digits @ .., b'=', b'='] | [digits @ .., b'='] | digits => digits,
    };
    let alphabet = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    text.len().is_multiple_of(4) && digits.iter().all(alphabet)
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
