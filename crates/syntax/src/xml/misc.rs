//! The XML declaration, comments and processing instructions.
//!
//! Invariant: the declaration stands at the very start or nowhere, and promises nothing but XML 1.0 in UTF-8.

use causeway_canonical::Finding;
use quick_xml::events::attributes::Attributes;

use super::XmlKind;
use super::parse::{Name, Parser, is_space};
use crate::rules;
use crate::tree::narrow;

/// Encodings that senders declare; anything else is not named in findings.
const ENCODINGS: [&str; 6] = ["UTF-16", "ISO-8859-1", "ISO-8859-15", "windows-1252", "US-ASCII", "UTF-32"];

/// Start of a comment.
pub(super) const COMMENT: &str = "<!--";

/// Offset of the first white space in a declaration.
const DECLARATION: usize = "<?xml".len();

impl Parser<'_, '_> {
    /// Checks the XML declaration that ends before `end` (XML 1.0 §2.8, production 23).
    fn declaration(&self, end: usize) -> Result<(), Finding> {
        let mut names = ["version", "encoding", "standalone"].into_iter();
        let first = self.start + DECLARATION;
        let mut at = first;
        // quick-xml need not compare the names, as each may stand in one place only.
        let mut attributes = Attributes::new(self.source.get(first..end).unwrap_or_default(), 0);
        for attribute in attributes.with_checks(false) {
            let start = self.space_end(at);
            let Ok(attribute) = attribute else {
                return self.malformed(start, "pseudo-attributes as name=\"value\"");
            };
            let (name, value) = (attribute.key.0, attribute.value.as_ref());
            if at == first && name != "version" {
                break;
            }
            if start == at || !names.any(|known| known == name) {
                return self
                    .malformed(start, "version, encoding and standalone in this order, with white space before");
            }
            at = self.offset_of(value) + value.len() + 1;
            match name {
                "version" if value != "1.0" => {
                    return self.fail(&rules::XML_VERSION, self.start, "expected version 1.0");
                }
                "encoding" if !value.eq_ignore_ascii_case("UTF-8") => {
                    let known = ENCODINGS.iter().find(|known| known.eq_ignore_ascii_case(value)).copied();
                    let message = format!("expected the encoding UTF-8, found {}", known.unwrap_or("another"));
                    return self.fail(&rules::XML_ENCODING, self.start, message);
                }
                "standalone" if !matches!(value, "yes" | "no") => {
                    return self.malformed(at, "standalone to be yes or no");
                }
                _ => {}
            }
        }
        // The version is the only one that must be there.
        if at == first { self.malformed(at, "a version") } else { Ok(()) }
    }

    fn malformed<T>(&self, at: usize, expected: &str) -> Result<T, Finding> {
        let rest = self.bytes().get(at..).unwrap_or_default();
        if memchr::memchr(b'>', rest).is_none() {
            return self.truncated("the end of the XML declaration");
        }
        self.fail(&rules::XML_DECLARATION, at, format!("expected {expected} in the XML declaration"))
    }

    /// Takes a comment (XML 1.0 §2.5).
    pub(super) fn comment(&mut self, start: usize) -> Result<usize, Finding> {
        let text = start + COMMENT.len();
        let rest = self.bytes().get(text..).unwrap_or_default();
        let hyphens = memchr::memmem::find(rest, b"--").map(|found| text + found);
        let text = match hyphens {
            Some(end) if self.byte(end + 2) == Some(b'>') => text..end,
            Some(at) if at + 2 < self.source.len() => {
                return self.fail(&rules::XML_COMMENT, at, "expected no `--` inside a comment");
            }
            _ => return self.truncated("the end of a comment"),
        };
        let end = text.end + "-->".len();
        self.check_text(&text)?;
        let content = self.normalised(text.clone());
        let id = self.push(XmlKind::Comment, start..end, Name::NONE, content)?;
        self.set_body(id, text.start);
        Ok(end)
    }

    /// Takes the XML declaration if this is one and stands at the very start, or else an instruction.
    pub(super) fn instruction_or_declaration(&mut self, start: usize) -> Result<usize, Finding> {
        let content = start + "<?".len();
        let rest = self.bytes().get(content..).unwrap_or_default();
        let end = memchr::memmem::find(rest, b"?>").map(|found| content + found);
        let name_end = start + DECLARATION;
        let is_whole_name = match self.byte(name_end) {
            Some(b'?') => end.is_none_or(|end| end == name_end),
            byte => byte.is_none_or(is_space),
        };
        if start == self.start && rest.starts_with(b"xml") && is_whole_name {
            self.declaration(end.unwrap_or(self.source.len()))?;
        } else {
            self.instruction(start, end)?;
        }
        match end {
            Some(end) => Ok(end + "?>".len()),
            None => self.truncated("the rest of a tag"),
        }
    }

    /// Adds an instruction (XML 1.0 §2.6); of one without an end, only the target is checked. The target has no colon
    /// (Namespaces in XML 1.0 §7).
    fn instruction(&mut self, start: usize, end: Option<usize>) -> Result<(), Finding> {
        let target = self.name(start + "<?".len(), "the target of an instruction")?;
        let name = self.source.get(target.start..target.end).unwrap_or_default();
        if name == "xml" {
            return self.fail(&rules::XML_DECLARATION, start, "expected the XML declaration only at the very start");
        }
        if name.eq_ignore_ascii_case("xml") || target.prefix_len > 0 {
            let message = "expected a target without colon and other than xml";
            return self.fail(&rules::XML_INSTRUCTION, start, message);
        }
        let Some(end) = end else { return Ok(()) };
        let data = self.space_end(target.end)..end;
        if data.start == target.end && !data.is_empty() {
            return self.fail(&rules::XML_INSTRUCTION, data.start, "expected white space or `?>` after the target");
        }
        self.check_text(&data)?;
        let content = self.normalised(data.clone());
        let id = self.push(XmlKind::Instruction, start..end + "?>".len(), target, content)?;
        self.set_body(id, data.start);
        Ok(())
    }

    fn set_body(&mut self, id: u32, body: usize) {
        if let Some(node) = self.nodes.get_mut(id as usize) {
            node.body = narrow(body);
        }
    }
}
