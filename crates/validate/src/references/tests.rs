//! Links that are wrong, in both syntaxes.

use causeway_adapter_fhir::{FhirR4Json, FhirR4Xml};
use causeway_canonical::{Finding, Severity};
use causeway_syntax::adapter::{Adapter, Reading};
use serde_json::{Value, json};

use super::*;
use crate::testing::{self, Order, xml};

/// What is found of the links of a message, in JSON and in XML.
fn found(message: &Value) -> [Vec<Finding>; 2] {
    let mut context = testing::order().context;
    context.limits.max_entries = usize::MAX;
    let of = |adapter: &dyn Adapter, text: &str| {
        let reading: Reading<'_> = adapter.read(text.as_bytes(), &context);
        let account = reading.account.unwrap();
        let view = View::of(adapter.format(), &*account.tree).unwrap();
        check(&view, reading.findings.iter())
    };
    let json = serde_json::to_string_pretty(message).unwrap();
    [of(&FhirR4Json, &json), of(&FhirR4Xml, &xml::from_json(message))]
}

/// Expects one finding in each syntax, at the path and with a position; lists of one have no number in XML.
#[track_caller]
fn breaks(message: &Value, rule: &'static Rule, severity: Severity, path: &str) {
    for findings in found(message) {
        let [finding] = findings.as_slice() else { panic!("{findings:#?}") };
        assert_eq!((finding.rule.name, finding.severity), (rule.name, severity), "{finding}");
        assert_eq!(finding.path.replace("[0]", ""), path.replace("[0]", ""));
        assert!(finding.position.line > 1 && finding.position.column > 1, "{finding}");
    }
}

#[track_caller]
fn is_good(message: &Value) {
    assert_eq!(found(message), [[], []], "{message:#}");
}

/// The address of an entry of the order.
fn url(entry: usize) -> String {
    format!("urn:uuid:00000000-0000-4000-8000-{:012}", 100 + entry)
}

const NOBODY: &str = "urn:uuid:00000000-0000-4000-8000-000000000999";

/// The order, changed at a pointer below its entries.
fn changed(pointer: &str, value: impl Into<Value>) -> Order {
    let mut order = testing::order();
    order.set(&format!("/entry/{pointer}"), value);
    order
}

#[test]
fn the_links_of_a_good_order_are_good() {
    is_good(&testing::order().bundle);
}

#[test]
fn a_link_into_the_message_leads_to_something() {
    let link = json!({"reference": NOBODY});
    for (pointer, value, path) in [
        ("0/resource/focus/1", link.clone(), "entry[0].resource.focus[1].reference"),
        ("1/resource/recorder", link.clone(), "entry[1].resource.recorder.reference"),
        ("3/resource/contact", json!([{"organization": link}]), "entry[3].resource.contact[0].organization.reference"),
        ("6/resource/endpoint", json!([link]), "entry[6].resource.endpoint[0].reference"),
    ] {
        let order = changed(pointer, value);
        breaks(&order.bundle, &rule::REFERENCE_UNRESOLVED, Severity::Error, &format!("Bundle.{path}"));
    }
}

#[test]
fn a_link_that_repeats_the_address_in_capitals_is_told_so() {
    let mut order = changed("5/fullUrl", "urn:uuid:00000000-0000-4000-8000-0000000001ab");
    order.set("/entry/4/resource/practitioner/reference", "urn:uuid:00000000-0000-4000-8000-0000000001ab");
    is_good(&order.bundle);
    order.set("/entry/1/resource/recorder", json!({"reference": "urn:uuid:00000000-0000-4000-8000-0000000001AB"}));
    for findings in found(&order.bundle) {
        let [finding] = findings.as_slice() else { panic!("{findings:#?}") };
        assert_eq!(finding.rule, &rule::REFERENCE_UNRESOLVED);
        assert!(finding.message.contains("letter for letter"), "{finding}");
    }
}

#[test]
fn what_the_reader_has_said_of_a_link_is_not_said_again() {
    is_good(&changed("1/resource/subject/reference", NOBODY).bundle);
    is_good(&changed("1/resource/subject/reference", url(6)).bundle);
    is_good(&changed("6/fullUrl", url(3)).bundle);
}

#[test]
fn links_that_published_messages_leave_open_do_not_refuse_them() {
    let named_too = json!({"reference": NOBODY, "identifier": {"value": "Z99901"}});
    let sender = changed("0/resource/sender", named_too);
    let path = "Bundle.entry[0].resource.sender.reference";
    breaks(&sender.bundle, &rule::REFERENCE_UNRESOLVED, Severity::Warning, path);

    let earlier = changed("1/resource/basedOn", json!([{"reference": NOBODY}]));
    let path = "Bundle.entry[1].resource.basedOn[0].reference";
    breaks(&earlier.bundle, &rule::REFERENCE_UNRESOLVED, Severity::Information, path);

    let mut signed = testing::order();
    let provenance = json!({"resourceType": "Provenance", "target": [{"reference": NOBODY}]});
    signed.push("/entry", json!({"fullUrl": url(7), "resource": provenance}));
    let path = "Bundle.entry[7].resource.target[0].reference";
    breaks(&signed.bundle, &rule::REFERENCE_UNRESOLVED, Severity::Warning, path);
}

#[test]
fn a_link_leads_to_a_type_that_its_element_can_refer_to() {
    for (pointer, entry, path) in [
        ("1/resource/recorder", 3, "entry[1].resource.recorder.reference"),
        ("1/resource/encounter", 3, "entry[1].resource.encounter.reference"),
        ("3/resource/managingOrganization", 5, "entry[3].resource.managingOrganization.reference"),
        ("0/resource/author", 6, "entry[0].resource.author.reference"),
        ("3/resource/identifier/0/assigner", 3, "entry[3].resource.identifier[0].assigner.reference"),
    ] {
        let order = changed(pointer, json!({"reference": url(entry)}));
        breaks(&order.bundle, &rule::REFERENCE_TYPE, Severity::Error, &format!("Bundle.{path}"));
    }
    is_good(&changed("1/resource/recorder", json!({"reference": url(4)})).bundle);
    is_good(&changed("0/resource/focus/0/reference", url(6)).bundle);
}

#[test]
fn the_value_of_a_known_extension_leads_to_its_type() {
    let of = |extension: &str, entry| {
        let extension = json!({"url": extension, "valueReference": {"reference": url(entry)}});
        changed("6/resource/extension", json!([extension])).bundle
    };
    let performer = "https://fhir.nhs.uk/StructureDefinition/Extension-DM-DispensingPerformer";
    let path = "Bundle.entry[6].resource.extension[0].valueReference.reference";
    breaks(&of(performer, 5), &rule::REFERENCE_TYPE, Severity::Error, path);
    is_good(&of(performer, 4));
    is_good(&of("https://example.org/another", 5));
}

#[test]
fn a_type_that_a_reference_names_is_that_of_the_resource() {
    let at = "Bundle.entry[1].resource.recorder.type";
    let of = |value| changed("1/resource/recorder", value).bundle;
    let definition = "http://hl7.org/fhir/StructureDefinition/PractitionerRole";
    is_good(&of(json!({"reference": url(4), "type": "PractitionerRole"})));
    is_good(&of(json!({"reference": url(4), "type": definition})));
    is_good(&of(json!({"type": "Practitioner", "identifier": {"value": "1"}})));
    for wrong in
        [json!({"reference": url(4), "type": "Practitioner"}), json!({"type": "Patient", "identifier": {"value": "1"}})]
    {
        breaks(&of(wrong), &rule::REFERENCE_TYPE_NAMED, Severity::Error, at);
    }
}

#[test]
fn a_link_out_of_the_message_warns_and_is_held_to_the_type_that_it_tells() {
    let at = "Bundle.entry[1].resource.recorder.reference";
    let of = |address: &str| changed("1/resource/recorder", json!({"reference": address})).bundle;
    for address in ["Practitioner/1", "https://example.org/fhir/PractitionerRole/1/_history/2", "https://example.org"] {
        breaks(&of(address), &rule::REFERENCE_OUTSIDE, Severity::Warning, at);
    }
    for findings in found(&of("Patient/1")) {
        let rules: Vec<&str> = findings.iter().map(|finding| finding.rule.name).collect();
        assert_eq!(rules, ["reference-outside", "reference-type"]);
    }
}

#[test]
fn a_relative_link_is_completed_by_the_address_of_its_entry() {
    let mut order = changed("1/fullUrl", "https://example.org/fhir/MedicationRequest/1");
    order.set("/entry/0/resource/focus/0/reference", "https://example.org/fhir/MedicationRequest/1");
    order.set("/entry/6/fullUrl", "https://example.org/fhir/Organization/6");
    order.set("/entry/4/resource/organization/reference", "https://example.org/fhir/Organization/6");
    order.set("/entry/1/resource/performer", json!({"reference": "Organization/6"}));
    is_good(&order.bundle);
    order.set("/entry/1/resource/performer", json!({"reference": "Organization/7"}));
    breaks(&order.bundle, &rule::REFERENCE_OUTSIDE, Severity::Warning, "Bundle.entry[1].resource.performer.reference");
}

#[test]
fn every_entry_has_a_full_url_of_its_own() {
    let mut order = changed("5/fullUrl", "urn:uuid:00000000-0000-4000-8000-0000000001ab");
    order.set("/entry/4/resource/practitioner/reference", "urn:uuid:00000000-0000-4000-8000-0000000001ab");
    let again =
        json!({"fullUrl": "urn:uuid:00000000-0000-4000-8000-0000000001AB", "resource": {"resourceType": "Basic"}});
    order.push("/entry", again);
    breaks(&order.bundle, &rule::FULL_URL_REPEATED, Severity::Error, "Bundle.entry[7].fullUrl");

    let mut order = testing::order();
    order.push("/entry", json!({"resource": {"resourceType": "Basic"}}));
    breaks(&order.bundle, &rule::FULL_URL_MISSING, Severity::Warning, "Bundle.entry[7]");
    let mut order = testing::order();
    order.remove("/entry/0/fullUrl");
    is_good(&order.bundle);
}

#[test]
fn a_full_url_has_the_form_of_one() {
    let of = |address: &str| {
        let mut order = testing::order();
        order.push("/entry", json!({"fullUrl": address, "resource": {"resourceType": "Basic", "id": "1"}}));
        order.bundle
    };
    for good in ["urn:oid:1.2.3", "https://example.org/Basic/1", NOBODY] {
        is_good(&of(good));
    }
    for bad in [
        "urn:uuid:1",
        "Basic/1",
        "#1",
        "https://example.org/Basic/1/_history/1",
        "https://example.org/Basic/2",
        "https://example.org/Patient/1",
    ] {
        breaks(&of(bad), &rule::FULL_URL_FORM, Severity::Warning, "Bundle.entry[7].fullUrl");
    }
}

/// The order with resources contained in its Organization, which refers to them as its endpoints.
fn containing(contained: Value, endpoints: Value) -> Value {
    let mut order = changed("6/resource/contained", contained);
    order.set("/entry/6/resource/endpoint", endpoints);
    order.bundle
}

#[test]
fn a_link_to_a_contained_resource_stays_in_the_one_that_contains_it() {
    let endpoint = json!([{"resourceType": "Endpoint", "id": "inner"}]);
    let links = json!([{"reference": "#inner"}]);
    is_good(&containing(endpoint.clone(), links.clone()));

    let mut elsewhere = containing(endpoint, links.clone());
    elsewhere["entry"][4]["resource"]["endpoint"] = links.clone();
    let path = "Bundle.entry[4].resource.endpoint[0].reference";
    breaks(&elsewhere, &rule::REFERENCE_UNRESOLVED, Severity::Error, path);

    let wrong = json!([{"resourceType": "Location", "id": "inner"}]);
    let path = "Bundle.entry[6].resource.endpoint[0].reference";
    breaks(&containing(wrong, links), &rule::REFERENCE_TYPE, Severity::Error, path);
}

#[test]
fn a_contained_resource_has_an_id_of_its_own_and_is_referred_to() {
    let endpoint = json!({"resourceType": "Endpoint", "id": "inner"});
    let links = json!([{"reference": "#inner"}]);
    let path = "Bundle.entry[6].resource.contained[1]";
    let twice = containing(json!([endpoint, endpoint]), links.clone());
    breaks(&twice, &rule::CONTAINED_ID_REPEATED, Severity::Error, path);
    let without = containing(json!([endpoint, {"resourceType": "Organization"}]), links.clone());
    breaks(&without, &rule::CONTAINED_ID_MISSING, Severity::Warning, path);
    let alone = containing(json!([endpoint, {"resourceType": "Location", "id": "place"}]), links.clone());
    breaks(&alone, &rule::CONTAINED_UNREFERENCED, Severity::Warning, path);
    let back = json!({"resourceType": "Location", "id": "place", "managingOrganization": {"reference": "#"}});
    is_good(&containing(json!([endpoint, back]), links));
}

#[test]
fn a_copy_of_a_resource_may_refer_to_what_stood_beside_the_original() {
    let copy = json!([{"resourceType": "Endpoint", "id": "copy", "managingOrganization": {"reference": NOBODY}}]);
    let message = containing(copy, json!([{"reference": "#copy"}]));
    let path = "Bundle.entry[6].resource.contained[0].managingOrganization.reference";
    breaks(&message, &rule::REFERENCE_UNRESOLVED, Severity::Information, path);
}

#[test]
fn a_resource_that_stands_alone_may_refer_to_what_is_elsewhere() {
    let task = |owner: &str| json!({"resourceType": "Task", "owner": {"reference": owner}});
    breaks(&task(NOBODY), &rule::REFERENCE_UNRESOLVED, Severity::Warning, "Task.owner.reference");
    breaks(&task("#1"), &rule::REFERENCE_UNRESOLVED, Severity::Error, "Task.owner.reference");
}

#[test]
fn a_bundle_in_parameters_has_its_own_entries() {
    let bundle = |patient: &str| {
        let role = json!({"resourceType": "List", "subject": {"reference": url(1)}});
        json!({"resourceType": "Bundle", "entry": [
            {"fullUrl": patient, "resource": {"resourceType": "Patient"}},
            {"fullUrl": url(2), "resource": role}
        ]})
    };
    let parameters = |second: &str| {
        let resources = [bundle(&url(1)), bundle(second)];
        let parameters = resources.map(|resource| json!({"name": "prescription", "resource": resource}));
        json!({"resourceType": "Parameters", "parameter": parameters})
    };
    is_good(&parameters(&url(1)));
    let path = "Parameters.parameter[1].resource.entry[1].resource.subject.reference";
    breaks(&parameters(&url(3)), &rule::REFERENCE_UNRESOLVED, Severity::Error, path);
}

#[test]
fn a_message_of_wrong_links_alone_is_reported_to_a_limit() {
    let focus = vec![json!({"reference": NOBODY}); 2 * MOST];
    for findings in found(&changed("0/resource/focus", focus).bundle) {
        assert_eq!(findings.len(), MOST);
    }
}

#[test]
fn nothing_is_asked_of_other_formats() {
    let reading = FhirR4Json.read(testing::ORDER.as_bytes(), &testing::order().context);
    assert!(View::of("canonical-json", &*reading.account.unwrap().tree).is_none());
}
