//! The JSON tree.
//!
//! Invariants:
//! - A tree obeys RFC 8259 to the letter; names are unique within an object, and strings hold no U+0000.
//! - Numbers stay the text that they were.
//! - A node's descendants follow it without a gap, so the node after them is its next sibling or an ancestor's.

mod parse;
mod string;
mod write;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use causeway_canonical::{Finding, Position};

use crate::limits::Limits;
use crate::lines::LineIndex;
use crate::tree::{NONE, NodeId, Slice, Tree, innermost};
pub use write::JsonWriter;

/// Sort of a JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JsonKind {
    /// `{…}`
    Object,
    /// `[…]`
    Array,
    /// `"…"`
    String,
    /// A number, kept as text.
    Number,
    /// `true` or `false`
    Bool,
    /// `null`
    Null,
}

/// One value. `key` belongs to members of objects, `index` counts the place in the object or array.
#[derive(Clone, Copy, Debug)]
struct Node {
    kind: JsonKind,
    member: bool,
    /// First byte of the member's name, or of the value.
    outer: u32,
    start: u32,
    end: u32,
    parent: u32,
    /// The node after the last descendant.
    next: u32,
    index: u32,
    key: Slice,
    text: Slice,
}

/// A JSON document, read-only, with the place of everything in the source.
pub struct JsonTree<'s> {
    source: &'s str,
    nodes: Vec<Node>,
    copies: String,
    lines: OnceLock<LineIndex>,
    /// See [`resource_type`]; looked for once, as every path starts with it.
    resource_type: OnceLock<Option<NodeId>>,
}

impl<'s> JsonTree<'s> {
    /// Reads a document. A UTF-8 byte-order mark is skipped, and offsets count from behind it.
    ///
    /// # Errors
    /// The first rule that the document breaks, with path, line and column.
    pub fn parse(source: &'s [u8], limits: &Limits) -> Result<JsonTree<'s>, Finding> {
        parse::parse(source, limits)
    }

    /// The outermost value.
    pub fn root(&self) -> NodeId {
        NodeId::new(0)
    }

    /// Sort of the value; `Null` for an id of another tree.
    pub fn kind(&self, id: NodeId) -> JsonKind {
        self.node(id).map_or(JsonKind::Null, |node| node.kind)
    }

    /// Decoded name of an object's member.
    pub fn key(&self, id: NodeId) -> Option<&str> {
        self.node(id).and_then(|node| node.key(self.source, &self.copies))
    }

    /// Place among the members or elements of the parent, from 0.
    pub fn index(&self, id: NodeId) -> usize {
        self.node(id).map_or(0, |node| node.index as usize)
    }

    /// Decoded string, number as written, `true`, `false`, `null`; empty for objects and arrays.
    pub fn text(&self, id: NodeId) -> &str {
        self.node(id).map_or("", |node| node.text.get(self.source, &self.copies))
    }

    /// Members or elements, in order.
    pub fn children(&self, id: NodeId) -> JsonChildren<'_> {
        let (next, end) = self.node(id).map_or((0, 0), |node| (id.index() + 1, node.next as usize));
        JsonChildren { nodes: &self.nodes, next, end }
    }

    /// The member of that name.
    pub fn child(&self, id: NodeId, key: &str) -> Option<NodeId> {
        let end = self.node(id)?.next as usize;
        let mut at = id.index() + 1;
        while at < end {
            let node = self.nodes.get(at)?;
            if node.member && node.key.is(key, self.source, &self.copies) {
                return Some(NodeId::from_index(at));
            }
            at = node.next as usize;
        }
        None
    }

    /// The object or array around the value.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).map(|node| node.parent).filter(|&parent| parent != NONE).map(NodeId::new)
    }

    /// The value after this one in the same object or array.
    pub fn next_sibling(&self, id: NodeId) -> Option<NodeId> {
        let node = self.node(id)?;
        let parent = self.node(self.parent(id)?)?;
        (node.next < parent.next).then(|| NodeId::new(node.next))
    }

    /// Exact source text of the value, without a member's name.
    pub fn raw(&self, id: NodeId) -> &'s str {
        self.source.get(self.value_span(id)).unwrap_or_default()
    }

    /// Bytes of the value in the source, without a member's name.
    pub fn value_span(&self, id: NodeId) -> Range<usize> {
        self.node(id).map_or(0..0, |node| node.start as usize..node.end as usize)
    }

    /// The document, without a byte-order mark.
    pub fn source(&self) -> &'s str {
        self.source
    }

    fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.index())
    }
}

/// Shows the size only: messages hold patient data.
impl fmt::Debug for JsonTree<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonTree").field("nodes", &self.nodes.len()).finish_non_exhaustive()
    }
}

impl Tree for JsonTree<'_> {
    fn len(&self) -> usize {
        self.nodes.len()
    }

    fn is_value(&self, id: NodeId) -> bool {
        self.node(id).is_some_and(|node| match node.kind {
            JsonKind::Object | JsonKind::Array => node.next as usize == id.index() + 1,
            _ => true,
        })
    }

    fn as_json(&self) -> Option<&JsonTree<'_>> {
        Some(self)
    }

    fn path(&self, id: NodeId) -> String {
        let resource_type = || resource_type(&self.nodes, self.source, &self.copies);
        let root = self.resource_type.get_or_init(resource_type).map_or("$", |id| self.text(id));
        path(&self.nodes, root, self.source, &self.copies, id)
    }

    fn span(&self, id: NodeId) -> Range<usize> {
        self.node(id).map_or(0..0, |node| node.outer as usize..node.end as usize)
    }

    fn position(&self, id: NodeId) -> Position {
        self.node(id).map_or_else(Position::default, |node| self.position_of_offset(node.start as usize))
    }

    fn value(&self, id: NodeId) -> Cow<'_, str> {
        Cow::Borrowed(self.text(id))
    }

    fn node_at(&self, offset: usize) -> Option<NodeId> {
        innermost(&self.nodes, offset, |node| node.outer, |node| (node.end, node.parent))
    }

    fn position_of_offset(&self, offset: usize) -> Position {
        self.lines.get_or_init(|| LineIndex::new(self.source)).position(self.source, offset)
    }
}

/// Members or elements of a value, in order.
#[derive(Clone, Debug)]
pub struct JsonChildren<'t> {
    nodes: &'t [Node],
    next: usize,
    end: usize,
}

impl Iterator for JsonChildren<'_> {
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

impl Node {
    fn key<'a>(&self, source: &'a str, copies: &'a str) -> Option<&'a str> {
        self.member.then(|| self.key.get(source, copies))
    }
}

/// The path of a node below a root that is called `root`.
fn path(nodes: &[Node], root: &str, source: &str, copies: &str, id: NodeId) -> String {
    let mut chain = Vec::new();
    let mut at = nodes.get(id.index());
    while let Some(node) = at.filter(|node| node.parent != NONE) {
        chain.push(node);
        at = nodes.get(node.parent as usize);
    }
    let mut path = root.to_owned();
    for node in chain.into_iter().rev() {
        push_segment(&mut path, node.key(source, copies), node.index);
    }
    path
}

/// Appends `.name` or `[index]`.
fn push_segment(path: &mut String, key: Option<&str>, index: u32) {
    let Some(key) = key else {
        path.push('[');
        path.push_str(&index.to_string());
        path.push(']');
        return;
    };
    path.push('.');
    path.push_str(shown(key));
}

/// The name of a member in paths and messages. One that is no FHIRPath identifier is not shown: it may be anything, a
/// person's too.
fn shown(key: &str) -> &str {
    if is_identifier(key) { key } else { "`?`" }
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The root's `resourceType`, if it is one that can start a path.
fn resource_type(nodes: &[Node], source: &str, copies: &str) -> Option<NodeId> {
    let mut children = JsonChildren { nodes, next: 1, end: nodes.len() };
    children.find(|id| {
        nodes.get(id.index()).is_some_and(|node| {
            let name = node.text.get(source, copies);
            node.parent == 0
                && node.kind == JsonKind::String
                && node.key(source, copies) == Some("resourceType")
                && name.len() <= 64
                && is_identifier(name)
        })
    })
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
