use serde_json::json;

use crate::catalogue as rule;
use crate::testing::told;

#[test]
fn v061_refuses_a_claim_from_another_than_who_pays() {
    let mut told = told::claim();
    told.set("/recipient/ods", "RQFZ1").is_good();
    told.set("/recipient/ods", "T1451").is_refused_by(&rule::PAYER, "recipient.ods");
    told::notification().set("/recipient/ods", "T1451").is_good();
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
