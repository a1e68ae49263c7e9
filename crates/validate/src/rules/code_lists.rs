//! Codes of national lists (vocabularies.md), and what they are shown as.
//!
//! Invariants:
//! - A list may be older than the message, so an unknown code is a warning and refuses nothing; of a list that is not
//!   published in full, it is told for information. Only what a prescription cannot be handled without is refused.
//! - The code rules. That its display says something else is warned of, and no text shows the display.

use std::sync::LazyLock;

use causeway_canonical::ledger::{At, FieldRef, Leaf, Scope, place};
use causeway_canonical::model::{Agent, Body, Coded, Concept, Issue, Kind, LineItem, Patient, Prescription};
use causeway_canonical::{Finding, Rule, Severity};

use crate::catalogue as rule;
use crate::code_table::{self, CodeTable};
use crate::subject::{Source, Subject};

/// A list, the rule that it is held by, and what it is called.
struct List {
    table: &'static LazyLock<Option<CodeTable>>,
    /// `None` where so little of the list is published that a code outside it says nothing.
    unknown: Option<&'static Rule>,
    name: &'static str,
}

macro_rules! lists {
    ($($list:ident = $table:ident, $unknown:expr, $name:literal;)*) => {
        $(static $list: List = List { table: &code_table::$table, unknown: $unknown, name: $name };)*
    };
}

lists! {
    PRESCRIPTION_TYPES = PRESCRIPTION_TYPE, Some(&rule::PRESCRIPTION_TYPE_UNKNOWN), "prescription type";
    SITE_PREFERENCES = DISPENSING_SITE_PREFERENCE, Some(&rule::SITE_PREFERENCE_UNKNOWN), "dispensing site preference";
    CATEGORIES = CATEGORY, Some(&rule::CATEGORY_UNKNOWN), "setting of an order";
    ENDORSEMENTS = PRESCRIBER_ENDORSEMENT, Some(&rule::ENDORSEMENT_UNKNOWN), "prescriber endorsement";
    SCHEDULES = CONTROLLED_DRUG_SCHEDULE, Some(&rule::SCHEDULE_UNKNOWN), "schedule of controlled drugs";
    CANCELLATION_REASONS = CANCELLATION_REASON, Some(&rule::CANCELLATION_REASON_UNKNOWN), "reason for a cancellation";
    CANCELLATION_RESULTS = CANCELLATION_RESULT, Some(&rule::CANCELLATION_RESULT_UNKNOWN), "answer to a cancellation";
    RETURN_REASONS = RETURN_REASON, Some(&rule::RETURN_REASON_UNKNOWN), "reason for a return";
    WITHDRAWAL_REASONS = WITHDRAWAL_REASON, Some(&rule::WITHDRAWAL_REASON_UNKNOWN), "reason for a withdrawal";
    PRESCRIPTION_STATUSES = PRESCRIPTION_STATUS, Some(&rule::PRESCRIPTION_STATUS_UNKNOWN), "state of a prescription";
    ITEM_STATUSES = ITEM_STATUS, Some(&rule::ITEM_STATUS_UNKNOWN), "state of an item";
    NON_DISPENSING_REASONS = NON_DISPENSING_REASON, Some(&rule::NON_DISPENSING_REASON_UNKNOWN), "reason for not dispensing";
    DISPENSING_ENDORSEMENTS = DISPENSING_ENDORSEMENT, Some(&rule::DISPENSING_ENDORSEMENT_UNKNOWN), "dispenser endorsement";
    EXEMPTIONS = CHARGE_EXEMPTION, Some(&rule::EXEMPTION_UNKNOWN), "exemption from the charge";
    EVIDENCE = EXEMPTION_EVIDENCE, Some(&rule::EVIDENCE_UNKNOWN), "kind of evidence of an exemption";
    CHARGES = CHARGE, Some(&rule::CHARGE_UNKNOWN), "kind of charge";
    NHS_NUMBER_STATUSES = NHS_NUMBER_STATUS, Some(&rule::NHS_NUMBER_STATUS_UNKNOWN), "state of an NHS number";
    ORGANISATION_TYPES = ORGANISATION_TYPE, Some(&rule::ORGANISATION_TYPE_UNKNOWN), "type of an organisation";
    ORGANISATION_ROLES = ORGANISATION_ROLE, Some(&rule::ORGANISATION_ROLE_UNKNOWN), "role of an organisation";
    JOB_ROLES = JOB_ROLE, None, "job role";
    EPS_ISSUES = EPS_ISSUE, Some(&rule::ISSUE_CODE_UNKNOWN), "reason of the prescription service";
    SPINE_ISSUES = SPINE_ISSUE, Some(&rule::ISSUE_CODE_UNKNOWN), "reason of the Spine";
}

/// The lists of what a part of a message tells.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if let Some(patient) = subject.patient {
        self::patient(subject, patient, findings);
    }
    for (number, agent) in subject.agents() {
        self::agent(subject, number, agent, findings);
    }
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
            code(&subject, &CANCELLATION_RESULTS, response.result.as_ref(), place::RESULT.at(&[]), findings);
            issues(&subject, &response.issue, |position| place::ISSUE_CODE.at(&[position]), findings);
        }
        Body::Return(reversal) => concept(&subject, &RETURN_REASONS, reversal.reason.as_ref(), reason, findings),
        Body::Withdraw(reversal) => concept(&subject, &WITHDRAWAL_REASONS, reversal.reason.as_ref(), reason, findings),
        Body::Acknowledgement(answer) => {
            issues(&subject, &answer.issue, |position| place::ISSUE_CODE.at(&[position]), findings);
        }
        Body::ReleaseResponse(response) => {
            issues(&subject, &response.issue, |position| place::ISSUE_CODE.at(&[position]), findings);
            for (number, released) in response.released.iter().enumerate() {
                let at = |position| place::RELEASED_FAILURE_CODE.at(&[number, position]);
                issues(&subject, &released.failure, at, findings);
            }
        }
        _ => {}
    }
}

fn patient(subject: &Subject<'_>, patient: &Patient, findings: &mut Vec<Finding>) {
    let status = patient.nhs_number_status.as_ref();
    code(subject, &NHS_NUMBER_STATUSES, status, place::NHS_NUMBER_STATUS.at(&[]), findings);
}

fn agent(subject: &Subject<'_>, number: usize, agent: &Agent, findings: &mut Vec<Finding>) {
    for (position, role) in agent.job_role.iter().enumerate() {
        concept(subject, &JOB_ROLES, Some(role), place::AGENT_JOB_ROLE.at(&[number, position]), findings);
    }
    for (position, kind) in agent.organisation.iter().flat_map(|organisation| &organisation.kind).enumerate() {
        let at = place::ORGANISATION_KIND.at(&[number, position]);
        one_of(subject, [&ORGANISATION_TYPES, &ORGANISATION_ROLES], kind, at, findings);
    }
}

fn prescription(subject: &Subject<'_>, told: &Prescription, findings: &mut Vec<Finding>) {
    code(subject, &PRESCRIPTION_TYPES, told.kind.as_ref(), place::PRESCRIPTION_KIND.at(&[]), findings);
    let preference = told.nomination.site_preference.as_ref();
    code(subject, &SITE_PREFERENCES, preference, place::SITE_PREFERENCE.at(&[]), findings);
    for (position, category) in told.category.iter().enumerate() {
        concept(subject, &CATEGORIES, Some(category), place::PRESCRIPTION_CATEGORY.at(&[position]), findings);
    }
    code(subject, &PRESCRIPTION_STATUSES, told.status.as_ref(), place::PRESCRIPTION_STATUS.at(&[]), findings);
    let at = place::PRESCRIPTION_NON_DISPENSING_REASON.at(&[]);
    code(subject, &NON_DISPENSING_REASONS, told.non_dispensing_reason.as_ref(), at, findings);
    if let Some(claimed) = &told.exemption {
        exemption(subject, claimed.code.as_ref(), place::EXEMPTION.at(&[]), findings);
        code(subject, &EVIDENCE, claimed.evidence.as_ref(), place::EXEMPTION_EVIDENCE.at(&[]), findings);
    }
    for (position, on_record) in told.exemption_on_record.iter().enumerate() {
        exemption(subject, on_record.code.as_ref(), place::EXEMPTION_ON_RECORD.at(&[position]), findings);
    }
}

/// The codes 9000 to 9999 come from the real-time exemption service, and their list is not published (vocabularies.md §10).
fn exemption(subject: &Subject<'_>, told: Option<&Coded>, at: At, findings: &mut Vec<Finding>) {
    let earlier = findings.len();
    code(subject, &EXEMPTIONS, told, at, findings);
    let is_of_service =
        |code: &str| code.len() == 4 && code.starts_with('9') && code.bytes().all(|c| c.is_ascii_digit());
    if told.and_then(|told| told.code.as_deref()).is_some_and(is_of_service) {
        findings.iter_mut().skip(earlier).for_each(|finding| finding.severity = Severity::Information);
    }
}

fn item(subject: &Subject<'_>, item: usize, line: &LineItem, findings: &mut Vec<Finding>) {
    if subject.source.kind() == Kind::CancelRequest {
        let at = place::ITEM_STATUS_REASON.at(&[item]);
        concept(subject, &CANCELLATION_REASONS, line.status_reason.as_ref(), at, findings);
    }
    for (position, endorsement) in line.endorsement.iter().enumerate() {
        concept(subject, &ENDORSEMENTS, Some(endorsement), place::ENDORSEMENT.at(&[item, position]), findings);
    }
    let schedule = line.controlled_drug.as_ref().and_then(|drug| drug.schedule.as_ref());
    code(subject, &SCHEDULES, schedule, place::CD_SCHEDULE.at(&[item]), findings);
    let history = line.status_history.as_ref().and_then(|history| history.status.as_ref());
    code(subject, &CANCELLATION_RESULTS, history, place::STATUS_HISTORY.at(&[item]), findings);
    code(subject, &ITEM_STATUSES, line.release_status.as_ref(), place::RELEASE_STATUS.at(&[item]), findings);
    concept(subject, &ITEM_STATUSES, line.dispense_status.as_ref(), place::DISPENSE_STATUS.at(&[item]), findings);
    let at = place::NON_DISPENSING_REASON.at(&[item]);
    concept(subject, &NON_DISPENSING_REASONS, line.non_dispensing_reason.as_ref(), at, findings);
    concept(subject, &CHARGES, line.charge.as_ref(), place::CHARGE.at(&[item]), findings);
    for (position, endorsement) in line.dispensing_endorsement.iter().enumerate() {
        let at = place::DISPENSING_ENDORSEMENT.at(&[item, position]);
        concept(subject, &DISPENSING_ENDORSEMENTS, Some(endorsement), at, findings);
    }
}

/// Reasons of an answer. There are two lists, so that a code without system is of neither.
fn issues(subject: &Subject<'_>, issues: &[Issue], at: impl Fn(usize) -> At, findings: &mut Vec<Finding>) {
    for (position, issue) in issues.iter().enumerate() {
        let Some(coded) = issue.code.as_ref().filter(|coded| coded.system.is_some()) else { continue };
        for list in [&EPS_ISSUES, &SPINE_ISSUES] {
            code(subject, list, Some(coded), at(position), findings);
        }
    }
}

/// A concept of which each coding is of one of two lists, or of neither.
fn one_of(subject: &Subject<'_>, lists: [&List; 2], told: &Concept, at: At, findings: &mut Vec<Finding>) {
    if told.coding.iter().all(|coded| coded.system.is_some()) {
        for list in lists {
            concept(subject, list, Some(told), at, findings);
        }
    }
}

fn concept(subject: &Subject<'_>, list: &List, told: Option<&Concept>, at: At, findings: &mut Vec<Finding>) {
    for (position, coded) in told.iter().flat_map(|told| &told.coding).enumerate() {
        let fields = [Leaf::CodingCode, Leaf::CodingDisplay].map(|leaf| at.leaf(leaf).nth(position));
        held(subject, list, coded, fields, findings);
    }
}

fn code(subject: &Subject<'_>, list: &List, told: Option<&Coded>, at: At, findings: &mut Vec<Finding>) {
    if let Some(coded) = told {
        held(subject, list, coded, [Leaf::Code, Leaf::Display].map(|leaf| at.leaf(leaf)), findings);
    }
}

/// Holds a code against its list, and its display against the code.
fn held(subject: &Subject<'_>, list: &List, coded: &Coded, fields: [FieldRef; 2], findings: &mut Vec<Finding>) {
    let Some(table) = list.table.as_ref() else { return };
    let [code, display] = fields;
    if let Some(rule) = list.unknown.filter(|_| table.misses(coded)) {
        let message = format!("a {} of the national list is expected", list.name);
        findings.push(subject.at_field(rule, message, &[code]));
    }
    if table.is_contradicted_by_display_of(coded) {
        let message = format!("a display is expected that is published for the code as a {}", list.name);
        findings.push(subject.at_field(&rule::DISPLAY_MISMATCH, message, &[display, code]));
    }
}

#[cfg(test)]
mod tests;
