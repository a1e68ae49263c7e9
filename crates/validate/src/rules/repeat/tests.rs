use crate::catalogue as rule;
use crate::testing::{REQUEST, SECOND, order, repeat_dispensing, told};
use serde_json::json;

const REPEATS: &str = "dispenseRequest/numberOfRepeatsAllowed";

#[test]
fn v031_refuses_different_repeats_only_for_partners_with_one_issue_count() {
    let mut order = repeat_dispensing();
    order.set(&format!("{SECOND}/{REPEATS}"), 3);
    order.is_good();
    order.compat();
    order.is_refused_by(&rule::REPEATS_AGREE, "entry[2].resource.dispenseRequest.numberOfRepeatsAllowed");
    repeat_dispensing().compat().is_good();
}

#[test]
fn v032_refuses_different_repeat_information() {
    let mut order = repeat_dispensing();
    order.set(&format!("{SECOND}/extension/1/extension/0/valueDateTime"), "2026-11-30");
    order.is_refused_by(&rule::REPEAT_INFORMATION_AGREES, "entry[2].resource.extension[1].extension[0].valueDateTime");
}

#[test]
fn v032_refuses_an_item_without_the_repeat_information_of_the_first() {
    let mut order = repeat_dispensing();
    order.bundle.pointer_mut(&format!("{SECOND}/extension")).unwrap().as_array_mut().unwrap().pop();
    order.is_refused_by(&rule::REPEAT_INFORMATION_AGREES, "entry[2].resource");
}

#[test]
fn v033_refuses_repeat_dispensing_without_validity_period() {
    let mut order = repeat_dispensing();
    order.remove(&format!("{REQUEST}/dispenseRequest/validityPeriod"));
    order.remove(&format!("{SECOND}/dispenseRequest/validityPeriod"));
    order.is_refused_by(&rule::REPEAT_DISPENSING_VALIDITY, "entry[1].resource.dispenseRequest");
    order.set_in_requests("dispenseRequest/validityPeriod", json!({"start": "2026-01-05"}));
    order.is_refused_by(&rule::REPEAT_DISPENSING_VALIDITY, "entry[1].resource.dispenseRequest.validityPeriod.start");
}

#[test]
fn v034_refuses_repeat_dispensing_without_supply_duration() {
    let mut order = repeat_dispensing();
    order.remove(&format!("{REQUEST}/dispenseRequest/expectedSupplyDuration"));
    order.remove(&format!("{SECOND}/dispenseRequest/expectedSupplyDuration"));
    order.is_refused_by(&rule::REPEAT_DISPENSING_DURATION, "entry[1].resource.dispenseRequest");
}

#[test]
fn lc_c7_refuses_a_supply_duration_that_is_not_in_whole_days() {
    let path = "entry[1].resource.dispenseRequest.expectedSupplyDuration.value";
    for (below, value) in [("value", json!(28.5)), ("value", json!(367)), ("code", json!("wk"))] {
        let mut order = repeat_dispensing();
        order.set_in_requests(&format!("dispenseRequest/expectedSupplyDuration/{below}"), value);
        order.is_refused_by(&rule::REPEAT_DISPENSING_DAYS, path);
    }
}

#[test]
fn d13_refuses_repeat_dispensing_without_a_repeat() {
    let path = "entry[1].resource.dispenseRequest.numberOfRepeatsAllowed";
    let mut order = repeat_dispensing();
    order.set_in_requests(REPEATS, 0);
    order.is_refused_by(&rule::REPEAT_DISPENSING_ISSUES, path);
    order.set(&format!("{REQUEST}/{REPEATS}"), 1);
    order.is_good();
    order.remove(&format!("{REQUEST}/{REPEATS}"));
    order.set(&format!("{SECOND}/{REPEATS}"), 1);
    order.is_refused_by(&rule::REPEAT_DISPENSING_ISSUES, "entry[1].resource.dispenseRequest");
}

#[test]
fn lc_c4_refuses_more_than_99_issues() {
    let path = "entry[2].resource.dispenseRequest.numberOfRepeatsAllowed";
    repeat_dispensing().set(&format!("{SECOND}/{REPEATS}"), 98).is_good();
    repeat_dispensing().set(&format!("{SECOND}/{REPEATS}"), 99).is_refused_by(&rule::REPEAT_DISPENSING_LIMIT, path);
}

#[test]
fn lc_c11_warns_of_repeat_dispensing_without_review_date() {
    let mut order = repeat_dispensing();
    for request in [REQUEST, SECOND] {
        order.bundle.pointer_mut(&format!("{request}/extension")).unwrap().as_array_mut().unwrap().pop();
    }
    order.is_warned_of_by(&rule::REPEAT_DISPENSING_REVIEW, "entry[1].resource");
}

#[test]
fn lc_c5_warns_of_repeats_of_an_acute_item() {
    let mut order = order();
    order.set(&format!("{SECOND}/{REPEATS}"), 1);
    order.is_warned_of_by(&rule::ACUTE_WITH_REPEATS, "entry[2].resource.dispenseRequest.numberOfRepeatsAllowed");
    order.set(&format!("{SECOND}/{REPEATS}"), 0);
    order.is_good();
}

#[test]
fn acute_items_need_neither_validity_nor_duration() {
    let mut order = order();
    for request in [REQUEST, SECOND] {
        order.remove(&format!("{request}/dispenseRequest/validityPeriod"));
        order.remove(&format!("{request}/dispenseRequest/expectedSupplyDuration"));
    }
    order.is_good();
}

#[test]
fn lc_c7_warns_of_a_supply_duration_of_an_acute_item_that_is_not_in_whole_days() {
    let path = "entry[1].resource.dispenseRequest.expectedSupplyDuration.value";
    let mut order = order();
    order.set_in_requests("dispenseRequest/expectedSupplyDuration/value", 28.5);
    order.is_warned_of_by(&rule::REPEAT_DISPENSING_DAYS, path);
}

#[test]
fn lc_c4_refuses_an_order_that_is_not_at_its_first_issue() {
    let mut told = told::order();
    told.set("/prescription/repeat", json!({"issued": 1}))
        .is_refused_by(&rule::FIRST_ISSUE, "prescription.repeat.issued");
    told.set("/prescription/repeat/issued", 0).is_good();
    let mut repeated = repeat_dispensing();
    for request in [REQUEST, SECOND] {
        let part = json!({"url": "numberOfPrescriptionsIssued", "valueUnsignedInt": 1});
        repeated.push(&format!("{request}/extension/1/extension"), part);
    }
    repeated.is_good();
    for request in [REQUEST, SECOND] {
        repeated.set(&format!("{request}/extension/1/extension/1/valueUnsignedInt"), 2);
    }
    let of_rule = |findings: Vec<causeway_canonical::Finding>| {
        findings.iter().filter(|finding| finding.rule == &rule::FIRST_ISSUE).count()
    };
    assert_eq!(of_rule(repeated.findings()), 2);
    let mut told = told::order();
    told.set("/item/0/courseOfTherapy", "continuous").set("/item/0/issue", 3);
    told.is_warned_of_by(&rule::FIRST_ISSUE, "item[0].issue");
}

#[test]
fn lc_c11_warns_of_repeat_dispensing_that_starts_before_it_is_prescribed() {
    let mut order = repeat_dispensing();
    order.set_in_requests("dispenseRequest/validityPeriod/start", "2026-01-04");
    let path = "entry[1].resource.dispenseRequest.validityPeriod.start";
    order.is_warned_of_by(&rule::REPEAT_DISPENSING_START, path);
}

#[test]
fn lc_c4_refuses_an_item_with_more_repeats_than_its_prescription_or_none_with_as_many() {
    let mut told = told::order();
    told.set("/prescription/repeat", json!({"allowed": 5}))
        .set("/item/0/courseOfTherapy", "continuous-repeat-dispensing");
    told.set("/item/0/repeatsAllowed", 6).is_refused_by(&rule::REPEATS_OF_PRESCRIPTION, "item[0].repeatsAllowed");
    told.set("/item/0/repeatsAllowed", 4).is_refused_by(&rule::REPEATS_OF_PRESCRIPTION, "prescription.repeat.allowed");
    told.set("/item/0/repeatsAllowed", 5);
    assert!(told.findings().iter().all(|finding| finding.rule != &rule::REPEATS_OF_PRESCRIPTION));
}

#[test]
fn lc_d4_warns_of_an_item_that_is_dispensed_with_more_repeats_than_its_prescription() {
    for mut told in [told::notification(), told::claim()] {
        told.set("/prescription/repeat", json!({"allowed": 5})).set("/item/0/repeatsAllowed", 6);
        told.is_warned_of_by(&rule::REPEATS_OF_PRESCRIPTION, "item[0].repeatsAllowed");
        told.set("/item/0/repeatsAllowed", 3).is_good();
    }
}
