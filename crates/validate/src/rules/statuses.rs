//! Rules about the states of a prescription and of its items, and the reasons that they call for (LC-D3, LC-D5, LC-D6,
//! dispense.md §7, claim.md §8, vocabularies.md §3, §4, §6.2).
//!
//! Invariant: a state that is in no list is left to the code lists.

use causeway_canonical::ledger::{Leaf, place};
use causeway_canonical::model::{Body, Concept, Kind, LineItem, Prescription};
use causeway_canonical::{Finding, Severity};

use crate::catalogue as rule;
use crate::code_table;
use crate::subject::{Source, Subject};

const DISPENSED: &str = "0006";
const NOT_DISPENSED: &str = "0007";
const ITEM_NOT_DISPENSED: &str = "0002";
const ITEM_EXPIRED: &str = "0006";

/// Which states of items may stand under which states of a prescription (vocabularies.md §4).
const ITEM_STATUSES: [(&[&str], &[&str]); 6] = [
    (&["0000", "0001", "9000", "9001"], &["0005", "0006", "0007"]),
    (&["0002"], &["0005", "0006", "0008"]),
    (&["0003"], &["0001", "0002", "0003", "0004", "0005", "0006", "0008"]),
    (&["0004", "0005"], &["0005", "0006"]),
    (&["0006", "0008", "0009"], &["0001", "0002", "0005", "0006"]),
    (&["0007"], &["0002", "0005", "0006"]),
];

/// Which states one item at least must have, for what a dispenser says of a prescription (LC-D3, dispense.md §7).
const NEEDED_STATUSES: [(&str, &[&str]); 3] =
    [("0003", &["0003", "0004", "0008"]), (DISPENSED, &["0001"]), (NOT_DISPENSED, &[ITEM_NOT_DISPENSED])];

/// The states that a dispenser brings a prescription into (dispense.md §7).
const NOTIFIED: [&str; 3] = ["0003", DISPENSED, NOT_DISPENSED];

/// The status of a request, by the state of its item (vocabularies.md §3).
const REQUEST_STATUSES: [(&str, &str); 8] = [
    ("0001", "completed"),
    ("0002", "stopped"),
    ("0003", "active"),
    ("0004", "active"),
    ("0005", "cancelled"),
    ("0006", "stopped"),
    ("0007", "active"),
    ("0008", "active"),
];

/// The status of a request, by the answer to its cancellation (vocabularies.md §6.2).
const ANSWERED_STATUSES: [(&str, &str); 8] = [
    ("R-0001", "cancelled"),
    ("R-0002", "active"),
    ("R-0003", "active"),
    ("R-0004", "completed"),
    ("R-0005", "stopped"),
    ("R-0006", "cancelled"),
    ("R-0007", "unknown"),
    ("R-0010", "stopped"),
];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if let Some(prescription) = subject.prescription {
        agree(subject, prescription, findings);
    }
    match subject.source.kind() {
        Kind::ReleaseResponse => released(subject, findings),
        Kind::DispenseNotification | Kind::RebuildDispenseHistory => {
            notified(subject, findings);
            expired(subject, findings);
            reasons(subject, findings);
            prescription_reason(subject, findings);
        }
        Kind::DispenseClaim => {
            claimed(subject, findings);
            expired(subject, findings);
            reasons(subject, findings);
        }
        _ => {}
    }
}

/// LC-D3: the states of the items against that of the prescription.
fn agree(subject: &Subject<'_>, prescription: &Prescription, findings: &mut Vec<Finding>) {
    let Some(whole) = prescription_status(Some(prescription)) else { return };
    let Some((_, allowed)) = ITEM_STATUSES.iter().find(|(statuses, _)| statuses.contains(&whole)) else { return };
    for (item, line) in subject.items.iter().enumerate() {
        let Some(status) = item_status(line) else { continue };
        let is_known = code_table::ITEM_STATUS.as_ref().is_some_and(|table| table.contains(status));
        if is_known && !allowed.contains(&status) {
            let at = (place::DISPENSE_STATUS.at(&[item]), place::RELEASE_STATUS.at(&[item]));
            let fields = [at.0.leaf(Leaf::CodingCode), at.1.leaf(Leaf::Code)];
            let message = "a state of the item is expected that can stand under the state of the prescription";
            findings.push(subject.at_field(&rule::STATUSES_AGREE, message, &fields));
        }
    }
    let Some((_, needed)) = NEEDED_STATUSES.iter().find(|(status, _)| *status == whole) else { return };
    let mut dispensed = subject.items.iter().filter(|line| line.dispense_status.is_some()).peekable();
    let is_needed = |line: &LineItem| item_status(line).is_some_and(|status| needed.contains(&status));
    if dispensed.peek().is_some() && !dispensed.any(is_needed) {
        let field = place::PRESCRIPTION_STATUS.at(&[]).leaf(Leaf::Code);
        let message = "a state of the prescription is expected that the state of one of its items gives reason for";
        findings.push(subject.at_field(&rule::STATUSES_AGREE, message, &[field]));
    }
}

fn prescription_status(prescription: Option<&Prescription>) -> Option<&str> {
    prescription?.status.as_ref()?.code.as_deref()
}

/// What the message says of the state of an item: of one that was dispensed, or else of one that was released.
fn item_status(line: &LineItem) -> Option<&str> {
    let dispensed = line.dispense_status.as_ref().and_then(|status| status.coding.first());
    dispensed.or(line.release_status.as_ref())?.code.as_deref()
}

fn is_not_dispensed(line: &LineItem) -> bool {
    item_status(line) == Some(ITEM_NOT_DISPENSED)
}

/// The status of a released request against the state of its item.
fn released(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (item, line) in subject.items.iter().enumerate() {
        let state = line.release_status.as_ref().and_then(|state| state.code.as_deref());
        request_status(subject, item, line, state, &REQUEST_STATUSES, findings);
    }
}

/// The status of the request that was to be cancelled against the answer.
pub(super) fn answered(source: &Source<'_>, subjects: &[Subject<'_>], findings: &mut Vec<Finding>) {
    let Body::CancelResponse(response) = &source.message.body else { return };
    let result = response.result.as_ref().and_then(|result| result.code.as_deref());
    for subject in subjects {
        for (item, line) in subject.items.iter().enumerate() {
            request_status(subject, item, line, result, &ANSWERED_STATUSES, findings);
        }
    }
}

fn request_status(
    subject: &Subject<'_>,
    item: usize,
    line: &LineItem,
    state: Option<&str>,
    statuses: &[(&str, &str)],
    findings: &mut Vec<Finding>,
) {
    let expected = statuses.iter().find(|(known, _)| state == Some(known)).map(|(_, status)| *status);
    if expected.is_some() && line.status.is_some() && line.status.as_deref() != expected {
        let field = place::ITEM_STATUS.at(&[item]).itself();
        let message = "a status of the request is expected that says the same as the state of the item";
        findings.push(subject.at_field(&rule::REQUEST_STATUS_AGREES, message, &[field]));
    }
}

/// A dispenser brings a prescription into few states.
fn notified(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let is_other = |status: &str| {
        let is_known = code_table::PRESCRIPTION_STATUS.as_ref().is_some_and(|table| table.contains(status));
        is_known && !NOTIFIED.contains(&status)
    };
    if prescription_status(subject.prescription).is_some_and(is_other) {
        let field = place::PRESCRIPTION_STATUS.at(&[]).leaf(Leaf::Code);
        let message = format!("one of the states {} of the prescription is expected", NOTIFIED.join(", "));
        findings.push(subject.at_field(&rule::NOTIFIED_STATUS, message, &[field]));
    }
}

/// LC-D6: only the national service lets an item expire.
fn expired(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let items = subject.items.iter().enumerate();
    for (item, _) in items.filter(|(_, line)| item_status(line) == Some(ITEM_EXPIRED)) {
        let field = place::DISPENSE_STATUS.at(&[item]).leaf(Leaf::CodingCode);
        let message = "a state of the item is expected that a dispenser can tell";
        findings.push(subject.at_field(&rule::ITEM_EXPIRED, message, &[field]));
    }
}

/// LC-D5: every item that was not dispensed has its reason. A claim tells again what was notified, and is warned of.
fn reasons(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let is_claim = subject.source.kind() == Kind::DispenseClaim;
    let severity = if is_claim { Severity::Warning } else { Severity::Error };
    for (item, line) in subject.items.iter().enumerate() {
        if is_not_dispensed(line) && !line.non_dispensing_reason.as_ref().is_some_and(has_code) {
            let field = place::DISPENSE_STATUS.at(&[item]).leaf(Leaf::CodingCode);
            let message = "the reason why the item was not dispensed is expected";
            findings.push(Finding { severity, ..subject.at_field(&rule::ITEM_REASON, message, &[field]) });
        }
    }
}

fn has_code(concept: &Concept) -> bool {
    concept.coding.iter().any(|coded| coded.code.is_some())
}

/// LC-D5: a prescription of which nothing was dispensed has its reason.
fn prescription_reason(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let reason = subject.prescription.and_then(|prescription| prescription.non_dispensing_reason.as_ref());
    let has_reason = reason.is_some_and(|reason| reason.code.is_some());
    if !subject.items.is_empty() && subject.items.iter().all(is_not_dispensed) && !has_reason {
        let field = place::PRESCRIPTION_STATUS.at(&[]).leaf(Leaf::Code);
        let message = "the reason why the prescription was not dispensed is expected where no item was";
        findings.push(subject.at_field(&rule::PRESCRIPTION_REASON_PRESENT, message, &[field]));
    }
}

/// Claimed for is what has been dispensed, or certainly has not (claim.md §8).
fn claimed(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let is_other = |status| status != DISPENSED && status != NOT_DISPENSED;
    if prescription_status(subject.prescription).is_some_and(is_other) {
        let field = place::PRESCRIPTION_STATUS.at(&[]).leaf(Leaf::Code);
        let message = format!("the state {DISPENSED} or {NOT_DISPENSED} of the prescription is expected in a claim");
        findings.push(subject.at_field(&rule::CLAIMED_STATUS, message, &[field]));
    }
}

#[cfg(test)]
mod tests;
