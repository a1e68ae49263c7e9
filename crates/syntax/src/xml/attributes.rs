//! Attributes, namespace declarations, and what prefixes mean.
//!
//! Invariants:
//! - A declaration holds for the element that it stands on, so names are resolved once the whole tag is read.
//! - At most [`MAX_NAMESPACES`] declarations are in scope and as many different URIs known, so looking one up costs
//!   little whatever the document does.

use std::ops::Range;

use causeway_canonical::Finding;

use super::parse::{Name, Parser};
use super::{Node, XML, XML_URI, XMLNS_URI, XmlKind};
use crate::rules;
use crate::scan;
use crate::tree::{NONE, Slice, narrow};

/// Declarations in scope at one place, and different namespaces of one document.
const MAX_NAMESPACES: usize = 512;

/// Elements with more attributes than this are checked for duplicates by sorting.
const PAIRWISE: usize = 16;

/// What stands in a start tag behind the element name.
pub(super) struct TagRest {
    /// There are attributes that declare no namespace.
    pub(super) has_attributes: bool,
    /// There are attributes with a prefix to resolve.
    pub(super) has_prefixes: bool,
    /// The tag ends with `/>`.
    pub(super) is_empty: bool,
    /// The offset behind the tag.
    pub(super) end: usize,
}

/// The namespace declarations in scope, the innermost last.
#[derive(Default)]
pub(super) struct Scope<'s> {
    bindings: Vec<(&'s str, u32)>,
    /// First declaration of each URI, sorted by URI.
    uris: Vec<u32>,
}

impl Scope<'_> {
    pub(super) fn len(&self) -> usize {
        self.bindings.len()
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.bindings.truncate(len);
    }

    /// The namespace of a prefix, the empty one being the default namespace.
    fn resolve(&self, prefix: &str) -> Option<u32> {
        if prefix == "xml" {
            return Some(XML);
        }
        let declared = self.bindings.iter().rev().find(|(declared, _)| *declared == prefix);
        declared.map(|&(_, namespace)| namespace).or(if prefix.is_empty() { Some(NONE) } else { None })
    }
}

impl<'s> Parser<'s, '_> {
    /// Reads the rest of a start tag, behind the element name.
    pub(super) fn attributes(&mut self, from: usize) -> Result<TagRest, Finding> {
        let first = self.nodes.len();
        let mut tag = TagRest { has_attributes: false, has_prefixes: false, is_empty: false, end: from };
        loop {
            let start = self.space_end(tag.end);
            match self.byte(start) {
                Some(b'>') => {
                    tag.end = start + 1;
                    return Ok(tag);
                }
                Some(b'/') if self.byte(start + 1) == Some(b'>') => {
                    (tag.is_empty, tag.end) = (true, start + 2);
                    return Ok(tag);
                }
                Some(b'/') if start + 1 >= self.source.len() => return self.truncated("the rest of a start tag"),
                Some(b'/') => return self.fail(&rules::XML_SYNTAX, start, "expected `/>` at the end of a tag"),
                Some(_) if start == tag.end => {
                    let message = "expected white space, `>` or `/>` after a name or an attribute";
                    return self.fail(&rules::XML_ATTRIBUTE, start, message);
                }
                Some(_) => {}
                None => return self.truncated("the rest of a tag"),
            }
            let name = self.name(start, "an attribute name, `>` or `/>`")?;
            let (value, text) = self.value_of(name)?;
            tag.end = value.end + 1;
            if self.nodes.len() - first >= self.limits.max_attributes {
                let message = format!("expected at most {} attributes on one element", self.limits.max_attributes);
                return self.fail(&rules::TOO_MANY_ATTRIBUTES, tag.end, message);
            }
            let kind = self.attribute(name, value, text)?;
            tag.has_attributes |= kind == XmlKind::Attribute;
            tag.has_prefixes |= kind == XmlKind::Attribute && name.prefix_len > 0;
        }
    }

    /// The value of the attribute: where it stands between its quotes, and what it says.
    fn value_of(&mut self, name: Name) -> Result<(Range<usize>, Slice), Finding> {
        let equals = self.space_end(name.end);
        if self.byte(equals) != Some(b'=') {
            return self.fail_attribute(equals, "an equals sign after an attribute name");
        }
        let opening = self.space_end(equals + 1);
        let Some(quote @ (b'"' | b'\'')) = self.byte(opening) else {
            return self.fail_attribute(opening, "an attribute value in quotes");
        };
        let start = opening + 1;
        let stop = scan::xml_value(self.bytes(), start, quote);
        if self.byte(stop) == Some(quote) {
            self.check_text(&(start..stop))?;
            return Ok((start..stop, Slice::source(start, stop)));
        }
        let end = memchr::memchr(quote, self.bytes().get(stop..).unwrap_or_default()).map(|more| stop + more);
        let text = self.attribute_value(start..end.unwrap_or(self.source.len()))?;
        match end {
            Some(end) => Ok((start..end, text)),
            None => self.fail_attribute(self.source.len(), "the closing quote of an attribute value"),
        }
    }

    fn fail_attribute<T>(&self, at: usize, expected: &str) -> Result<T, Finding> {
        if at >= self.source.len() {
            return self.truncated(expected);
        }
        self.fail(&rules::XML_ATTRIBUTE, at, format!("expected {expected}"))
    }

    /// Adds one attribute or declaration.
    fn attribute(&mut self, name: Name, value: Range<usize>, text: Slice) -> Result<XmlKind, Finding> {
        let kind = match (self.source.get(name.start..name.end), name.prefix_len) {
            (Some("xmlns"), _) => XmlKind::Namespace,
            (Some(qualified), 5) if qualified.starts_with("xmlns:") => XmlKind::Namespace,
            _ => XmlKind::Attribute,
        };
        let id = self.push(kind, name.start..value.end + 1, name, text)?;
        if let Some(node) = self.nodes.get_mut(id as usize) {
            node.body = narrow(value.start);
            node.value = kind == XmlKind::Attribute;
        }
        if kind == XmlKind::Namespace {
            self.declare(id, name)?;
        }
        Ok(kind)
    }

    /// The value, normalised (XML 1.0 §3.3.3).
    fn attribute_value(&mut self, value: Range<usize>) -> Result<Slice, Finding> {
        self.check_text(&value)?;
        let bytes = self.bytes().get(..value.end).unwrap_or_default();
        let mut stop = scan::xml_attribute(bytes, value.start);
        let copied = self.copies.len();
        let mut plain = value.start;
        loop {
            self.copies.push_str(self.source.get(plain..stop).unwrap_or_default());
            plain = match bytes.get(stop) {
                None => return Ok(Slice::copied(copied, self.copies.len())),
                Some(b'&') => self.reference(stop..value.end)?,
                Some(b'<') => {
                    return self.fail(&rules::XML_LESS_THAN, stop, "expected no `<` inside an attribute value");
                }
                Some(byte) => {
                    self.copies.push(' ');
                    stop + if *byte == b'\r' && bytes.get(stop + 1) == Some(&b'\n') { 2 } else { 1 }
                }
            };
            stop = scan::xml_attribute(bytes, plain);
        }
    }

    /// Brings a declaration into scope: Namespaces in XML 1.0 §3.
    fn declare(&mut self, id: u32, name: Name) -> Result<(), Finding> {
        let prefix: &'s str = match name.prefix_len {
            0 => "",
            len => self.source.get(name.start + len + 1..name.end).unwrap_or_default(),
        };
        let uri = self.text_of(id);
        let misused = match prefix {
            "xmlns" => true,
            "xml" => uri != XML_URI,
            _ => uri == XML_URI || uri == XMLNS_URI || (uri.is_empty() && !prefix.is_empty()),
        };
        if misused {
            let message = match (prefix, uri.is_empty()) {
                ("xml" | "xmlns", _) => format!("expected the prefix `{prefix}` to keep its meaning"),
                (_, true) => format!("expected a namespace for the prefix `{prefix}`, found an empty one"),
                (_, false) => format!("expected a namespace for the prefix `{prefix}` other than the reserved ones"),
            };
            return self.fail(&rules::XML_RESERVED_PREFIX, name.start, message);
        }
        let namespace = match uri {
            "" => NONE,
            XML_URI => XML,
            uri => match self.scope.uris.binary_search_by(|&known| self.text_of(known).cmp(uri)) {
                Ok(at) => self.scope.uris.get(at).copied().unwrap_or(id),
                Err(at) => {
                    self.scope.uris.insert(at, id);
                    id
                }
            },
        };
        self.scope.bindings.push((prefix, namespace));
        if self.scope.bindings.len().max(self.scope.uris.len()) > MAX_NAMESPACES {
            let message = format!("expected at most {MAX_NAMESPACES} namespaces");
            return self.fail(&rules::TOO_MANY_NAMESPACES, name.start, message);
        }
        Ok(())
    }

    /// Gives the element and its attributes, which are the last nodes, their namespaces.
    pub(super) fn resolve(&mut self, element: u32, has_prefixes: bool) -> Result<(), Finding> {
        let first = element as usize + 1;
        self.resolve_node(element as usize)?;
        if has_prefixes {
            for id in first..self.nodes.len() {
                self.resolve_node(id)?;
            }
        }
        self.check_duplicates(first)
    }

    fn resolve_node(&mut self, id: usize) -> Result<(), Finding> {
        let Some(node) = self.nodes.get_mut(id) else { return Ok(()) };
        if node.kind == XmlKind::Namespace || (node.kind == XmlKind::Attribute && node.prefix_len == 0) {
            return Ok(());
        }
        let prefix = node.prefix(self.source);
        if let Some(namespace) = self.scope.resolve(prefix) {
            node.namespace = namespace;
            return Ok(());
        }
        let at = node.name as usize;
        if prefix == "xmlns" {
            return self.fail(&rules::XML_RESERVED_PREFIX, at, "expected no element with the prefix `xmlns`");
        }
        let message = format!("expected a declared prefix, found `{prefix}`, which is not declared");
        self.fail(&rules::XML_UNDECLARED_PREFIX, at, message)
    }

    /// XML 1.0 §3.1 (same name) and Namespaces in XML 1.0 §6.3 (same namespace and local name).
    fn check_duplicates(&mut self, first: usize) -> Result<(), Finding> {
        let count = self.nodes.len() - first;
        if count < 2 {
            return Ok(());
        }
        let source = self.source;
        // Whether there is a prefix tells `xmlns` from `xmlns:xmlns`; for attributes their namespace says it already.
        let kind = |node: &Node| (node.kind, node.namespace, node.prefix_len == 0);
        let same = |a: &Node, b: &Node| {
            let lengths = || a.name_len - a.prefix_len == b.name_len - b.prefix_len;
            kind(a) == kind(b) && lengths() && a.local(source) == b.local(source)
        };
        let key = |node: &Node| (kind(node), node.local(source));
        let tag = self.nodes.get(first..).unwrap_or_default();
        let duplicate = if count <= PAIRWISE {
            tag.iter()
                .enumerate()
                .find(|&(at, node)| tag.iter().take(at).any(|earlier| same(earlier, node)))
                .map(|(_, node)| node)
        } else {
            self.sorted.clear();
            self.sorted.extend(0..narrow(count));
            let order = |&id: &u32| tag.get(id as usize).map(|node| (key(node), id));
            self.sorted.sort_unstable_by(|a, b| order(a).cmp(&order(b)));
            let equal = |pair: &[u32]| match pair {
                &[a, b] => tag.get(a as usize).zip(tag.get(b as usize)).filter(|(a, b)| same(a, b)).map(|_| b),
                _ => None,
            };
            self.sorted.windows(2).filter_map(equal).min().and_then(|at| tag.get(at as usize))
        };
        let Some(duplicate) = duplicate else { return Ok(()) };
        let (at, name) = (duplicate.start as usize, duplicate.qualified(source));
        let message = format!("expected each attribute once, found `{name}` again");
        self.fail(&rules::XML_DUPLICATE_ATTRIBUTE, at, message)
    }

    fn text_of(&self, id: u32) -> &str {
        self.nodes.get(id as usize).map_or("", |node| node.text.get(self.source, &self.copies))
    }
}
