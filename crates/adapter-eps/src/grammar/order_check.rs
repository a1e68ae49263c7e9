//! The order in which elements stand, and how often, as far as the reader needs it.
//!
//! Invariants:
//! - Only elements that the grammar has, and only those of the namespace of V3, are held against it.
//! - One finding for each element whose content is wrong, and none for what the reader has said already.

use causeway_syntax::NodeId;

use super::{RELEASED, Type, interactions};
use crate::element::{Element, Source};
use crate::rules;

/// Holds an interaction against its grammar. What is in a component of a release is held against [`RELEASED`], each by
/// itself, so that one prescription fails alone.
pub(crate) fn check_interaction(root: Element<'_>) {
    if let Some(of) = interactions::of(root.name()) {
        check(root, of);
    }
}

/// Holds an element and all in it against a type.
pub(crate) fn check(element: Element<'_>, of: &'static Type) {
    descend(element.source(), element.node(), of);
}

/// Types nest as deep as the document, whose depth is limited.
fn descend(source: &Source<'_>, parent: NodeId, of: &Type) {
    let (mut at, mut count) = (0, 0);
    let mut is_faulty = false;
    for (node, name) in source.tree.elements_alike(parent) {
        let Some((place, child)) = of.find(name, at) else { continue };
        count = if place == at { count + 1 } else { 1 };
        if (place < at || (count > 1 && count > of.most(place))) && !is_faulty {
            is_faulty = true;
            complain(source, parent, of, (node, place, child.name));
        }
        at = at.max(place);
        if !child.of.places.is_empty() && !std::ptr::eq(child.of, &RELEASED) {
            descend(source, node, child.of);
        }
    }
}

/// Says what is wrong with a child, if the reader has not. It comes after another that it should precede, or once too
/// often, which may be so although it comes late.
#[cold]
fn complain(source: &Source<'_>, parent: NodeId, of: &Type, (node, place, name): (NodeId, usize, &str)) {
    let before = || {
        let earlier = source.tree.elements_alike(parent).take_while(|(earlier, _)| *earlier != node);
        earlier.filter_map(|(_, name)| of.find(name, 0))
    };
    if before().filter(|(earlier, _)| *earlier == place).count() >= of.most(place) {
        if !source.has_said(&rules::V3_REPEATED, node) {
            source.complain(&rules::V3_REPEATED, node, format!("expected no further `{name}` here"));
        }
    } else if let Some((_, later)) = before().find(|(earlier, _)| *earlier > place) {
        source.complain(&rules::V3_ORDER, node, format!("expected `{name}` before `{}`", later.name));
    }
}

#[cfg(test)]
mod tests;
