//! Codes of national lists (vocabularies.md §3, §4, §6 to §10) that a message says beside the prescription: reasons, states,
//! dispenser endorsements, exemptions.
//!
//! Invariant: a list may be older than the message, so an unknown code is a warning and refuses nothing.

use causeway_canonical::ledger::{At, FieldRef, Leaf, Scope, place};
use causeway_canonical::model::{Body, Coded, Concept, Kind, LineItem, Prescription};
use causeway_canonical::{Finding, Rule, Severity};

use crate::catalogue as rule;
use crate::code_table::{self, CodeTable};
use crate::subject::{Source, Subject};

/// A list, the rule that it is held by, and what it is called.
struct List {
    table: &'static Option<CodeTable>,
    rule: &'static Rule,
    name: &'static str,
}

fn cancellation_reasons() -> List {
    let table = &code_table::CANCELLATION_REASON;
    List { table, rule: &rule::CANCELLATION_REASON_UNKNOWN, name: "reason for a cancellation" }
}

fn non_dispensing_reasons() -> List {
    let table = &code_table::NON_DISPENSING_REASON;
    List { table, rule: &rule::NON_DISPENSING_REASON_UNKNOWN, name: "reason for not dispensing" }
}

fn item_statuses() -> List {
    List { table: &code_table::ITEM_STATUS, rule: &rule::ITEM_STATUS_UNKNOWN, name: "state of an item" }
}

/// The lists of what a part of a message tells.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if let Some(prescription) = subject.prescription {
        self::prescription(subject, prescription, findings);
    }
    for (item, line) in subject.items.iter().enumerate() {
        self::item(subject, item, line, findings);
    }
}

/// The lists of what a message says once.
pub(super) fn message(source: &Source<'_>, findings: &mut Vec<Finding>) {
    let subject = Subject::of(source, Scope::BODY);
    let reason = place::REASON.at(&[]);
    match &source.message.body {
        Body::CancelResponse(response) => {
            let table = &code_table::CANCELLATION_RESULT;
            let list = List { table, rule: &rule::CANCELLATION_RESULT_UNKNOWN, name: "answer to a cancellation" };
            code(&subject, &list, response.result.as_ref(), place::RESULT.at(&[]), findings);
        }
        Body::Return(reversal) => {
            let table = &code_table::RETURN_REASON;
            let list = List { table, rule: &rule::RETURN_REASON_UNKNOWN, name: "reason for a return" };
            concept(&subject, &list, reversal.reason.as_ref(), reason, findings);
        }
        Body::Withdraw(reversal) => {
            let table = &code_table::WITHDRAWAL_REASON;
            let list = List { table, rule: &rule::WITHDRAWAL_REASON_UNKNOWN, name: "reason for a withdrawal" };
            concept(&subject, &list, reversal.reason.as_ref(), reason, findings);
        }
        _ => {}
    }
}

fn prescription(subject: &Subject<'_>, told: &Prescription, findings: &mut Vec<Finding>) {
    let table = &code_table::PRESCRIPTION_STATUS;
    let statuses = List { table, rule: &rule::PRESCRIPTION_STATUS_UNKNOWN, name: "state of a prescription" };
    code(subject, &statuses, told.status.as_ref(), place::PRESCRIPTION_STATUS.at(&[]), findings);
    let at = place::PRESCRIPTION_NON_DISPENSING_REASON.at(&[]);
    code(subject, &non_dispensing_reasons(), told.non_dispensing_reason.as_ref(), at, findings);
    let claimed = told.exemption.as_ref().and_then(|exemption| exemption.code.as_ref());
    exemption(subject, claimed, place::EXEMPTION.at(&[]), findings);
    for (position, on_record) in told.exemption_on_record.iter().enumerate() {
        exemption(subject, on_record.code.as_ref(), place::EXEMPTION_ON_RECORD.at(&[position]), findings);
    }
}

/// The codes 9000 to 9999 come from the real-time exemption service, and their list is not published (vocabularies.md §10).
fn exemption(subject: &Subject<'_>, told: Option<&Coded>, at: At, findings: &mut Vec<Finding>) {
    let table = &code_table::CHARGE_EXEMPTION;
    let list = List { table, rule: &rule::EXEMPTION_UNKNOWN, name: "exemption from the charge" };
    let earlier = findings.len();
    code(subject, &list, told, at, findings);
    let is_of_service =
        |code: &str| code.len() == 4 && code.starts_with('9') && code.bytes().all(|c| c.is_ascii_digit());
    if told.and_then(|told| told.code.as_deref()).is_some_and(is_of_service) {
        findings.iter_mut().skip(earlier).for_each(|finding| finding.severity = Severity::Information);
    }
}

fn item(subject: &Subject<'_>, item: usize, line: &LineItem, findings: &mut Vec<Finding>) {
    if subject.source.kind() == Kind::CancelRequest {
        let at = place::ITEM_STATUS_REASON.at(&[item]);
        concept(subject, &cancellation_reasons(), line.status_reason.as_ref(), at, findings);
    }
    code(subject, &item_statuses(), line.release_status.as_ref(), place::RELEASE_STATUS.at(&[item]), findings);
    let at = place::DISPENSE_STATUS.at(&[item]);
    concept(subject, &item_statuses(), line.dispense_status.as_ref(), at, findings);
    let at = place::NON_DISPENSING_REASON.at(&[item]);
    concept(subject, &non_dispensing_reasons(), line.non_dispensing_reason.as_ref(), at, findings);
    let table = &code_table::DISPENSING_ENDORSEMENT;
    let list = List { table, rule: &rule::DISPENSING_ENDORSEMENT_UNKNOWN, name: "dispenser endorsement" };
    for (position, endorsement) in line.dispensing_endorsement.iter().enumerate() {
        let at = place::DISPENSING_ENDORSEMENT.at(&[item, position]);
        concept(subject, &list, Some(endorsement), at, findings);
    }
}

fn concept(subject: &Subject<'_>, list: &List, told: Option<&Concept>, at: At, findings: &mut Vec<Finding>) {
    for (position, coded) in told.iter().flat_map(|told| &told.coding).enumerate() {
        held(subject, list, coded, at.leaf(Leaf::CodingCode).nth(position), findings);
    }
}

fn code(subject: &Subject<'_>, list: &List, told: Option<&Coded>, at: At, findings: &mut Vec<Finding>) {
    if let Some(coded) = told {
        held(subject, list, coded, at.leaf(Leaf::Code), findings);
    }
}

fn held(subject: &Subject<'_>, list: &List, coded: &Coded, field: FieldRef, findings: &mut Vec<Finding>) {
    if list.table.as_ref().is_some_and(|table| table.misses(coded)) {
        let message = format!("a {} of the national list is expected", list.name);
        findings.push(subject.at_field(list.rule, message, &[field]));
    }
}

#[cfg(test)]
mod tests;
