use serde_json::json;

use crate::catalogue as rule;
use crate::testing::told;

#[test]
fn lc_r10_refuses_a_return_without_reason_or_prescription() {
    let path = "prescription.shortId";
    told::returned().remove("/reason").is_refused_by(&rule::RETURN_COMPLETE, path);
    let mut told = told::returned();
    told.set("/reason", json!({"text": "no code"})).is_refused_by(&rule::RETURN_COMPLETE, path);
    let mut told = told::returned();
    told.remove("/prescription/shortId");
    told.is_refused_by(&rule::RETURN_COMPLETE, "reason.coding[0].code");
    told::returned().remove("/patient/nhsNumber").is_good();
    told::returned().remove("/of").is_good();
}

#[test]
fn lc_w1_refuses_a_withdrawal_that_lacks_one_of_four_things() {
    let path = "prescription.shortId";
    for part in ["/reason", "/patient/nhsNumber", "/patient", "/of"] {
        told::withdrawal().remove(part).is_refused_by(&rule::WITHDRAWAL_COMPLETE, path);
    }
    told::withdrawal()
        .remove("/prescription/shortId")
        .is_refused_by(&rule::WITHDRAWAL_COMPLETE, "reason.coding[0].code");
}

#[test]
fn in_fhir_the_reader_asks_for_the_reason() {
    told::withdrawal().remove("/reason").read_from("fhir-r4-xml").is_good();
    let mut told = told::withdrawal();
    told.remove("/of").read_from("fhir-r4-xml").is_refused_by(&rule::WITHDRAWAL_COMPLETE, "prescription.shortId");
}
