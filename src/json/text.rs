//! JSON as text, read and written in one pass each.
//!
//! serde_json would add 13 KB to what a browser downloads, and the host's own `JSON` gives objects that cost two crossings of the
//! boundary for each member. A text costs one. Only numbers with a fraction are left to others (see [`Floats`]): their tables are the
//! larger part of any JSON library.

use super::{Json, MAX_DEPTH, MAX_MEMBERS, Members};
use crate::strings::{around, decimal, integer, push_hex};

/// How numbers with a fraction or an exponent are read and written: by the host in a browser, by the standard library elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct Floats {
    /// The number of a text that is in JSON's form.
    pub read: fn(&str) -> Option<f64>,
    /// The shortest text of a finite number.
    pub write: fn(f64) -> String,
}

/// Reads a text; `None` where it is no JSON, nested deeper than [`MAX_DEPTH`], or repeats a name within one object.
#[must_use]
pub fn parse(text: &str, floats: Floats) -> Option<Json> {
    let mut parser = Parser { text, at: 0, floats };
    let value = parser.value(MAX_DEPTH)?;
    parser.white_space();
    (parser.at == text.len()).then_some(value)
}

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

/// The first character that can't stand in a JSON string as it is, with what is before and after it.
#[inline(never)]
fn next_special(text: &str) -> Option<(&str, u8, &str)> {
    let bytes = text.as_bytes();
    let at = bytes.iter().position(|b| matches!(b, b'"' | b'\\' | 0..=0x1f))?;
    let (run, after) = around(text, at)?;
    let special = *bytes.get(at)?;
    Some((run, special, after))
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    floats: Floats,
}

impl Parser<'_> {
    fn value(&mut self, depth: usize) -> Option<Json> {
        self.white_space();
        match self.peek()? {
            b'{' => self.object(depth.checked_sub(1)?),
            b'[' => self.array(depth.checked_sub(1)?),
            b'"' => self.string().map(Json::String),
            b'-' | b'0'..=b'9' => self.number(),
            _ if self.word("true") => Some(Json::Bool(true)),
            _ if self.word("false") => Some(Json::Bool(false)),
            _ if self.word("null") => Some(Json::Null),
            _ => None,
        }
    }

    fn object(&mut self, below: usize) -> Option<Json> {
        let mut members: Members = Vec::new();
        self.bump();
        if self.token(b'}') {
            return Some(Json::Object(members));
        }
        loop {
            self.white_space();
            let name = self.string()?;
            if !self.token(b':') || members.len() >= MAX_MEMBERS || members.iter().any(|(known, _)| *known == name) {
                return None;
            }
            members.push((name, self.value(below)?));
            if self.token(b'}') {
                return Some(Json::Object(members));
            }
            if !self.token(b',') {
                return None;
            }
        }
    }

    fn array(&mut self, below: usize) -> Option<Json> {
        let mut items = Vec::new();
        self.bump();
        if self.token(b']') {
            return Some(Json::Array(items));
        }
        loop {
            items.push(self.value(below)?);
            if self.token(b']') {
                return Some(Json::Array(items));
            }
            if !self.token(b',') {
                return None;
            }
        }
    }

    #[inline(never)]
    fn string(&mut self) -> Option<String> {
        if !self.eat(b'"') {
            return None;
        }
        let mut string = String::new();
        loop {
            let (run, special, _) = next_special(self.text.get(self.at..)?)?;
            string.push_str(run);
            self.at = self.at.saturating_add(run.len()).saturating_add(1);
            match special {
                b'"' => return Some(string),
                b'\\' => string.push(self.escape()?),
                _ => return None,
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        Some(match self.next()? {
            same @ (b'"' | b'\\' | b'/') => char::from(same),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.hex()?;
                let after_first = self.at;
                if (0xd800..0xdc00).contains(&first) && self.word("\\u") {
                    let low = self.hex()?;
                    if (0xdc00..0xe000).contains(&low) {
                        // 0x10000 + (first - 0xd800) * 0x400 + (low - 0xdc00), in bits.
                        return char::from_u32(((first & 0x3ff) << 10 | (low & 0x3ff)).saturating_add(0x1_0000));
                    }
                    self.at = after_first;
                }
                // Half of a pair stands for no character; JavaScript's own encoders write the same in its place.
                char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => return None,
        })
    }

    #[inline(never)]
    fn hex(&mut self) -> Option<u32> {
        let mut number = 0;
        for _ in 0..4 {
            number = number << 4 | char::from(self.next()?).to_digit(16)?;
        }
        Some(number)
    }

    fn number(&mut self) -> Option<Json> {
        let start = self.at;
        self.eat(b'-');
        // After a leading zero no further digit follows.
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            if !self.eat(b'+') {
                self.eat(b'-');
            }
            self.digits()?;
        }
        let text = self.text.get(start..self.at)?;
        integer(text).map(Json::Int).or_else(|| (self.floats.read)(text).map(Json::from))
    }

    /// One digit or more.
    #[inline(never)]
    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.bump();
        }
        (self.at > start).then_some(())
    }

    #[inline(never)]
    fn word(&mut self, word: &str) -> bool {
        let found = self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes()));
        if found {
            self.at = self.at.saturating_add(word.len());
        }
        found
    }

    /// Takes a byte that may have white space before it.
    #[inline(never)]
    fn token(&mut self, byte: u8) -> bool {
        self.white_space();
        self.eat(byte)
    }

    #[inline(never)]
    fn white_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.bump();
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.bump();
        Some(byte)
    }

    #[inline(never)]
    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.bump();
        }
        found
    }

    fn bump(&mut self) {
        self.at = self.at.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By serde_json, which writes the shortest text as JavaScript does and reads what it wrote.
    const FLOATS: Floats = Floats {
        read: |text| serde_json::from_str(text).ok(),
        write: |number| serde_json::to_string(&number).unwrap_or_default(),
    };

    fn read(text: &str) -> Option<Json> {
        parse(text, FLOATS)
    }

    fn written(value: &Json) -> String {
        let mut out = String::new();
        write(value, FLOATS, &mut out);
        out
    }

    #[test]
    fn what_is_json_is_read_as_serde_json_reads_it() {
        for text in [
            "null",
            " true ",
            "false",
            "0",
            "-0",
            "-12",
            "1.5",
            "1e3",
            "-2.5E-2",
            "9223372036854775807",
            "9223372036854775808",
            "\"\"",
            r#""a\"b\\c\/d\b\f\n\r\tAé😀""#,
            "\"é😀\"",
            "[]",
            "[1,[2,[]],{}]",
            "{}",
            "{ \"a\" : [ 1 , null ] , \"b\" : { \"c\" : \"d\" } }\n",
        ] {
            assert_eq!(read(text), serde_json::from_str(text).ok(), "{text}");
            assert!(read(text).is_some(), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in [
            "",
            " ",
            "nul",
            "nulll",
            "+1",
            "01",
            "-",
            "1.",
            ".5",
            "1e",
            "1e+",
            "0x1",
            "NaN",
            "Infinity",
            "\"",
            "\"a",
            "\"\n\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\u+123\"",
            "[",
            "[1",
            "[1,]",
            "[,1]",
            "{",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "{'a':1}",
            "1 2",
            "[1]]",
            "\u{feff}1",
            "{\"a\":1,\"a\":2}",
            "//",
            "'a'",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn half_a_pair_is_no_character() {
        for (text, wanted) in [
            (r#""\ud83d""#, "\u{fffd}"),
            (r#""\ude00""#, "\u{fffd}"),
            (r#""\ud83dx""#, "\u{fffd}x"),
            (r#""\ud83d\u0041""#, "\u{fffd}A"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀"),
        ] {
            assert_eq!(read(text), Some(Json::from(wanted)), "{text}");
        }
    }

    #[test]
    fn depth_and_members_are_bounded() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(read(&nested(MAX_DEPTH)).is_some() && read(&nested(MAX_DEPTH + 1)).is_none());
        assert!(read(&"[".repeat(1_000_000)).is_none());
        let members: Vec<String> = (0..=MAX_MEMBERS).map(|n| format!("\"{n}\":0")).collect();
        assert!(read(&format!("{{{}}}", members.join(","))).is_none());
        assert!(read(&format!("{{{}}}", members[1..].join(","))).is_some());
    }

    fn any_json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::Bool),
            any::<i64>().prop_map(Json::Int),
            any::<f64>().prop_map(Json::from),
            any::<String>().prop_map(Json::String),
        ];
        leaf.prop_recursive(4, 40, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Json::Array),
                prop::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|members| Json::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_written_is_what_serde_json_writes_and_is_read_back(value in any_json()) {
            let text = written(&value);
            let by_serde: Json = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(&by_serde, &read(&text).unwrap());
            prop_assert_eq!(&text, &serde_json::to_string(&value).unwrap());
        }

        #[test]
        fn any_text_is_judged_as_serde_json_judges_it(text in "[\\[\\]{}:,\"\\\\ untrfalse0-9.eE+-]{0,16}|\\PC{0,16}") {
            // A lone half of a pair is an error to serde_json and U+FFFD here; a number too large for f64 is an error there too.
            let by_serde: Option<Json> = serde_json::from_str(&text).ok();
            if by_serde.is_some() || !text.contains("\\u") {
                prop_assert_eq!(read(&text), by_serde);
            }
        }

        #[test]
        fn cut_or_changed_json_never_panics(value in any_json(), at in any::<prop::sample::Index>(), byte in any::<char>()) {
            let mut text: Vec<char> = written(&value).chars().collect();
            let at = at.index(text.len());
            let cut: String = text[..at].iter().collect();
            let _either = read(&cut);
            text[at] = byte;
            let _either = read(&text.into_iter().collect::<String>());
        }
    }
}
