//! WhatsApp ids: `name@server`.

use super::model::Recipient;
use super::number::phone_number;
use crate::strings::{concat, is_digits, rsplit_once, split_once};

const MAX_JID: usize = 128;

/// What stands before and after the `@`, where there is one.
pub(super) fn parts(text: &str) -> Option<(&str, &str)> {
    split_once(text, b'@')
}

/// Whom an id names.
pub(super) fn recipient(local: &str, server: &str) -> Result<Recipient, &'static str> {
    let server = &server.to_ascii_lowercase();
    let whole = || concat(&[local, "@", server]);
    let visible = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_graphic() && b != b'@');
    // A device of the user's, by its number, is no recipient of its own.
    let user = match rsplit_once(local, b':') {
        Some((user, device)) if is_digits(device.as_bytes()) => user,
        _ => local,
    };
    match server.as_str() {
        // WhatsApp Web's and its apps' names of the same server.
        "c.us" | "s.whatsapp.net" => {
            let number = phone_number(user).map_err(|why| if user.is_empty() { NO_ID } else { why })?;
            Ok(Recipient::User(concat(&[&number, "@c.us"])))
        }
        "lid" if is_digits(user.as_bytes()) => Ok(Recipient::Other(concat(&[user, "@lid"]))),
        "g.us" if is_group(local) => Ok(Recipient::Group(whole())),
        "g.us" => Err("Before @g.us stands the group's id: digits, in older groups with one dash."),
        "newsletter" if is_digits(local.as_bytes()) => Ok(Recipient::Channel(whole())),
        "newsletter" => Err("Before @newsletter stand the channel's digits."),
        "broadcast" if local.eq_ignore_ascii_case("status") => Err(
            "A status has no recipient, and Maytapi documents no way to post one; give a phone number or a WhatsApp id.",
        ),
        _ if !visible(local) || !visible(server) || local.len().saturating_add(server.len()) >= MAX_JID => Err(NO_ID),
        _ if server.bytes().any(|b| b == b'.') && !server.ends_with(".us") => {
            Err("This looks like an e-mail address; give a phone number or a WhatsApp id.")
        }
        _ => Ok(Recipient::Other(whole())),
    }
}

const NO_ID: &str = "Give a WhatsApp id as name@server, such as 120363027326493365@g.us.";

fn is_group(local: &str) -> bool {
    let (creator, time) = split_once(local, b'-').unwrap_or((local, "0"));
    local.len() <= MAX_JID && is_digits(creator.as_bytes()) && is_digits(time.as_bytes())
}
