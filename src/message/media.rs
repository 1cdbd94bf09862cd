//! Where a file comes from: a public URL that Maytapi fetches, or the bytes themselves as a `data:` URI.

use super::fault::{FaultCode, Violation};
use crate::strings::{after_ignoring_case, around, contains, rsplit_once, split_once, trim};
use crate::url::{HttpUrl, http_url};

/// The largest file that Maytapi takes, in bytes after decoding ("files up to 50MB").
pub const MAX_FILE_BYTES: usize = 50 * 1024 * 1024;

/// Where a message's file comes from, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MediaSource {
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

impl MediaSource {
    /// Reads a file's URL or `data:` URI; the base64 is checked but not decoded.
    ///
    /// # Errors
    /// What is wrong, with what to do.
    pub fn parse(text: &str) -> Result<Self, (FaultCode, &'static str)> {
        match data_uri(text) {
            Ok(Some((mime_type, bytes))) => Ok(MediaSource::Data { mime_type: mime_type.to_owned(), bytes }),
            Ok(None) => HttpUrl::parse(text).map(MediaSource::Url).ok_or_else(|| *no_file(text)),
            Err(wrong) => Err(*wrong),
        }
    }
}

/// A file of any kind.
pub(super) fn file(text: &str) -> Result<&str, Violation> {
    file_of(text, |_| true, NO_FILE)
}

/// An image.
pub(super) fn image(text: &str) -> Result<&str, Violation> {
    const NO_IMAGE: Violation = &(
        FaultCode::UnsupportedMediaType,
        "An image's MIME type starts with image/; send other files with type media.",
    );
    file_of(text, |mime_type| after_ignoring_case(mime_type, "image/").is_some(), NO_IMAGE)
}

/// A WebP image.
pub(super) fn sticker(text: &str) -> Result<&str, Violation> {
    const NO_STICKER: Violation = &(FaultCode::UnsupportedMediaType, "A sticker is a WebP image (image/webp).");
    file_of(text, |mime_type| mime_type.eq_ignore_ascii_case("image/webp"), NO_STICKER)
}

/// A file whose MIME type fits. Of a URL only its fetcher learns the MIME type.
#[inline(never)]
fn file_of(text: &str, fits: fn(&str) -> bool, otherwise: Violation) -> Result<&str, Violation> {
    match data_uri(text)? {
        None => http_url(text).ok_or_else(|| no_file(text)),
        Some((mime_type, _)) if fits(mime_type) => Ok(text),
        Some(_) => Err(otherwise),
    }
}

const NO_FILE: Violation =
    &(FaultCode::InvalidUrl, "Give the file's public URL (https://…) or a data: URI with a MIME type and base64.");
/// What to do about a text that is no file's URL.
fn no_file(text: &str) -> Violation {
    let base64 = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'\n' | b'\r');
    if text.len() >= 8 && text.bytes().all(base64) {
        return &(FaultCode::InvalidUrl, "This looks like base64 alone: put data:<mime type>;base64, in front of it.");
    }
    if has_space(text) { SPACE } else { NO_FILE }
}

/// Whether a text is an address that has spaces.
pub(super) fn has_space(text: &str) -> bool {
    after_ignoring_case(text, "http").is_some() && contains(text, " ")
}

pub(super) const SPACE: Violation = &(FaultCode::InvalidUrl, "An address has no spaces: write %20 for each.");

const NO_DATA_URI: Violation = &(
    FaultCode::InvalidDataUri,
    "Write a file as data:<mime type>;base64,<base64>, such as data:image/png;base64,iVBORw0….",
);
const NO_BASE64: Violation = &(
    FaultCode::InvalidBase64,
    "After the comma stands base64 of the standard alphabet, padded with =, without white space.",
);

/// The MIME type of a `data:` URI, and how many bytes it holds; `None` where it is no `data:` URI.
fn data_uri(text: &str) -> Result<Option<(&str, usize)>, Violation> {
    let Some(data) = after_ignoring_case(text, "data:") else { return Ok(None) };
    let (mime_and_parameters, payload) = split_data(data).ok_or(NO_DATA_URI)?;
    let (mime_type, _) = split_parameters(mime_and_parameters);
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
pub(super) fn of_checked(text: &str) -> Option<MediaSource> {
    match after_ignoring_case(text, "data:").and_then(split_data) {
        Some((mime_and_parameters, payload)) => {
            let (mime_type, _) = split_parameters(mime_and_parameters);
            Some(MediaSource::Data { mime_type: mime_type.to_owned(), bytes: decoded_len(payload) })
        }
        None => HttpUrl::parse(text).map(MediaSource::Url),
    }
}

/// What stands before `;base64,` and after it. A parameter may have a comma of its own.
fn split_data(data: &str) -> Option<(&str, &str)> {
    const LONGEST_HEAD: usize = 512;
    let commas = data.bytes().take(LONGEST_HEAD).enumerate().filter(|(_, b)| *b == b',');
    for (at, _) in commas {
        let (head, payload) = around(data, at)?;
        if let Some((mime_and_parameters, encoding)) = rsplit_once(head, b';')
            && trim(encoding).eq_ignore_ascii_case("base64")
        {
            return Some((mime_and_parameters, payload));
        }
    }
    None
}

/// The MIME type of `image/png;a=b`, and its parameters.
fn split_parameters(mime_and_parameters: &str) -> (&str, &str) {
    let (mime_type, parameters) = split_once(mime_and_parameters, b';').unwrap_or((mime_and_parameters, ""));
    (trim(mime_type), parameters)
}

/// The MIME type of a `data:` URI, and its parameters; `None` where the text is none.
pub(super) fn mime_type(text: &str) -> Option<(&str, &str)> {
    let (mime_and_parameters, _) = split_data(after_ignoring_case(text, "data:")?)?;
    Some(split_parameters(mime_and_parameters))
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

    fn read(text: &str) -> Result<MediaSource, FaultCode> {
        MediaSource::parse(text).map_err(|(code, _)| code)
    }

    #[test]
    fn a_data_uri_is_measured_without_being_decoded() {
        let read = read("data:text/plain;charset=utf-8;base64,SGVsbG8=").unwrap();
        assert_eq!(read, MediaSource::Data { mime_type: "text/plain".into(), bytes: 5 });
    }

    #[test]
    fn a_parameter_may_have_a_comma_or_a_space() {
        for (text, mime) in [
            ("data:video/webm;codecs=vp8,opus;base64,GkXfow==", "video/webm"),
            ("data:audio/ogg; codecs=opus;base64,T2dnUw==", "audio/ogg"),
            ("data:application/pdf;filename=a, b.pdf; BASE64,JVBERi0xLjQ=", "application/pdf"),
        ] {
            let Ok(MediaSource::Data { mime_type, .. }) = read(text) else { panic!("{text}") };
            assert_eq!(mime_type, mime);
        }
        assert_eq!(mime_type("data:audio/ogg; codecs=opus;base64,T2dnUw=="), Some(("audio/ogg", " codecs=opus")));
    }

    #[test]
    fn what_is_no_file_says_what_to_do() {
        for (text, said) in [
            ("JVBERi0xLjQ=", "in front"),
            ("https://files.example/my file.pdf", "%20"),
            ("menu.pdf", "public URL"),
            ("my menu.pdf", "public URL"),
            ("C:\\menu.pdf", "public URL"),
            ("", "public URL"),
        ] {
            let (_, advice) = MediaSource::parse(text).unwrap_err();
            assert!(file(text).unwrap_err().1.contains(said), "{text:?} says {advice:?}");
        }
    }

    #[test]
    fn a_broken_data_uri_says_what_is_broken() {
        for (text, code) in [
            ("data:", FaultCode::InvalidDataUri),
            ("data:,hello", FaultCode::InvalidDataUri),
            ("data:;base64,SGVsbG8=", FaultCode::InvalidDataUri),
            ("data:image;base64,SGVsbG8=", FaultCode::InvalidDataUri),
            ("data:image/;base64,SGVsbG8=", FaultCode::InvalidDataUri),
            ("data:/png;base64,SGVsbG8=", FaultCode::InvalidDataUri),
            ("data:im age/png;base64,SGVsbG8=", FaultCode::InvalidDataUri),
            ("data:image/p(n)g;base64,SGVsbG8=", FaultCode::InvalidDataUri),
            ("data:image/png,SGVsbG8=", FaultCode::InvalidDataUri),
            ("data:image/png;base64,", FaultCode::Empty),
            ("data:image/png;base64,SGVsbG8", FaultCode::InvalidBase64),
            ("data:image/png;base64,SGVsbG8*", FaultCode::InvalidBase64),
            ("data:image/png;base64,SGVs bG8", FaultCode::InvalidBase64),
            ("data:image/png;base64,=GVsbG8=", FaultCode::InvalidBase64),
            ("data:image/png;base64,SGVs====", FaultCode::InvalidBase64),
            ("data:image/png;base64,SGVs\nbG8=", FaultCode::InvalidBase64),
            ("data:video/webm;codecs=vp8,opus,GkXfow==", FaultCode::InvalidDataUri),
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
        assert!(read(&uri(52_428_800)).is_ok());
        assert_eq!(read(&uri(52_428_801)), Err(FaultCode::TooLarge));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,60}") {
            let _either = read(&text);
            let _either = read(&format!("data:{text}"));
        }
    }
}
