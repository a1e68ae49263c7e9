//! FHIR XML (FHIR R4, xml.html): the second syntax of the mapping.
//!
//! Invariants:
//! - Elements stand in the namespace of FHIR, in any order; entries of a list need not stand together.
//! - A primitive's value is its attribute `value`, and a mark on it is a mark on that attribute.
//! - Only resources have names that begin with a capital. The element around one is no value and no step of a path.

mod path;
mod shape;
mod tree;
mod write;

pub use shape::check;
pub use tree::FhirXmlTree;
pub use write::XmlOutput;

use causeway_syntax::root_tag;

/// The namespace of FHIR.
pub const NAMESPACE: &str = "http://hl7.org/fhir";
/// The namespace of `xsi:schemaLocation`, which many tools add to the root.
pub const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// Whether a document begins with a root of the FHIR namespace.
pub fn is_fhir(head: &str) -> bool {
    let tag = root_tag(head);
    ["\"", "'"].iter().any(|quote| tag.contains(&format!("{quote}{NAMESPACE}{quote}")))
}
