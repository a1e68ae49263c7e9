//! The rules of validation.md, and those of lifecycle.md, dispense.md, claim.md and vocabularies.md that speak of one message
//! alone.
//!
//! Invariants:
//! - Rules are asked in the order of validation.md §9, and all of them are asked.
//! - What the FHIR readers report is not asked again: V002, V003, V011, V020, V040 to V049, V052 to V055, V057, V058,
//!   V062, V071, V073, V074, missing elements, references, dates.
//! - A rule about content looks at the model and is asked of every format; one about a form that FHIR wants is asked of
//!   both its syntaxes, also where it cannot be seen in the model: whether a link is a reference (V012 to V015, V023).
//! - What holds of a prescription is asked wherever one is told: in an order, a cancellation, each prescription of a
//!   release, a notification, a claim, each notification of a history.
//! - What the sources call rules of the national services or of suppliers is refused where they say so and no published
//!   message that is good breaks it, and warned of otherwise.
//! - What needs more than the message (states before it, other messages, the sender's token) is not judged here.

mod amounts;
mod claims;
mod code_lists;
mod code_systems;
mod controlled_drugs;
mod dates;
mod dispensing;
mod dosage_text;
mod lists;
mod order;
mod parts;
mod people;
mod repeat;
mod reversals;
mod statuses;
mod supplies;
mod timing;

use causeway_canonical::Finding;
use causeway_canonical::model::Kind;

use crate::subject::{Source, Subject};

/// Asks all rules.
pub(crate) fn check(source: &Source<'_>, subjects: &[Subject<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let kind = source.kind();
    for subject in subjects {
        if matches!(kind, Kind::PrescriptionOrder | Kind::CancelRequest) {
            order::intents(subject, &mut findings);
        }
        people::telecoms(subject, &mut findings);
    }
    if let Some(bundle) = source.bundle {
        people::roles(source, bundle, &mut findings);
    }
    for subject in subjects {
        if kind == Kind::PrescriptionOrder {
            people::requester(subject, &mut findings);
            repeat::check(subject, &mut findings);
        }
        repeat::of_prescription(subject, &mut findings);
        people::check(subject, &mut findings);
        order::check(subject, &mut findings);
        controlled_drugs::check(subject, &mut findings);
        code_systems::check(subject, &mut findings);
        amounts::check(subject, &mut findings);
        dosage_text::check(subject, &mut findings);
        timing::check(subject, &mut findings);
        lists::check(subject, &mut findings);
        dates::check(subject, &mut findings);
        dispensing::check(subject, &mut findings);
        supplies::check(subject, &mut findings);
        statuses::check(subject, &mut findings);
        claims::check(subject, &mut findings);
        code_lists::check(subject, &mut findings);
    }
    parts::check(source, &mut findings);
    dispensing::released_once(source, &mut findings);
    supplies::amendments(source, subjects, &mut findings);
    reversals::check(source, subjects, &mut findings);
    statuses::answered(source, subjects, &mut findings);
    code_lists::message(source, &mut findings);
    findings
}
