use serde_json::json;

use crate::catalogue as rule;
use crate::testing::told;

#[test]
fn lc_d13_warns_of_what_was_supplied_without_dosage_in_words() {
    let path = "item[0].supply[0].medicine.code.coding[0].code";
    for dosage in [json!([]), json!([{"text": " "}])] {
        let mut told = told::notification();
        told.set("/item/0/supply/0/dosage", dosage).is_warned_of_by(&rule::SUPPLIED_DOSAGE, path);
    }
    told::claim().set("/item/0/supply/0/dosage", json!([])).is_good();
}

#[test]
fn what_was_not_dispensed_needs_no_dosage() {
    let mut told = told::notification();
    let mut supply = told.message["body"][told.member]["item"][0]["supply"][0].clone();
    supply.as_object_mut().unwrap().remove("dosage");
    supply["id"] = json!("6a1c7e52-90d4-4b3f-8a2e-000000000022");
    told.set("/item/1/supply", json!([supply])).is_good();
}

#[test]
fn one_medicine_is_counted_in_one_unit() {
    let path = "item[0].supply[0].quantity.code";
    for mut told in [told::notification(), told::claim()] {
        told.set("/item/0/supply/0/quantity/code", "428673006").is_good();
        told.set("/item/0/supply/0/quantity/unit", "tablet").is_warned_of_by(&rule::SUPPLIED_UNIT, path);
        told.set("/item/0/supply/0/medicine/code/coding/0/code", "322236009").is_good();
    }
}

#[test]
fn d40_warns_of_an_item_at_another_issue_than_its_prescription() {
    for mut told in [told::notification(), told::claim()] {
        told.set("/prescription/repeat", json!({"allowed": 5, "issued": 2}));
        told.set("/item/0/issue", 3).is_good();
        told.set("/item/0/issue", 2).is_warned_of_by(&rule::ISSUES_AGREE, "item[0].issue");
        told.set("/item/0/courseOfTherapy", "continuous").is_good();
    }
    let mut told = told::notification();
    told.set("/item/0/basedOn", json!({"repeatsIssued": 1})).set("/item/0/issue", 1);
    told.is_warned_of_by(&rule::ISSUES_AGREE, "item[0].issue");
}

#[test]
fn no_amendment_replaces_itself() {
    for mut told in [told::notification(), told::claim()] {
        told.set("/replaces", "6a1c7e52-90d4-4b3f-8a2e-000000000002").is_good();
        told.set("/replaces", "6a1c7e52-90d4-4b3f-8a2e-000000000001");
        told.is_refused_by(&rule::REPLACES_ITSELF, "replaces");
    }
    let mut told = told::history();
    told.set("/history/0/notification/replaces", "6a1c7e52-90d4-4b3f-8a2e-000000000004");
    told.is_refused_by(&rule::REPLACES_ITSELF, "history[0].notification.replaces");
}
