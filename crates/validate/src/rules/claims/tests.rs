use serde_json::json;

use crate::catalogue as rule;
use crate::testing::told;

#[test]
fn v061_refuses_a_claim_from_another_than_who_pays() {
    let mut told = told::claim();
    told.set("/recipient/ods", "RQFZ1").is_good();
    told.set("/recipient/ods", "T1451").is_refused_by(&rule::PAYER, "recipient.ods");
}

#[test]
fn v064_refuses_an_item_that_was_dispensed_and_has_no_endorsement_whichever_it_is() {
    let rule = &rule::DISPENSING_ENDORSEMENT_PRESENT;
    let mut told = told::claim();
    told.remove("/item/0/dispensingEndorsement").is_refused_by(rule, "item[0].id");

    let mut told = told::claim();
    let mut second = told.message["body"]["dispenseClaim"]["item"][0].clone();
    second["id"] = json!("6a1c7e52-90d4-4b3f-8a2e-000000000013");
    second.as_object_mut().unwrap().remove("dispensingEndorsement");
    told.set("/item/1", second).is_refused_by(rule, "item[1].id");
    let local = json!([{"coding": [{"system": "https://example.org/local", "code": "NDEC"}]}]);
    told.set("/item/1/dispensingEndorsement", local).is_refused_by(rule, "item[1].id");
}

#[test]
fn lc_d12_refuses_a_notification_to_another_than_who_pays() {
    for payer in ["T1451", "t1450"] {
        let mut told = told::notification();
        told.set("/recipient/ods", payer).is_refused_by(&rule::REIMBURSEMENT_AUTHORITY, "recipient.ods");
    }
    told::notification().set("/recipient/ods", "RQFZ1").is_good();
}

fn coded(system: &str, code: &str) -> serde_json::Value {
    json!({"system": format!("https://fhir.nhs.uk/CodeSystem/{system}"), "code": code})
}

fn charge(code: &str) -> serde_json::Value {
    json!({"coding": [coded("DM-prescription-charge", code)]})
}

#[test]
fn lc_m6_refuses_a_claim_without_exemption_of_a_patient_who_did_not_pay() {
    let mut told = told::claim();
    told.remove("/prescription/exemption");
    told.is_refused_by(&rule::EXEMPTION_PRESENT, "prescription.status.code");
    told.set("/item/0/charge", charge("not-paid"));
    told.is_refused_by(&rule::EXEMPTION_PRESENT, "prescription.status.code");
    told.set("/item/0/charge", charge("paid-once")).is_good();
}

#[test]
fn lc_m6_refuses_an_exemption_without_word_of_evidence() {
    let path = "prescription.exemption.code.code";
    let mut told = told::claim();
    told.remove("/prescription/exemption/evidence").is_refused_by(&rule::EVIDENCE_PRESENT, path);
    told.set("/prescription/exemption/code/code", "0001").is_good();
    told.set("/prescription/exemption/code/code", "9182");
    assert!(told.findings().iter().all(|finding| finding.rule != &rule::EVIDENCE_PRESENT));
}

#[test]
fn a_charge_of_an_exempt_patient_is_warned_of() {
    let path = "item[0].charge.coding[0].code";
    let mut told = told::claim();
    for paid in ["paid-once", "paid-twice"] {
        told.set("/item/0/charge", charge(paid)).is_warned_of_by(&rule::CHARGE_AGREES, path);
    }
    told.set("/prescription/exemption/code/code", "0001").is_good();
    told.set("/item/0/charge", charge("not-paid")).set("/prescription/exemption/code/code", "0002").is_good();
}
