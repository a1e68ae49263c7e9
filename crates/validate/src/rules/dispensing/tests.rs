use serde_json::json;

use crate::catalogue as rule;
use crate::testing::told;

#[test]
fn a_good_message_of_every_kind_breaks_no_rule() {
    for told in told::all() {
        told.is_good();
    }
}

#[test]
fn v050_v056_v063_and_v072_refuse_a_dispenser_named_by_resource_in_fhir() {
    for (mut told, rule) in [
        (told::notification(), &rule::DISPENSER_BY_IDENTIFIER),
        (told::returned(), &rule::TASK_REQUESTER_BY_IDENTIFIER),
        (told::withdrawal(), &rule::TASK_REQUESTER_BY_IDENTIFIER),
        (told::claim(), &rule::CLAIM_PROVIDER_BY_IDENTIFIER),
        (told::release_request(), &rule::RELEASE_AGENT_BY_IDENTIFIER),
    ] {
        told.set("/author/practitioner/name", json!([{"family": "Dispenser", "given": ["Olive"]}]));
        told.is_good();
        told.read_from("fhir-r4-xml").is_refused_by(rule, "author.practitioner.name[0].family");
    }
}

#[test]
fn what_was_dispensed_of_an_item_has_an_id_that_no_other_item_has() {
    for mut told in [told::notification(), told::claim()] {
        let first = told.message["body"][told.member]["item"][0].clone();
        told.set("/item/1/suppliedId", first["suppliedId"].clone());
        told.is_refused_by(&rule::SUPPLY_IDS_DIFFER, "item[1].suppliedId");
    }
    for mut told in [told::notification(), told::claim()] {
        let supply = told.message["body"][told.member]["item"][0]["supply"][0].clone();
        told.set("/item/0/supply", json!([supply, supply])).is_good();
        told.set("/item/1/supply", json!([supply]));
        told.is_refused_by(&rule::SUPPLY_IDS_DIFFER, "item[1].supply[0].id");
    }
}

#[test]
fn a_prescription_that_is_released_twice_is_warned_of() {
    let mut told = told::release();
    let released = told.message["body"]["releaseResponse"]["released"][0].clone();
    told.set("/released", json!([released, released]));
    told.is_warned_of_by(&rule::RELEASED_ONCE, "released[1].id");
}

#[test]
fn d40_refuses_an_issue_of_the_prescription_beyond_the_last() {
    let path = "prescription.repeat.issued";
    for mut told in [told::claim(), told::returned(), told::withdrawal()] {
        told.set("/prescription/repeat", json!({"allowed": 5, "issued": 6}));
        told.is_refused_by(&rule::ISSUE_BEYOND_LAST, path);
        told.set("/prescription/repeat", json!({"allowed": 5, "issued": 5})).is_good();
        told.set("/prescription/repeat", json!({"issued": 6})).is_good();
    }
    let mut told = told::notification();
    told.set("/item/0/basedOn", json!({"repeatsAllowed": 2, "repeatsIssued": 3}));
    told.is_refused_by(&rule::ISSUE_BEYOND_LAST, "item[0].basedOn.repeatsIssued");
    told.set("/item/0/basedOn/repeatsIssued", 2).is_good();
}

#[test]
fn d40_counts_the_issues_of_an_item_from_one() {
    for mut told in [told::notification(), told::claim()] {
        told.set("/item/0/repeatsAllowed", 5).set("/item/0/issue", 7);
        told.is_refused_by(&rule::ISSUE_BEYOND_LAST, "item[0].issue");
        told.set("/item/0/issue", 6).is_good();
    }
}

#[test]
fn d40_holds_for_a_supply_that_tells_its_issue() {
    let mut told = told::claim();
    told.set("/item/0/supply/0/repeat", json!({"allowed": 1, "issued": 2}));
    told.is_refused_by(&rule::ISSUE_BEYOND_LAST, "item[0].supply[0].repeat.issued");
}

#[test]
fn d40_does_not_hold_for_an_order_that_repeats_another() {
    let mut told = told::cancellation();
    told.set("/item/0/repeatsAllowed", 0).set("/item/0/issue", 2).is_good();
}
