use crate::catalogue as rule;
use crate::testing::{Order, REQUEST, order, repeat_dispensing, told};
use serde_json::json;

/// An order with a controlled drug in its first item.
fn controlled(mut order: Order, schedule: &str, words: Option<&str>) -> Order {
    let system = "https://fhir.nhs.uk/CodeSystem/medicationrequest-controlled-drug";
    let mut parts = vec![json!({"url": "schedule", "valueCoding": {"system": system, "code": schedule}})];
    parts.extend(words.map(|words| json!({"url": "quantityWords", "valueString": words})));
    let url = "https://fhir.nhs.uk/StructureDefinition/Extension-DM-ControlledDrug";
    order.push(&format!("{REQUEST}/extension"), json!({"url": url, "extension": parts}));
    order
}

const SCHEDULE: &str = "entry[1].resource.extension[1].extension[0].valueCoding.code";
const WORDS: &str = "entry[1].resource.extension[1].extension[1].valueString";

#[test]
fn lc_c10_refuses_schedules_2_and_3_without_quantity_in_words() {
    for schedule in ["CD2", "CD3"] {
        controlled(order(), schedule, None).is_refused_by(&rule::CONTROLLED_DRUG_WORDS, SCHEDULE);
        controlled(order(), schedule, Some(" ")).is_refused_by(&rule::CONTROLLED_DRUG_WORDS, SCHEDULE);
        controlled(order(), schedule, Some("twenty eight")).is_good();
    }
    for schedule in ["CD4", "CD5"] {
        controlled(order(), schedule, None).is_good();
    }
    controlled(order(), "CD9", None).is_warned_of_by(&rule::CONTROLLED_DRUG_WORDS, SCHEDULE);
}

#[test]
fn lc_c10_warns_of_a_quantity_that_is_another_one_in_words() {
    controlled(order(), "CD2", Some("eighty two")).is_warned_of_by(&rule::CONTROLLED_DRUG_WORDS_AGREE, WORDS);
    controlled(order(), "CD4", Some("fifty six")).is_warned_of_by(&rule::CONTROLLED_DRUG_WORDS_AGREE, WORDS);
    let mut order = controlled(order(), "CD2", Some("twenty eight"));
    order.set(&format!("{REQUEST}/dispenseRequest/quantity/value"), 28.5);
    order.is_warned_of_by(&rule::CONTROLLED_DRUG_WORDS_AGREE, WORDS);
}

#[test]
fn words_that_are_not_understood_contradict_nothing() {
    for words in ["two packs of fourteen", "as discussed", "eighty (82) packs"] {
        controlled(order(), "CD2", Some(words)).is_good();
    }
}

#[test]
fn words_and_figures_agree_in_what_was_released() {
    let mut told = told::release();
    told.set("/released/0/order/item/0/controlledDrug", json!({"quantityWords": "eighty two"}));
    let path = "released[0].order.item[0].controlledDrug.quantityWords";
    told.is_warned_of_by(&rule::CONTROLLED_DRUG_WORDS_AGREE, path);
}

#[test]
fn lc_c9_refuses_schedules_2_and_3_in_repeat_dispensing() {
    let path = "entry[1].resource.extension[2].extension[0].valueCoding.code";
    for schedule in ["CD2", "CD3"] {
        let order = controlled(repeat_dispensing(), schedule, Some("twenty eight"));
        order.is_refused_by(&rule::CONTROLLED_DRUG_REPEATED, path);
    }
    controlled(repeat_dispensing(), "CD4", None).is_good();
}

#[test]
fn lc_c9_refuses_schedule_1() {
    controlled(order(), "CD1", None).is_refused_by(&rule::CONTROLLED_DRUG_SCHEDULE_1, SCHEDULE);
}
