//! The XML tree.
//!
//! Invariants:
//! - A tree obeys XML 1.0 and Namespaces in XML 1.0 to the letter, without a document type and so without entities.
//! - An element is followed by its attributes and declarations as they stand in the tag, then by its content; a node's
//!   descendants follow it without a gap.
//! - Comments and instructions beside the root are nodes too; the XML declaration is not.
//! - Namespaces are compared by the id of the declaration that first gave the URI, so equal URIs have equal ids.

mod attributes;
mod characters;
mod head;
mod misc;
mod parse;
mod path;
mod text;
mod write;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use causeway_canonical::{Finding, Position};

use crate::limits::Limits;
use crate::lines::LineIndex;
use crate::tree::{NONE, NodeId, Slice, Tree, innermost};
pub use characters::{first_illegal_xml_character, is_xml_name};
pub use head::root_tag;
pub use write::XmlWriter;

/// Namespace of the prefix `xml`.
pub(crate) const XML_URI: &str = "http://www.w3.org/XML/1998/namespace";
/// Namespace of the prefix `xmlns`.
pub(crate) const XMLNS_URI: &str = "http://www.w3.org/2000/xmlns/";
/// In place of a declaration's id: the namespace of the prefix `xml`.
const XML: u32 = NONE - 1;

/// Sort of an XML node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum XmlKind {
    /// An element.
    Element,
    /// An attribute that declares no namespace.
    Attribute,
    /// A namespace declaration, `xmlns="…"` or `xmlns:prefix="…"`.
    Namespace,
    /// Text and CDATA without markup between.
    Text,
    /// A comment.
    Comment,
    /// A processing instruction.
    Instruction,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    kind: XmlKind,
    /// Carries a value of its own, see [`Tree::is_value`].
    value: bool,
    /// Bytes of the prefix, 0 if there is none.
    prefix_len: u16,
    /// Bytes of prefix, colon and local name.
    name_len: u16,
    name: u32,
    start: u32,
    end: u32,
    parent: u32,
    /// The node after the last descendant.
    next: u32,
    /// An element's first node behind its attributes; for the others the offset at which the value starts.
    body: u32,
    /// The first declaration with the node's namespace; [`NONE`] without one, [`XML`] for `xml`.
    namespace: u32,
    text: Slice,
}

impl Node {
    fn qualified<'a>(&self, source: &'a str) -> &'a str {
        let start = self.name as usize;
        source.get(start..start + usize::from(self.name_len)).unwrap_or_default()
    }

    fn prefix<'a>(&self, source: &'a str) -> &'a str {
        let start = self.name as usize;
        source.get(start..start + usize::from(self.prefix_len)).unwrap_or_default()
    }

    fn local<'a>(&self, source: &'a str) -> &'a str {
        let colon = usize::from(self.prefix_len > 0);
        let start = self.name as usize;
        source.get(start + usize::from(self.prefix_len) + colon..start + usize::from(self.name_len)).unwrap_or_default()
    }

    /// Whether that is the local name. Most names differ in length, which costs nothing to see.
    #[inline]
    fn is_named(&self, local: &str, source: &str) -> bool {
        self.local_bytes(source) == local.as_bytes()
    }

    /// The local name. It is cut from bytes, which need not be looked at to see that they begin and end a character.
    #[inline]
    fn local_bytes<'a>(&self, source: &'a str) -> &'a [u8] {
        let prefix = if self.prefix_len == 0 { 0 } else { usize::from(self.prefix_len) + 1 };
        let start = self.name as usize;
        source.as_bytes().get(start + prefix..start + usize::from(self.name_len)).unwrap_or_default()
    }

    /// The prefix that a namespace declaration declares; empty for the default namespace.
    fn declared<'a>(&self, source: &'a str) -> &'a str {
        if self.prefix_len == 0 { "" } else { self.local(source) }
    }
}

/// An XML document, read-only, with the place of everything in the source.
pub struct XmlTree<'s> {
    source: &'s str,
    nodes: Vec<Node>,
    copies: String,
    root: NodeId,
    lines: OnceLock<LineIndex>,
    ordinals: OnceLock<Vec<u32>>,
}

impl<'s> XmlTree<'s> {
    /// Reads a document. A UTF-8 byte-order mark is skipped, and offsets count from behind it.
    ///
    /// # Errors
    /// The first rule that the document breaks, with path, line and column.
    pub fn parse(source: &'s [u8], limits: &Limits) -> Result<XmlTree<'s>, Finding> {
        parse::parse(source, 0..source.len(), limits)
    }

    /// Reads a document that stands inside a larger source, such as a part of a MIME message. Offsets, lines and columns
    /// are those of the source.
    ///
    /// # Errors
    /// The first rule that the document breaks, with path, line and column.
    pub fn parse_part(source: &'s [u8], part: Range<usize>, limits: &Limits) -> Result<XmlTree<'s>, Finding> {
        parse::parse(source, part, limits)
    }

    /// The document element.
    pub fn root(&self) -> NodeId {
        self.root
    }

    /// Sort of the node; `Comment` for an id of another tree.
    pub fn kind(&self, id: NodeId) -> XmlKind {
        self.node(id).map_or(XmlKind::Comment, |node| node.kind)
    }

    /// Local name of an element or attribute, target of an instruction, declared prefix of a declaration (empty for the
    /// default namespace); empty for text and comments.
    pub fn name(&self, id: NodeId) -> &str {
        self.node(id).map_or("", |node| match node.kind {
            XmlKind::Namespace => node.declared(self.source),
            _ => node.local(self.source),
        })
    }

    /// Name with prefix, as it stands in the source.
    pub fn qualified_name(&self, id: NodeId) -> &str {
        self.node(id).map_or("", |node| node.qualified(self.source))
    }

    /// Prefix of an element or attribute; empty if there is none.
    pub fn prefix(&self, id: NodeId) -> &str {
        self.node(id).map_or("", |node| node.prefix(self.source))
    }

    /// Namespace URI of an element or attribute; empty if there is none. An attribute without a prefix has none.
    pub fn namespace(&self, id: NodeId) -> &str {
        self.node(id).map_or("", |node| match (node.kind, node.namespace) {
            (XmlKind::Namespace, _) => XMLNS_URI,
            (_, NONE) => "",
            (_, XML) => XML_URI,
            (_, declaration) => self.text(NodeId::new(declaration)),
        })
    }

    /// Elements, texts, comments and instructions in an element, in order.
    pub fn children(&self, id: NodeId) -> XmlChildren<'_> {
        let (next, end) = self.element(id).map_or((0, 0), |node| (node.body as usize, node.next as usize));
        XmlChildren { nodes: &self.nodes, next, end }
    }

    /// Child elements, in order.
    pub fn elements(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        self.children(id).filter(|&child| self.kind(child) == XmlKind::Element)
    }

    /// Child elements of a namespace and local name, in order.
    pub fn elements_named<'a>(
        &'a self,
        id: NodeId,
        namespace: &'a str,
        local: &'a str,
    ) -> impl Iterator<Item = NodeId> + 'a {
        let XmlChildren { nodes, mut next, end } = self.children(id);
        std::iter::from_fn(move || {
            while next < end {
                let (at, node) = (next, nodes.get(next)?);
                next = node.next as usize;
                if node.kind == XmlKind::Element && node.is_named(local, self.source) {
                    let id = NodeId::from_index(at);
                    if self.namespace(id) == namespace {
                        return Some(id);
                    }
                }
            }
            None
        })
    }

    /// Child elements of the element's own namespace, with the bytes of their local names, in order.
    pub fn elements_alike(&self, id: NodeId) -> impl Iterator<Item = (NodeId, &[u8])> {
        let parent = self.element(id);
        let namespace = parent.map_or(NONE, |node| node.namespace);
        let (mut next, end) = parent.map_or((0, 0), |node| (node.body as usize, node.next as usize));
        std::iter::from_fn(move || {
            while next < end {
                let (at, node) = (next, self.nodes.get(next)?);
                next = node.next as usize;
                if node.kind == XmlKind::Element && node.namespace == namespace {
                    return Some((NodeId::from_index(at), node.local_bytes(self.source)));
                }
            }
            None
        })
    }

    /// Attributes in the order of the tag, without namespace declarations.
    pub fn attributes(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        self.tag(id).filter(|&child| self.kind(child) == XmlKind::Attribute)
    }

    /// Namespace declarations on the element, in the order of the tag.
    pub fn namespaces(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        self.tag(id).filter(|&child| self.kind(child) == XmlKind::Namespace)
    }

    /// The attribute of that name in no namespace.
    pub fn attribute(&self, id: NodeId, local: &str) -> Option<NodeId> {
        self.tag(id).find(|&child| {
            self.node(child).is_some_and(|node| {
                node.kind == XmlKind::Attribute && node.prefix_len == 0 && node.is_named(local, self.source)
            })
        })
    }

    /// The attribute of that namespace and local name.
    pub fn attribute_ns(&self, id: NodeId, namespace: &str, local: &str) -> Option<NodeId> {
        self.attributes(id).find(|&child| self.name(child) == local && self.namespace(child) == namespace)
    }

    /// Decoded value of an attribute, normalised after XML 1.0 §3.3.3; decoded text, comment or instruction data with
    /// line ends normalised after §2.11; URI of a declaration; empty for an element.
    pub fn text(&self, id: NodeId) -> &str {
        self.node(id).map_or("", |node| node.text.get(self.source, &self.copies))
    }

    /// The element's own texts together, without those of child elements.
    pub fn element_text(&self, id: NodeId) -> Cow<'_, str> {
        let mut texts = self.text_nodes(id).map(|text| self.text(text));
        let first = texts.next().unwrap_or_default();
        match texts.next() {
            None => Cow::Borrowed(first),
            Some(second) => Cow::Owned([first, second].into_iter().chain(texts).collect()),
        }
    }

    /// Texts directly in the element, in order, blank ones too.
    pub fn text_nodes(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        self.children(id).filter(|&child| self.kind(child) == XmlKind::Text)
    }

    /// The element around the node; none for the root and its neighbours.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).map(|node| node.parent).filter(|&parent| parent != NONE).map(NodeId::new)
    }

    /// The element, text, comment or instruction after this one in the same element; none for what stands in a tag.
    pub fn next_sibling(&self, id: NodeId) -> Option<NodeId> {
        let node = self.node(id)?;
        let parent = self.element(self.parent(id)?)?;
        (node.next < parent.next && id.index() >= parent.body as usize).then(|| NodeId::new(node.next))
    }

    /// Exact source text of the node: an element with both tags, an attribute with name and quotes.
    pub fn raw(&self, id: NodeId) -> &'s str {
        self.source.get(self.span(id)).unwrap_or_default()
    }

    /// Bytes of an attribute's value between its quotes, still escaped; for other nodes the same as the span.
    pub fn value_span(&self, id: NodeId) -> Range<usize> {
        self.node(id).map_or(0..0, |node| match node.kind {
            XmlKind::Attribute | XmlKind::Namespace => node.body as usize..(node.end as usize).saturating_sub(1),
            _ => node.start as usize..node.end as usize,
        })
    }

    /// The document, without a byte-order mark.
    pub fn source(&self) -> &'s str {
        self.source
    }

    /// The nodes of a whole element by [`NodeId::index`], without gaps; of another node itself.
    pub fn subtree(&self, id: NodeId) -> Range<usize> {
        self.node(id).map_or(0..0, |node| id.index()..node.next as usize)
    }

    fn tag(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let ids = self.element(id).map_or(0..0, |node| id.index() + 1..node.body as usize);
        ids.map(NodeId::from_index)
    }

    fn element(&self, id: NodeId) -> Option<&Node> {
        self.node(id).filter(|node| node.kind == XmlKind::Element)
    }

    fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.index())
    }
}

/// Shows the size only: messages hold patient data.
impl fmt::Debug for XmlTree<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("XmlTree").field("nodes", &self.nodes.len()).finish_non_exhaustive()
    }
}

impl Tree for XmlTree<'_> {
    fn len(&self) -> usize {
        self.nodes.len()
    }

    fn is_value(&self, id: NodeId) -> bool {
        self.node(id).is_some_and(|node| node.value)
    }

    fn as_xml(&self) -> Option<&XmlTree<'_>> {
        Some(self)
    }

    fn path(&self, id: NodeId) -> String {
        let ordinals = self.ordinals.get_or_init(|| path::ordinals(&self.nodes, self.source));
        path::path(&self.nodes, ordinals, self.source, id)
    }

    fn span(&self, id: NodeId) -> Range<usize> {
        self.node(id).map_or(0..0, |node| node.start as usize..node.end as usize)
    }

    fn position(&self, id: NodeId) -> Position {
        if self.node(id).is_none() {
            return Position::default();
        }
        self.position_of_offset(self.value_span(id).start)
    }

    fn value(&self, id: NodeId) -> Cow<'_, str> {
        Cow::Borrowed(if self.is_value(id) { self.text(id) } else { "" })
    }

    fn node_at(&self, offset: usize) -> Option<NodeId> {
        innermost(&self.nodes, offset, |node| node.start, |node| (node.end, node.parent))
    }

    fn position_of_offset(&self, offset: usize) -> Position {
        self.lines.get_or_init(|| LineIndex::new(self.source)).position(self.source, offset)
    }
}

/// Content of an element, in order.
#[derive(Clone, Debug)]
pub struct XmlChildren<'t> {
    nodes: &'t [Node],
    next: usize,
    end: usize,
}

impl Iterator for XmlChildren<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        if self.next >= self.end {
            return None;
        }
        let id = self.next;
        self.next = self.nodes.get(id)?.next as usize;
        Some(NodeId::from_index(id))
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod strict;
#[cfg(test)]
mod tests;
