//! Writing XML.
//!
//! Invariants:
//! - What balanced calls write parses again to the same tree, but for the white space of the pretty form.
//! - Characters that XML does not have are written as they are and counted, never dropped or replaced: the caller must
//!   look before (see [`first_illegal_xml_character`](super::first_illegal_xml_character)) or refuse the result.

use std::fmt;

use super::characters::starts_noncharacter;
use crate::scan;

/// Room that most messages fit in, so that writing seldom moves what it has written.
const CAPACITY: usize = 48 << 10;

/// Writes one XML document, pretty (two spaces a level, LF, elements with text on one line) or compact.
///
/// Calls must balance; debug builds assert that, and release builds still close what is open. Names are the caller's
/// responsibility, as adapters write only names that they know.
pub struct XmlWriter {
    out: String,
    pretty: bool,
    open: Vec<Open>,
    in_tag: bool,
    illegal: usize,
}

/// An element whose end has not been written; its name stands in the output.
#[derive(Clone, Copy, Debug)]
struct Open {
    name: (usize, usize),
    /// Child elements on lines of their own.
    lines: bool,
    /// Text or raw markup, so that white space would matter.
    mixed: bool,
}

/// Shows the size only: messages hold patient data.
impl fmt::Debug for XmlWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("XmlWriter").field("bytes", &self.out.len()).finish_non_exhaustive()
    }
}

impl XmlWriter {
    /// Two spaces a level, LF; `<a b="c"/>` for elements without content.
    pub fn pretty() -> Self {
        XmlWriter { out: String::with_capacity(CAPACITY), pretty: true, open: Vec::new(), in_tag: false, illegal: 0 }
    }

    /// No white space that the caller did not write.
    pub fn compact() -> Self {
        XmlWriter { pretty: false, ..XmlWriter::pretty() }
    }

    /// Writes `<?xml version="1.0" encoding="UTF-8"?>`; only before everything else.
    pub fn declaration(&mut self) {
        debug_assert!(self.out.is_empty(), "the declaration comes first");
        if self.out.is_empty() {
            self.out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        }
    }

    /// Opens an element; `name` with its prefix.
    pub fn start(&mut self, name: &str) {
        self.begin_child();
        self.out.push('<');
        let start = self.out.len();
        self.out.push_str(name);
        self.open.push(Open { name: (start, self.out.len()), lines: false, mixed: false });
        self.in_tag = true;
    }

    /// Writes an attribute and gives the offset of its value's first byte. Ignored after content, where none can stand.
    pub fn attribute(&mut self, name: &str, value: &str) -> usize {
        debug_assert!(self.in_tag, "an attribute after content");
        if !self.in_tag {
            return self.out.len();
        }
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        let offset = self.out.len();
        self.escape(value, true);
        self.out.push('"');
        offset
    }

    /// Writes an attribute whose value holds nothing that must be escaped, such as a code that the format fixes.
    pub fn plain_attribute(&mut self, name: &str, value: &str) {
        debug_assert!(scan::xml_escape(value.as_bytes(), 0) == value.len(), "a value to escape");
        debug_assert!(self.in_tag, "an attribute after content");
        if self.in_tag {
            for part in [" ", name, "=\"", value, "\""] {
                self.out.push_str(part);
            }
        }
    }

    /// Writes text and gives the offset of its first byte. Empty text makes `<x></x>` of an empty element.
    pub fn text(&mut self, text: &str) -> usize {
        debug_assert!(!self.open.is_empty(), "text outside the root");
        let offset = self.content();
        self.escape(text, false);
        offset
    }

    /// Writes well-formed markup as it is, without white space around it, and gives the offset of its first byte.
    pub fn raw(&mut self, fragment: &str) -> usize {
        let offset = self.content();
        self.out.push_str(fragment);
        offset
    }

    /// Writes a well-formed element as it is, like a child element, and gives the offset of its first byte.
    pub fn raw_element(&mut self, element: &str) -> usize {
        self.begin_child();
        let offset = self.out.len();
        self.out.push_str(element);
        offset
    }

    /// Closes the innermost element.
    pub fn end(&mut self) {
        let popped = self.open.pop();
        debug_assert!(popped.is_some(), "no element is open");
        let Some(open) = popped else { return };
        if std::mem::take(&mut self.in_tag) {
            self.out.push_str("/>");
            return;
        }
        if open.lines && !open.mixed {
            self.new_line();
        }
        self.out.push_str("</");
        self.out.extend_from_within(open.name.0..open.name.1);
        self.out.push('>');
    }

    /// Bytes written so far.
    pub fn offset(&self) -> usize {
        self.out.len()
    }

    /// How many attribute values and texts held a character that XML does not have. The document is not well formed if
    /// there are any.
    pub fn illegal_values(&self) -> usize {
        self.illegal
    }

    /// The document.
    pub fn finish(mut self) -> String {
        debug_assert!(self.open.is_empty(), "an element is still open");
        while !self.open.is_empty() {
            self.end();
        }
        self.out
    }

    /// Before a child element.
    fn begin_child(&mut self) {
        self.close_tag();
        let parent_mixed = match self.open.last_mut() {
            Some(parent) => {
                parent.lines = true;
                parent.mixed
            }
            None => false,
        };
        if !parent_mixed && !self.out.is_empty() {
            self.new_line();
        }
    }

    fn content(&mut self) -> usize {
        self.close_tag();
        if let Some(open) = self.open.last_mut() {
            open.mixed = true;
        }
        self.out.len()
    }

    fn close_tag(&mut self) {
        if std::mem::take(&mut self.in_tag) {
            self.out.push('>');
        }
    }

    fn new_line(&mut self) {
        if self.pretty {
            crate::lines::begin(&mut self.out, self.open.len());
        }
    }

    /// White space that a parser would normalise away is written as references (XML 1.0 §2.11, §3.3.3).
    fn escape(&mut self, text: &str, attribute: bool) {
        let bytes = text.as_bytes();
        let mut plain = 0;
        let mut illegal = false;
        let mut at = scan::xml_escape(bytes, 0);
        while let Some(&byte) = bytes.get(at) {
            let reference = match byte {
                b'&' => Some("&amp;"),
                b'<' => Some("&lt;"),
                b'>' => Some("&gt;"),
                b'"' if attribute => Some("&quot;"),
                b'\t' if attribute => Some("&#9;"),
                b'\n' if attribute => Some("&#10;"),
                b'\r' => Some("&#13;"),
                b'\t' | b'\n' | b'"' => None,
                _ => {
                    illegal |= byte < 0x20 || starts_noncharacter(bytes, at);
                    None
                }
            };
            if let Some(reference) = reference {
                self.out.push_str(text.get(plain..at).unwrap_or_default());
                self.out.push_str(reference);
                plain = at + 1;
            }
            at = scan::xml_escape(bytes, at + 1);
        }
        self.out.push_str(text.get(plain..).unwrap_or_default());
        self.illegal += usize::from(illegal);
    }
}
