use serde_json::json;

use crate::catalogue as rule;
use crate::testing::told;

#[test]
fn lc_d5_refuses_an_item_that_was_not_dispensed_without_reason() {
    let path = "item[1].dispenseStatus.coding[0].code";
    told::notification().remove("/item/1/nonDispensingReason").is_refused_by(&rule::ITEM_REASON, path);
    told::claim().remove("/item/1/nonDispensingReason").is_warned_of_by(&rule::ITEM_REASON, path);
    let mut told = told::history();
    told.remove("/history/0/notification/item/1/nonDispensingReason");
    told.is_refused_by(&rule::ITEM_REASON, &format!("history[0].notification.{path}"));
}

#[test]
fn a_prescription_of_which_nothing_was_dispensed_needs_a_reason() {
    let mut told = told::notification();
    let undispensed = told.message["body"]["dispenseNotification"]["item"][1].clone();
    told.set("/item", json!([undispensed])).set("/prescription/status/code", "0007");
    told.is_warned_of_by(&rule::PRESCRIPTION_REASON_PRESENT, "prescription.status.code");
    let reason = json!({"system": "https://fhir.nhs.uk/CodeSystem/medicationdispense-status-reason", "code": "0001"});
    told.set("/prescription/nonDispensingReason", reason).is_good();
}

#[test]
fn the_state_of_an_item_may_stand_under_that_of_the_prescription() {
    let path = "item[0].dispenseStatus.coding[0].code";
    for mut told in [told::notification(), told::claim()] {
        told.set("/item/0/dispenseStatus/coding/0/code", "0003");
        told.set("/item/1/dispenseStatus/coding/0/code", "0001");
        told.is_warned_of_by(&rule::STATUSES_AGREE, path);
    }

    let mut told = told::release();
    told.set("/released/0/order/item/0/releaseStatus/code", "0007");
    told.is_warned_of_by(&rule::STATUSES_AGREE, "released[0].order.item[0].releaseStatus.code");
}

#[test]
fn a_prescription_is_dispensed_where_an_item_is() {
    let mut told = told::notification();
    told.set("/item/0/dispenseStatus/coding/0/code", "0005");
    told.is_warned_of_by(&rule::STATUSES_AGREE, "prescription.status.code");
}

#[test]
fn a_claim_before_the_prescription_is_finished_is_warned_of() {
    let mut told = told::claim();
    told.set("/prescription/status/code", "0003");
    told.is_warned_of_by(&rule::CLAIMED_STATUS, "prescription.status.code");
}

#[test]
fn lc_d3_an_active_prescription_has_an_item_that_is_partly_dispensed_or_owing() {
    let mut told = told::notification();
    told.set("/prescription/status/code", "0003");
    told.is_warned_of_by(&rule::STATUSES_AGREE, "prescription.status.code");
    for status in ["0003", "0004"] {
        told.set("/item/1/dispenseStatus/coding/0/code", status).is_good();
    }
}

#[test]
fn lc_d6_refuses_an_item_that_a_dispenser_lets_expire() {
    for mut told in [told::notification(), told::claim()] {
        told.set("/item/1/dispenseStatus/coding/0/code", "0006");
        told.is_refused_by(&rule::ITEM_EXPIRED, "item[1].dispenseStatus.coding[0].code");
    }
    let mut told = told::release();
    told.set("/released/0/order/item/0/releaseStatus/code", "0006").is_good();
}

#[test]
fn a_dispenser_notifies_of_three_states() {
    let mut told = told::notification();
    told.set("/prescription/status/code", "0008").is_warned_of_by(&rule::NOTIFIED_STATUS, "prescription.status.code");
}

#[test]
fn the_status_of_a_released_request_says_the_same_as_the_state_of_its_item() {
    let mut told = told::release();
    told.set("/released/0/order/item/0/status", "active").is_good();
    told.set("/released/0/order/item/0/status", "stopped");
    told.is_warned_of_by(&rule::REQUEST_STATUS_AGREES, "released[0].order.item[0].status");
}

#[test]
fn the_status_of_a_request_says_the_same_as_the_answer_to_its_cancellation() {
    for (result, status, other) in
        [("R-0001", "cancelled", "active"), ("R-0004", "completed", "stopped"), ("R-0010", "stopped", "completed")]
    {
        let mut told = told::cancelled();
        told.set("/result/code", result).set("/item/0/status", status).is_good();
        told.set("/item/0/status", other).is_warned_of_by(&rule::REQUEST_STATUS_AGREES, "item[0].status");
    }
    told::cancelled().set("/result/code", "R-5000").set("/item/0/status", "active").is_good();
}
