//! How one value is checked, and what is said of one of the wrong kind.

use super::fault::{Context, FaultCode, Violation};
use crate::json::Json;
use crate::strings::concat;

/// How a value is checked. Values and not generic functions, so that whatever reads fields is compiled once.
#[derive(Clone, Copy)]
pub(super) enum Check {
    /// A string: the part of it that goes onto the wire, or what is wrong; and what to hint at.
    Text(fn(&str) -> Result<&str, Violation>, fn(&str, &mut Context<'_>)),
    /// Anything else: puts the value into the form of the wire, or reports what is wrong.
    Value(fn(&mut Json, &mut Context<'_>) -> bool),
}

impl Check {
    /// Puts the value into the form in which it goes onto the wire; `false` where something is wrong and reported. It is done in place:
    /// a file is tens of megabytes.
    #[inline(never)]
    pub(super) fn run(self, value: &mut Json, context: &mut Context<'_>) -> bool {
        let (check, hint) = match self {
            Check::Text(check, hint) => (check, hint),
            Check::Value(check) => return check(value, context),
        };
        let Some(text) = string(value, context) else { return false };
        match check(text) {
            Ok(part) => {
                hint(text, context);
                if part.len() < text.len() {
                    *value = part.into();
                }
                true
            }
            Err((code, advice)) => context.report(*code, advice),
        }
    }
}

/// The text of a string field.
#[inline(never)]
pub(super) fn string<'v>(value: &'v Json, context: &mut Context<'_>) -> Option<&'v str> {
    let text = value.as_str();
    if text.is_none() {
        wrong_kind("a string", value, context);
    }
    text
}

/// Reports a value of the wrong kind.
#[inline(never)]
pub(super) fn wrong_kind(wanted: &str, found: &Json, context: &mut Context<'_>) -> bool {
    context.report(FaultCode::WrongKind, &concat(&["Give ", wanted, ", not ", found.kind(), "."]))
}

/// For a text of which there is nothing to hint at.
pub(super) fn no_hint(_: &str, _: &mut Context<'_>) {}
