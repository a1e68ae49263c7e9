//! The rules of validation.md §3 and §4 for prescription orders, and those of lifecycle.md §4 and vocabularies.md that
//! speak of one order alone.
//!
//! Invariants:
//! - Rules are asked in the order of validation.md §9, and all of them are asked.
//! - What the FHIR reader reports is not asked again: V002, V003, V011, V020, missing elements, references, dates.
//! - A rule about FHIR resources is asked of FHIR sources alone; a rule about the prescription is asked of every format.

mod amounts;
mod code_systems;
mod dates;
mod dosage_text;
mod order;
mod people;
mod repeat;

use causeway_canonical::Finding;

use crate::subject::Subject;

/// Asks all rules.
pub(crate) fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    order::intents(subject, &mut findings);
    if let Some(bundle) = subject.bundle {
        people::check(subject, bundle, &mut findings);
    }
    repeat::check(subject, &mut findings);
    order::check(subject, &mut findings);
    code_systems::check(subject, &mut findings);
    amounts::check(subject, &mut findings);
    dosage_text::check(subject, &mut findings);
    dates::check(subject, &mut findings);
    findings
}
