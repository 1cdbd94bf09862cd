//! A header of an answer.

use std::borrow::Cow;

/// Its name in lower case, and its value.
pub type Header = (&'static str, Cow<'static, str>);
