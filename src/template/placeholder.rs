//! Placeholders in a text: `{{name}}`, `{{name|fallback}}`, what is put in their place, and what is wrong with one.

use crate::strings::{around, split_once, trim};

/// Puts something in place of one placeholder: its name, its fallback, the text so far.
pub(super) type Put<'a> = dyn FnMut(&str, Option<&str>, &mut String) + 'a;

/// A text with what `put` puts in place of its placeholders; or the first thing that is wrong with them.
#[inline(never)]
pub(super) fn fill(text: &str, put: &mut Put<'_>) -> Result<String, &'static str> {
    const LONGEST: usize = 64;
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, open, after)) = next_braces(rest) {
        if !open {
            return Err("Two closing braces have no opening ones before them.");
        }
        let Some((inside, false, after)) = next_braces(after) else {
            return Err("A placeholder is not closed: it ends with two braces, as in {{name}}.");
        };
        let (name, fallback) = match split_once(inside, b'|') {
            Some((name, fallback)) => (trim(name), Some(trim(fallback))),
            None => (trim(inside), None),
        };
        if inside.bytes().any(|b| matches!(b, b'{' | b'}')) {
            return Err("A single brace stands inside of a placeholder: two open it and two close it.");
        }
        if name.is_empty() || name.len() > LONGEST {
            return Err("A placeholder names a field, in at most 64 bytes: {{name}}.");
        }
        filled.push_str(before);
        put(name, fallback, &mut filled);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// Whether two opening or closing braces stand in a text.
pub(super) fn has_braces(text: &str) -> bool {
    next_braces(text).is_some()
}

/// What stands before the next two braces, whether they open, and what stands after them.
fn next_braces(text: &str) -> Option<(&str, bool, &str)> {
    let at = text.as_bytes().windows(2).position(|two| matches!(two, b"{{" | b"}}"))?;
    let (before, second) = around(text, at)?;
    let open = second.as_bytes().first() == Some(&b'{');
    Some((before, open, second.get(1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Result<String, &'static str> {
        fill(text, &mut |name, fallback, filled| filled.push_str(&format!("<{name}:{fallback:?}>")))
    }

    #[test]
    fn texts_and_placeholders_are_told_apart() {
        for (text, wanted) in [
            ("", ""),
            ("Hi", "Hi"),
            ("{{a}}", "<a:None>"),
            ("Hi {{name}}!", "Hi <name:None>!"),
            ("{{ a }}{{b}}", "<a:None><b:None>"),
            ("{{ First name | you there }}", "<First name:Some(\"you there\")>"),
            ("{{a|}}", "<a:Some(\"\")>"),
            ("{{a|b|c}}", "<a:Some(\"b|c\")>"),
            ("{{größe}}", "<größe:None>"),
            ("a {b} c } {", "a {b} c } {"),
            ("{", "{"),
        ] {
            assert_eq!(pieces(text).as_deref(), Ok(wanted), "{text}");
        }
    }

    #[test]
    fn every_brace_that_is_left_over_is_found() {
        for (text, said) in [
            ("{{", "not closed"),
            ("Hi {{name", "not closed"),
            ("Hi {{name}", "not closed"),
            ("{{a {{b}}", "not closed"),
            ("{{a|{{b}}}}", "not closed"),
            ("name}}", "no opening"),
            ("{{a}} }}", "no opening"),
            ("{{}}", "names a field"),
            ("{{ |x}}", "names a field"),
            ("{{{a}}}", "single brace"),
            ("{{a}b}}", "single brace"),
            ("{{a|{b}}", "single brace"),
        ] {
            assert!(pieces(text).is_err_and(|advice| advice.contains(said)), "{text}: {:?}", pieces(text));
        }
        assert!(pieces(&format!("{{{{{}}}}}", "a".repeat(64))).is_ok());
        assert!(pieces(&format!("{{{{{}}}}}", "a".repeat(65))).is_err());
    }
}
