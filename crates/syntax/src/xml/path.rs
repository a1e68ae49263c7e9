//! Paths of XML nodes: XPath with local names.
//!
//! Invariant: `[n]` counts from 1 among the elements of one parent with the same local name, and is left out where
//! there is only one.

use super::{Node, XmlKind};
use crate::tree::{NONE, NodeId};

/// For each node its number among its namesakes; 0 for an element without namesakes and for other nodes.
///
/// Sorts once for the whole tree, as counting siblings for each path would be quadratic.
pub(super) fn ordinals(nodes: &[Node], source: &str) -> Vec<u32> {
    let mut elements: Vec<(u32, &str, usize)> = nodes
        .iter()
        .enumerate()
        .filter(|(_, node)| node.kind == XmlKind::Element)
        .map(|(id, node)| (node.parent, node.local(source), id))
        .collect();
    elements.sort_unstable();
    let mut ordinals = vec![0; nodes.len()];
    for namesakes in elements.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).filter(|namesakes| namesakes.len() > 1) {
        for (number, &(_, _, id)) in (1..).zip(namesakes) {
            if let Some(ordinal) = ordinals.get_mut(id) {
                *ordinal = number;
            }
        }
    }
    ordinals
}

pub(super) fn path(nodes: &[Node], ordinals: &[u32], source: &str, id: NodeId) -> String {
    let mut chain = Vec::new();
    let mut at = id.index();
    while let Some(node) = nodes.get(at) {
        chain.push((node, ordinals.get(at).copied().unwrap_or_default()));
        if node.parent == NONE {
            break;
        }
        at = node.parent as usize;
    }
    let mut path = String::new();
    for (node, ordinal) in chain.into_iter().rev() {
        path.push('/');
        match node.kind {
            XmlKind::Element => path.push_str(node.local(source)),
            XmlKind::Attribute => {
                path.push('@');
                path.push_str(node.local(source));
            }
            XmlKind::Namespace => {
                path.push_str("namespace::");
                path.push_str(node.declared(source));
            }
            XmlKind::Text => path.push_str("text()"),
            XmlKind::Comment => path.push_str("comment()"),
            XmlKind::Instruction => path.push_str("processing-instruction()"),
        }
        if ordinal > 0 {
            path.push_str(&format!("[{ordinal}]"));
        }
    }
    path
}
