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
