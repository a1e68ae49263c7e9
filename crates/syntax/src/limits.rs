//! How much one document may cost.
//!
//! Invariant: the size of the input is checked before anything else, so no other limit can be reached by reading more.

/// Limits of one parse. A document over a limit is refused; nothing is ever cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole document. Values over 1 GiB count as 1 GiB, as nodes keep 32-bit offsets.
    pub max_bytes: usize,
    /// Open objects and arrays, or open elements, at one time; the outermost counts as 1.
    pub max_depth: usize,
    /// Nodes of the tree: JSON values; XML elements, attributes, namespace declarations, texts, comments, instructions.
    pub max_nodes: usize,
    /// Elements of one array, members of one object, child elements of one element.
    pub max_entries: usize,
    /// Attributes and namespace declarations of one element.
    pub max_attributes: usize,
    /// Bytes of one string, number, attribute value, text, comment or instruction, counted in the source.
    pub max_text: usize,
}

impl Limits {
    /// Nodes keep their offsets in 32 bits, one of which is a flag.
    const ADDRESSABLE: usize = 1 << 30;

    pub(crate) fn bytes(&self) -> usize {
        self.max_bytes.min(Self::ADDRESSABLE)
    }
}

impl Default for Limits {
    /// 16 MiB, depth 64, 100,000 nodes, 10,000 entries, 64 attributes, 4 MiB of text: an order of magnitude above the largest messages
    /// of the services that Causeway speaks to.
    fn default() -> Self {
        Limits {
            max_bytes: 16 * 1024 * 1024,
            max_depth: 64,
            max_nodes: 100_000,
            max_entries: 10_000,
            max_attributes: 64,
            max_text: 4 * 1024 * 1024,
        }
    }
}
