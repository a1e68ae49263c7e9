use serde_json::json;

use crate::catalogue as rule;
use crate::testing::told;

#[test]
fn an_unknown_reason_of_a_cancellation_is_warned_of() {
    let mut told = told::cancellation();
    told.set("/item/0/statusReason/coding/0/code", "0099");
    told.is_warned_of_by(&rule::CANCELLATION_REASON_UNKNOWN, "item[0].statusReason.coding[0].code");
}

#[test]
fn a_reason_of_another_system_is_not_judged() {
    let mut told = told::cancellation();
    told.set("/item/0/statusReason/coding/0", json!({"system": "https://example.org/local", "code": "0099"}));
    told.is_good();
}

#[test]
fn an_unknown_answer_to_a_cancellation_is_warned_of() {
    let mut told = told::cancelled();
    told.set("/result/code", "R-0099").is_warned_of_by(&rule::CANCELLATION_RESULT_UNKNOWN, "result.code");
}

#[test]
fn a_return_and_a_withdrawal_have_reasons_of_their_own() {
    let path = "reason.coding[0].code";
    told::returned().set("/reason/coding/0/code", "0099").is_warned_of_by(&rule::RETURN_REASON_UNKNOWN, path);
    told::withdrawal().set("/reason/coding/0/code", "XX").is_warned_of_by(&rule::WITHDRAWAL_REASON_UNKNOWN, path);
    told::withdrawal().set("/reason/coding/0/code", "ONC").is_good();
}

#[test]
fn an_unknown_reason_for_not_dispensing_is_warned_of_where_it_stands() {
    let path = "item[1].nonDispensingReason.coding[0].code";
    for mut told in [told::notification(), told::claim()] {
        told.set("/item/1/nonDispensingReason/coding/0/code", "0012");
        told.is_warned_of_by(&rule::NON_DISPENSING_REASON_UNKNOWN, path);
    }
    let reason = json!({"system": "https://fhir.nhs.uk/CodeSystem/medicationdispense-status-reason", "code": "0012"});
    let mut told = told::notification();
    told.set("/prescription/nonDispensingReason", reason);
    told.is_warned_of_by(&rule::NON_DISPENSING_REASON_UNKNOWN, "prescription.nonDispensingReason.code");
}

#[test]
fn unknown_states_are_warned_of_and_nothing_is_said_of_how_they_agree() {
    let mut told = told::notification();
    told.set("/prescription/status/code", "0042");
    told.is_warned_of_by(&rule::PRESCRIPTION_STATUS_UNKNOWN, "prescription.status.code");
    assert_eq!(told.findings().len(), 1);

    let mut told = told::notification();
    told.set("/item/1/dispenseStatus/coding/0/code", "0009");
    told.is_warned_of_by(&rule::ITEM_STATUS_UNKNOWN, "item[1].dispenseStatus.coding[0].code");
    assert_eq!(told.findings().len(), 1);

    let mut told = told::release();
    told.set("/released/1/order/item/0/releaseStatus/code", "0009");
    told.is_warned_of_by(&rule::ITEM_STATUS_UNKNOWN, "released[1].order.item[0].releaseStatus.code");
}

#[test]
fn an_unknown_dispenser_endorsement_is_warned_of() {
    let mut told = told::claim();
    told.set("/item/0/dispensingEndorsement/0/coding/0/code", "ZZ");
    told.is_warned_of_by(&rule::DISPENSING_ENDORSEMENT_UNKNOWN, "item[0].dispensingEndorsement[0].coding[0].code");
}

#[test]
fn an_unknown_exemption_is_warned_of_and_one_of_the_real_time_service_is_told() {
    let path = "prescription.exemption.code.code";
    let mut told = told::claim();
    told.set("/prescription/exemption/code/code", "0016").is_warned_of_by(&rule::EXEMPTION_UNKNOWN, path);
    told.set("/prescription/exemption/code/code", "9182").is_told_of_by(&rule::EXEMPTION_UNKNOWN, path);
    told.set("/prescription/exemption/code/code", "91824").is_warned_of_by(&rule::EXEMPTION_UNKNOWN, path);
}

fn coded(system: &str, code: &str, display: &str) -> serde_json::Value {
    json!({"system": format!("https://fhir.nhs.uk/CodeSystem/{system}"), "code": code, "display": display})
}

#[test]
fn a_display_that_belongs_to_another_code_is_warned_of_and_not_shown() {
    let rule = &rule::DISPLAY_MISMATCH;
    let mut told = told::notification();
    let path = "item[1].dispenseStatus.coding[0].display";
    told.set("/item/1/dispenseStatus/coding/0", coded("medicationdispense-type", "0002", "Item not dispensed"))
        .is_good();
    told.set("/item/1/dispenseStatus/coding/0/display", "Item fully dispensed").is_warned_of_by(rule, path);
    assert!(told.findings().iter().all(|finding| !finding.to_string().contains("fully")));

    let mut told = told::notification();
    told.set("/prescription/status", coded("EPS-task-business-status", "0006", "Not Dispensed"));
    told.is_warned_of_by(rule, "prescription.status.display");

    let mut told = told::cancellation();
    let reason = coded("medicationrequest-status-reason", "0005", "Invalid digital signature");
    told.set("/item/0/statusReason/coding/0", reason).is_warned_of_by(rule, "item[0].statusReason.coding[0].display");

    let mut told = told::order();
    let role = coded("NHSDigital-SDS-JobRoleCode", "S8006:G8006:R8006", "Medical Secetary Access Role");
    told.set("/author/jobRole", json!([{"coding": [role]}]));
    told.is_warned_of_by(rule, "author.jobRole[0].coding[0].display");
    told.set("/author/jobRole/0/coding/0/code", "S9999:G9999:R9999").is_good();
}

#[test]
fn what_was_charged_and_what_was_seen_are_of_their_lists() {
    let mut told = told::claim();
    let charge = json!({"coding": [coded("DM-prescription-charge", "paid-thrice", "Paid")]});
    told.set("/item/0/charge", charge).is_warned_of_by(&rule::CHARGE_UNKNOWN, "item[0].charge.coding[0].code");
    let mut told = told::claim();
    told.set("/prescription/exemption/evidence/code", "perhaps");
    told.is_warned_of_by(&rule::EVIDENCE_UNKNOWN, "prescription.exemption.evidence.code");
}

#[test]
fn an_unknown_setting_is_warned_of() {
    let category = |code: &str| {
        let system = "http://terminology.hl7.org/CodeSystem/medicationrequest-category";
        json!([{"coding": [{"system": system, "code": code}]}])
    };
    let mut told = told::order();
    for code in ["community", "outpatient", "inpatient", "discharge"] {
        told.set("/prescription/category", category(code)).is_good();
    }
    told.set("/prescription/category", category("elsewhere"));
    told.is_warned_of_by(&rule::CATEGORY_UNKNOWN, "prescription.category[0].coding[0].code");
}

#[test]
fn an_unknown_schedule_is_warned_of() {
    let mut told = told::release();
    let drug = json!({"schedule": coded("medicationrequest-controlled-drug", "CD6", "Schedule 6")});
    told.set("/released/0/order/item/0/controlledDrug", drug);
    told.is_warned_of_by(&rule::SCHEDULE_UNKNOWN, "released[0].order.item[0].controlledDrug.schedule.code");
}

#[test]
fn an_unknown_state_of_an_nhs_number_is_warned_of() {
    let system = "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland";
    let mut told = told::order();
    told.set("/patient/nhsNumberStatus", json!({"system": system, "code": "09"}));
    told.is_warned_of_by(&rule::NHS_NUMBER_STATUS_UNKNOWN, "patient.nhsNumberStatus.code");
}

#[test]
fn a_type_of_an_organisation_is_of_its_list_and_a_role_may_be_of_another() {
    let path = "author.organisation.kind[0].coding[0].code";
    let kind = |system: &str, code: &str| json!([{"coding": [{"system": system, "code": code}]}]);
    let (types, roles) =
        ("urn:oid:2.16.840.1.113883.2.1.3.2.4.17.94", "https://fhir.nhs.uk/CodeSystem/organisation-role");
    let mut told = told::notification();
    told.set("/author/organisation/kind", kind(types, "999")).is_good();
    told.set("/author/organisation/kind", kind(types, "022")).is_warned_of_by(&rule::ORGANISATION_TYPE_UNKNOWN, path);
    told.set("/author/organisation/kind", kind(roles, "182")).is_good();
    told.set("/author/organisation/kind", kind(roles, "177")).is_told_of_by(&rule::ORGANISATION_ROLE_UNKNOWN, path);
    told.set("/author/organisation/kind", kind("https://example.org/kinds", "177")).is_good();
}

#[test]
fn an_unknown_reason_in_an_answer_is_told() {
    let issue = |system: &str, code: &str| json!([{"severity": "error", "code": coded(system, code, "words")}]);
    let mut told = told::refusal();
    for (system, code) in [
        ("EPS-IssueCode", "PRESCRIPTION_CANCELLED"),
        ("EPS-IssueCode", "ITEM_NOT_FOUND"),
        ("Spine-ErrorOrWarningCode", "RESOURCE_NOT_FOUND"),
        ("http-error-codes", "SERVER_ERROR"),
    ] {
        told.set("/issue", issue(system, code)).is_good();
    }
    for system in ["EPS-IssueCode", "Spine-ErrorOrWarningCode"] {
        told.set("/issue", issue(system, "WHATEVER")).is_told_of_by(&rule::ISSUE_CODE_UNKNOWN, "issue[0].code.code");
    }
    let mut told = told::release();
    told.set("/released/1/failure", issue("EPS-IssueCode", "WHATEVER"));
    told.is_told_of_by(&rule::ISSUE_CODE_UNKNOWN, "released[1].failure[0].code.code");
}
