//! The formats that Causeway speaks. A new one is one crate and one line here.

use causeway_adapter_eps::EpsV3;
use causeway_adapter_fhir::{FhirR4Json, FhirR4Xml};
use causeway_canonical::Finding;
use causeway_syntax::adapter::Adapter;
use causeway_syntax::{JsonTree, Limits, XmlTree, encoding_fault};

use crate::canonical_json::CanonicalJson;
use crate::rules;

/// Every adapter, in the order in which a message is offered to them.
pub static ADAPTERS: &[&dyn Adapter] = &[&FhirR4Json, &FhirR4Xml, &EpsV3, &CanonicalJson];

/// The adapter of a format.
pub fn adapter(format: &str) -> Option<&'static dyn Adapter> {
    ADAPTERS.iter().copied().find(|adapter| adapter.format() == format)
}

/// The adapter whose format a message seems to have, judged by its content.
///
/// # Errors
/// A finding if it looks like none of them; where that is for its encoding, the finding names it.
pub fn sniff(source: &[u8]) -> Result<&'static dyn Adapter, Finding> {
    let found = ADAPTERS.iter().copied().find(|adapter| adapter.sniff(source));
    found.ok_or_else(|| {
        encoding_fault(source)
            .or_else(|| syntax_fault(source))
            .unwrap_or_else(|| Finding::new(&rules::FORMAT_UNKNOWN, "the content looks like none of the formats known"))
    })
}

/// What keeps a text that begins as JSON or XML from being either.
fn syntax_fault(source: &[u8]) -> Option<Finding> {
    let limits = Limits::default();
    match source.trim_ascii_start().first()? {
        b'{' => JsonTree::parse(source, &limits).err(),
        b'<' => XmlTree::parse(source, &limits).err(),
        _ => None,
    }
}

/// Names of all formats.
pub fn formats() -> impl Iterator<Item = &'static str> {
    ADAPTERS.iter().map(|adapter| adapter.format())
}
