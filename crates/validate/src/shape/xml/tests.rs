//! The same messages in JSON and in XML, right and wrong.

use causeway_adapter_fhir::{FhirR4Json, FhirR4Xml};
use causeway_canonical::Finding;
use causeway_canonical::model::Kind;
use causeway_syntax::adapter::Adapter;
use causeway_syntax::{Limits, XmlTree};
use causeway_translate::registry;
use serde_json::{Value, json};

use super::super::forms::Forms;
use super::super::schemas::Gate;
use super::*;
use crate::testing::{self, xml};
use crate::{Layers, check_layers};

/// What a document of an order is in JSON.
fn json_of(text: &str) -> Value {
    let tree = XmlTree::parse(text.as_bytes(), &Limits::default()).unwrap();
    let gate = Gate::of(Kind::PrescriptionOrder).unwrap().unwrap();
    let told = to_json(&tree, Forms::of(Kind::PrescriptionOrder, gate.root()).message());
    let json: Value = serde_json::from_str(&told.text).unwrap();
    assert_eq!(told.nodes.len(), values(&json), "a node for every value");
    json
}

fn values(json: &Value) -> usize {
    match json {
        Value::Object(members) => 1 + members.values().map(values).sum::<usize>(),
        Value::Array(elements) => 1 + elements.iter().map(values).sum::<usize>(),
        _ => 1,
    }
}

/// What the shape layer finds, as rule and path; lists of one have no number in XML.
fn shape_of(adapter: &dyn Adapter, text: &str) -> Vec<(&'static str, String)> {
    let findings = findings_of(adapter, text);
    findings.into_iter().map(|finding| (finding.rule.name, finding.path.replace("[0]", ""))).collect()
}

fn findings_of(adapter: &dyn Adapter, text: &str) -> Vec<Finding> {
    let context = testing::order().context;
    let mut reading = adapter.read(text.as_bytes(), &context);
    // What the reader says counts for both, and is not what is looked at here.
    reading.findings.clear();
    check_layers(adapter.format(), &reading, &context, Layers { identifiers: false, rules: false, ..Layers::ALL })
}

#[test]
fn a_good_order_is_the_same_in_both_syntaxes() {
    let order = testing::order();
    assert_eq!(json_of(&xml::from_json(&order.bundle)), order.bundle);
    assert_eq!(shape_of(&FhirR4Xml, &xml::from_json(&order.bundle)), []);
    let repeat = testing::repeat_dispensing();
    assert_eq!(json_of(&xml::from_json(&repeat.bundle)), repeat.bundle);
}

#[test]
fn what_is_said_of_primitives_stands_beside_them() {
    let mut order = testing::order();
    let since = json!({"extension": [{"url": "https://example.org/since", "valueDate": "2020-01-01"}]});
    order.set("/entry/3/resource/_gender", since.clone());
    order.set("/entry/3/resource/name/0/given", json!(["Ann", "Bea"]));
    order.set("/entry/3/resource/name/0/_given", json!([null, since]));
    order.set(
        "/entry/3/resource/text",
        json!({"status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">A</div>"}),
    );
    assert_eq!(json_of(&xml::from_json(&order.bundle)), order.bundle);

    let text = xml::from_json(&order.bundle);
    let without_value = text.replace("<birthDate value=\"1985-10-26\">", "<birthDate id=\"b\">");
    assert_ne!(text, without_value);
    let patient = &json_of(&without_value)["entry"][3]["resource"];
    assert_eq!((patient.get("birthDate"), &patient["_birthDate"]), (None, &json!({"id": "b"})));
}

#[test]
fn entries_of_a_list_need_not_stand_together() {
    let text = "<Bundle xmlns=\"http://hl7.org/fhir\"><entry><fullUrl value=\"a\"/></entry><id value=\"1\"/><entry/>\
                <other value=\"1\"/><other value=\"true\"/><Deep><est/></Deep></Bundle>";
    assert_eq!(
        json_of(text),
        json!({
            "resourceType": "Bundle",
            "Deep": {"resourceType": "Deep", "est": {}},
            "entry": [{"fullUrl": "a"}, {}],
            "id": "1",
            "other": ["1", "true"]
        })
    );
}

#[test]
fn what_is_no_element_of_fhir_is_left_to_the_reader() {
    let text = "<Bundle xmlns=\"http://hl7.org/fhir\" a=\"1\">text<!-- --><b xmlns=\"urn:x\"/><_id value=\"1\"/>\
                <resourceType value=\"Patient\"/></Bundle>";
    assert_eq!(json_of(text), json!({"resourceType": "Bundle"}));
}

#[test]
fn a_number_is_what_json_writes_for_one() {
    for good in ["0", "-1", "28", "0.50", "1e3", "1.5E-3", "12345678901234567890"] {
        assert!(is_number(good), "{good}");
    }
    for bad in ["", "-", "+1", "01", ".5", "1.", "1e", "0x1", "1,5", " 1", "NaN", "1e1.5", "--1"] {
        assert!(!is_number(bad), "{bad}");
    }
}

#[test]
fn a_wrong_message_has_the_same_findings_in_both_syntaxes() {
    let changes: &[(&str, Option<Value>)] = &[
        ("/entry/3/resource/birthDate", None),
        ("/entry/3/resource/identifier", None),
        ("/entry/3/resource/name/0/family", Some(json!(""))),
        ("/entry/3/resource/birthDate", Some(json!("26/10/1985"))),
        ("/entry/3/resource/gender", Some(json!("f"))),
        ("/entry/3/resource/active", Some(json!("yes"))),
        ("/entry/3/resource/address", Some(json!(["Leeds"]))),
        ("/entry/0/resource/eventUri", Some(json!("urn:x"))),
        ("/entry/6/resource/name", Some(json!({"text": "A"}))),
        ("/entry/4/resource/organization", None),
        ("/entry/5/resource/name/0", Some(json!({}))),
        ("/type", Some(json!("batch"))),
        ("/identifier", None),
        ("/entry/1/resource/dispenseRequest/numberOfRepeatsAllowed", Some(json!(-1))),
        ("/entry/1/resource/dispenseRequest/numberOfRepeatsAllowed", Some(json!("two"))),
        ("/entry/1/resource/dispenseRequest/quantity/value", Some(json!("28 tablets"))),
        ("/entry/1/resource/dispenseRequest/quantity/value", None),
        ("/entry/1/resource/status", Some(json!("running"))),
        ("/entry/1/resource/authoredOn", Some(json!("2026-01-05 10:00"))),
        ("/entry/1/resource/extension", None),
        ("/entry/1/resource/extension/0", Some(json!({"url": "https://example.org/a"}))),
        (
            "/entry/1/resource/medicationReference",
            Some(json!({"reference": "urn:uuid:00000000-0000-4000-8000-000000000106"})),
        ),
        ("/entry/1/resource/subject", Some(json!("me"))),
        ("/entry/1/resource/dosageInstruction/0/sequence", Some(json!("first"))),
        ("/entry/1/resource/dosageInstruction/0/asNeededBoolean", Some(json!("maybe"))),
    ];
    for (pointer, value) in changes {
        let mut order = testing::order();
        match value {
            Some(value) => order.set(pointer, value.clone()),
            None => order.remove(pointer),
        };
        let in_json = shape_of(&FhirR4Json, &order.bundle.to_string());
        let in_xml = shape_of(&FhirR4Xml, &xml::from_json(&order.bundle));
        assert!(!in_json.is_empty(), "{pointer}");
        assert_eq!(in_xml, in_json, "{pointer}");
    }
}

/// Every kind of message that has a FHIR form, in JSON.
fn every_kind() -> Vec<(Kind, Value)> {
    let context = testing::order().context;
    let canonical = registry::adapter("canonical-json").unwrap();
    let told = testing::told::all().into_iter().filter_map(|told| {
        let text = told.message.to_string();
        let message = canonical.read(text.as_bytes(), &context).message.unwrap();
        let written = FhirR4Json.write(&message, &context).ok()?;
        Some((message.body.kind(), serde_json::from_str(&written.text).unwrap()))
    });
    told.collect()
}

/// The places of a message that can be changed.
fn places(value: &Value, pointer: &str, places: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => {
            let named = members.iter().filter(|(name, _)| !matches!(name.as_str(), "resourceType" | "url" | "div"));
            named.map(|(name, value)| (name.clone(), value)).collect()
        }
        Value::Array(elements) => elements.iter().enumerate().map(|(n, value)| (n.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    for (name, value) in children {
        let pointer = format!("{pointer}/{name}");
        if !value.is_array() {
            places.push(pointer.clone());
        }
        self::places(value, &pointer, places);
    }
}

/// A message changed at a place: taken out, or another sort of value, or an empty or a wrong text.
fn changed(message: &Value, pointer: &str, change: usize) -> Option<Value> {
    let mut changed = message.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match (change, changed.pointer_mut(parent).unwrap()) {
        (0, Value::Object(members)) => drop(members.remove(name)),
        // XML has no empty list.
        (0, Value::Array(elements)) if elements.len() > 1 => drop(elements.remove(name.parse().unwrap())),
        (0, _) => return None,
        _ => {
            let value = changed.pointer_mut(pointer).unwrap();
            let is_composite = value.is_object();
            *value = match change {
                1 => json!("wrong"),
                2 if is_composite => json!({}),
                2 => json!(""),
                _ if is_composite => return None,
                _ => json!({"id": "wrong", "unknown": "1"}),
            };
        }
    }
    Some(changed)
}

#[test]
fn every_kind_has_the_same_findings_in_both_syntaxes_whatever_is_changed() {
    let mut found = 0;
    let kinds = every_kind();
    for (kind, message) in &kinds {
        let before = shape_of(&FhirR4Json, &message.to_string());
        assert_eq!(shape_of(&FhirR4Xml, &xml::from_json(message)), before, "{kind}");
        let mut all = Vec::new();
        places(message, "", &mut all);
        for (pointer, change) in all.iter().flat_map(|pointer| (0..4).map(move |change| (pointer, change))) {
            let Some(changed) = changed(message, pointer, change) else { continue };
            let in_json = shape_of(&FhirR4Json, &changed.to_string());
            let in_xml = shape_of(&FhirR4Xml, &xml::from_json(&changed));
            assert_eq!(in_xml, in_json, "{kind} {pointer} {change}");
            found += usize::from(in_json != before);
        }
    }
    assert_eq!(kinds.len(), Kind::ALL.len() - 1, "all but the history have a FHIR form");
    assert!(found > 1000, "{found}");
}

#[test]
fn a_finding_stands_at_the_value_in_the_xml() {
    let mut order = testing::order();
    order.set("/entry/3/resource/birthDate", "26/10/1985");
    let text = xml::from_json(&order.bundle);
    let findings = findings_of(&FhirR4Xml, &text);
    let [finding] = findings.as_slice() else { panic!("{findings:#?}") };
    assert_eq!(finding.path, "Bundle.entry[3].resource.birthDate");
    let line = text.lines().nth(finding.position.line as usize - 1).unwrap();
    assert!(line[finding.position.column as usize - 1..].starts_with("26/10/1985"), "{line}");
    assert!(finding.hint.contains("date"), "{}", finding.hint);
}

#[test]
fn an_element_that_may_stand_once_is_named_where_it_stands_again() {
    let text = xml::from_json(&testing::order().bundle);
    let twice =
        text.replace("<gender value=\"female\">", "<gender value=\"male\"></gender>\n<gender value=\"female\">");
    assert_ne!(text, twice);
    let findings = findings_of(&FhirR4Xml, &twice);
    let [finding] = findings.as_slice() else { panic!("{findings:#?}") };
    assert_eq!((finding.rule.name, finding.path.as_str()), ("shape-cardinality", "Bundle.entry[3].resource.gender[1]"));
    assert_eq!(finding.message, "at most one gender is expected here");
}

#[test]
fn what_the_reader_has_said_is_not_said_again() {
    let context = testing::order().context;
    let text = xml::from_json(&testing::order().bundle);
    let gender = "<gender value=\"female\">";
    for wrong in [
        text.replace(gender, &format!("<gender value=\"male\"></gender>{gender}")),
        text.replace("<birthDate", "<birthDay"),
    ] {
        let reading = FhirR4Xml.read(wrong.as_bytes(), &context);
        let said = |finding: &Finding| reading.findings.iter().any(|earlier| earlier.path == finding.path);
        assert!(!reading.findings.is_empty());
        let again = check_layers("fhir-r4-xml", &reading, &context, Layers::ALL);
        assert!(!again.iter().any(said), "{again:#?}");
    }
}

#[test]
fn a_deep_document_takes_no_stack() {
    let depth = 100_000;
    let text =
        format!("<Bundle xmlns=\"http://hl7.org/fhir\">{}{}</Bundle>", "<a>".repeat(depth), "</a>".repeat(depth));
    let limits = Limits { max_depth: usize::MAX, max_nodes: usize::MAX, ..Limits::default() };
    let tree = XmlTree::parse(text.as_bytes(), &limits).unwrap();
    let gate = Gate::of(Kind::PrescriptionOrder).unwrap().unwrap();
    let told = to_json(&tree, Forms::of(Kind::PrescriptionOrder, gate.root()).message());
    assert_eq!(told.nodes.len(), depth + 2);
}
