//! Rules about the order and its items (V010, V026 to V030, V035), and the code lists that an order uses.
//!
//! Those that hold wherever a prescription is told are asked of every kind of message.

use std::collections::HashSet;

use causeway_canonical::Finding;
use causeway_canonical::ledger::{Leaf, place};
use causeway_canonical::model::{ControlledDrug, CourseOfTherapy, Kind, LineItem};

use crate::catalogue as rule;
use crate::code_table::{self, CodeTable};
use crate::subject::{Product, Subject};

/// The most items that one prescription can have (V035).
const MOST_ITEMS: usize = 4;

/// V010, and intents that no order can have.
pub(super) fn intents(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (item, line) in subject.items.iter().enumerate() {
        let field = place::ITEM_INTENT.at(&[item]).itself();
        let message = "an intent of order, original-order or instance-order is expected";
        match line.intent.as_deref() {
            Some("plan" | "reflex-order") => findings.push(subject.at_field(&rule::ORDER_INTENT, message, &[field])),
            Some(intent) if holds_not(&code_table::ORDER_INTENT, intent) => {
                findings.push(subject.at_field(&rule::INTENT_UNKNOWN, message, &[field]));
            }
            _ => {}
        }
    }
}

fn holds_not(table: &Option<CodeTable>, code: &str) -> bool {
    table.as_ref().is_some_and(|table| !table.contains(code))
}

/// Asks the rules. What holds for a prescription that is being ordered is asked of orders alone: one that was released,
/// cancelled or dispensed has another status, and tells less.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let is_order = subject.source.kind() == Kind::PrescriptionOrder;
    if is_order {
        item_count(subject, findings);
        for (item, line) in subject.items.iter().enumerate() {
            status(subject, item, line, findings);
        }
    }
    item_ids(subject, findings);
    for (item, line) in subject.items.iter().enumerate().filter(|_| is_order) {
        dosage_present(subject, item, line, findings);
    }
    for product in subject.products() {
        dosage_sequence(&product, findings);
    }
    if is_order {
        courses_of_therapy(subject, findings);
    }
    prescription_codes(subject, findings);
    for (item, line) in subject.items.iter().enumerate() {
        endorsements(subject, item, line, findings);
        if let (true, Some(drug)) = (is_order, &line.controlled_drug) {
            controlled_drug(subject, item, drug, findings);
        }
    }
}

/// V035.
fn item_count(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if subject.items.len() > MOST_ITEMS {
        let message = format!("at most {MOST_ITEMS} items on one prescription are expected, and this is one more");
        findings.push(subject.at_item(&rule::ITEM_COUNT, message, MOST_ITEMS));
    }
}

/// V026.
fn status(subject: &Subject<'_>, item: usize, line: &LineItem, findings: &mut Vec<Finding>) {
    if line.status.as_deref().is_some_and(|status| status != "active") {
        let field = place::ITEM_STATUS.at(&[item]).itself();
        findings.push(subject.at_field(&rule::ORDER_ACTIVE, "the status active is expected", &[field]));
    }
}

/// V029.
fn item_ids(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut earlier = HashSet::new();
    for (item, line) in subject.items.iter().enumerate() {
        if !line.id.as_str().is_empty() && !earlier.insert(&line.id) {
            let field = place::ITEM_ID.at(&[item]).itself();
            let message = "an item id of its own is expected, and an earlier item has this one";
            findings.push(subject.at_field(&rule::ITEM_IDS_DIFFER, message, &[field]));
        }
    }
}

/// V027. In FHIR, a list that is missing altogether is a matter of shape.
fn dosage_present(subject: &Subject<'_>, item: usize, line: &LineItem, findings: &mut Vec<Finding>) {
    if !line.dosage.is_empty() {
        return;
    }
    let message = "at least one dosage instruction is expected";
    let Some((bundle, request)) = subject.source.bundle.zip(subject.request(item)) else {
        findings.push(subject.at_item(&rule::DOSAGE_PRESENT, message, item));
        return;
    };
    if let Some(list) = bundle.child(request, "dosageInstruction") {
        findings.push(subject.at_node(&rule::DOSAGE_PRESENT, message, Some(list)));
    }
}

/// V028.
fn dosage_sequence(product: &Product<'_>, findings: &mut Vec<Finding>) {
    let Product { subject, item, dosage, .. } = product;
    if dosage.len() < 2 {
        return;
    }
    let Some(position) = dosage.iter().position(|dosage| dosage.sequence.is_none()) else { return };
    let text = place::DOSAGE_TEXT.at(&[*item, position]).itself();
    let message = "a sequence is expected in every dosage instruction where there are several";
    findings.push(match subject.node_of(text) {
        None => subject.at_item(&rule::DOSAGE_SEQUENCE, message, *item),
        text => subject.at_node(&rule::DOSAGE_SEQUENCE, message, text),
    });
}

/// V030: all items acute, all repeat, all repeat dispensing, or acute and repeat together (prescription-order.md §3).
fn courses_of_therapy(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let is_repeat_dispensing = |course| course == CourseOfTherapy::ContinuousRepeatDispensing;
    let mut first = None;
    for (item, line) in subject.items.iter().enumerate() {
        let Some(course) = line.course_of_therapy else { continue };
        if is_repeat_dispensing(*first.get_or_insert(course)) != is_repeat_dispensing(course) {
            let field = place::COURSE_OF_THERAPY.at(&[item]).itself();
            let message = "repeat dispensing is expected for all items of a prescription or for none";
            findings.push(subject.at_field(&rule::COURSE_OF_THERAPY_MIXTURE, message, &[field]));
            return;
        }
    }
}

/// Prescription type, site preference and nomination.
fn prescription_codes(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(prescription) = subject.prescription else { return };
    let unknown = |table: &Option<CodeTable>, coded| table.as_ref().is_some_and(|table| table.misses(coded));
    if prescription.kind.as_ref().is_some_and(|kind| unknown(&code_table::PRESCRIPTION_TYPE, kind)) {
        let field = place::PRESCRIPTION_KIND.at(&[]).leaf(Leaf::Code);
        let message = "a prescription type of the national list is expected";
        findings.push(subject.at_field(&rule::PRESCRIPTION_TYPE_UNKNOWN, message, &[field]));
    }
    let Some(preference) = &prescription.nomination.site_preference else { return };
    let field = place::SITE_PREFERENCE.at(&[]).leaf(Leaf::Code);
    if unknown(&code_table::DISPENSING_SITE_PREFERENCE, preference) {
        let message = "a dispensing site preference of P1, P2, P3 or 0004 is expected";
        findings.push(subject.at_field(&rule::SITE_PREFERENCE_UNKNOWN, message, &[field]));
    }
    if preference.code.as_deref() == Some("0004") && prescription.nomination.organisation.is_some() {
        let message = "a kind of dispensing site is expected where an organisation is nominated";
        findings.push(subject.at_field(&rule::NOMINATION_WITHOUT_TYPE, message, &[field]));
    }
}

fn endorsements(subject: &Subject<'_>, item: usize, line: &LineItem, findings: &mut Vec<Finding>) {
    let Some(table) = code_table::PRESCRIBER_ENDORSEMENT.as_ref() else { return };
    for (position, endorsement) in line.endorsement.iter().enumerate() {
        for (coding, _) in endorsement.coding.iter().enumerate().filter(|(_, coded)| table.misses(coded)) {
            let field = place::ENDORSEMENT.at(&[item, position]).leaf(Leaf::CodingCode).nth(coding);
            let message = "a prescriber endorsement of the national list is expected";
            findings.push(subject.at_field(&rule::ENDORSEMENT_UNKNOWN, message, &[field]));
        }
    }
}

/// LC-C10: who names the schedule writes the quantity in words as well.
fn controlled_drug(subject: &Subject<'_>, item: usize, drug: &ControlledDrug, findings: &mut Vec<Finding>) {
    let has_words = drug.quantity_words.as_deref().is_some_and(|words| !words.trim().is_empty());
    if drug.schedule.is_some() && !has_words {
        let schedule = place::CD_SCHEDULE.at(&[item]);
        let message = "the quantity in words is expected where the schedule of a controlled drug is given";
        let fields = [schedule.leaf(Leaf::Code), schedule.leaf(Leaf::System), schedule.leaf(Leaf::Display)];
        findings.push(subject.at_field(&rule::CONTROLLED_DRUG_WORDS, message, &fields));
    }
}

#[cfg(test)]
mod tests;
