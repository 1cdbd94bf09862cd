//! Addresses that name a number: `tel:`, `whatsapp:`, and WhatsApp's own links.

use crate::strings::{after_ignoring_case, split_once, until};

/// The number in a `tel:` or `whatsapp:` address or in a link of WhatsApp's, as it is written there; `None` where the text is no address.
///
/// # Errors
/// When the address names no number, with what to give instead.
pub(super) fn number_of(text: &str) -> Result<Option<&str>, &'static str> {
    for scheme in ["tel:", "sms:", "callto:"] {
        if let Some(number) = after_ignoring_case(text, scheme) {
            return Ok(Some(number));
        }
    }
    if let Some(rest) = after_ignoring_case(text, "whatsapp://") {
        return in_query(rest).map(Some);
    }
    if let Some(number) = after_ignoring_case(text, "whatsapp:") {
        return Ok(Some(number));
    }
    let address = after_ignoring_case(text, "https://").or_else(|| after_ignoring_case(text, "http://"));
    let page = address.unwrap_or(text);
    let page = after_ignoring_case(page, "www.").unwrap_or(page);
    for (start, otherwise) in PAGES {
        let Some(rest) = after_ignoring_case(page, start) else { continue };
        return match otherwise {
            Some(advice) => Err(advice),
            None if matches!(rest.as_bytes(), [b'/' | b'?', ..]) => in_query(rest).map(Some),
            None => in_path(rest).map(Some),
        };
    }
    if address.is_some() {
        Err("This address names no number; give a phone number or a WhatsApp id.")
    } else {
        Ok(None)
    }
}

/// WhatsApp's pages; those that never name a number say what to give instead.
const PAGES: [(&str, Option<&str>); 5] = [
    ("wa.me/", None),
    ("api.whatsapp.com/send", None),
    ("web.whatsapp.com/send", None),
    ("chat.whatsapp.com/", Some("An invitation names no recipient; give the group's id, which ends in @g.us.")),
    (
        "whatsapp.com/channel/",
        Some("A channel's link names no recipient; give the channel's id, which ends in @newsletter."),
    ),
];

/// The number that is all of a path.
fn in_path(path: &str) -> Result<&str, &'static str> {
    let number = until(path, |b| matches!(b, b'?' | b'#' | b'/'));
    let fits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit() || b == b'+');
    if fits { Ok(number) } else { Err("This link names no number; give the number itself, country code first.") }
}

/// The value of `phone` in `?phone=…&text=…`.
fn in_query(address: &str) -> Result<&str, &'static str> {
    let mut rest = split_once(address, b'?').map(|(_, query)| query);
    while let Some(pairs) = rest {
        let pair = until(pairs, |b| matches!(b, b'&' | b'#'));
        if let Some(("phone", number)) = split_once(pair, b'=') {
            // The only sign that a number has there is a plus, encoded or not.
            return Ok(after_ignoring_case(number, "%2b").unwrap_or(number));
        }
        rest = pairs.get(pair.len().saturating_add(1)..);
    }
    Err("This link names no number: it has no phone=….")
}
