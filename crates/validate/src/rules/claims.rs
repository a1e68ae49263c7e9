//! Rules about who pays and what the patient pays (V061, V064, LC-D12, LC-M6).

use causeway_canonical::Finding;
use causeway_canonical::ledger::{Leaf, place};
use causeway_canonical::model::{Concept, Exemption, Kind, LineItem};

use crate::catalogue as rule;
use crate::code_table;
use crate::subject::Subject;

/// Who pays dispensers, in England and in Wales (V061).
const PAYERS: [&str; 2] = ["T1450", "RQFZ1"];
/// The exemption that is none: the patient paid (claim.md §6).
const PAID: &str = "0001";
/// What was charged of who paid (claim.md §5).
const CHARGED: [&str; 2] = ["paid-once", "paid-twice"];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    match subject.source.kind() {
        Kind::DispenseNotification | Kind::RebuildDispenseHistory => payer(subject, findings),
        Kind::DispenseClaim => {
            payer(subject, findings);
            exemption(subject, findings);
            dispensing_endorsements(subject, findings);
        }
        _ => {}
    }
}

/// V061 of claims, LC-D12 of notifications.
fn payer(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(ods) = subject.recipient.and_then(|payer| payer.ods.as_ref()) else { return };
    if !PAYERS.contains(&ods.as_str()) {
        let is_claim = subject.source.kind() == Kind::DispenseClaim;
        let rule = if is_claim { &rule::PAYER } else { &rule::REIMBURSEMENT_AUTHORITY };
        let field = place::RECIPIENT.at(&[]).leaf(Leaf::Ods);
        let message = format!("{} is expected as who pays", PAYERS.join(" or "));
        findings.push(subject.at_field(rule, message, &[field]));
    }
}

/// LC-M6: who did not pay is exempt, and whether evidence of it was seen is told. What the real-time service confirmed
/// needs no evidence.
fn exemption(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let exemption = subject.prescription.and_then(|prescription| prescription.exemption.as_ref());
    let Some((exemption, code)) = exemption.and_then(|told| Some((told, code_of(told)?))) else {
        let mut supplied = subject.items.iter().filter(|line| !line.supply.is_empty()).peekable();
        if supplied.peek().is_some() && !supplied.all(is_charged) {
            let fields = [place::PRESCRIPTION_STATUS.at(&[]).leaf(Leaf::Code), place::PRESCRIPTION_SHORT_ID.field()];
            let message = "the exemption is expected of a patient who did not pay";
            findings.push(subject.at_field(&rule::EXEMPTION_PRESENT, message, &fields));
        }
        return;
    };
    if code == PAID {
        return;
    }
    let has_evidence = exemption.evidence.as_ref().is_some_and(|evidence| evidence.code.is_some());
    if !has_evidence && !code.starts_with('9') {
        let field = place::EXEMPTION.at(&[]).leaf(Leaf::Code);
        let message = "whether evidence of the exemption was seen is expected";
        findings.push(subject.at_field(&rule::EVIDENCE_PRESENT, message, &[field]));
    }
    for (item, _) in subject.items.iter().enumerate().filter(|(_, line)| is_charged(line)) {
        let field = place::CHARGE.at(&[item]).leaf(Leaf::CodingCode);
        let message = "no charge is expected for a patient who is exempt";
        findings.push(subject.at_field(&rule::CHARGE_AGREES, message, &[field]));
    }
}

fn code_of(exemption: &Exemption) -> Option<&str> {
    exemption.code.as_ref()?.code.as_deref()
}

fn is_charged(line: &LineItem) -> bool {
    let mut codes = line.charge.iter().flat_map(|charge| &charge.coding).filter_map(|coded| coded.code.as_deref());
    codes.any(|code| CHARGED.contains(&code))
}

/// V064 and LC-M6, of every item that something was supplied for, and not of the first alone (EPS-D41).
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
