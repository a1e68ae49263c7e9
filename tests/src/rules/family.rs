//! Every rule of the program, family by family.

use causeway_canonical::{Rule, dose_text};
use causeway_translate::registry;

/// Rules that speak of one thing.
pub struct Family {
    /// Name of its files in `tests/rules`.
    pub name: &'static str,
    /// What it speaks of.
    pub title: &'static str,
    /// Its rules.
    pub rules: Vec<&'static Rule>,
}

/// Every family, in the order in which a message meets them.
pub fn families() -> Vec<Family> {
    let of = |name, title, rules: &[&'static Rule]| Family { name, title, rules: rules.to_vec() };
    let adapter = |format| registry::adapter(format).unwrap().rules();
    let mut families = vec![
        of("syntax", "Well-formed text and its limits", causeway_syntax::RULES),
        of("fhir", "Reading and writing FHIR R4", adapter("fhir-r4-json")),
        of("eps", "Reading and writing EPS HL7 V3", adapter("eps-hl7v3")),
    ];
    families.extend(causeway_validate::catalogue::FAMILIES.iter().map(|it| of(it.name, it.title, it.rules)));
    families.extend([
        of("signature", "The prescriber's signature", causeway_signature::RULES),
        of("dose-text", "Text made of a structured dosage", dose_text::RULES),
        of("translation", "Nothing lost, nothing changed", causeway_translate::RULES),
        of("gateway", "The gateway", causeway_gateway::RULES),
        of("simulator", "The simulated receiver", causeway_simulator::receiver::RULES),
    ]);
    families
}
