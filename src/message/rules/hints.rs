//! What is valid but will probably disappoint.

use crate::message::fault::Context;
use crate::message::hint::HintCode;
use crate::message::media;
use crate::strings::{contains, split_once, until};
use crate::url;

/// Of a text.
pub(super) fn text(text: &str, context: &mut Context<'_>) {
    if contains(text, "{{") || contains(text, "[object Object]") {
        context.hint(HintCode::Placeholder, "A template's variable is still in this: {{…}} is sent as it stands.");
    }
}

/// Of a button's text.
pub(super) fn button_text(words: &str, context: &mut Context<'_>) {
    text(words, context);
    if words.chars().nth(20).is_some() {
        context.hint(HintCode::LongButtonText, "WhatsApp shows 20 characters of a button.");
    }
}

/// Of a page's or a file's address.
pub(super) fn address(address: &str, context: &mut Context<'_>) {
    text(address, context);
    if url::is_private(address) {
        context.hint(
            HintCode::UnreachableAddress,
            "Maytapi can't reach this address: it is local or private. Give a public one.",
        );
    }
}

/// Of a file.
pub(super) fn file(file: &str, context: &mut Context<'_>) {
    match media::mime_type(file) {
        Some((mime_type, parameters)) => {
            if mime_type.eq_ignore_ascii_case("audio/ogg") && !contains(&parameters.to_ascii_lowercase(), "opus") {
                let advice = "Write audio/ogg; codecs=opus if it is that: only then it plays as a voice note.";
                context.hint(HintCode::NotOpus, advice);
            }
        }
        None => {
            address(file, context);
            if is_page(file) {
                context.hint(
                    HintCode::PageNotFile,
                    "This opens a page, not the file itself. Give a direct link to download it.",
                );
            }
        }
    }
}

/// Of a file's name.
pub(super) fn filename(path: &str, context: &mut Context<'_>) {
    text(path, context);
    if path.bytes().any(|b| matches!(b, b'/' | b'\\')) {
        context.hint(HintCode::FilenameCut, "The path before the file's name was cut off.");
    }
}

/// Of a vCard.
pub(super) fn vcard(card: &str, context: &mut Context<'_>) {
    let mut rest = card;
    while let Some((_, value)) = split_once(rest, b'=') {
        let is_waid = rest
            .len()
            .checked_sub(value.len().saturating_add(1))
            .and_then(|end| rest.get(..end))
            .is_some_and(|before| before.to_ascii_lowercase().ends_with("waid"));
        if is_waid && !value.as_bytes().first().is_some_and(u8::is_ascii_digit) {
            context.hint(HintCode::VcardWaid, "After waid= stand the digits of a number, without space or plus.");
        }
        rest = value;
    }
}

/// Hosts whose addresses open a page around a file, and what stands in those that give the file itself.
const PAGES: &[(&str, &str)] = &[
    ("drive.google.com", "/uc"),
    ("docs.google.com", "export"),
    ("photos.google.com", "\n"),
    ("photos.app.goo.gl", "\n"),
    ("dropbox.com", "dl=1 raw=1"),
    ("1drv.ms", "download"),
    ("onedrive.live.com", "download"),
    ("sharepoint.com", "download"),
    ("icloud.com", "\n"),
    ("wetransfer.com", "\n"),
    ("we.tl", "\n"),
    ("mega.nz", "\n"),
    ("youtube.com", "\n"),
    ("youtu.be", "\n"),
    ("vimeo.com", "\n"),
    ("instagram.com", "\n"),
    ("facebook.com", "\n"),
    ("tiktok.com", "\n"),
    ("canva.com", "\n"),
    ("imgur.com", "//i."),
    ("github.com", "/raw/ /download/"),
];

fn is_page(address: &str) -> bool {
    let host = url::host(address).to_ascii_lowercase();
    let path = until(address, |b| matches!(b, b'?' | b'#'));
    let of_host = |name: &str| host.strip_suffix(name).is_some_and(|start| start.is_empty() || start.ends_with('.'));
    if path.ends_with(".html") || path.ends_with(".htm") {
        return true;
    }
    let Some((_, marks)) = PAGES.iter().find(|(name, _)| of_host(name)) else { return false };
    let mut rest = Some(*marks);
    while let Some(marks) = rest {
        let mark = until(marks, |b| b == b' ');
        if contains(address, mark) {
            return false;
        }
        rest = marks.get(mark.len().saturating_add(1)..);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_told_from_a_file() {
        for page in [
            "https://drive.google.com/file/d/1/view?usp=sharing",
            "https://drive.google.com/open?id=1",
            "https://docs.google.com/document/d/1/edit",
            "https://www.dropbox.com/s/a/menu.pdf?dl=0",
            "https://dropbox.com/s/a/menu.pdf",
            "https://contoso.sharepoint.com/:b:/s/a",
            "https://1drv.ms/b/s!A",
            "https://youtu.be/a",
            "https://imgur.com/a",
            "https://github.com/o/r/blob/main/a.pdf",
            "https://files.example/index.html?x=1",
        ] {
            assert!(is_page(page), "{page}");
        }
        for file in [
            "https://drive.google.com/uc?export=download&id=1",
            "https://docs.google.com/document/d/1/export?format=pdf",
            "https://www.dropbox.com/s/a/menu.pdf?dl=1",
            "https://www.dropbox.com/s/a/menu.pdf?raw=1",
            "https://i.imgur.com/a.png",
            "https://github.com/o/r/raw/main/a.pdf",
            "https://files.example/a.pdf",
            "https://files.example/get?page=a.html",
            "https://notdropbox.com/a.pdf",
        ] {
            assert!(!is_page(file), "{file}");
        }
    }
}
