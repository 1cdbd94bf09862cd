//! Who receives a message: a phone number in any common spelling, or a WhatsApp id (JID).

use std::fmt;

use super::check::wrong_kind;
use super::fault::{Context, FaultCode};
use crate::json::Json;
use crate::strings::{after_ignoring_case, concat, decimal, is_digits, split_once, trim_of};

/// Who receives a message. The country is never guessed: a number starts with its country code.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Recipient {
    /// A phone number: 7 to 15 digits, country code first (E.164 without its `+`).
    Phone(String),
    /// A user's JID, `<digits>@c.us`.
    User(String),
    /// A group's JID, `<id>@g.us` or, from older groups, `<creator>-<time>@g.us`.
    Group(String),
    /// A channel's JID, `<digits>@newsletter`.
    Channel(String),
    /// Any other JID, kept as it is.
    Other(String),
}

/// Why a text is no recipient, in a sentence that says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidRecipient(&'static str);

impl Recipient {
    /// Reads a phone number or a JID.
    ///
    /// Spaces, dashes, dots, slashes and brackets are dropped from a number, and so is a leading `+` or `00`.
    ///
    /// # Errors
    /// When it is neither, with what to do about it.
    pub fn parse(text: &str) -> Result<Self, InvalidRecipient> {
        let text = trim_of(text, is_blank);
        match split_once(text, b'@') {
            Some((local, server)) => jid(text, local, server),
            None => phone_number(text).map(Recipient::Phone),
        }
    }

    /// As it stands on the wire in `to_number`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Recipient::Phone(text)
            | Recipient::User(text)
            | Recipient::Group(text)
            | Recipient::Channel(text)
            | Recipient::Other(text) => text,
        }
    }

    /// The digits of the phone number behind it, where there is one.
    #[must_use]
    pub fn phone_number(&self) -> Option<&str> {
        match self {
            Recipient::Phone(digits) => Some(digits),
            Recipient::User(jid) => jid.strip_suffix("@c.us"),
            Recipient::Group(_) | Recipient::Channel(_) | Recipient::Other(_) => None,
        }
    }
}

/// A recipient is personal data: its debug form says only what kind it is.
impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Recipient::Phone(_) => "Recipient::Phone(…)",
            Recipient::User(_) => "Recipient::User(…)",
            Recipient::Group(_) => "Recipient::Group(…)",
            Recipient::Channel(_) => "Recipient::Channel(…)",
            Recipient::Other(_) => "Recipient::Other(…)",
        })
    }
}

/// Reads the recipient of a message.
#[inline(never)]
pub(super) fn recipient(value: &Json, context: &mut Context<'_>) -> Option<Recipient> {
    let read = match value {
        Json::String(text) => Recipient::parse(text),
        // A number typed without quotes is still the number that was meant: an integer has no leading zero to lose.
        Json::Int(number) => Recipient::parse(&decimal(*number)),
        other => {
            wrong_kind("the recipient as a string", other, context);
            return None;
        }
    };
    read.map_err(|error| context.report(FaultCode::InvalidRecipient, error.0)).ok()
}

/// A person, as the `<digits>@c.us` that a contact message names.
pub(super) fn contact(value: &mut Json, context: &mut Context<'_>) -> bool {
    let Some(recipient) = recipient(value, context) else { return false };
    let Some(digits) = recipient.phone_number() else {
        let advice = "Give a person: a phone number or an id that ends in @c.us.";
        return context.report(FaultCode::InvalidRecipient, advice);
    };
    *value = Json::String(concat(&[digits, "@c.us"]));
    true
}

/// A server of WhatsApp ids: what stands before it, and what that makes of the id.
struct Server {
    name: &'static str,
    fits: fn(&str) -> bool,
    kind: fn(String) -> Recipient,
    otherwise: InvalidRecipient,
}

const SERVERS: &[Server] = &[
    Server {
        name: "c.us",
        fits: is_number,
        kind: Recipient::User,
        otherwise: InvalidRecipient("Before @c.us stands a phone number: 7 to 15 digits, country code first."),
    },
    Server {
        name: "g.us",
        fits: is_group,
        kind: Recipient::Group,
        otherwise: InvalidRecipient("Before @g.us stands the group's id: digits, in older groups with one dash."),
    },
    Server {
        name: "newsletter",
        fits: |local| is_digits(local.as_bytes()),
        kind: Recipient::Channel,
        otherwise: InvalidRecipient("Before @newsletter stand the channel's digits."),
    },
    Server {
        name: "s.whatsapp.net",
        fits: |_| false,
        kind: Recipient::User,
        otherwise: InvalidRecipient("Write the user's id with @c.us instead of @s.whatsapp.net."),
    },
];

fn jid(text: &str, local: &str, server: &str) -> Result<Recipient, InvalidRecipient> {
    let visible = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_graphic() && b != b'@');
    if !visible(local) || !visible(server) || text.len() > MAX_JID {
        return Err(InvalidRecipient("Give a WhatsApp id as name@server, such as 120363027326493365@g.us."));
    }
    match SERVERS.iter().find(|known| known.name == server) {
        Some(known) if (known.fits)(local) => Ok((known.kind)(text.to_owned())),
        Some(known) => Err(known.otherwise),
        None if server.bytes().any(|b| b == b'.') && !server.ends_with(".us") => {
            Err(InvalidRecipient("This looks like an e-mail address; give a phone number or a WhatsApp id."))
        }
        None => Ok(Recipient::Other(text.to_owned())),
    }
}

fn phone_number(text: &str) -> Result<String, InvalidRecipient> {
    let mut compact = String::with_capacity(text.len());
    for c in text.chars() {
        if !is_separator(c) {
            compact.push(c);
        }
    }
    let digits = after_ignoring_case(&compact, "+").or_else(|| after_ignoring_case(&compact, "00")).unwrap_or(&compact);
    Err(InvalidRecipient(if text.is_empty() {
        "Say who receives the message: a phone number or a WhatsApp id."
    } else if has_zero_in_brackets(text) {
        // "+44 (0) 20 …": the zero is dialled at home only, and whether it belongs is not ours to guess.
        "Leave the (0) out: after the country code it is not dialled."
    } else if !is_digits(digits.as_bytes()) {
        "A phone number has only digits, country code first, such as 12025550123."
    } else if digits.as_bytes().first() == Some(&b'0') {
        "Start with the country code instead of 0; it is never guessed."
    } else if digits.len() < 7 {
        "Too short for a phone number: 7 to 15 digits, country code first."
    } else if digits.len() > 15 {
        "Too long for a phone number: 7 to 15 digits; a group's id ends in @g.us."
    } else {
        return Ok(digits.to_owned());
    }))
}

/// Whether a text holds `(0)`, with or without spaces.
fn has_zero_in_brackets(text: &str) -> bool {
    const SOUGHT: [char; 3] = ['(', '0', ')'];
    let mut last = [' '; 3];
    text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}')).any(|c| {
        let [_, first, second] = last;
        last = [first, second, c];
        last == SOUGHT
    })
}

const MAX_JID: usize = 128;

fn is_number(text: &str) -> bool {
    is_digits(text.as_bytes()) && (7..=15).contains(&text.len()) && text.as_bytes().first() != Some(&b'0')
}

fn is_group(local: &str) -> bool {
    let (creator, time) = split_once(local, b'-').unwrap_or((local, "0"));
    is_digits(creator.as_bytes()) && is_digits(time.as_bytes())
}

/// What people and address books put between digits.
fn is_separator(c: char) -> bool {
    is_blank(c) || matches!(c, '-' | '.' | '/' | '(' | ')' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// White space, direction marks and zero-width characters, which come along when a number is copied from a contact card.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn common_spellings_are_one_number() {
        for text in [
            "12025550123",
            "+12025550123",
            "0012025550123",
            "+1 (202) 555-0123",
            "1.202.555.0123",
            " 1-202-555-0123\n",
            "\u{202a}+1\u{a0}202\u{a0}555\u{2011}0123\u{202c}",
            "+1/202/5550123",
        ] {
            assert_eq!(Recipient::parse(text).unwrap(), Recipient::Phone("12025550123".into()), "{text:?}");
        }
    }

    #[test]
    fn ids_are_told_apart() {
        let cases = [
            ("12025550123@c.us", Recipient::User as fn(String) -> Recipient),
            ("120363027326493365@g.us", Recipient::Group),
            ("12025550123-1574073754@g.us", Recipient::Group),
            ("120363144038483540@newsletter", Recipient::Channel),
            ("98765432101234@lid", Recipient::Other),
        ];
        for (text, kind) in cases {
            assert_eq!(Recipient::parse(text).unwrap(), kind(text.into()));
        }
    }

    #[test]
    fn what_is_no_recipient_is_refused_with_what_to_do() {
        for (text, said) in [
            ("", "Say who"),
            ("  ", "Say who"),
            ("123456", "Too short"),
            ("1234567890123456", "Too long"),
            ("0532 123 45 67", "country code"),
            ("+0532 123 45 67", "country code"),
            ("+44 (0) 20 7946 0000", "(0)"),
            ("++12025550123", "only digits"),
            ("1202555O123", "only digits"),
            ("١٢٠٢٥٥٥٠١٢٣", "only digits"),
            ("12025550123,12025550124", "only digits"),
            ("@g.us", "name@server"),
            ("a@b@c.us", "name@server"),
            ("12 34@g.us", "name@server"),
            ("12025550123@s.whatsapp.net", "@c.us"),
            ("me@example.com", "e-mail"),
            ("02025550123@c.us", "Before @c.us"),
            ("1-2-3@g.us", "Before @g.us"),
            ("x@newsletter", "channel"),
        ] {
            let error = Recipient::parse(text).expect_err(text).to_string();
            assert!(error.contains(said), "{text:?} said {error:?}");
        }
    }

    #[test]
    fn debug_output_hides_the_number() {
        assert_eq!(format!("{:?}", Recipient::parse("12025550123").unwrap()), "Recipient::Phone(…)");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_reading_again_changes_nothing(text in "\\PC{0,40}") {
            if let Ok(recipient) = Recipient::parse(&text) {
                prop_assert_eq!(Recipient::parse(recipient.as_str()).unwrap(), recipient);
            }
        }

        #[test]
        fn separators_never_change_a_number(digits in "[1-9][0-9]{6,14}", at in 1usize..6, sep in "[ .\\-/]") {
            let mut spelt = digits.clone();
            spelt.insert_str(at, &sep);
            prop_assert_eq!(Recipient::parse(&format!("+{spelt}")).unwrap(), Recipient::Phone(digits));
        }
    }
}
