//! JSON strings: RFC 8259 §7.
//!
//! Invariant: a string without escapes is never copied.

use causeway_canonical::Finding;

use super::parse::Parser;
use crate::rules;
use crate::scan;
use crate::tree::Slice;

impl Parser<'_, '_> {
    /// Reads the string whose opening quote stands at the parser's offset, and moves behind it.
    pub(super) fn string(&mut self) -> Result<Slice, Finding> {
        let start = self.at + 1;
        let end = scan::json_string(self.bytes(), start);
        self.check_text(start, end)?;
        if self.byte(end) == Some(b'"') {
            self.at = end + 1;
            return Ok(Slice::source(start, end));
        }
        self.string_with_escapes(start, end)
    }

    fn string_with_escapes(&mut self, start: usize, mut stop: usize) -> Result<Slice, Finding> {
        let copied = self.copies.len();
        let mut plain = start;
        loop {
            self.copies.push_str(self.source.get(plain..stop).unwrap_or_default());
            match self.byte(stop) {
                Some(b'"') => {
                    self.at = stop + 1;
                    return Ok(Slice::copied(copied, self.copies.len()));
                }
                Some(b'\\') => plain = self.escape(stop)?,
                Some(_) => {
                    let message = "expected an escape, found a control character inside a string";
                    return self.fail(&rules::JSON_CONTROL_CHARACTER, stop, message);
                }
                None => return self.truncated("the closing quote of a string"),
            }
            stop = scan::json_string(self.bytes(), plain);
            self.check_text(start, stop)?;
        }
    }

    /// Decodes the escape whose backslash stands at `at`; gives the offset behind it.
    fn escape(&mut self, at: usize) -> Result<usize, Finding> {
        let decoded = match self.byte(at + 1) {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(at),
            Some(_) => return self.fail(&rules::JSON_ESCAPE, at, "expected an escape that JSON has, found another"),
            None => return self.truncated("the rest of an escape"),
        };
        self.copies.push(decoded);
        Ok(at + 2)
    }

    fn unicode_escape(&mut self, at: usize) -> Result<usize, Finding> {
        let first = self.four_digits(at)?;
        let (scalar, end) = match first {
            0xD800..=0xDBFF => {
                let second = match (self.byte(at + 6), self.byte(at + 7)) {
                    (Some(b'\\'), Some(b'u')) => self.four_digits(at + 6)?,
                    _ => 0,
                };
                if !(0xDC00..=0xDFFF).contains(&second) {
                    let message = "expected the second half of a surrogate pair, found something else";
                    return self.fail(&rules::JSON_SURROGATE, at, message);
                }
                (0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00), at + 12)
            }
            _ => (first, at + 6),
        };
        let Some(decoded) = char::from_u32(scalar) else {
            let message = "expected a character, found the second half of a surrogate pair alone";
            return self.fail(&rules::JSON_SURROGATE, at, message);
        };
        if decoded == '\0' {
            return self.fail(&rules::JSON_NUL, at, "expected a character other than U+0000");
        }
        self.copies.push(decoded);
        Ok(end)
    }

    /// The four hexadecimal digits of the `\u` escape at `at`.
    fn four_digits(&self, at: usize) -> Result<u32, Finding> {
        let Some(digits) = self.bytes().get(at + 2..at + 6) else {
            return self.truncated("the four digits of an escape");
        };
        let mut value = 0;
        for &digit in digits {
            let Some(digit) = char::from(digit).to_digit(16) else {
                return self.fail(&rules::JSON_ESCAPE, at, "expected four hexadecimal digits after \\u");
            };
            value = value << 4 | digit;
        }
        Ok(value)
    }
}
