//! The order in which the elements of every EPS interaction stand (overview.md §1, MIM).
//!
//! Invariants:
//! - The grammar is data: for each type of element its children in order, each with how often it may occur and its own
//!   type. What is said here of an interaction holds for reading alone; writing has its order in its code.
//! - Only elements that the grammar has, and only those of the namespace of V3, are held against it. Any other is none
//!   of its business: nobody reads it, so it is lost and refuses the message.
//! - One finding for each element whose content is wrong, and none for what the reader has said already.
//!
//! The types stand in `datatypes`, `parties` and one file for each group of messages; `interactions` names the roots.

mod cancellation;
mod datatypes;
mod dispensing;
mod interactions;
mod order;
mod parties;
mod release;
mod reversal;

use causeway_syntax::NodeId;

use crate::element::{Element, Source};
use crate::rules;

pub(crate) use order::RELEASED;

/// What may stand in an element.
#[derive(Debug)]
pub(crate) struct Type {
    places: &'static [Place],
}

/// A place in the order of an element's children.
#[derive(Debug)]
struct Place {
    occurs: Occurs,
    /// The elements that may stand here, one or the other; mixed, where the place may be taken several times.
    choice: &'static [Child],
}

#[derive(Debug)]
struct Child {
    /// Local name.
    name: &'static str,
    of: &'static Type,
}

/// How often a place is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(non_camel_case_types, reason = "the words of the grammar")]
enum Occurs {
    /// Once.
    one,
    /// Once or not at all.
    opt,
    /// Twice.
    two,
    /// Once or twice.
    few,
    /// Twice at most.
    pair,
    /// Once or more often.
    some,
    /// As often as one likes, or not at all.
    any,
}

impl Occurs {
    fn most(self) -> usize {
        match self {
            Occurs::one | Occurs::opt => 1,
            Occurs::two | Occurs::few | Occurs::pair => 2,
            Occurs::some | Occurs::any => usize::MAX,
        }
    }
}

/// A type in the notation of the grammar: `{ one name: TYPE, any name: TYPE | other: TYPE, opt name: { … } }`.
macro_rules! element {
    ({ $($occurs:ident $($name:ident : $of:tt)|+),* $(,)? }) => {
        $crate::grammar::Type {
            places: &[$($crate::grammar::Place {
                occurs: $crate::grammar::Occurs::$occurs,
                choice: &[$($crate::grammar::Child {
                    name: stringify!($name),
                    of: $crate::grammar::element!(@ $of),
                }),+],
            }),*],
        }
    };
    (@ { $($content:tt)* }) => { &$crate::grammar::element!({ $($content)* }) };
    (@ $of:ident) => { &$of };
}

/// Types with names, for those that stand in several places.
macro_rules! types {
    ($($(#[$about:meta])* $name:ident = $content:tt;)*) => {
        $($(#[$about])* pub(crate) static $name: $crate::grammar::Type = $crate::grammar::element!($content);)*
    };
}

use {element, types};

impl Type {
    /// The place of that name and what stands there. Children mostly stand in order, so the search starts at a place.
    #[inline]
    fn find(&self, name: &[u8], from: usize) -> Option<(usize, &'static Child)> {
        self.find_behind(name, from).or_else(|| self.find_behind(name, 0))
    }

    #[inline]
    fn find_behind(&self, name: &[u8], from: usize) -> Option<(usize, &'static Child)> {
        for (number, place) in self.places.get(from..)?.iter().enumerate() {
            for child in place.choice {
                if child.name.as_bytes() == name {
                    return Some((from + number, child));
                }
            }
        }
        None
    }

    fn most(&self, place: usize) -> usize {
        self.places.get(place).map_or(0, |place| place.occurs.most())
    }
}

/// Holds an interaction against its grammar.
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
        if !child.of.places.is_empty() {
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
