//! What is valid but will probably disappoint. A hint blocks nothing.

use serde::Serialize;

/// One thing that a sender would want to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Hint {
    /// Where, in the caller's own spelling, as in a [`Fault`](super::Fault).
    pub path: String,
    /// What, for programs.
    pub code: HintCode,
    /// What to look at, for people. Never repeats the message's text.
    pub message: String,
    /// The field that was probably meant, or forgotten.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<&'static str>,
}

named_enum! {
    /// Every kind of hint. The names are part of the interface and do not change.
    #[non_exhaustive]
    pub enum HintCode {
        /// The address is a page that shows the file, not the file.
        PageNotFile = "page_not_file",
        /// Maytapi's servers can't reach the address: it means something only inside a network.
        UnreachableAddress = "unreachable_address",
        /// Audio that plays as a file, not as a voice note.
        NotOpus = "not_opus",
        /// A document without a name.
        NoFilename = "no_filename",
        /// A path stood in front of the file's name, and was cut off.
        FilenameCut = "filename_cut",
        /// A template's variable was not filled in.
        Placeholder = "placeholder",
        /// A button's text is longer than what is shown of it.
        LongButtonText = "long_button_text",
        /// A vCard's `waid` is no number, so the card leads to no chat.
        VcardWaid = "vcard_waid",
    }
}
