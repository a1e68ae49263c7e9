//! Messages made here, and what holds for all of them.

#![allow(dead_code, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use causeway_adapter_fhir::FhirR4Json;
use causeway_canonical::ledger::{FieldRef, Tag, facts};
use causeway_canonical::model::{Kind, Message};
use causeway_syntax::adapter::Adapter;
use serde_json::{Value, json};

use super::{context, echo, errors, unread};

pub const MESSAGE: &str = "0a1fd9ef-a3d5-4e95-84cd-552070a03086";
pub const OTHER: &str = "1b1fd9ef-a3d5-4e95-84cd-552070a03086";
pub const ITEM: &str = "2c1fd9ef-a3d5-4e95-84cd-552070a03086";

pub fn message(kind: Kind, body: Value) -> Message {
    let envelope = json!({"id": MESSAGE, "created": "2022-01-31T12:00:00+00:00", "sender": {"asid": "200000001285"},
        "destination": [{"asid": "567456789789"}], "transmission": OTHER, "answers": OTHER,
        "operator": {"userId": "555254239107"}});
    let body = json!({ kind.member(): body });
    serde_json::from_value(json!({"version": "1", "envelope": envelope, "body": body})).unwrap()
}

pub fn coded(system: &str, code: &str) -> Value {
    json!({"system": format!("https://fhir.nhs.uk/CodeSystem/{system}"), "code": code, "display": "Words"})
}

pub fn concept(system: &str, code: &str) -> Value {
    json!({"coding": [coded(system, code)]})
}

pub fn patient() -> Value {
    json!({"nhsNumber": "9449304130", "name": [{"use": "usual", "family": "TWITCHETT", "given": ["STACEY"]}],
        "gender": "female", "birthDate": "1948-04-30", "address": [{"use": "home", "line": ["10 HEATHFIELD"]}],
        "generalPractice": {"ods": "A83008"}})
}

pub fn organisation(ods: &str) -> Value {
    json!({"ods": ods, "name": "THE SURGERY", "telecom": [{"system": "phone", "value": "01234567890", "use": "work"}],
        "address": [{"use": "work", "line": ["CHEAPSIDE"], "postalCode": "DL4 2HP"}]})
}

/// A person as HL7 V3 tells one: with a name in parts.
pub fn prescriber(role: &str) -> Value {
    json!({"identifier": [{"system": "https://fhir.nhs.uk/Id/sds-role-profile-id", "value": role}],
        "jobRole": [concept("NHSDigital-SDS-JobRoleCode", "R8000")],
        "telecom": [{"system": "phone", "value": "01234567890", "use": "work"}],
        "practitioner": {"identifier": [{"system": "https://fhir.nhs.uk/Id/sds-user-id", "value": "3415870201"}],
            "name": [{"family": "BOIN", "given": ["C"], "prefix": ["DR"]}]},
        "organisation": organisation("A83008")})
}

/// A person as HL7 V3 tells one of a pharmacy: with a name in words.
pub fn dispenser() -> Value {
    let mut agent = prescriber("555086415105");
    agent["practitioner"]["name"] = json!([{"text": "Jackie Clark"}]);
    agent["organisation"] = organisation("VNE51");
    agent
}

/// Every field is written, or is named by a row of the table of fields that the format cannot hold.
pub fn assert_all_is_told_or_kept(messages: &[(impl AsRef<str>, Message)]) {
    for (name, message) in messages {
        let name = name.as_ref();
        let written = FhirR4Json.write(message, &context()).unwrap();
        let kept = FhirR4Json.kept(message.body.kind());
        let lost: Vec<String> = facts(message)
            .into_iter()
            .filter(|fact| fact.path != "version" && !fact.value.is_empty())
            .filter(|fact| {
                let field = FieldRef::from_path(&fact.path).unwrap();
                let told = written.tags.iter().any(|(_, tag)| matches!(tag, Tag::Field(at, _) if *at == field));
                let row = kept
                    .iter()
                    .copied()
                    .flatten()
                    .any(|row| row.place == field.place() && row.leaf.is_none_or(|leaf| leaf == field.leaf()));
                !told && !row
            })
            .map(|fact| fact.path)
            .collect();
        assert!(lost.is_empty(), "{name}: {lost:#?}");
    }
}

/// Every way to a value of a document.
pub fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, member)| {
            found.push(format!("{at}/{name}"));
            pointers(member, &format!("{at}/{name}"), found);
        }),
        Value::Array(entries) => entries.iter().enumerate().for_each(|(position, entry)| {
            found.push(format!("{at}/{position}"));
            pointers(entry, &format!("{at}/{position}"), found);
        }),
        _ => {}
    }
}

/// Whatever one change makes of a message is refused, or reads back.
pub fn assert_one_change_is_refused_or_reads_back(messages: &[(&'static str, Message)]) {
    let mut taken = 0;
    for (name, message) in messages {
        let written = FhirR4Json.write(message, &context()).unwrap();
        let document: Value = serde_json::from_str(&written.text).unwrap();
        let mut found = Vec::new();
        pointers(&document, "", &mut found);
        for pointer in found {
            let old = document.pointer(&pointer).unwrap().clone();
            for new in [json!(null), json!("x"), json!(7), json!({}), json!([]), json!([old.clone(), old])] {
                let mut changed = document.clone();
                *changed.pointer_mut(&pointer).unwrap() = new;
                let text = serde_json::to_string(&changed).unwrap();
                let reading = FhirR4Json.read(text.as_bytes(), &context());
                let whole = |account| unread(account).is_empty();
                if errors(&reading).is_empty() && reading.account.as_ref().is_some_and(whole) {
                    taken += 1;
                    echo(&format!("{name} {pointer}"), &reading.message.unwrap());
                }
            }
        }
    }
    assert!(taken > 0);
}

/// The rules that a document breaks after one change.
pub fn broken(message: &Message, change: impl FnOnce(&mut Value)) -> Vec<String> {
    let written = FhirR4Json.write(message, &context()).unwrap();
    let mut document: Value = serde_json::from_str(&written.text).unwrap();
    change(&mut document);
    let text = serde_json::to_string(&document).unwrap();
    let found = errors(&FhirR4Json.read(text.as_bytes(), &context()));
    found.into_iter().map(|error| error.split(' ').next().unwrap().to_owned()).collect()
}

pub fn entry<'d>(document: &'d mut Value, kind: &str) -> &'d mut Value {
    let entries = document["entry"].as_array_mut().unwrap();
    &mut entries.iter_mut().find(|entry| entry["resource"]["resourceType"] == kind).unwrap()["resource"]
}

pub fn remove(value: &mut Value, name: &str) {
    value.as_object_mut().unwrap().remove(name).unwrap();
}

pub fn repeat_entry(document: &mut Value, kind: &str) {
    let entries = document["entry"].as_array_mut().unwrap();
    let mut second = entries.iter().find(|entry| entry["resource"]["resourceType"] == kind).unwrap().clone();
    second["fullUrl"] = json!("urn:uuid:3d1fd9ef-a3d5-4e95-84cd-552070a03086");
    entries.push(second);
}
