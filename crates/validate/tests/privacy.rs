//! No finding shows a value of the message.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise, and its helpers count as shipped code to the lints"
)]

mod common;

use causeway_canonical::{Finding, Level, Severities};
use causeway_syntax::adapter::Context;
use common::{ORDER, all_findings, context, corpus, orders};
use serde_json::Value;

/// Stands for a patient's data: nothing else in this repository says it.
const MARKER: &str = "Marker Zyxwv 4711";

fn context_of_tests() -> Context {
    Context::at("2026-01-06T12:00:00Z".parse().unwrap())
}

/// Pointers of all texts below a value.
fn texts(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(at.to_owned()),
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| texts(member, &format!("{at}/{name}"), found));
        }
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(index, element)| texts(element, &format!("{at}/{index}"), found));
        }
        _ => {}
    }
}

fn show(finding: &Finding) -> String {
    format!("{finding} {:?} {}", finding, serde_json::to_string(&finding.record()).unwrap())
}

/// Plants the marker in the texts at these pointers, and looks for it in all findings.
fn plant(bundle: &Value, pointers: &[String], context: &Context) -> usize {
    let mut bundle = bundle.clone();
    for pointer in pointers {
        *bundle.pointer_mut(pointer).unwrap() = Value::from(MARKER);
    }
    let findings = all_findings(&serde_json::to_string_pretty(&bundle).unwrap(), context);
    for finding in &findings {
        let shown = show(finding);
        assert!(!shown.contains("Zyxwv") && !shown.contains("4711"), "{pointers:?}: {shown}");
    }
    findings.len()
}

#[test]
fn a_marker_in_any_one_text_is_in_no_finding() {
    let bundle: Value = serde_json::from_str(ORDER).unwrap();
    let mut pointers = Vec::new();
    texts(&bundle, "", &mut pointers);
    let found: usize =
        pointers.iter().map(|pointer| plant(&bundle, std::slice::from_ref(pointer), &context_of_tests())).sum();
    assert!(found > pointers.len() / 2, "{found} findings for {} texts", pointers.len());
}

#[test]
fn a_marker_in_every_text_but_links_is_in_no_finding() {
    let bundle: Value = serde_json::from_str(ORDER).unwrap();
    let mut pointers = Vec::new();
    texts(&bundle, "", &mut pointers);
    let links = ["resourceType", "fullUrl", "reference", "url", "system"];
    // Without a message id there is no order to check.
    pointers.retain(|pointer| pointer != "/identifier/value");
    pointers
        .retain(|pointer| !links.contains(&pointer.rsplit('/').next().unwrap()) && !pointer.contains("eventCoding"));
    assert!(plant(&bundle, &pointers, &context_of_tests()) > 20);
}

#[test]
fn no_finding_about_a_published_order_shows_one_of_its_values() {
    let Some(pairs) = corpus("eps-pairs") else { return };
    let mut context = context(&pairs);
    context.rules = Severities([("prescription-id-check-character".to_owned(), Level::Error)].into());
    for (path, text) in orders(&pairs) {
        let bundle: Value = serde_json::from_str(&text).unwrap();
        let mut pointers = Vec::new();
        texts(&bundle, "", &mut pointers);
        for finding in all_findings(&text, &context) {
            let words: Vec<&str> = finding.message.split([' ', ',', ':']).collect();
            for pointer in pointers.iter().filter(|pointer| is_content(pointer)) {
                let value = bundle.pointer(pointer).unwrap().as_str().unwrap();
                assert!(!words.contains(&value), "{path}: {pointer}");
            }
        }
    }
}

/// Whether a text is content rather than a word of FHIR that a finding may say too.
fn is_content(pointer: &str) -> bool {
    ["value", "family", "text", "display", "birthDate", "postalCode"].contains(&pointer.rsplit('/').next().unwrap())
}
