//! Rules about what a dispenser is told, and tells: in releases, notifications, claims, returns, withdrawals and requests
//! for prescriptions (V050, V056, V063, V072, EPS-D40).

use std::collections::HashSet;

use causeway_canonical::ledger::{FieldRef, Leaf, place};
use causeway_canonical::model::{Body, Kind, Repeat};
use causeway_canonical::{Finding, LineItemId};

use crate::catalogue as rule;
use crate::subject::{AUTHOR, Source, Subject};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    dispenser(subject, findings);
    match subject.source.kind() {
        Kind::DispenseNotification | Kind::RebuildDispenseHistory | Kind::DispenseClaim => {
            supply_ids(subject, findings);
            repeats(subject, findings);
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

#[cfg(test)]
mod tests;
