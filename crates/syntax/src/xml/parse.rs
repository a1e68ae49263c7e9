//! The XML parser: elements, and what may stand where.
//!
//! Invariants:
//! - One pass: each piece (tag, text, reference, CDATA section, comment, instruction) is held against the standards as it
//!   is read, so that the first fault is the one reported. quick-xml decodes references, line ends and the XML
//!   declaration.
//! - The open elements stand in `open`; the call depth is constant.
//! - Characters that XML does not have are looked for once, over the whole document, before anything is parsed; no
//!   other step needs to think of them.

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;
use std::sync::OnceLock;

use causeway_canonical::{Finding, Rule};

use super::attributes::Scope;
use super::misc::COMMENT;
use super::text::{CDATA, Run};
use super::{Node, XmlKind, XmlTree, characters, path};
use crate::input;
use crate::limits::Limits;
use crate::lines::position_in;
use crate::rules::{self, MAX_NAME};
use crate::scan;
use crate::tree::{NONE, NodeId, Slice, narrow};

/// Reads the document that stands in `part` of the source; offsets count from the start of the source.
pub(super) fn parse<'s>(source: &'s [u8], part: Range<usize>, limits: &Limits) -> Result<XmlTree<'s>, Finding> {
    let start = Cell::new(part.start);
    let path_at_end = |valid: &str| match Parser::new(valid, start.get(), limits).document() {
        Ok(_) => String::new(),
        Err(finding) => finding.path,
    };
    let whole = source.get(..part.end).unwrap_or(source);
    let source = input::text(whole, limits, path_at_end)?;
    start.set(part.start.saturating_sub(whole.len() - source.len()));
    if let Some(at) = characters::first_illegal_xml_character(source) {
        let path = path_at_end(source.get(..at).unwrap_or_default());
        let finding = Finding::new(&rules::XML_CHARACTER, "expected a character that XML allows, found another");
        return Err(finding.at(path, position_in(source.as_bytes(), at)));
    }
    let mut parser = Parser::new(source, start.get(), limits);
    let root = parser.document()?;
    Ok(XmlTree {
        source,
        nodes: parser.nodes,
        copies: parser.copies,
        root,
        lines: OnceLock::new(),
        ordinals: OnceLock::new(),
    })
}

pub(super) struct Parser<'s, 'l> {
    pub(super) source: &'s str,
    /// Where in the source the document starts.
    pub(super) start: usize,
    pub(super) nodes: Vec<Node>,
    pub(super) copies: String,
    pub(super) limits: &'l Limits,
    pub(super) scope: Scope<'s>,
    /// For sorting the attributes of one element.
    pub(super) sorted: Vec<u32>,
    /// Text that the next reference, CDATA section or text continues.
    pub(super) run: Option<Run>,
    /// There is a CR somewhere, so that line ends must be looked at.
    pub(super) has_returns: bool,
    at: usize,
    open: Vec<Open>,
    root: Option<NodeId>,
}

/// An element whose end tag has not come yet.
struct Open {
    id: u32,
    /// Namespace declarations in scope before the element's own.
    declarations: usize,
    /// It has attributes, child elements or text that is not blank.
    content: bool,
    /// Child elements so far.
    elements: usize,
}

/// A name with at most one colon.
#[derive(Clone, Copy)]
pub(super) struct Name {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Bytes of the prefix, 0 without one.
    pub(super) prefix_len: usize,
}

impl<'s, 'l> Parser<'s, 'l> {
    fn new(source: &'s str, start: usize, limits: &'l Limits) -> Self {
        Parser {
            source,
            start,
            nodes: Vec::with_capacity((source.len() / 14 + 8).min(limits.max_nodes)),
            copies: String::new(),
            limits,
            scope: Scope::default(),
            sorted: Vec::new(),
            run: None,
            has_returns: memchr::memchr(b'\r', source.as_bytes()).is_some(),
            at: start,
            open: Vec::new(),
            root: None,
        }
    }

    fn document(&mut self) -> Result<NodeId, Finding> {
        while let Some(byte) = self.byte(self.at) {
            self.at = match byte {
                b'<' => self.markup(self.at)?,
                b'&' => self.text_reference(self.at)?,
                _ => self.text(self.at)?,
            };
        }
        self.end_text(self.at)?;
        self.end()
    }

    /// Takes the tag, comment, instruction or CDATA section that starts at `start`; gives the offset behind it.
    fn markup(&mut self, start: usize) -> Result<usize, Finding> {
        let rest = self.source.get(start..).unwrap_or_default();
        if rest.starts_with(CDATA) {
            return self.cdata(start);
        }
        self.end_text(start)?;
        match self.byte(start + 1) {
            Some(b'/') => self.end_tag(start),
            Some(b'?') => self.instruction_or_declaration(start),
            Some(b'!') if rest.starts_with(COMMENT) => self.comment(start),
            Some(b'!') => self.refuse_declaration(start),
            _ => self.start_tag(start),
        }
    }

    /// Checks that the document may end where it does.
    fn end(&self) -> Result<NodeId, Finding> {
        if !self.open.is_empty() {
            return self.truncated("the end tag of an element");
        }
        match self.root {
            Some(root) => Ok(root),
            None => self.fail(&rules::XML_NO_ROOT, self.source.len(), "expected a root element, found none"),
        }
    }

    /// A comment or CDATA section that is none, or a declaration of a document type.
    fn refuse_declaration<T>(&self, start: usize) -> Result<T, Finding> {
        let rest = self.source.get(start..).unwrap_or_default();
        if rest.starts_with("<!DOCTYPE") {
            return self.fail(&rules::XML_DOCTYPE, start, "expected no document type declaration");
        }
        if [COMMENT, CDATA, "<!DOCTYPE"].iter().any(|whole| whole.starts_with(rest)) {
            return self.truncated("the rest of a tag");
        }
        self.fail(&rules::XML_SYNTAX, start, "expected a comment or CDATA after `<!`")
    }

    fn start_tag(&mut self, start: usize) -> Result<usize, Finding> {
        if self.open.is_empty() && self.root.is_some() {
            let message = "expected the end after the root element, found another";
            return self.fail(&rules::XML_TWO_ROOTS, start, message);
        }
        if self.open.len() >= self.limits.max_depth {
            let message = format!("expected at most {} levels of elements", self.limits.max_depth);
            return self.fail(&rules::NESTING_TOO_DEEP, start, message);
        }
        if self.open.last().is_some_and(|parent| parent.elements >= self.limits.max_entries) {
            let message = format!("expected at most {} child elements of one element", self.limits.max_entries);
            return self.fail(&rules::TOO_MANY_ENTRIES, start, message);
        }
        let name = self.name(start + 1, "an element name after `<`")?;
        let id = self.push(XmlKind::Element, start..name.end, name, Slice::EMPTY)?;
        if let Some(parent) = self.open.last_mut() {
            parent.content = true;
            parent.elements += 1;
        } else {
            self.root = Some(NodeId::new(id));
        }
        self.open.push(Open { id, declarations: self.scope.len(), content: false, elements: 0 });
        let tag = self.attributes(name.end)?;
        self.resolve(id, tag.has_prefixes)?;
        let body = narrow(self.nodes.len());
        if let Some(node) = self.nodes.get_mut(id as usize) {
            node.body = body;
        }
        if let Some(open) = self.open.last_mut() {
            open.content |= tag.has_attributes;
        }
        if tag.is_empty {
            self.close(tag.end);
        }
        Ok(tag.end)
    }

    /// Completes the innermost element, whose last byte stands before `end`.
    fn close(&mut self, end: usize) {
        let Some(open) = self.open.pop() else { return };
        self.scope.truncate(open.declarations);
        let next = narrow(self.nodes.len());
        if let Some(node) = self.nodes.get_mut(open.id as usize) {
            (node.end, node.next, node.value) = (narrow(end), next, !open.content);
        }
    }

    fn end_tag(&mut self, start: usize) -> Result<usize, Finding> {
        let Some(open) = self.open.last().and_then(|open| self.nodes.get(open.id as usize)) else {
            let message = "expected no end tag outside the root element";
            return self.fail(&rules::XML_MISMATCHED_TAG, start, message);
        };
        let expected = open.qualified(self.source);
        let mut end = start + "</".len() + expected.len();
        let is_plain =
            self.byte(end) == Some(b'>') && self.bytes().get(start + "</".len()..end) == Some(expected.as_bytes());
        if !is_plain {
            end = self.end_tag_with_space(start, expected)?;
        }
        self.close(end + 1);
        Ok(end + 1)
    }

    /// Where the `>` of an end tag stands that may have white space before it, or close another element, or go on after
    /// its name, or have no end.
    fn end_tag_with_space(&self, start: usize, expected: &str) -> Result<usize, Finding> {
        let name = self.name(start + "</".len(), "an element name after `</`")?;
        let found = self.source.get(name.start..name.end).unwrap_or_default();
        let end = if found == expected { self.space_end(name.end) } else { name.end };
        if end >= self.source.len() {
            return self.truncated("the rest of an end tag");
        }
        if found != expected {
            let message = format!("expected the end tag of `{expected}`, found that of `{found}`");
            return self.fail(&rules::XML_MISMATCHED_TAG, start, message);
        }
        if self.byte(end) != Some(b'>') {
            return self.fail(&rules::XML_SYNTAX, end, "expected `>` after the name in an end tag");
        }
        Ok(end)
    }

    /// Whether text and CDATA may stand here.
    pub(super) fn in_element(&self) -> bool {
        !self.open.is_empty()
    }

    /// Says that the innermost element has text that is not blank.
    pub(super) fn mark_content(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.content = true;
        }
    }

    /// Adds a node that has no descendants yet.
    pub(super) fn push(&mut self, kind: XmlKind, span: Range<usize>, name: Name, text: Slice) -> Result<u32, Finding> {
        if self.nodes.len() >= self.limits.max_nodes {
            let message = format!("expected at most {} nodes", self.limits.max_nodes);
            return self.fail(&rules::TOO_MANY_NODES, span.start, message);
        }
        let id = narrow(self.nodes.len());
        self.nodes.push(Node {
            kind,
            value: false,
            prefix_len: u16::try_from(name.prefix_len).unwrap_or_default(),
            name_len: u16::try_from(name.end - name.start).unwrap_or_default(),
            name: narrow(name.start),
            start: narrow(span.start),
            end: narrow(span.end),
            parent: self.open.last().map_or(NONE, |open| open.id),
            next: id + 1,
            body: id + 1,
            namespace: NONE,
            text,
        });
        Ok(id)
    }

    /// The name that starts at `start`.
    pub(super) fn name(&self, start: usize, expected: &str) -> Result<Name, Finding> {
        let mut end = characters::name_end(self.source, start);
        let mut valid = end > start;
        let mut prefix_len = 0;
        if self.byte(end) == Some(b':') {
            prefix_len = end - start;
            let local = end + 1;
            end = characters::name_end(self.source, local);
            valid &= end > local && self.byte(end) != Some(b':');
        }
        if !valid {
            if end >= self.source.len() {
                return self.truncated(expected);
            }
            return self.fail(&rules::XML_NAME, start, format!("expected {expected}"));
        }
        if end - start > MAX_NAME {
            let message = format!("expected a name of at most {MAX_NAME} bytes");
            return self.fail(&rules::NAME_TOO_LONG, start, message);
        }
        Ok(Name { start, end, prefix_len })
    }

    pub(super) fn check_text(&self, value: &Range<usize>) -> Result<(), Finding> {
        if value.len() > self.limits.max_text {
            let message = format!("expected a value of at most {} bytes", self.limits.max_text);
            return self.fail(&rules::TEXT_TOO_LONG, value.start, message);
        }
        Ok(())
    }

    pub(super) fn truncated<T>(&self, expected: &str) -> Result<T, Finding> {
        let message = format!("expected {expected}, found the end of the document");
        self.fail(&rules::XML_TRUNCATED, self.source.len(), message)
    }

    /// A finding at the byte offset, with the path of the innermost open element.
    #[cold]
    pub(super) fn fail<T>(
        &self,
        rule: &'static Rule,
        at: usize,
        message: impl Into<Cow<'static, str>>,
    ) -> Result<T, Finding> {
        let path = self.open.last().map_or_else(String::new, |open| {
            let ordinals = path::ordinals(&self.nodes, self.source);
            path::path(&self.nodes, &ordinals, self.source, NodeId::new(open.id))
        });
        Err(Finding::new(rule, message).at(path, position_in(self.source.as_bytes(), at)))
    }

    /// Offset of a piece that quick-xml borrowed from the source.
    pub(super) fn offset_of(&self, piece: &str) -> usize {
        piece.as_ptr().addr().saturating_sub(self.source.as_ptr().addr())
    }

    /// Offset of the first byte from `from` on that is no white space.
    pub(super) fn space_end(&self, from: usize) -> usize {
        let rest = self.bytes().get(from..).unwrap_or_default();
        from + rest.iter().take_while(|&&byte| is_space(byte)).count()
    }

    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.bytes().get(at).copied()
    }

    pub(super) fn bytes(&self) -> &'s [u8] {
        self.source.as_bytes()
    }
}

impl Name {
    pub(super) const NONE: Name = Name { start: 0, end: 0, prefix_len: 0 };
}

/// Whether a text is white space and nothing else; most are a line break and an indentation.
pub(super) fn is_blank(text: &[u8]) -> bool {
    let end = if text.first() == Some(&b'\n') { scan::blanks_end(text, 1) } else { 0 };
    text.get(end..).unwrap_or_default().iter().all(|&byte| is_space(byte))
}

/// S (XML 1.0 §2.3).
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
