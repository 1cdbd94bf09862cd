//! Addresses that name a number: `tel:`, `whatsapp:`, and WhatsApp's own links.

use crate::strings::{after_ignoring_case, split_once, until};

/// Where an address has its number.
enum Number {
    /// It is all that follows.
    Rest,
    /// In the rest of the path.
    Path,
    /// In `?phone=…`.
    Query,
    /// Nowhere, and this is what to give instead.
    Nowhere(&'static str),
}

const ADDRESSES: &[(&str, Number)] = &[
    ("tel:", Number::Rest),
    ("sms:", Number::Rest),
    ("whatsapp://", Number::Query),
    ("whatsapp:", Number::Rest),
    ("wa.me/", Number::Path),
    ("api.whatsapp.com/send", Number::Query),
    ("web.whatsapp.com/send", Number::Query),
    (
        "chat.whatsapp.com/",
        Number::Nowhere("An invitation names no recipient; give the group's id, which ends in @g.us."),
    ),
    (
        "whatsapp.com/channel/",
        Number::Nowhere("A channel's link names no recipient; give the channel's id, which ends in @newsletter."),
    ),
];

/// The number in an address, as it is written there; `None` where the text is no address.
///
/// # Errors
/// When the address names no number, with what to give instead.
#[inline(never)]
pub(super) fn number_of(text: &str) -> Result<Option<&str>, &'static str> {
    let page = after_ignoring_case(text, "https://").or_else(|| after_ignoring_case(text, "http://"));
    let address = page.unwrap_or(text);
    let address = after_ignoring_case(address, "www.").unwrap_or(address);
    for (start, number) in ADDRESSES {
        let Some(rest) = after_ignoring_case(address, start) else { continue };
        let number = match number {
            Number::Rest => Some(rest),
            Number::Path => Some(until(rest, |b| matches!(b, b'?' | b'#' | b'/'))).filter(|number| is_number(number)),
            Number::Query => in_query(rest),
            Number::Nowhere(advice) => return Err(*advice),
        };
        return number.map(Some).ok_or(NO_NUMBER);
    }
    if page.is_some() { Err(NO_NUMBER) } else { Ok(None) }
}

const NO_NUMBER: &str = "This address names no number; give the number itself, country code first, or a WhatsApp id.";

/// Other pages of wa.me have words in the place of a number.
fn is_number(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || b == b'+')
}

/// The value of `phone` in `…?phone=…&text=…`.
fn in_query(address: &str) -> Option<&str> {
    let (_, mut rest) = split_once(address, b'?')?;
    loop {
        let pair = until(rest, |b| matches!(b, b'&' | b'#'));
        if let Some(number) = after_ignoring_case(pair, "phone=") {
            // The only sign that a number has there is a plus, encoded or not.
            return Some(after_ignoring_case(number, "%2b").unwrap_or(number));
        }
        rest = rest.get(pair.len().saturating_add(1)..)?;
    }
}
