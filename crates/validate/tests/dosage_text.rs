//! Published dosage texts against the structure beside them, of every kind of message.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise, and its helpers count as shipped code to the lints"
)]

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use causeway_syntax::adapter::Context;
use common::{ORDER, all_findings, corpus};
use serde_json::{Value, json};

/// Every dosage instruction with words below a folder.
fn dosages(folder: &Path, found: &mut Vec<Value>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            dosages(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            let text = std::fs::read_to_string(&path).unwrap();
            collect(&serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap(), found);
        }
    }
}

fn collect(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Array(entries) => entries.iter().for_each(|entry| collect(entry, found)),
        Value::Object(members) => {
            let instructions = members.get("dosageInstruction").and_then(Value::as_array).into_iter().flatten();
            found.extend(instructions.filter(|dosage| dosage["text"].is_string()).cloned());
            members.values().for_each(|member| collect(member, found));
        }
        _ => {}
    }
}

/// What is found about the texts of an order with this dosage: rule and message.
fn findings(dosage: &Value, context: &Context) -> Vec<(&'static str, String)> {
    let mut order: Value = serde_json::from_str(ORDER).unwrap();
    order["entry"][1]["resource"]["dosageInstruction"] = json!([dosage]);
    let findings = all_findings(&order.to_string(), context);
    let of_texts = findings.into_iter().filter(|finding| finding.rule.name.starts_with("dosage-text-"));
    of_texts.map(|finding| (finding.rule.name, finding.message.into_owned())).collect()
}

#[test]
fn published_texts_contradict_their_structure_in_three_examples_alone() {
    let (Some(pairs), Some(fhir)) = (corpus("eps-pairs"), corpus("eps-fhir")) else { return };
    let mut published = Vec::new();
    dosages(&pairs, &mut published);
    dosages(&fhir, &mut published);
    assert!(published.len() > 250, "{}", published.len());
    let context = Context::at("2026-01-06T12:00:00Z".parse().unwrap());
    let mut contradictions: BTreeMap<String, String> = BTreeMap::new();
    let (mut contradicting, mut differing) = (0, 0);
    for dosage in &published {
        for (rule, message) in findings(dosage, &context) {
            match rule {
                "dosage-text-contradicts" => {
                    contradicting += 1;
                    contradictions.insert(dosage["text"].as_str().unwrap().to_owned(), message);
                }
                _ => differing += 1,
            }
        }
    }
    let expected = |facts: &str| format!("a text that agrees with the structure in its {facts} is expected");
    // In each of them the structure says five times a day for ten days.
    let known: BTreeMap<String, String> = [
        ("10 milligram, Inject, Subcutaneous route, once weekly", expected("frequency")),
        (
            "80mg at 8am and 40mg at 2pm for 5 days. Then 40mg tablet - oral-  daily at 8am",
            expected("frequency, length of treatment"),
        ),
        ("Once daily", expected("frequency")),
    ]
    .map(|(text, message)| (text.to_owned(), message))
    .into();
    assert_eq!(contradictions, known);
    assert_eq!((contradicting, differing), (10, 58));
}

#[test]
fn texts_that_were_made_of_their_structure_agree_with_it_in_whatever_order_they_say_it() {
    let Some(folder) = corpus("dose-text") else { return };
    let text = std::fs::read_to_string(folder.join("dose-text.json")).unwrap();
    let vectors: Vec<Value> = serde_json::from_str(&text).unwrap();
    let context = Context::at("2026-01-06T12:00:00Z".parse().unwrap());
    for vector in vectors {
        let mut dosage = vector["dosage"].clone();
        dosage["text"] = vector["text"].clone();
        assert_eq!(findings(&dosage, &context), [], "{}", vector["text"]);
    }
}
