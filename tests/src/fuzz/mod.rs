//! What must hold for any bytes whatever. The same functions run under libFuzzer (`tests/fuzz`), over mutated seeds for a
//! while (`causeway-fuzz`), and over the committed corpus as ordinary tests.
//!
//! Invariants:
//! - A target panics if something does not hold, and only then.
//! - A target is a function of its bytes: neither clock nor dice.

mod campaign;
mod messages;
mod seeds;
mod syntax;

use std::path::PathBuf;

pub use campaign::{Campaign, Find};
pub use messages::context;
pub use seeds::seeds;

/// One way in for hostile bytes.
pub struct Target {
    /// Name, which is that of its folder in `tests/fuzz/corpus`.
    pub name: &'static str,
    /// Takes any bytes.
    pub run: fn(&[u8]),
    /// Pieces of text that its grammar has a meaning for.
    pub tokens: &'static [&'static str],
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target { name: "json", run: syntax::json, tokens: seeds::JSON },
    Target { name: "xml", run: syntax::xml, tokens: seeds::XML },
    Target { name: "c14n", run: syntax::c14n, tokens: seeds::XML },
    Target { name: "fhir-r4-json", run: messages::fhir_r4_json, tokens: seeds::FHIR_JSON },
    Target { name: "fhir-r4-xml", run: messages::fhir_r4_xml, tokens: seeds::FHIR_XML },
    Target { name: "eps-hl7v3", run: messages::eps_hl7v3, tokens: seeds::V3 },
    Target { name: "canonical-json", run: messages::canonical_json, tokens: seeds::FHIR_JSON },
    Target { name: "configuration", run: messages::configuration, tokens: seeds::TOML },
    Target { name: "dose-text", run: messages::dose_text, tokens: seeds::DOSAGE },
    Target { name: "signature", run: messages::signature, tokens: seeds::SIGNATURE },
    Target { name: "round-trip", run: messages::round_trip, tokens: seeds::FHIR_JSON },
];

/// The target of a name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// Runs the target of a name on some bytes.
pub fn run(name: &str, data: &[u8]) {
    (target(name).unwrap_or_else(|| panic!("there is no target {name}")).run)(data);
}

/// The folder of the committed corpus of a target: past finds, and documents that are worth starting from.
pub fn corpus(target: &str) -> PathBuf {
    crate::workspace().join("tests/fuzz/corpus").join(target)
}
