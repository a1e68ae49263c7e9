//! Writing JSON.
//!
//! Invariant: what balanced calls write parses again to the same tree; scalars given in lexical form stay as they are.

use std::fmt;

/// Writes one JSON document, pretty (two spaces a level, one member or element a line) or compact.
///
/// Calls must balance and every value in an object needs a key before it; debug builds assert that. Release builds
/// still close what is open and write `null` for a missing value.
pub struct JsonWriter {
    out: String,
    pretty: bool,
    open: Vec<Open>,
    after_key: bool,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    closer: char,
    empty: bool,
}

/// Shows the size only: messages hold patient data.
impl fmt::Debug for JsonWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonWriter").field("bytes", &self.out.len()).finish_non_exhaustive()
    }
}

impl JsonWriter {
    /// Two spaces a level, LF, `"key": value`.
    pub fn pretty() -> Self {
        JsonWriter { out: String::with_capacity(4096), pretty: true, open: Vec::new(), after_key: false }
    }

    /// No white space at all.
    pub fn compact() -> Self {
        JsonWriter { pretty: false, ..JsonWriter::pretty() }
    }

    /// Opens an object.
    pub fn begin_object(&mut self) {
        self.begin('{', '}');
    }

    /// Closes the innermost object.
    pub fn end_object(&mut self) {
        self.end('}');
    }

    /// Opens an array.
    pub fn begin_array(&mut self) {
        self.begin('[', ']');
    }

    /// Closes the innermost array.
    pub fn end_array(&mut self) {
        self.end(']');
    }

    /// Writes a member's name; the next call writes its value.
    pub fn key(&mut self, name: &str) {
        debug_assert!(!self.after_key, "a key after a key");
        debug_assert!(self.open.last().is_some_and(|open| open.closer == '}'), "a key outside an object");
        self.separate();
        push_string(&mut self.out, name);
        self.out.push_str(if self.pretty { ": " } else { ":" });
        self.after_key = true;
    }

    /// Writes a string value.
    pub fn string(&mut self, text: &str) {
        self.before_value();
        push_string(&mut self.out, text);
    }

    /// Writes a number, `true`, `false` or `null`, given in lexical form.
    pub fn raw_scalar(&mut self, lexical: &str) {
        self.before_value();
        self.out.push_str(lexical);
    }

    /// Where the first byte of the next value will stand.
    pub fn offset(&self) -> usize {
        match self.open.last() {
            Some(open) if !self.after_key => {
                let comma = usize::from(!open.empty);
                let line = if self.pretty { 1 + 2 * self.open.len() } else { 0 };
                self.out.len() + comma + line
            }
            _ => self.out.len(),
        }
    }

    /// The document.
    pub fn finish(mut self) -> String {
        debug_assert!(self.open.is_empty() && !self.after_key, "an object or array is still open");
        while let Some(open) = self.open.last() {
            self.end(open.closer);
        }
        self.out
    }

    fn begin(&mut self, opener: char, closer: char) {
        self.before_value();
        self.out.push(opener);
        self.open.push(Open { closer, empty: true });
    }

    fn end(&mut self, closer: char) {
        debug_assert!(!self.after_key, "a key without a value");
        let popped = self.open.pop();
        debug_assert!(popped.is_some_and(|open| open.closer == closer), "the innermost bracket is another");
        self.finish_member();
        let Some(open) = popped else { return };
        if !open.empty {
            self.new_line();
        }
        self.out.push(open.closer);
    }

    /// A name without a value would not be JSON.
    fn finish_member(&mut self) {
        if std::mem::take(&mut self.after_key) {
            self.out.push_str("null");
        }
    }

    fn before_value(&mut self) {
        if std::mem::take(&mut self.after_key) {
            return;
        }
        debug_assert!(self.open.last().is_none_or(|open| open.closer == ']'), "a value without a key in an object");
        debug_assert!(!self.open.is_empty() || self.out.is_empty(), "a second root");
        self.separate();
    }

    /// Comma and line break before a member or an element.
    fn separate(&mut self) {
        let Some(open) = self.open.last_mut() else { return };
        if !std::mem::take(&mut open.empty) {
            self.out.push(',');
        }
        self.new_line();
    }

    fn new_line(&mut self) {
        if self.pretty {
            crate::lines::begin(&mut self.out, self.open.len());
        }
    }
}

/// Escapes what RFC 8259 §7 demands and nothing else.
fn push_string(out: &mut String, text: &str) {
    out.push('"');
    let mut plain = 0;
    loop {
        let stop = crate::scan::json_string(text.as_bytes(), plain);
        out.push_str(text.get(plain..stop).unwrap_or_default());
        let Some(&byte) = text.as_bytes().get(stop) else { break };
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            0x08 => out.push_str("\\b"),
            0x0C => out.push_str("\\f"),
            control => out.push_str(&format!("\\u{control:04x}")),
        }
        plain = stop + 1;
    }
    out.push('"');
}
