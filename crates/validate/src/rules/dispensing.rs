//! Rules about what a dispenser tells: in notifications, claims, returns, withdrawals and requests for prescriptions
//! (V050, V056, V061, V063, V064, V072, EPS-D40, dispense.md §7, claim.md §8).
//!
//! Invariant: what the sources call rules of the national services or of suppliers is warned of; what they refuse is
//! refused.

use std::collections::HashSet;

use causeway_canonical::ledger::{FieldRef, Leaf, place};
use causeway_canonical::model::{Body, Concept, Kind, LineItem, Prescription, Repeat};
use causeway_canonical::{Finding, LineItemId};

use crate::catalogue as rule;
use crate::code_table;
use crate::subject::{AUTHOR, Source, Subject};

/// Who pays dispensers, in England and in Wales (V061).
const PAYERS: [&str; 2] = ["T1450", "RQFZ1"];
const DISPENSED: &str = "0006";
const NOT_DISPENSED: &str = "0007";
const ITEM_NOT_DISPENSED: &str = "0002";

/// Which states of items may stand under which states of a prescription (vocabularies.md §4).
const ITEM_STATUSES: [(&[&str], &[&str]); 6] = [
    (&["0000", "0001", "9000", "9001"], &["0005", "0006", "0007"]),
    (&["0002"], &["0005", "0006", "0008"]),
    (&["0003"], &["0001", "0002", "0003", "0004", "0005", "0006", "0008"]),
    (&["0004", "0005"], &["0005", "0006"]),
    (&["0006", "0008", "0009"], &["0001", "0002", "0005", "0006"]),
    (&["0007"], &["0002", "0005", "0006"]),
];

/// Which state one item at least must have, for what a dispenser says of a finished prescription (dispense.md §7).
const NEEDED_STATUSES: [(&str, &str); 2] = [(DISPENSED, "0001"), (NOT_DISPENSED, ITEM_NOT_DISPENSED)];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    dispenser(subject, findings);
    if let Some(prescription) = subject.prescription {
        statuses(subject, prescription, findings);
    }
    match subject.source.kind() {
        Kind::DispenseNotification | Kind::RebuildDispenseHistory => {
            supply_ids(subject, findings);
            repeats(subject, findings);
            reasons(subject, findings);
            prescription_reason(subject, findings);
        }
        Kind::DispenseClaim => {
            supply_ids(subject, findings);
            repeats(subject, findings);
            payer(subject, findings);
            claimed_status(subject, findings);
            reasons(subject, findings);
            dispensing_endorsements(subject, findings);
        }
        Kind::Return | Kind::Withdraw => repeats(subject, findings),
        _ => {}
    }
}

/// V050, V056, V063, V072: FHIR names the person at a dispenser by identifier, and does not tell more.
fn dispenser(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let rule = match subject.source.kind() {
        Kind::DispenseNotification => &rule::DISPENSER_BY_IDENTIFIER,
        Kind::Return | Kind::Withdraw => &rule::TASK_REQUESTER_BY_IDENTIFIER,
        Kind::DispenseClaim => &rule::CLAIM_PROVIDER_BY_IDENTIFIER,
        Kind::ReleaseRequest => &rule::RELEASE_AGENT_BY_IDENTIFIER,
        _ => return,
    };
    let person = subject.author().and_then(|author| author.practitioner.as_ref());
    if subject.source.is_fhir() && person.is_some_and(|person| !person.name.is_empty()) {
        let at = place::PRACTITIONER_NAME.at(&[AUTHOR, 0]);
        let fields = [Leaf::Family, Leaf::Text, Leaf::Given].map(|leaf| at.leaf(leaf));
        let message = "a practitioner named by identifier is expected, and not a resource";
        findings.push(subject.at_field(rule, message, &fields));
    }
}

/// What was dispensed is known by its id, to whoever claims or amends it: no two items share one. The supplies of one item
/// may, as those of published messages do.
fn supply_ids(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut earlier: HashSet<&LineItemId> = HashSet::new();
    let message = "an id of its own is expected, and an earlier item has this one";
    for (item, line) in subject.items.iter().enumerate() {
        if line.supplied_id.as_ref().is_some_and(|id| earlier.contains(id)) {
            let field = place::SUPPLIED_ID.at(&[item]).itself();
            findings.push(subject.at_field(&rule::SUPPLY_IDS_DIFFER, message, &[field]));
        }
        for (position, supply) in line.supply.iter().enumerate() {
            if supply.id.as_ref().is_some_and(|id| earlier.contains(id) && supply.id != line.supplied_id) {
                let field = place::ITEM_ID.at(&[item]).itself();
                findings.push(subject.in_supply(position).at_field(&rule::SUPPLY_IDS_DIFFER, message, &[field]));
            }
        }
        earlier.extend(line.supplied_id.iter().chain(line.supply.iter().filter_map(|supply| supply.id.as_ref())));
    }
}

/// A prescription that is handed over twice may be dispensed twice.
pub(super) fn released_once(source: &Source<'_>, findings: &mut Vec<Finding>) {
    let Body::ReleaseResponse(response) = &source.message.body else { return };
    let mut earlier = HashSet::new();
    for (number, released) in response.released.iter().enumerate() {
        if !earlier.insert(&released.order.prescription.id) {
            let node = source.node_of(place::RELEASED_ID.at(&[number]).itself());
            let message = "a prescription is expected that this response does not hold before";
            findings.push(source.at_node(&rule::RELEASED_ONCE, message, node));
        }
    }
}

/// EPS-D40: no issue that a dispenser tells of is later than the last one. Issues of a prescription count from nought, those
/// of an item from one. (An order that repeats another may tell the issue without the repeats.)
fn repeats(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let told = subject.prescription.and_then(|prescription| prescription.repeat.as_ref());
    let named = subject.named.and_then(|named| named.repeat.as_ref());
    for repeat in told.into_iter().chain(named) {
        issue(subject, repeat, place::PRESCRIPTION_REPEAT_ISSUED.field(), findings);
    }
    for (item, line) in subject.items.iter().enumerate() {
        if let Some(original) = &line.based_on {
            let repeat = Repeat { allowed: original.repeats_allowed, issued: original.repeats_issued };
            issue(subject, &repeat, place::BASED_ON_ISSUED.at(&[item]).itself(), findings);
        }
        let own = Repeat { allowed: line.repeats_allowed, issued: line.issue.map(|issue| issue.saturating_sub(1)) };
        issue(subject, &own, place::ITEM_ISSUE.at(&[item]).itself(), findings);
        for (position, supply) in line.supply.iter().enumerate() {
            if let Some(repeat) = &supply.repeat {
                let field = place::SUPPLY_REPEAT_ISSUED.at(&[item]).itself();
                issue(&subject.in_supply(position), repeat, field, findings);
            }
        }
    }
}

fn issue(subject: &Subject<'_>, repeat: &Repeat, field: FieldRef, findings: &mut Vec<Finding>) {
    if let (Some(allowed), Some(issued)) = (repeat.allowed, repeat.issued)
        && issued > allowed
    {
        let message = "an issue is expected that is not later than the last one allowed";
        findings.push(subject.at_field(&rule::ISSUE_BEYOND_LAST, message, &[field]));
    }
}

/// The states of the items against that of the prescription.
fn statuses(subject: &Subject<'_>, prescription: &Prescription, findings: &mut Vec<Finding>) {
    let Some(whole) = prescription.status.as_ref().and_then(|status| status.code.as_deref()) else { return };
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
    if dispensed.peek().is_some() && !dispensed.any(|line| item_status(line) == Some(*needed)) {
        let field = place::PRESCRIPTION_STATUS.at(&[]).leaf(Leaf::Code);
        let message = "a state of the prescription is expected that the state of one of its items gives reason for";
        findings.push(subject.at_field(&rule::STATUSES_AGREE, message, &[field]));
    }
}

/// What the message says of the state of an item: of one that was dispensed, or else of one that was released.
fn item_status(line: &LineItem) -> Option<&str> {
    let dispensed = line.dispense_status.as_ref().and_then(|status| status.coding.first());
    dispensed.or(line.release_status.as_ref())?.code.as_deref()
}

fn is_not_dispensed(line: &LineItem) -> bool {
    item_status(line) == Some(ITEM_NOT_DISPENSED)
}

/// Every item that was not dispensed has its reason.
fn reasons(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (item, line) in subject.items.iter().enumerate() {
        if is_not_dispensed(line) && !line.non_dispensing_reason.as_ref().is_some_and(has_code) {
            let field = place::DISPENSE_STATUS.at(&[item]).leaf(Leaf::CodingCode);
            let message = "the reason why the item was not dispensed is expected";
            findings.push(subject.at_field(&rule::ITEM_REASON, message, &[field]));
        }
    }
}

fn has_code(concept: &Concept) -> bool {
    concept.coding.iter().any(|coded| coded.code.is_some())
}

/// A prescription of which nothing was dispensed has its reason.
fn prescription_reason(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let reason = subject.prescription.and_then(|prescription| prescription.non_dispensing_reason.as_ref());
    let has_reason = reason.is_some_and(|reason| reason.code.is_some());
    if !subject.items.is_empty() && subject.items.iter().all(is_not_dispensed) && !has_reason {
        let field = place::PRESCRIPTION_STATUS.at(&[]).leaf(Leaf::Code);
        let message = "the reason why the prescription was not dispensed is expected where no item was";
        findings.push(subject.at_field(&rule::PRESCRIPTION_REASON_PRESENT, message, &[field]));
    }
}

/// V061.
fn payer(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(ods) = subject.recipient.and_then(|payer| payer.ods.as_ref()) else { return };
    if !PAYERS.contains(&ods.as_str()) {
        let field = place::RECIPIENT.at(&[]).leaf(Leaf::Ods);
        let message = format!("{} is expected as who pays", PAYERS.join(" or "));
        findings.push(subject.at_field(&rule::PAYER, message, &[field]));
    }
}

/// Claimed for is what has been dispensed, or certainly has not.
fn claimed_status(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let status = subject.prescription.and_then(|prescription| prescription.status.as_ref()?.code.as_deref());
    if status.is_some_and(|status| status != DISPENSED && status != NOT_DISPENSED) {
        let field = place::PRESCRIPTION_STATUS.at(&[]).leaf(Leaf::Code);
        let message = format!("the state {DISPENSED} or {NOT_DISPENSED} of the prescription is expected in a claim");
        findings.push(subject.at_field(&rule::CLAIMED_STATUS, message, &[field]));
    }
}

/// V064, of every item that something was supplied for, and not of the first alone (EPS-D41).
fn dispensing_endorsements(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(table) = code_table::DISPENSING_ENDORSEMENT.as_ref() else { return };
    let is_endorsement = |concept: &Concept| concept.coding_in(&table.system).is_some_and(|coded| coded.code.is_some());
    for (item, line) in subject.items.iter().enumerate() {
        if !line.supply.is_empty() && !line.dispensing_endorsement.iter().any(is_endorsement) {
            let message = "at least one dispenser endorsement is expected for what was dispensed";
            findings.push(subject.at_item(&rule::DISPENSING_ENDORSEMENT_PRESENT, message, item));
        }
    }
}

#[cfg(test)]
mod tests;
