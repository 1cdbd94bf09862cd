//! What the JavaScript host threw, as the source of an error.

use std::fmt;

use wasm_bindgen::JsValue;

/// What the host threw, or what the caller aborted with, as the [`source`](std::error::Error::source) of an [`Error`](super::Error).
/// Not printed: some implementations of fetch keep the request, with its headers, in their errors.
pub struct Thrown(JsValue);

impl Thrown {
    /// What the host threw on the way to an error, where it did.
    #[cfg(feature = "js")]
    pub(crate) fn source_of(error: &super::error::Error) -> Option<&JsValue> {
        std::error::Error::source(error)?.downcast_ref::<Thrown>().map(Thrown::value)
    }

    /// What was thrown.
    #[must_use]
    pub fn value(&self) -> &JsValue {
        &self.0
    }

    pub(crate) fn boxed(value: JsValue) -> Box<dyn std::error::Error> {
        Box::new(Thrown(value))
    }
}

impl fmt::Display for Thrown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the JavaScript host threw")
    }
}

impl fmt::Debug for Thrown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Thrown")
    }
}

impl std::error::Error for Thrown {}
