//! The grammar of every EPS interaction (overview.md §1, MIM).
//!
//! Invariants:
//! - The grammar is data: for each type of element its attributes, and its children in order, each with how often it
//!   occurs and its own type. What is said here holds for reading alone; writing has its order in its code.
//! - It is asked twice. The reader asks for order and repetition (`order_check`), because of what is out of order or there
//!   twice nobody can know what it means. Everything else is the layer of shape ([`check`]), which a route may do without.
//! - One finding for each thing that is wrong, and none for what the reader has said already.
//! - No finding holds a value of the message.
//!
//! The notation is in this file. The types stand in `datatypes`, `parties` and one file for each group of messages, the
//! attributes of their elements in `sorts`, the forms of values in `forms`; `interactions` names the roots.

mod cancellation;
mod datatypes;
mod dispensing;
mod forms;
mod interactions;
mod order;
mod order_check;
mod parties;
mod release;
mod reversal;
mod rules;
mod shape;
mod sorts;

pub(crate) use order::RELEASED;
pub(crate) use order_check::{check as check_order, check_interaction};
pub use rules::RULES;
pub use shape::check;

use forms::Form;

/// What may stand in an element and on it.
#[derive(Debug)]
pub(crate) struct Type {
    /// The name that `xsi:type` gives a data type.
    name: &'static str,
    sort: &'static Sort,
    places: &'static [Place],
    /// Children that may not stand together.
    apart: &'static [&'static [&'static str]],
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

/// How often a place is taken, or an attribute stands.
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
    fn least(self) -> usize {
        match self {
            Occurs::opt | Occurs::pair | Occurs::any => 0,
            Occurs::one | Occurs::few | Occurs::some => 1,
            Occurs::two => 2,
        }
    }

    fn most(self) -> usize {
        match self {
            Occurs::one | Occurs::opt => 1,
            Occurs::two | Occurs::few | Occurs::pair => 2,
            Occurs::some | Occurs::any => usize::MAX,
        }
    }
}

/// What an element carries besides its children.
#[derive(Debug)]
struct Sort {
    content: Content,
    /// Attributes of this sort.
    own: &'static [Attribute],
    /// Attributes of all sorts alike.
    shared: &'static [Attribute],
}

/// What may stand between the children.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(non_camel_case_types, reason = "the words of the grammar")]
enum Content {
    /// Nothing.
    elements,
    /// Text.
    text,
    /// Text, and elements of other namespaces, with whatever is in them.
    open,
}

#[derive(Debug)]
struct Attribute {
    /// Name, in no namespace.
    name: &'static str,
    occurs: Occurs,
    form: Form,
}

/// A type in the notation of the grammar: its sort, and its children in order, each with its own type. That is the name of
/// a type, or another sort and content, or another sort `of` the content of a type. Behind a semicolon stand children that
/// may not stand together.
///
/// `SORT { one name: TYPE, any name: TYPE | other: TYPE, opt name: SORT { … }, opt name: SORT of TYPE; never name other }`
macro_rules! element {
    ($sort:ident {
        $($occurs:ident $($name:ident : $head:ident $({ $($content:tt)* })? $(of $named:ident)?)|+),* $(,)?
        $(; $(never $($apart:ident)+),+)?
    }) => {
        $crate::grammar::element!(@ "" $sort {
            $($occurs $($name : $head $({ $($content)* })? $(of $named)?)|+),*
            $(; $(never $($apart)+),+)?
        })
    };
    (@ $type:tt $sort:ident {
        $($occurs:ident $($name:ident : $head:ident $({ $($content:tt)* })? $(of $named:ident)?)|+),* $(,)?
        $(; $(never $($apart:ident)+),+)?
    }) => {
        $crate::grammar::Type {
            name: $type,
            sort: &$crate::grammar::sorts::$sort,
            places: &[$($crate::grammar::Place {
                occurs: $crate::grammar::Occurs::$occurs,
                choice: &[$($crate::grammar::Child {
                    name: stringify!($name),
                    of: $crate::grammar::element!(: $head $({ $($content)* })? $(of $named)?),
                }),+],
            }),*],
            apart: &[$($(&[$(stringify!($apart)),+]),+)?],
        }
    };
    (: $of:ident) => { &$of };
    (: $sort:ident { $($content:tt)* }) => { &$crate::grammar::element!($sort { $($content)* }) };
    (: $sort:ident of $of:ident) => {
        &$crate::grammar::Type { name: "", sort: &$crate::grammar::sorts::$sort, places: $of.places, apart: $of.apart }
    };
}

/// Types with names, for those that stand in several places.
macro_rules! types {
    ($($(#[$about:meta])* $name:ident = $sort:ident { $($content:tt)* };)*) => {
        $(
            $(#[$about])*
            pub(crate) static $name: $crate::grammar::Type =
                $crate::grammar::element!(@ (stringify!($name)) $sort { $($content)* });
        )*
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

    /// Whether it is a data type and no class: of these alone the message model gives a name that a message can know.
    fn is_data_type(&self) -> bool {
        !self.name.is_empty() && self.sort.attribute("updateMode").is_some()
    }

    fn most(&self, place: usize) -> usize {
        self.places.get(place).map_or(0, |place| place.occurs.most())
    }
}

impl Sort {
    #[inline]
    fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        self.own.iter().chain(self.shared).find(|attribute| attribute.name == name)
    }
}

#[cfg(test)]
mod tests;
