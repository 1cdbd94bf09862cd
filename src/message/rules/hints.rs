//! What is valid but will probably disappoint.

use crate::message::fault::Context;
use crate::message::hint::HintCode;
use crate::message::media;
use crate::strings::{any_word, contains, is_longer, until};
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
    if is_longer(words, 20) {
        context.hint(HintCode::LongButtonText, "WhatsApp shows 20 characters of a button.");
    }
}

/// Of a page's or a file's address.
#[inline(never)]
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
    let card = card.to_ascii_lowercase();
    if contains(&card, "waid= ") || contains(&card, "waid=+") {
        context.hint(HintCode::VcardWaid, "After waid= stand the digits of a number, without space or plus.");
    }
}

/// Hosts whose addresses open a page around a file.
const PAGES: &str = "drive.google.com docs.google.com photos.google.com photos.app.goo.gl dropbox.com 1drv.ms onedrive.live.com sharepoint.com \
                     icloud.com wetransfer.com we.tl mega.nz youtube.com youtu.be vimeo.com instagram.com facebook.com tiktok.com canva.com \
                     imgur.com github.com";

/// What stands in those of their addresses that give the file itself.
const DIRECT: &str = "/uc? export dl=1 raw=1 download //i. /raw/";

fn is_page(address: &str) -> bool {
    let host = url::host(address).to_ascii_lowercase();
    let of_host = |name: &str| {
        let below = host.len().saturating_sub(name.len());
        host.get(below..) == Some(name) && host.as_bytes().get(below.wrapping_sub(1)).is_none_or(|b| *b == b'.')
    };
    let path = until(address, |b| matches!(b, b'?' | b'#'));
    path.ends_with(".html") || (any_word(PAGES, &of_host) && !any_word(DIRECT, &|mark| contains(address, mark)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Message;

    /// The hints at a message without its recipient, as `path code`.
    fn hints(fields: serde_json::Value) -> Vec<String> {
        let mut message = fields;
        message["toNumber"] = "12025550123".into();
        let checked = Message::check(serde_json::from_value(message.clone()).unwrap());
        let hints = checked.unwrap_or_else(|faults| panic!("{message}: {faults}")).hints;
        hints.iter().map(|hint| format!("{} {}", hint.path, hint.code.as_str())).collect()
    }

    #[test]
    fn what_will_disappoint_is_hinted_at() {
        use serde_json::json;
        let media = |message: &str| json!({"type": "media", "message": message, "filename": "a"});
        let button = |text: &str| json!({"type": "buttons", "message": "x", "buttons": [{"id": "1", "text": text}]});
        let card = |waid: &str| {
            let vcard = format!("BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nTEL;waid={waid}:+1 202 555 0123\nEND:VCARD");
            json!({"type": "vcard", "message": {"displayName": "Ada", "vcard": vcard}})
        };
        for (message, wanted) in [
            (json!({"type": "text", "message": "Hi {name}, [object]"}), vec![]),
            (json!({"type": "text", "message": "Hi {{name}}"}), vec!["message placeholder"]),
            (json!({"type": "text", "message": "Hi [object Object]"}), vec!["message placeholder"]),
            (json!({"type": "link", "message": "https://example.com/{{id}}"}), vec!["message placeholder"]),
            (json!({"type": "link", "message": "http://192.168.1.7/"}), vec!["message unreachable_address"]),
            (media("http://localhost/a.pdf"), vec!["message unreachable_address"]),
            (media("https://dropbox.com/s/a/menu.pdf"), vec!["message page_not_file"]),
            (json!({"type": "link", "message": "https://dropbox.com/s/a/menu.pdf"}), vec![]),
            (media("data:audio/ogg;base64,T2dnUw=="), vec!["message not_opus"]),
            (media("data:AUDIO/OGG; codecs=Opus;base64,T2dnUw=="), vec![]),
            (media("data:audio/mpeg;base64,T2dnUw=="), vec![]),
            (
                json!({"type": "media", "message": "https://x.example/a", "filename": "/a/b.pdf"}),
                vec!["filename filename_cut"],
            ),
            (
                json!({"type": "media", "message": "https://x.example/a", "filename": "b\\{{n}}.pdf"}),
                vec!["filename placeholder", "filename filename_cut"],
            ),
            (button("Twenty characters ok"), vec![]),
            (button("Twenty-one characters"), vec!["buttons[0].text long_button_text"]),
            (button("{{name}}"), vec!["buttons[0].text placeholder"]),
            (card("12025550123"), vec![]),
            (card("+12025550123"), vec!["message.vcard vcard_waid"]),
            (card(" 12025550123"), vec!["message.vcard vcard_waid"]),
        ] {
            assert_eq!(hints(message.clone()), wanted, "{message}");
        }
    }

    #[test]
    fn a_document_without_a_name_is_hinted_at() {
        use serde_json::json;
        let file = |mime_type: &str| format!("data:{mime_type};base64,SGVsbG8=");
        for (message, wanted) in [
            (json!({"type": "media", "message": file("application/pdf")}), vec!["message no_filename"]),
            (
                json!({"type": "media", "message": file("application/pdf"), "filename": "", "text": "x"}),
                vec!["message no_filename"],
            ),
            (json!({"type": "media", "message": file("application/pdf"), "filename": "menu.pdf"}), vec![]),
            (json!({"type": "media", "message": file("image/png")}), vec![]),
            (json!({"type": "media", "message": file("Video/mp4")}), vec![]),
            (json!({"type": "media", "message": file("audio/mpeg")}), vec![]),
            (json!({"type": "media", "message": "https://x.example/menu"}), vec![]),
            // No file, whatever it begins like.
            (json!({"type": "text", "message": file("application/pdf")}), vec![]),
        ] {
            assert_eq!(hints(message.clone()), wanted, "{message}");
        }
    }

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
