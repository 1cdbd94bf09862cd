//! Reads JSON, within limits.

use super::floats::Floats;
use super::special::next_special;
use crate::json::limits::{Limits, MAX_MEMBERS, Rejected};
use crate::json::value::{Json, Members};
use crate::strings::{after_ignoring_case, integer};

/// Reads a text. A mark of byte order before it is nothing.
///
/// # Errors
/// When it is no JSON, holds more than the limits allow, or repeats a name within one object.
pub fn parse(text: &str, floats: Floats, limits: Limits) -> Result<Json, Rejected> {
    let text = after_ignoring_case(text, "\u{feff}").unwrap_or(text);
    let mut parser = Parser { text, at: 0, floats, nodes_left: limits.nodes, rejected: Rejected::Malformed };
    let value = parser.value(limits.depth).ok_or(parser.rejected)?;
    parser.white_space();
    if parser.at == text.len() { Ok(value) } else { Err(Rejected::Malformed) }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    floats: Floats,
    nodes_left: u32,
    /// What to say of a text that is not taken.
    rejected: Rejected,
}

impl Parser<'_> {
    /// The value that starts here, with this many levels allowed below it.
    fn value(&mut self, levels_left: u32) -> Option<Json> {
        self.white_space();
        self.nodes_left = self.nodes_left.checked_sub(1).or_else(|| self.reject(Rejected::TooManyNodes))?;
        match self.peek()? {
            b'{' => self.object(levels_left),
            b'[' => self.array(levels_left),
            b'"' => self.string().map(Json::String),
            b'-' | b'0'..=b'9' => self.number(),
            _ if self.word("true") => Some(Json::Bool(true)),
            _ if self.word("false") => Some(Json::Bool(false)),
            _ if self.word("null") => Some(Json::Null),
            _ => None,
        }
    }

    fn below(&mut self, levels_left: u32) -> Option<u32> {
        levels_left.checked_sub(1).or_else(|| self.reject(Rejected::TooDeep))
    }

    /// Gives up, and says why.
    fn reject<T>(&mut self, why: Rejected) -> Option<T> {
        self.rejected = why;
        None
    }

    fn object(&mut self, levels_left: u32) -> Option<Json> {
        let below = self.below(levels_left)?;
        let mut members: Members = Vec::new();
        self.bump();
        if self.token(b'}') {
            return Some(Json::Object(members));
        }
        loop {
            self.white_space();
            let name = self.string()?;
            if members.len() >= MAX_MEMBERS {
                return self.reject(Rejected::TooManyMembers);
            }
            if members.iter().any(|(known, _)| *known == name) {
                return self.reject(Rejected::RepeatedName);
            }
            if !self.token(b':') {
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

    fn array(&mut self, levels_left: u32) -> Option<Json> {
        let below = self.below(levels_left)?;
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
                        let high = first.wrapping_sub(0xd800).wrapping_mul(0x400);
                        return char::from_u32(high.wrapping_add(low.wrapping_sub(0xdc00)).wrapping_add(0x1_0000));
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
            let digit = char::from(self.next()?).to_digit(16)?;
            number = u32::wrapping_mul(number, 16).wrapping_add(digit);
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
