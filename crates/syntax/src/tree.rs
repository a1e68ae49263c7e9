//! What all trees have in common.
//!
//! Invariants:
//! - Node ids count in document order from 0, and a node's descendants follow it without a gap.
//! - Spans nest: a child's span lies inside its parent's, and starts grow strictly with the ids.

use std::borrow::Cow;
use std::ops::Range;

use crate::json::JsonTree;
use crate::xml::XmlTree;
use causeway_canonical::Position;

/// A node of one tree. Means nothing in another tree.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct NodeId(u32);

impl NodeId {
    /// Place of the node in document order, from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The node at a place in document order. Places past 2³² − 1 give an id that no tree has.
    pub fn from_index(index: usize) -> NodeId {
        NodeId(narrow(index))
    }

    pub(crate) fn new(id: u32) -> NodeId {
        NodeId(id)
    }
}

/// What the ledger and the findings need of any tree.
///
/// Ids of another tree give empty answers, never a panic.
pub trait Tree {
    /// Number of nodes; ids are `0..len` in document order.
    fn len(&self) -> usize;

    /// Whether there is no node at all; never so for a parsed document.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the node carries a value of its own: JSON scalars and empty containers; XML attributes (not namespace
    /// declarations), texts that are not blank, and elements without attributes, child elements and such text.
    fn is_value(&self, id: NodeId) -> bool;

    /// Where the node stands, in the format's own path language.
    ///
    /// JSON: `Bundle.entry[2].resource.id`, the first segment being the root's `resourceType`, or `$`. XML: an XPath of
    /// local names, `/A/B[2]/@code` or `/A/text()`, with `[n]` only among siblings of the same local name.
    fn path(&self, id: NodeId) -> String;

    /// Bytes of the whole node in the source: an object's member with its name, an attribute with its name and quotes,
    /// an element with both tags.
    fn span(&self, id: NodeId) -> Range<usize>;

    /// Where the node's value starts: past a member's name, past an attribute's opening quote.
    fn position(&self, id: NodeId) -> Position;

    /// Decoded text of a value node; empty for every other node, for empty containers and empty elements.
    fn value(&self, id: NodeId) -> Cow<'_, str>;

    /// The innermost node whose span holds the byte offset. Takes the logarithm of the nodes plus the depth.
    fn node_at(&self, offset: usize) -> Option<NodeId>;

    /// Line and column of a byte offset in the source.
    fn position_of_offset(&self, offset: usize) -> Position;

    /// The tree as one of JSON, if it is one: schemas are held against JSON.
    fn as_json(&self) -> Option<&JsonTree<'_>> {
        None
    }

    /// The tree as one of XML, if it is one. Its paths may be other than those of this tree.
    fn as_xml(&self) -> Option<&XmlTree<'_>> {
        None
    }
}

/// No node.
pub(crate) const NONE: u32 = u32::MAX;

/// Offsets and ids fit in 32 bits, as the size limit is far below.
pub(crate) fn narrow(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// Text of a node: a piece of the source, or of the side buffer that holds decoded copies.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Slice {
    start: u32,
    len: u32,
}

impl Slice {
    const COPY: u32 = 1 << 31;
    pub(crate) const EMPTY: Slice = Slice { start: 0, len: 0 };

    pub(crate) fn source(start: usize, end: usize) -> Slice {
        Slice { start: narrow(start), len: narrow(end.saturating_sub(start)) }
    }

    pub(crate) fn copied(start: usize, end: usize) -> Slice {
        Slice { start: narrow(start) | Self::COPY, len: narrow(end.saturating_sub(start)) }
    }

    /// Whether the text is this one. Most texts differ in length, which costs nothing to see.
    #[inline]
    pub(crate) fn is(self, text: &str, source: &str, copies: &str) -> bool {
        self.len as usize == text.len() && self.get(source, copies).as_bytes() == text.as_bytes()
    }

    pub(crate) fn get<'a>(self, source: &'a str, copies: &'a str) -> &'a str {
        let text = if self.start & Self::COPY == 0 { source } else { copies };
        let start = (self.start & !Self::COPY) as usize;
        text.get(start..start + self.len as usize).unwrap_or_default()
    }
}

/// Descends to the innermost node at `offset`, given the starts in id order and each node's end and parent.
pub(crate) fn innermost<T>(
    nodes: &[T],
    offset: usize,
    start: impl Fn(&T) -> u32,
    end_and_parent: impl Fn(&T) -> (u32, u32),
) -> Option<NodeId> {
    let mut id = nodes.partition_point(|node| start(node) as usize <= offset).checked_sub(1)?;
    loop {
        let (end, parent) = end_and_parent(nodes.get(id)?);
        if offset < end as usize {
            return Some(NodeId::from_index(id));
        }
        if parent == NONE {
            return None;
        }
        id = parent as usize;
    }
}

#[cfg(test)]
mod tests {
    use crate::{JsonTree, XmlTree};

    #[test]
    fn trees_can_be_shared_between_threads() {
        fn shareable<T: Send + Sync>() {}
        shareable::<JsonTree<'_>>();
        shareable::<XmlTree<'_>>();
    }

    #[test]
    fn debug_output_shows_no_content() {
        let limits = crate::Limits::default();
        let json = JsonTree::parse(br#"{"name":"Smith"}"#, &limits).unwrap();
        let xml = XmlTree::parse(b"<name>Smith</name>", &limits).unwrap();
        let mut writer = crate::XmlWriter::compact();
        writer.start("name");
        writer.text("Smith");
        let shown = format!("{json:?} {xml:?} {writer:?}");
        assert!(!shown.contains("Smith"), "{shown}");
        writer.end();
    }
}
