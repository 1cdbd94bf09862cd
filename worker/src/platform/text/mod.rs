//! Texts in lower case, by the runtime: the standard library's tables for that would be a part of the upload.

/// A text in lower case, in every script that has one.
#[must_use]
pub fn lower_case(text: &str) -> String {
    #[cfg(target_arch = "wasm32")]
    return js_sys::JsString::from(text).to_lower_case().into();
    #[cfg(not(target_arch = "wasm32"))]
    return text.to_lowercase();
}
