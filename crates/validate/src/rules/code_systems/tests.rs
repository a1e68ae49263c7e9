use crate::catalogue as rule;
use crate::testing::{Order, REQUEST, SECOND, order};
use serde_json::json;

/// Schedules of controlled drugs (vocabularies.md §13).
const CONTROLLED_DRUG: &str = "https://fhir.nhs.uk/CodeSystem/medicationrequest-controlled-drug";

#[test]
fn prescription_type_and_site_preference_are_refused_without_their_system_and_with_another() {
    for (below, path, system) in [
        ("extension/0/valueCoding", "extension[0].valueCoding", "https://fhir.nhs.uk/CodeSystem/prescription-type"),
        (
            "dispenseRequest/extension/0/valueCoding",
            "dispenseRequest.extension[0].valueCoding",
            "https://fhir.nhs.uk/CodeSystem/dispensing-site-preference",
        ),
    ] {
        let path = format!("entry[1].resource.{path}");
        let mut other = order();
        other.set_in_requests(&format!("{below}/system"), "https://example.org/secret");
        let finding = other.breaks(&rule::CODE_SYSTEM_UNEXPECTED, &format!("{path}.system"));
        assert!(finding.message.contains(system) && !finding.message.contains("secret"), "{finding}");
        other.is_refused_by(&rule::CODE_SYSTEM_UNEXPECTED, &format!("{path}.system"));

        let mut none = order();
        for request in [REQUEST, SECOND] {
            none.remove(&format!("{request}/{below}/system"));
        }
        none.is_refused_by(&rule::CODE_SYSTEM_UNEXPECTED, &format!("{path}.code"));
    }
}

/// The order with an endorsement of these codings.
fn endorsed(codings: serde_json::Value) -> Order {
    let mut order = order();
    let endorsement = json!({
        "url": "https://fhir.nhs.uk/StructureDefinition/Extension-DM-PrescriptionEndorsement",
        "valueCodeableConcept": {"coding": codings}
    });
    order.push(&format!("{REQUEST}/extension"), endorsement);
    order
}

const ENDORSEMENT: &str = "https://fhir.nhs.uk/CodeSystem/medicationrequest-endorsement";

#[test]
fn an_endorsement_of_another_system_is_refused_and_one_of_none_is_warned_of() {
    let path = "entry[1].resource.extension[1].valueCodeableConcept.coding[0]";
    endorsed(json!([{"system": "https://example.org", "code": "SLS"}]))
        .is_refused_by(&rule::CODE_SYSTEM_UNEXPECTED, &format!("{path}.system"));
    endorsed(json!([{"code": "SLS"}])).is_warned_of_by(&rule::CODE_SYSTEM_MISSING, &format!("{path}.code"));
}

#[test]
fn an_endorsement_may_be_said_in_another_system_beside_the_national_one() {
    let codings = json!([{"system": "https://example.org", "code": "x"}, {"system": ENDORSEMENT, "code": "SLS"}]);
    endorsed(codings).is_good();
}

#[test]
fn a_schedule_of_another_system_is_refused_and_one_of_none_is_warned_of() {
    let with = |schedule: serde_json::Value| {
        let mut order = order();
        let extension = json!({
            "url": "https://fhir.nhs.uk/StructureDefinition/Extension-DM-ControlledDrug",
            "extension": [
                {"url": "schedule", "valueCoding": schedule},
                {"url": "quantityWords", "valueString": "twenty eight"}
            ]
        });
        order.push(&format!("{REQUEST}/extension"), extension);
        order
    };
    let path = "entry[1].resource.extension[1].extension[0].valueCoding";
    with(json!({"system": CONTROLLED_DRUG, "code": "CD2"})).is_good();
    with(json!({"system": "https://example.org", "code": "CD2"}))
        .is_refused_by(&rule::CODE_SYSTEM_UNEXPECTED, &format!("{path}.system"));
    with(json!({"code": "CD2"})).is_warned_of_by(&rule::CODE_SYSTEM_MISSING, &format!("{path}.code"));
}
