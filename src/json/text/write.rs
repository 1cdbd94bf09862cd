//! Writes JSON.

use super::floats::Floats;
use super::special::next_special;
use crate::json::value::Json;
use crate::strings::{decimal, push_hex};

/// Writes a value.
pub fn write(value: &Json, floats: Floats, out: &mut String) {
    match value {
        Json::Bool(true) => out.push_str("true"),
        Json::Bool(false) => out.push_str("false"),
        Json::Int(number) => out.push_str(&decimal(*number)),
        Json::Float(number) if number.is_finite() => out.push_str(&(floats.write)(*number)),
        // A float that is none, as `JSON.stringify` does: JSON has no word for it.
        Json::Null | Json::Float(_) => out.push_str("null"),
        Json::String(text) => write_string(text, out),
        Json::Array(items) => {
            let mut before = "[";
            for item in items {
                out.push_str(before);
                before = ",";
                write(item, floats, out);
            }
            out.push_str(if items.is_empty() { "[]" } else { "]" });
        }
        Json::Object(members) => {
            let mut before = "{";
            for (name, value) in members {
                out.push_str(before);
                before = ",";
                write_string(name, out);
                out.push(':');
                write(value, floats, out);
            }
            out.push_str(if members.is_empty() { "{}" } else { "}" });
        }
    }
}

/// Writes a string with its quotes.
#[inline(never)]
pub fn write_string(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    // A run without anything to escape is copied whole: files are mostly one such run.
    while let Some((run, special, after)) = next_special(rest) {
        out.push_str(run);
        out.push('\\');
        match special {
            b'"' | b'\\' => out.push(char::from(special)),
            b'\n' => out.push('n'),
            b'\r' => out.push('r'),
            b'\t' => out.push('t'),
            control => {
                out.push_str("u00");
                push_hex(control, out);
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out.push('"');
}
