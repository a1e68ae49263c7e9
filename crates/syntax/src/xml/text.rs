//! Text, CDATA and references.
//!
//! Invariants:
//! - Text without references and CR is never copied, unless CDATA cuts it in pieces.
//! - Only the five predefined entities and characters that XML has can be referred to.
//! - The limit holds before anything is copied.

use std::borrow::Cow;
use std::ops::Range;

use causeway_canonical::Finding;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesText};

use super::XmlKind;
use super::characters::{is_xml_char, is_xml_name, name_end};
use super::parse::{Name, Parser, is_blank, is_space};
use crate::rules;
use crate::tree::Slice;

pub(super) const CDATA: &str = "<![CDATA[";

/// Text, CDATA and references read so far without markup between, which make one node.
pub(super) struct Run {
    start: usize,
    text: RunText,
}

enum RunText {
    /// One piece of the source as it is.
    Source(Range<usize>),
    /// The copies from this offset on.
    Copied(usize),
}

impl<'s> Parser<'s, '_> {
    /// Takes text up to markup or a reference; gives the offset behind it.
    pub(super) fn text(&mut self, start: usize) -> Result<usize, Finding> {
        let rest = self.bytes().get(start..).unwrap_or_default();
        let len = memchr::memchr2(b'<', b'&', rest).unwrap_or(rest.len());
        let (text, end) = (rest.get(..len).unwrap_or_default(), start + len);
        if !self.in_element() {
            return match text.iter().position(|&byte| !is_space(byte)) {
                Some(found) => self.text_outside_root(start + found),
                None => Ok(end),
            };
        }
        if !is_blank(text)
            && memchr::memchr(b']', text).is_some()
            && let Some(found) = memchr::memmem::find(text, b"]]>")
        {
            let message = "expected no `]]>` outside CDATA";
            return self.fail(&rules::XML_CDATA_END, start + found, message);
        }
        self.check_run(&(start..end))?;
        self.extend_run(start, start..end);
        Ok(end)
    }

    /// Takes a CDATA section; gives the offset behind it.
    pub(super) fn cdata(&mut self, start: usize) -> Result<usize, Finding> {
        if !self.in_element() {
            return self.text_outside_root(start);
        }
        let text = start + CDATA.len();
        let rest = self.bytes().get(text..).unwrap_or_default();
        let Some(len) = memchr::memmem::find(rest, b"]]>") else {
            return self.truncated("the end of a CDATA section");
        };
        let end = text + len + "]]>".len();
        self.check_run(&(start..end))?;
        self.extend_run(start, text..text + len);
        Ok(end)
    }

    /// Takes a reference in text; gives the offset behind it.
    pub(super) fn text_reference(&mut self, start: usize) -> Result<usize, Finding> {
        if !self.in_element() {
            return self.text_outside_root(start);
        }
        let Some(name) = self.reference_name(start, self.source.len()) else {
            return self.refuse_reference(start);
        };
        let end = start + "&;".len() + name.len();
        self.check_run(&(start..end))?;
        let run = self.copy_run(start);
        self.decode(start, name)?;
        self.run = Some(run);
        Ok(end)
    }

    /// Makes a node of the text that has been taken.
    pub(super) fn end_text(&mut self, end: usize) -> Result<(), Finding> {
        let Some(run) = self.run.take() else { return Ok(()) };
        let text = match run.text {
            RunText::Source(piece) => Slice::source(piece.start, piece.end),
            RunText::Copied(from) => Slice::copied(from, self.copies.len()),
        };
        let blank = is_blank(text.get(self.source, &self.copies).as_bytes());
        let id = self.push(XmlKind::Text, run.start..end, Name::NONE, text)?;
        if !blank {
            self.mark_content();
        }
        if let Some(node) = self.nodes.get_mut(id as usize) {
            node.value = !blank;
        }
        Ok(())
    }

    fn check_run(&self, piece: &Range<usize>) -> Result<(), Finding> {
        let start = self.run.as_ref().map_or(piece.start, |run| run.start);
        self.check_text(&(start..piece.end))
    }

    /// Adds a piece of the source to the text.
    fn extend_run(&mut self, start: usize, piece: Range<usize>) {
        let text = self.with_line_feeds(piece.clone());
        self.run = Some(match (&self.run, &text) {
            (None, Cow::Borrowed(_)) => Run { start, text: RunText::Source(piece) },
            _ => {
                let run = self.copy_run(start);
                self.copies.push_str(&text);
                run
            }
        });
    }

    /// The text so far, as a copy that can be added to.
    fn copy_run(&mut self, start: usize) -> Run {
        let copied = self.copies.len();
        match self.run.take() {
            None => Run { start, text: RunText::Copied(copied) },
            Some(Run { start, text: RunText::Source(piece) }) => {
                self.copies.push_str(self.source.get(piece).unwrap_or_default());
                Run { start, text: RunText::Copied(copied) }
            }
            Some(run) => run,
        }
    }

    /// Text of a comment or instruction, which has no references.
    pub(super) fn normalised(&mut self, piece: Range<usize>) -> Slice {
        match self.with_line_feeds(piece.clone()) {
            Cow::Borrowed(_) => Slice::source(piece.start, piece.end),
            Cow::Owned(text) => {
                let copied = self.copies.len();
                self.copies.push_str(&text);
                Slice::copied(copied, self.copies.len())
            }
        }
    }

    /// A piece of the source with line ends as LF (XML 1.0 §2.11); borrowed if they were so.
    fn with_line_feeds(&self, piece: Range<usize>) -> Cow<'s, str> {
        let text = self.source.get(piece).unwrap_or_default();
        if self.has_returns { BytesText::from_escaped(text).xml10_content() } else { Cow::Borrowed(text) }
    }

    /// Decodes the reference at the start of the piece of an attribute value; gives the offset behind it.
    pub(super) fn reference(&mut self, piece: Range<usize>) -> Result<usize, Finding> {
        let Some(name) = self.reference_name(piece.start, piece.end) else {
            return self.refuse_reference(piece.start);
        };
        self.decode(piece.start, name)?;
        Ok(piece.start + "&;".len() + name.len())
    }

    /// What stands between the ampersand at `at` and a semicolon before `end`.
    fn reference_name(&self, at: usize, end: usize) -> Option<&'s str> {
        let rest = self.source.get(at + 1..end)?;
        let len = memchr::memchr3(b';', b'&', b'<', rest.as_bytes())?;
        rest.get(..len).filter(|_| rest.as_bytes().get(len) == Some(&b';'))
    }

    /// Copies what the reference stands for (XML 1.0 §4.1). quick-xml knows numbers of characters that XML does not have.
    fn decode(&mut self, at: usize, name: &str) -> Result<(), Finding> {
        if let Some(text) = resolve_xml_entity(name) {
            self.copies.push_str(text);
            return Ok(());
        }
        match BytesRef::new(name).resolve_char_ref() {
            Ok(Some(decoded)) if is_xml_char(decoded) => {
                self.copies.push(decoded);
                Ok(())
            }
            Ok(None) if is_xml_name(name) => {
                let message = "expected one of the five predefined entities, found another";
                self.fail(&rules::XML_UNDECLARED_ENTITY, at, message)
            }
            _ => self.refuse_reference(at),
        }
    }

    /// Says what is wrong with a reference that is malformed, or refers to no character of XML.
    fn refuse_reference<T>(&self, at: usize) -> Result<T, Finding> {
        let rest = self.source.get(at + 1..).unwrap_or_default();
        let Some(number) = rest.strip_prefix('#') else {
            if name_end(self.source, at + 1) >= self.source.len() {
                return self.truncated("the rest of a reference");
            }
            return self.fail(&rules::XML_REFERENCE, at, "expected a reference after an ampersand");
        };
        let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |digits| (digits, 16));
        if digits.chars().all(|digit| digit.is_digit(radix)) {
            return self.truncated("the rest of a reference");
        }
        let message = "expected the number of a character that XML allows, and a semicolon";
        self.fail(&rules::XML_CHARACTER_REFERENCE, at, message)
    }

    /// Beside the root only white space may stand.
    pub(super) fn text_outside_root<T>(&self, at: usize) -> Result<T, Finding> {
        self.fail(&rules::XML_TEXT_OUTSIDE_ROOT, at, "expected no text outside the root element")
    }
}
