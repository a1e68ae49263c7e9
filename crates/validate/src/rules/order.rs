//! Rules about the order and its items (V010, V026 to V030, V035, LC-C1, LC-C17, LC-X1).
//!
//! Those that hold wherever a prescription is told are asked of every kind of message.

use std::collections::HashSet;

use causeway_canonical::ledger::{Leaf, Place, place};
use causeway_canonical::model::{Concept, CourseOfTherapy, Kind, LineItem};
use causeway_canonical::{Finding, Severity};

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

/// Whatever is asked for or supplied says what it is; a cancellation need not. In what others have dispensed, claimed or told
/// before it is only warned of.
fn medicine(product: &Product<'_>, findings: &mut Vec<Finding>) {
    let kind = product.subject.source.kind();
    if product.medicine.code != Concept::default() || matches!(kind, Kind::CancelRequest | Kind::CancelResponse) {
        return;
    }
    let message = "the code of a medicine is expected";
    let finding = product.subject.at_item(&rule::MEDICINE_MISSING, message, product.item);
    let is_prescribed = matches!(kind, Kind::PrescriptionOrder | Kind::ReleaseResponse);
    let severity = if is_prescribed { Severity::Error } else { Severity::Warning };
    findings.push(Finding { severity, ..finding });
}

fn holds_not(table: &Option<CodeTable>, code: &str) -> bool {
    table.as_ref().is_some_and(|table| !table.contains(code))
}

/// Asks the rules. What holds for a prescription that is being ordered is asked of orders alone: one that was released,
/// cancelled or dispensed has another status, and tells less.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let is_order = subject.source.kind() == Kind::PrescriptionOrder;
    item_count(subject, findings);
    if is_order {
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
        medicine(&product, findings);
    }
    if is_order {
        courses_of_therapy(subject, findings);
        intents_of_courses(subject, findings);
    }
    if subject.source.kind() == Kind::CancelRequest {
        cancellation(subject, findings);
    }
    nomination(subject, findings);
}

/// V035 and LC-C1: no prescription has more items, so that nothing that tells of one has. What was read from another form
/// than the model has an item at least, or its reader has said so.
fn item_count(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let is_order = subject.source.kind() == Kind::PrescriptionOrder;
    if subject.items.len() > MOST_ITEMS {
        let severity = if is_order { Severity::Error } else { Severity::Warning };
        let message = format!("at most {MOST_ITEMS} items on one prescription are expected, and this is one more");
        findings.push(Finding { severity, ..subject.at_item(&rule::ITEM_COUNT, message, MOST_ITEMS) });
    }
    let is_told = subject.prescription.is_some() && subject.source.kind() != Kind::CancelRequest;
    if subject.items.is_empty() && is_told && subject.source.is_canonical() {
        let fields = [place::PRESCRIPTION_SHORT_ID, place::PRESCRIPTION_ID].map(Place::field);
        findings.push(subject.at_field(&rule::ITEMS_PRESENT, "at least one item is expected", &fields));
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

/// The intent that goes with a course of therapy (vocabularies.md §1).
fn intents_of_courses(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (item, line) in subject.items.iter().enumerate() {
        let (Some(intent), Some(course)) = (line.intent.as_deref(), line.course_of_therapy) else { continue };
        let is_usual = match intent {
            "order" => course != CourseOfTherapy::Continuous,
            "original-order" => course != CourseOfTherapy::Acute,
            "instance-order" => course == CourseOfTherapy::Continuous,
            _ => true,
        };
        if !is_usual {
            let field = place::ITEM_INTENT.at(&[item]).itself();
            let message = "an intent that goes with the course of therapy is expected";
            findings.push(subject.at_field(&rule::INTENT_OF_COURSE, message, &[field]));
        }
    }
}

/// LC-X1. What was read from another form than the model has both, or its reader has said so.
fn cancellation(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if !subject.source.is_canonical() {
        return;
    }
    let message = "one item with the reason why it is cancelled is expected";
    let has_reason = |line: &LineItem| {
        line.status_reason.as_ref().is_some_and(|reason| reason.coding.iter().any(|coded| coded.code.is_some()))
    };
    let fault = match subject.items {
        [line] if has_reason(line) => return,
        [] => subject.at_field(&rule::CANCELLATION_COMPLETE, message, &[place::PRESCRIPTION_SHORT_ID.field()]),
        [_] => subject.at_item(&rule::CANCELLATION_COMPLETE, message, 0),
        [_, ..] => subject.at_item(&rule::CANCELLATION_COMPLETE, message, 1),
    };
    findings.push(fault);
}

/// LC-C17: who is nominated has a code, and is of some kind.
fn nomination(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(nomination) = subject.prescription.map(|prescription| &prescription.nomination) else { return };
    let Some(organisation) = &nomination.organisation else { return };
    let at = place::NOMINATED_ORGANISATION.at(&[]);
    if organisation.ods.is_none() && subject.source.is_canonical() {
        let message = "the ODS code of the nominated organisation is expected";
        findings.push(subject.at_field(&rule::NOMINATION_EMPTY, message, &[at.leaf(Leaf::Ods), at.leaf(Leaf::Name)]));
    }
    let preference = nomination.site_preference.as_ref().and_then(|preference| preference.code.as_deref());
    if preference == Some("0004") {
        let field = place::SITE_PREFERENCE.at(&[]).leaf(Leaf::Code);
        let is_order = subject.source.kind() == Kind::PrescriptionOrder;
        let severity = if is_order { Severity::Error } else { Severity::Warning };
        let message = "a kind of dispensing site is expected where an organisation is nominated";
        findings.push(Finding { severity, ..subject.at_field(&rule::NOMINATION_WITHOUT_TYPE, message, &[field]) });
    }
}

#[cfg(test)]
mod tests;
