//! Lossless trees with byte spans for JSON and XML, their writers, and canonical XML.
//!
//! Invariants:
//! - A tree loses nothing: order, lexical numbers, namespaces, comments and white space stay, and every node knows its
//!   bytes in the source.
//! - A tree exists only of a document that obeys its standard to the letter. Whatever two parsers could read
//!   differently (duplicate keys, entities, document types, lone surrogates, undeclared prefixes) is refused with a
//!   finding of one of [`RULES`].
//! - No input makes this crate panic or recurse, and [`Limits`] bound the memory that a parse takes.
//! - Findings name elements, attributes, members and prefixes, and never a value.
//! - The crate knows no message: FHIR and HL7 V3 are the adapters' business.

pub mod adapter;
mod c14n;
pub mod findings;
mod input;
mod json;
mod limits;
mod lines;
pub mod rules;
mod scan;
#[cfg(test)]
mod testing;
mod tree;
mod xml;

pub use c14n::{C14n, C14nMode, canonicalize};
pub use input::encoding_fault;
pub use json::{JsonChildren, JsonKind, JsonTree, JsonWriter};
pub use limits::{LimitFault, LimitKey, Limits};
pub use rules::RULES;
pub use tree::{NodeId, Tree};
pub use xml::{XmlChildren, XmlKind, XmlTree, XmlWriter, first_illegal_xml_character, is_xml_name, root_tag};
