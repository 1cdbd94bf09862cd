//! Finds the field or type that was probably meant: other APIs' names first, then the nearest spelling.

use crate::suggest::{Alias, has_word, meant, plain};

/// The field among `known` that `key` was probably meant to be.
pub(super) fn nearest_field(key: &str, known: &[&'static str]) -> Option<&'static str> {
    meant(key, FIELD_ALIASES, known)
}

/// The type among `known` that `word` was probably meant to be.
pub(super) fn nearest_type(word: &str, known: &[&'static str]) -> Option<&'static str> {
    meant(word, TYPE_ALIASES, known)
}

/// Where a word can mean two fields, the first that the type has wins. The words are those of people, of Maytapi's older examples, and of
/// other WhatsApp libraries: Baileys, whatsapp-web.js, Meta's Cloud API, Twilio, Evolution, WAHA, Green-API.
const FIELD_ALIASES: &[Alias] = &[
    ("filename", "name documentname"),
    ("text", "caption label description title name namelocation displaytext buttontext"),
    (
        "replyTo",
        "messageid msgid quoted reply quote quotedmessageid quotedmsgid inreplyto context contextinfo stanzaid replymessageid",
    ),
    (
        "message",
        "body content text url link image video audio document media file question emoji reaction contact vcard messageid msgid \
         extendedtextmessage urlfile attachment base64 react contacts vcards sticker pollname poll location contactid",
    ),
    (
        "toNumber",
        "to phone phonenumber number recipient recipients receiver chatid conversation jid remotejid waid groupid numbers chat destination",
    ),
    ("displayName", "name fullname formattedname"),
    ("latitude", "lat degreeslatitude"),
    ("longitude", "lng lon long degreeslongitude"),
    ("options", "answers choices values polloptions pollvalues"),
    (
        "onlyOne",
        "single singlechoice selectablecount selectableoptionscount allowmultipleanswers multipleanswers maxanswer",
    ),
    ("isHd", "hd sendmediaashd"),
    ("isGif", "gif gifplayback sendvideoasgif"),
    ("productId", "product productretailerid retailerid"),
    ("buttons", "interactive action templatebuttons replybuttons hydratedbuttons"),
    ("title", "header headertext"),
    ("footer", "footertext"),
    ("id", "buttonid reply payload rowid"),
    ("url", "link"),
    ("phoneNumber", "phone call"),
    ("code", "couponcode copycode"),
];

const TYPE_ALIASES: &[Alias] = &[
    ("media", "audio video document file pdf gif voice ptt videonote ptv"),
    ("image", "photo picture"),
    ("text", "chat message conversation"),
    ("link", "url"),
    ("location", "venue geo"),
    ("poll", "survey"),
    ("reaction", "react"),
    ("forward", "forwardmessage"),
    ("delete", "deletemessage revoke"),
    ("edit", "editmessage"),
    ("buttons", "interactive template"),
    ("contact", "contacts"),
    ("vcard", "card contactcard"),
];

/// Words of other libraries for what no field says, and what to do instead.
const WITHOUT_FIELD: &[(&str, &str)] = &[
    (
        "Write @ and the number into the text: @12025550123 mentions a member of the group.",
        "mentions mentioned mentionedjid mentionedids mentionedjidlist mentionseveryone",
    ),
    (
        "The sending phone is no field of a message: it is the option phoneId of the client, and in Maytapi's API a part of the address.",
        "phoneid from fromnumber session sessionid instance instanceid idinstance deviceid phonenumberid",
    ),
    ("A file tells its own type: leave this out.", "mimetype mediatype mime contenttype sendaudioasvoice"),
    ("A page is shown with a preview by type link.", "previewurl linkpreview preview generatehighqualitylinkpreview"),
    (
        "Maytapi has no such option: leave this out.",
        "messagingproduct recipienttype delay presence typing typingtime timetyping viewonce ephemeralexpiration schedule sendat scheduledat \
         priority async",
    ),
];

/// What to do about a word for which there is no field.
#[inline(never)]
pub(super) fn advice_on(word: &str) -> Option<&'static str> {
    let word = plain(word);
    WITHOUT_FIELD.iter().find(|(_, words)| has_word(words, &word)).map(|(advice, _)| *advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likely_field_is_named() {
        let media = ["toNumber", "message", "text", "filename", "replyTo"];
        for (key, wanted) in [
            ("caption", Some("text")),
            ("Caption", Some("text")),
            ("url", Some("message")),
            ("to", Some("toNumber")),
            ("tonumber", Some("toNumber")),
            ("file_name", Some("filename")),
            ("mesage", Some("message")),
            ("zzz", None),
        ] {
            assert_eq!(nearest_field(key, &media), wanted, "{key}");
        }
    }
}
