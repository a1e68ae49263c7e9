//! Rules about the systems that a prescription's codes belong to (overview.md §6, vocabularies.md §8, §9, §11, §13): a code means
//! something in its system alone.
//!
//! Invariant: texts name the system that is expected, and never the one that was found.

use causeway_canonical::ledger::{At, FieldRef, Leaf, place};
use causeway_canonical::model::{Coded, LineItem};
use causeway_canonical::{Finding, Rule};

use crate::catalogue as rule;
use crate::code_table::{self, CodeTable};
use crate::subject::Subject;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    prescription(subject, findings);
    for (item, line) in subject.items.iter().enumerate() {
        endorsements(subject, item, line, findings);
        schedule(subject, item, line, findings);
    }
}

/// Prescription type and site preference: the message is of no use without them, so a missing system refuses it too.
fn prescription(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(prescription) = subject.prescription else { return };
    for (coded, table, place) in [
        (&prescription.kind, &*code_table::PRESCRIPTION_TYPE, place::PRESCRIPTION_KIND),
        (&prescription.nomination.site_preference, &*code_table::DISPENSING_SITE_PREFERENCE, place::SITE_PREFERENCE),
    ] {
        let (Some(coded), Some(table)) = (coded, table) else { continue };
        let wrong = broken(coded, &table.system, &rule::CODE_SYSTEM_UNEXPECTED);
        findings.extend(wrong.map(|rule| report(subject, rule, &table.system, &fields(place.at(&[])))));
    }
}

/// An endorsement may be said in several systems, of which one is the national one.
fn endorsements(subject: &Subject<'_>, item: usize, line: &LineItem, findings: &mut Vec<Finding>) {
    let Some(CodeTable { system, .. }) = code_table::PRESCRIBER_ENDORSEMENT.as_ref() else { return };
    for (position, endorsement) in line.endorsement.iter().enumerate() {
        if endorsement.coding_in(system).is_some() {
            continue;
        }
        let at = place::ENDORSEMENT.at(&[item, position]);
        for (number, coded) in endorsement.coding.iter().enumerate() {
            let fields = [Leaf::CodingSystem, Leaf::CodingCode, Leaf::CodingDisplay];
            let fields = fields.map(|leaf| at.leaf(leaf).nth(number));
            let wrong = broken(coded, system, &rule::CODE_SYSTEM_MISSING);
            findings.extend(wrong.map(|rule| report(subject, rule, system, &fields)));
        }
    }
}

fn schedule(subject: &Subject<'_>, item: usize, line: &LineItem, findings: &mut Vec<Finding>) {
    let Some(schedule) = line.controlled_drug.as_ref().and_then(|drug| drug.schedule.as_ref()) else { return };
    let Some(CodeTable { system, .. }) = code_table::CONTROLLED_DRUG_SCHEDULE.as_ref() else { return };
    let wrong = broken(schedule, system, &rule::CODE_SYSTEM_MISSING);
    let fields = fields(place::CD_SCHEDULE.at(&[item]));
    findings.extend(wrong.map(|rule| report(subject, rule, system, &fields)));
}

/// Where a code stands: at its system, or at what there is instead.
fn fields(at: At) -> [FieldRef; 3] {
    [Leaf::System, Leaf::Code, Leaf::Display].map(|leaf| at.leaf(leaf))
}

/// The rule that a code's system breaks; `missing` where it has none.
fn broken(coded: &Coded, expected: &str, missing: &'static Rule) -> Option<&'static Rule> {
    match coded.system.as_deref().filter(|system| !system.trim().is_empty()) {
        Some(system) if system == expected => None,
        Some(_) => Some(&rule::CODE_SYSTEM_UNEXPECTED),
        None => Some(missing),
    }
}

fn report(subject: &Subject<'_>, rule: &'static Rule, expected: &str, fields: &[FieldRef]) -> Finding {
    subject.at_field(rule, format!("a code of the system {expected} is expected"), fields)
}

#[cfg(test)]
mod tests;
