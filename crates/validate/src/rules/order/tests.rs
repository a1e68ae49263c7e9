use crate::catalogue as rule;
use crate::testing::{Order, REQUEST, SECOND, order, repeat_dispensing, told};
use serde_json::json;

#[test]
fn v010_refuses_plans_and_reflex_orders() {
    for intent in ["plan", "reflex-order"] {
        order().set(&format!("{SECOND}/intent"), intent).is_refused_by(&rule::ORDER_INTENT, "entry[2].resource.intent");
    }
    for intent in ["order", "original-order", "instance-order"] {
        order().set(&format!("{SECOND}/intent"), intent).keeps(&rule::ORDER_INTENT);
    }
}

#[test]
fn an_intent_outside_the_list_is_refused() {
    order().set(&format!("{SECOND}/intent"), "wish").is_refused_by(&rule::INTENT_UNKNOWN, "entry[2].resource.intent");
}

#[test]
fn v026_refuses_an_item_that_is_not_active() {
    order()
        .set(&format!("{SECOND}/status"), "cancelled")
        .is_refused_by(&rule::ORDER_ACTIVE, "entry[2].resource.status");
}

#[test]
fn v027_refuses_an_empty_list_of_dosage_instructions() {
    let mut order = order();
    order.set(&format!("{SECOND}/dosageInstruction"), json!([]));
    order.is_refused_by(&rule::DOSAGE_PRESENT, "entry[2].resource.dosageInstruction");
    order.remove(&format!("{SECOND}/dosageInstruction"));
    order.keeps(&rule::DOSAGE_PRESENT);
    order.is_refused_by(&rule::SHAPE_REQUIRED, "entry[2].resource");
}

#[test]
fn v028_refuses_several_instructions_of_which_one_has_no_sequence() {
    let mut order = order();
    order.set(&format!("{REQUEST}/dosageInstruction"), json!([{"text": "one", "sequence": 0}, {"text": "two"}]));
    order.is_refused_by(&rule::DOSAGE_SEQUENCE, "entry[1].resource.dosageInstruction[1].text");
    order.set(&format!("{REQUEST}/dosageInstruction/1/sequence"), 1);
    order.is_good();
}

#[test]
fn v029_refuses_two_items_with_one_id_in_either_case() {
    let mut order = order();
    order.set(&format!("{SECOND}/identifier/0/value"), "6A1C7E52-90D4-4B3F-8A2E-00000000A001");
    order.is_refused_by(&rule::ITEM_IDS_DIFFER, "entry[2].resource.identifier[0].value");
}

#[test]
fn v030_refuses_repeat_dispensing_beside_anything_else() {
    let path = "entry[2].resource.courseOfTherapyType.coding[0].code";
    for course in ["acute", "continuous"] {
        let mut order = repeat_dispensing();
        order.set(&format!("{SECOND}/courseOfTherapyType/coding/0/code"), course).set(
            &format!("{SECOND}/courseOfTherapyType/coding/0/system"),
            "http://terminology.hl7.org/CodeSystem/medicationrequest-course-of-therapy",
        );
        order.is_refused_by(&rule::COURSE_OF_THERAPY_MIXTURE, path);
    }
    let mut order = order();
    order.set(&format!("{SECOND}/courseOfTherapyType/coding/0/code"), "continuous");
    order.keeps(&rule::COURSE_OF_THERAPY_MIXTURE);
}

/// The order with as many items.
fn with_items(count: usize) -> Order {
    let mut order = order();
    for item in 2..count {
        let mut entry = order.bundle.pointer("/entry/2").unwrap().clone();
        entry["fullUrl"] = json!(format!("urn:uuid:00000000-0000-4000-8000-00000000020{item}"));
        entry["resource"]["identifier"][0]["value"] = json!(format!("6a1c7e52-90d4-4b3f-8a2e-00000000a00{}", item + 1));
        order.push("/entry", entry);
    }
    order
}

#[test]
fn v035_refuses_a_fifth_item() {
    with_items(4).is_good();
    with_items(5).is_refused_by(&rule::ITEM_COUNT, "entry[9].resource");
}

#[test]
fn an_unknown_prescription_type_is_warned_of() {
    order()
        .set_in_requests("extension/0/valueCoding/code", "0012")
        .is_warned_of_by(&rule::PRESCRIPTION_TYPE_UNKNOWN, "entry[1].resource.extension[0].valueCoding.code");
}

#[test]
fn an_unknown_endorsement_is_warned_of() {
    let endorsement = |code: &str| {
        json!({
            "url": "https://fhir.nhs.uk/StructureDefinition/Extension-DM-PrescriptionEndorsement",
            "valueCodeableConcept": {
                "coding": [{"system": "https://fhir.nhs.uk/CodeSystem/medicationrequest-endorsement", "code": code}]
            }
        })
    };
    let mut order = order();
    order.push(&format!("{REQUEST}/extension"), endorsement("SLS"));
    order.is_good();
    order.push(&format!("{REQUEST}/extension"), endorsement("XYZ"));
    let path = "entry[1].resource.extension[2].valueCodeableConcept.coding[0].code";
    order.is_warned_of_by(&rule::ENDORSEMENT_UNKNOWN, path);
}

#[test]
fn an_unknown_site_preference_is_refused() {
    order().set_in_requests("dispenseRequest/extension/0/valueCoding/code", "P9").is_refused_by(
        &rule::SITE_PREFERENCE_UNKNOWN,
        "entry[1].resource.dispenseRequest.extension[0].valueCoding.code",
    );
}

#[test]
fn lc_c17_refuses_a_nomination_without_type() {
    let mut order = order();
    order.set_in_requests("dispenseRequest/extension/0/valueCoding/code", "0004");
    let path = "entry[1].resource.dispenseRequest.extension[0].valueCoding.code";
    order.is_refused_by(&rule::NOMINATION_WITHOUT_TYPE, path);
    order
        .remove(&format!("{REQUEST}/dispenseRequest/performer"))
        .remove(&format!("{SECOND}/dispenseRequest/performer"));
    order.is_good();
}

#[test]
fn v028_and_v029_hold_wherever_a_prescription_is_told() {
    let mut told = told::release();
    let item = told.message["body"]["releaseResponse"]["released"][1]["order"]["item"][0].clone();
    told.set("/released/1/order/item", json!([item, item]));
    told.is_refused_by(&rule::ITEM_IDS_DIFFER, "released[1].order.item[1].id");

    let mut told = told::notification();
    told.set("/item/0/supply/0/dosage", json!([{"text": "one", "sequence": 1}, {"text": "two"}]));
    told.is_refused_by(&rule::DOSAGE_SEQUENCE, "item[0].supply[0].dosage[1].text");
}

#[test]
fn what_was_released_need_neither_be_active_nor_ordered() {
    let mut told = told::release();
    told.set("/released/0/order/item/0/status", "completed");
    told.set("/released/0/order/item/0/releaseStatus/code", "0001");
    told.set("/released/0/order/prescription/status/code", "0006");
    told.set("/released/0/order/item/0/intent", "reflex-order").is_good();
}

#[test]
fn v010_holds_for_a_cancellation() {
    let mut told = told::cancellation();
    told.set("/item/0/intent", "plan").is_refused_by(&rule::ORDER_INTENT, "item[0].intent");
}

#[test]
fn the_intent_goes_with_the_course_of_therapy() {
    for (course, usual, other) in [
        ("acute", &["order"][..], &["original-order", "instance-order"][..]),
        ("continuous", &["instance-order", "original-order"], &["order"]),
        ("continuous-repeat-dispensing", &["original-order", "order"], &["instance-order"]),
    ] {
        let with = |intent: &str| {
            let mut told = told::order();
            told.set("/item/0/courseOfTherapy", course).set("/item/0/intent", intent);
            told
        };
        for intent in usual {
            assert!(with(intent).findings().iter().all(|finding| finding.rule != &rule::INTENT_OF_COURSE));
        }
        for intent in other {
            with(intent).is_told_of_by(&rule::INTENT_OF_COURSE, "item[0].intent");
        }
    }
}

#[test]
fn lc_c1_refuses_a_prescription_without_items() {
    for mut told in [told::order(), told::notification(), told::claim()] {
        told.set("/item", json!([])).is_refused_by(&rule::ITEMS_PRESENT, "prescription.shortId");
    }
}

#[test]
fn nothing_that_tells_of_a_prescription_has_a_fifth_item() {
    for mut told in [told::notification(), told::release()] {
        let pointer = if told.member == "releaseResponse" { "/released/0/order/item" } else { "/item" };
        let item = told.message["body"][told.member].pointer(pointer).unwrap()[0].clone();
        let items: Vec<_> = (0..5)
            .map(|number| {
                let mut item = item.clone();
                item["id"] = json!(format!("6a1c7e52-90d4-4b3f-8a2e-00000000b00{number}"));
                if item.get("suppliedId").is_some() {
                    item["suppliedId"] = json!(format!("6a1c7e52-90d4-4b3f-8a2e-00000000c00{number}"));
                    item["supply"] = json!([]);
                }
                item
            })
            .collect();
        told.set(pointer, json!(items));
        let path = format!("{}[4].id", pointer.trim_start_matches('/').replace("/0/", "[0].").replace('/', "."));
        told.is_warned_of_by(&rule::ITEM_COUNT, &path);
    }
}

#[test]
fn lc_c17_refuses_a_nomination_of_nobody() {
    let mut told = told::order();
    told.set("/prescription/nomination/organisation", json!({"name": "Invented Pharmacy"}));
    told.is_refused_by(&rule::NOMINATION_EMPTY, "prescription.nomination.organisation.name");
    told.set("/prescription/nomination/organisation/ods", "VNFKT").is_good();
}

#[test]
fn lc_x1_refuses_a_cancellation_that_does_not_name_one_item_and_its_reason() {
    let rule = &rule::CANCELLATION_COMPLETE;
    told::cancellation().remove("/item/0/statusReason").is_refused_by(rule, "item[0].id");
    told::cancellation().set("/item", json!([])).is_refused_by(rule, "prescription.shortId");
    let mut told = told::cancellation();
    let mut second = told.message["body"]["cancelRequest"]["item"][0].clone();
    second["id"] = json!("6a1c7e52-90d4-4b3f-8a2e-000000000012");
    let first = told.message["body"]["cancelRequest"]["item"][0].clone();
    told.set("/item", json!([first, second])).is_refused_by(rule, "item[1].id");
}

#[test]
fn a_medicine_that_is_neither_coded_nor_named_is_refused_where_it_is_prescribed() {
    let nothing = json!({});
    told::order().set("/item/0/medicine/code", nothing.clone()).is_refused_by(&rule::MEDICINE_MISSING, "item[0].id");
    told::claim().set("/item/0/medicine/code", nothing).is_warned_of_by(&rule::MEDICINE_MISSING, "item[0].id");
}
