//! Rules about controlled drugs (LC-C9, LC-C10).
//!
//! Invariant: what words say is compared with the figures only where they were understood to the last one.

mod words;

use causeway_canonical::ledger::{Leaf, place};
use causeway_canonical::model::{ControlledDrug, CourseOfTherapy, Kind, LineItem};
use causeway_canonical::{Finding, Severity};

use crate::catalogue as rule;
use crate::code_table;
use crate::subject::Subject;

/// Schedules whose quantity is written in words, and which are not dispensed again without a new prescription.
const STRICT: [&str; 2] = ["CD2", "CD3"];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let is_order = subject.source.kind() == Kind::PrescriptionOrder;
    for (item, line) in subject.items.iter().enumerate() {
        let Some(drug) = &line.controlled_drug else { continue };
        if is_order {
            schedule(subject, item, line, drug, findings);
            words_present(subject, item, drug, findings);
        }
        words_agree(subject, item, line, drug, findings);
    }
}

/// LC-C9. No V3 message tells the schedule.
fn schedule(subject: &Subject<'_>, item: usize, line: &LineItem, drug: &ControlledDrug, findings: &mut Vec<Finding>) {
    let Some(schedule) = schedule_code(drug) else { return };
    let field = place::CD_SCHEDULE.at(&[item]).leaf(Leaf::Code);
    if schedule == "CD1" {
        let message = "a schedule other than 1 is expected";
        findings.push(subject.at_field(&rule::CONTROLLED_DRUG_SCHEDULE_1, message, &[field]));
    }
    let is_repeated = line.course_of_therapy == Some(CourseOfTherapy::ContinuousRepeatDispensing);
    if is_repeated && STRICT.contains(&schedule) {
        let message = "no controlled drug of schedule 2 or 3 is expected in repeat dispensing";
        findings.push(subject.at_field(&rule::CONTROLLED_DRUG_REPEATED, message, &[field]));
    }
}

fn schedule_code(drug: &ControlledDrug) -> Option<&str> {
    drug.schedule.as_ref()?.code.as_deref()
}

/// LC-C10: the quantity of schedules 2 and 3 is written in words as well. A schedule that is not known may be one of
/// them.
fn words_present(subject: &Subject<'_>, item: usize, drug: &ControlledDrug, findings: &mut Vec<Finding>) {
    let has_words = drug.quantity_words.as_deref().is_some_and(|words| !words.trim().is_empty());
    if drug.schedule.is_none() || has_words {
        return;
    }
    let severity = match schedule_code(drug) {
        Some(code) if STRICT.contains(&code) => Severity::Error,
        Some(code) if is_known(code) => return,
        _ => Severity::Warning,
    };
    let schedule = place::CD_SCHEDULE.at(&[item]);
    let message = "the quantity in words is expected of a controlled drug of schedule 2 or 3";
    let fields = [schedule.leaf(Leaf::Code), schedule.leaf(Leaf::System), schedule.leaf(Leaf::Display)];
    findings.push(Finding { severity, ..subject.at_field(&rule::CONTROLLED_DRUG_WORDS, message, &fields) });
}

fn is_known(code: &str) -> bool {
    code_table::CONTROLLED_DRUG_SCHEDULE.as_ref().is_some_and(|table| table.contains(code))
}

/// LC-C10: words and figures say the same.
fn words_agree(
    subject: &Subject<'_>,
    item: usize,
    line: &LineItem,
    drug: &ControlledDrug,
    findings: &mut Vec<Finding>,
) {
    let value = line.quantity.as_ref().and_then(|quantity| quantity.value.as_ref());
    let number = drug.quantity_words.as_deref().and_then(words::number);
    let (Some(value), Some(number)) = (value, number) else { return };
    if value.to_u32() != Some(number) {
        let field = place::CD_QUANTITY_WORDS.at(&[item]).itself();
        let message = "a quantity in words is expected that is the one in figures";
        findings.push(subject.at_field(&rule::CONTROLLED_DRUG_WORDS_AGREE, message, &[field]));
    }
}

#[cfg(test)]
mod tests;
