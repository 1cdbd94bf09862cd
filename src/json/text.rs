//! JSON as text, read and written in one pass each.
//!
//! serde_json would add 13 KB to what a browser downloads, and the host's own `JSON` gives objects that cost two crossings of the
//! boundary for each member. A text costs one. Only numbers with a fraction are left to others (see [`Floats`]): their tables are the
//! larger part of any JSON library.

use super::{Json, MAX_DEPTH, MAX_MEMBERS};

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
        Json::Null => out.push_str("null"),
        Json::Bool(true) => out.push_str("true"),
        Json::Bool(false) => out.push_str("false"),
        Json::Int(number) => out.push_str(&number.to_string()),
        Json::Float(number) if number.is_finite() => out.push_str(&(floats.write)(*number)),
        // As `JSON.stringify` does: JSON has no word for it.
        Json::Float(_) => out.push_str("null"),
        Json::String(text) => write_string(text, out),
        Json::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write(item, floats, out);
            }
            out.push(']');
        }
        Json::Object(members) => {
            out.push('{');
            for (n, (name, value)) in members.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write_string(name, out);
                out.push(':');
                write(value, floats, out);
            }
            out.push('}');
        }
    }
}

/// Writes a string with its quotes.
pub fn write_string(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    // A run without anything to escape is copied whole: files are mostly one such run.
    while let Some(at) = rest.bytes().position(|b| matches!(b, b'"' | b'\\' | 0..=0x1f)) {
        let (run, from) = rest.split_at(at);
        out.push_str(run);
        let mut bytes = from.chars();
        match bytes.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(control) => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            None => {}
        }
        rest = bytes.as_str();
    }
    out.push_str(rest);
    out.push('"');
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
            b't' => self.word("true", Json::Bool(true)),
            b'f' => self.word("false", Json::Bool(false)),
            b'n' => self.word("null", Json::Null),
            _ => self.number(),
        }
    }

    fn object(&mut self, below: usize) -> Option<Json> {
        let mut members: Vec<(String, Json)> = Vec::new();
        self.bump();
        self.white_space();
        if self.eat(b'}') {
            return Some(Json::Object(members));
        }
        loop {
            self.white_space();
            let name = self.string()?;
            self.white_space();
            if !self.eat(b':') || members.len() >= MAX_MEMBERS || members.iter().any(|(known, _)| *known == name) {
                return None;
            }
            members.push((name, self.value(below)?));
            self.white_space();
            if self.eat(b'}') {
                return Some(Json::Object(members));
            }
            if !self.eat(b',') {
                return None;
            }
        }
    }

    fn array(&mut self, below: usize) -> Option<Json> {
        let mut items = Vec::new();
        self.bump();
        self.white_space();
        if self.eat(b']') {
            return Some(Json::Array(items));
        }
        loop {
            items.push(self.value(below)?);
            self.white_space();
            if self.eat(b']') {
                return Some(Json::Array(items));
            }
            if !self.eat(b',') {
                return None;
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        if !self.eat(b'"') {
            return None;
        }
        let mut string = String::new();
        loop {
            let rest = self.text.get(self.at..)?;
            let end = rest.bytes().position(|b| matches!(b, b'"' | b'\\' | 0..=0x1f))?;
            string.push_str(rest.get(..end)?);
            self.at = self.at.saturating_add(end);
            match self.next()? {
                b'"' => return Some(string),
                b'\\' => string.push(self.escape()?),
                _ => return None,
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        Some(match self.next()? {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.hex()?;
                let low_follows = (0xd800..0xdc00).contains(&first)
                    && self.text.get(self.at..).is_some_and(|rest| rest.starts_with("\\u"));
                if !low_follows {
                    // Half of a pair stands for no character; JavaScript's own encoders write the same in its place.
                    return Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                let before_low = self.at;
                self.at = self.at.saturating_add(2);
                let low = self.hex()?;
                if !(0xdc00..0xe000).contains(&low) {
                    self.at = before_low;
                    return Some(char::REPLACEMENT_CHARACTER);
                }
                // 0x10000 + (first - 0xd800) * 0x400 + (low - 0xdc00), in bits.
                char::from_u32(((first & 0x3ff) << 10 | (low & 0x3ff)).saturating_add(0x1_0000))?
            }
            _ => return None,
        })
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at.saturating_add(4))?;
        self.at = self.at.saturating_add(4);
        digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok()).flatten()
    }

    fn number(&mut self) -> Option<Json> {
        let start = self.at;
        self.eat(b'-');
        let leading_zero = self.peek() == Some(b'0');
        let whole = self.digits();
        if whole == 0 || (leading_zero && whole > 1) {
            return None;
        }
        let mut integer = true;
        if self.eat(b'.') {
            integer = false;
            if self.digits() == 0 {
                return None;
            }
        }
        if self.eat(b'e') || self.eat(b'E') {
            integer = false;
            if !self.eat(b'+') {
                self.eat(b'-');
            }
            if self.digits() == 0 {
                return None;
            }
        }
        let text = self.text.get(start..self.at)?;
        match text.parse::<i64>() {
            Ok(number) if integer => Some(Json::Int(number)),
            _ => (self.floats.read)(text).map(Json::from),
        }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.bump();
        }
        self.at.saturating_sub(start)
    }

    fn word(&mut self, word: &str, value: Json) -> Option<Json> {
        let found = self.text.get(self.at..)?.starts_with(word);
        self.at = self.at.saturating_add(word.len());
        found.then_some(value)
    }

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
