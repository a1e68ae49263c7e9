//! The canonical form: its schema, and the format `canonical-json`.

use std::collections::BTreeSet;

use causeway_canonical::ledger::{FieldRef, Place, facts};
use causeway_canonical::model::Message;
use causeway_syntax::adapter::Context;
use causeway_tests::{fixtures, pairs, run, workspace};
use causeway_translate::registry;
use serde_json::Value;

fn schema() -> jsonschema::Validator {
    let text = std::fs::read_to_string(workspace().join("schemas/canonical/message.schema.json")).unwrap();
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

fn sources() -> Vec<(String, Vec<u8>)> {
    let own = ["acute.json", "repeat.json", "repeat-dispensing.json", "hospital.json"];
    let own = own.map(|name| (name.to_owned(), std::fs::read(fixtures().join("fhir-r4").join(name)).unwrap()));
    let published = pairs("Send").into_iter().map(|pair| (pair.name, std::fs::read(pair.request).unwrap()));
    own.into_iter().chain(published).collect()
}

#[test]
fn every_order_has_a_canonical_form_that_its_schema_allows_and_that_reads_back_equal() {
    let schema = schema();
    let context = Context::at("2022-02-01T00:00:00Z".parse().unwrap());
    let canonical = registry::adapter("canonical-json").unwrap();
    for (name, source) in sources() {
        let message = registry::adapter("fhir-r4-json").unwrap().read(&source, &context).message.unwrap();
        let text = canonical.write(&message, &context).unwrap().text;
        let value = serde_json::from_str(&text).unwrap();
        let errors: Vec<String> = schema.iter_errors(&value).map(|error| error.instance_path().to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        let read = canonical.read(text.as_bytes(), &context);
        assert!(read.message.unwrap() == message, "{name}");
    }
}

#[test]
fn a_part_that_holds_nothing_crosses_to_the_canonical_form() {
    let outcome = r##"{"resourceType": "OperationOutcome",
        "contained": [{"resourceType": "Organization", "id": "d", "name": "A pharmacy",
            "identifier": [{"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "VNFKT"}]}],
        "extension": [{"url": "https://fhir.nhs.uk/StructureDefinition/Extension-Spine-supportingInfo",
                       "valueReference": {"reference": "#d"}}],
        "issue": [{"code": "business-rule", "severity": "error"}]}"##;
    let there = run(&["translate", "--from", "fhir-r4-json", "--to", "canonical-json", "-"], outcome.as_bytes());
    assert!(there.status.success(), "{}", String::from_utf8_lossy(&there.stderr));
    let value: Value = serde_json::from_slice(&there.stdout).unwrap();
    assert_eq!(value["body"]["acknowledgement"]["rejection"], serde_json::json!({}));
    let back = run(&["translate", "--from", "canonical-json", "--to", "fhir-r4-json", "-"], &there.stdout);
    assert!(back.status.success(), "{}", String::from_utf8_lossy(&back.stderr));
}

#[test]
fn an_unknown_member_of_the_canonical_form_is_refused() {
    let context = Context::at("2022-02-01T00:00:00Z".parse().unwrap());
    let canonical = registry::adapter("canonical-json").unwrap();
    let text = "{\"version\":\"1\",\"envelope\":{\"id\":\"0\",\"colour\":\"red\"},\"body\":{\"acknowledgement\":{}}}";
    let reading = canonical.read(text.as_bytes(), &context);
    assert!(reading.message.is_none());
    assert_eq!(reading.findings[0].rule.name, "canonical-shape");
}

/// A document with every member that the schema of a definition names, lists with two entries each.
fn full(schema: &Value, part: &Value) -> Value {
    if let Some(reference) = part["$ref"].as_str() {
        let name = reference.strip_prefix("#/$defs/").unwrap();
        return full(schema, &schema["$defs"][name]);
    }
    if let Some(value) = part.get("const").or_else(|| part["enum"].get(0)) {
        return value.clone();
    }
    match part["type"].as_str().unwrap() {
        "object" => {
            let members = part["properties"].as_object().unwrap();
            Value::Object(members.iter().map(|(name, part)| (name.clone(), full(schema, part))).collect())
        }
        "array" => Value::Array(vec![full(schema, &part["items"]); 2]),
        "boolean" => Value::Bool(true),
        "integer" => Value::from(3),
        _ => Value::String(text_for(part["pattern"].as_str().unwrap_or_default())),
    }
}

/// A text that fits one of the patterns of the schema.
fn text_for(pattern: &str) -> String {
    let candidates =
        ["text", "0.50", "1958", "2026-03-02T09:16:00+00:00", "6b0f5a52-6d0c-5c0e-9a3d-0c1f7d1d4a11", "08:00:00"];
    let fits = |candidate: &&str| {
        let schema = serde_json::json!({"type": "string", "pattern": pattern});
        jsonschema::validator_for(&schema).unwrap().is_valid(&Value::from(*candidate))
    };
    candidates.into_iter().find(fits).unwrap().to_owned()
}

fn full_messages() -> Vec<Value> {
    let text = std::fs::read_to_string(workspace().join("schemas/canonical/message.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    let whole = full(&schema, &schema);
    let bodies = whole["body"].as_object().unwrap().clone();
    bodies
        .into_iter()
        .map(|(kind, body)| {
            let mut message = whole.clone();
            message["body"] = serde_json::json!({ kind: body });
            message
        })
        .collect()
}

#[test]
fn the_schema_and_the_model_have_the_same_members() {
    for document in full_messages() {
        let message: Message = serde_json::from_value(document.clone()).expect("the model has every member");
        let again = serde_json::to_value(&message).unwrap();
        assert_eq!(again, document, "the schema has every member");
        assert!(schema().is_valid(&document));
    }
}

#[test]
fn every_leaf_of_the_model_is_a_field_of_the_ledger_and_the_other_way() {
    let mut places = BTreeSet::new();
    for document in full_messages() {
        let message: Message = serde_json::from_value(document).unwrap();
        for fact in facts(&message) {
            let field = FieldRef::from_path(&fact.path).unwrap_or_else(|| panic!("{} is no field", fact.path));
            assert_eq!(field.path(), fact.path);
            places.insert(field.place());
        }
    }
    for place in Place::all() {
        assert!(places.contains(&place), "the model has nothing at {place:?}");
    }
}

#[test]
fn a_canonical_message_without_its_patient_number_is_refused_at_its_place() {
    let source = std::fs::read(fixtures().join("fhir-r4/acute.json")).unwrap();
    let context = Context::at("2022-02-01T00:00:00Z".parse().unwrap());
    let message = registry::adapter("fhir-r4-json").unwrap().read(&source, &context).message.unwrap();
    let mut document = serde_json::to_value(&message).unwrap();
    document["body"]["prescriptionOrder"]["patient"].as_object_mut().unwrap().remove("nhsNumber");
    let output = run(&["validate", "--output", "json", "-"], document.to_string().as_bytes());
    assert_eq!(output.status.code(), Some(1));
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result["format"], "canonical-json");
    assert_eq!(result["findings"][0]["rule"], "shape-required");
    assert_eq!(result["findings"][0]["path"], "$.body.prescriptionOrder.patient");
}
