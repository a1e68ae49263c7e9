//! Published messages: prescription orders with all findings, and the shape of every kind.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise, and its helpers count as shipped code to the lints"
)]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use causeway_canonical::{Finding, Severity};
use causeway_syntax::adapter::Context;
use causeway_syntax::{JsonTree, Limits};
use causeway_validate::{Layers, check_layers};
use common::{FORMAT, all_findings, context, corpus, orders, read};
use serde_json::Value;

fn rules_of(findings: &[Finding], severity: Severity) -> BTreeMap<&'static str, usize> {
    let mut rules = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.severity == severity) {
        *rules.entry(finding.rule.name).or_insert(0) += 1;
    }
    rules
}

#[test]
fn all_published_orders_pass_under_the_context_of_the_corpus() {
    let Some(pairs) = corpus("eps-pairs") else { return };
    let context = context(&pairs);
    let mut refused = Vec::new();
    let orders = orders(&pairs);
    for (path, text) in &orders {
        let mut findings = all_findings(text, &context);
        context.rules.apply(&mut findings);
        findings.retain(|finding| finding.severity == Severity::Error);
        refused.extend(findings.into_iter().map(|finding| format!("{path}: {finding}")));
    }
    assert_eq!(orders.len(), 32);
    assert!(refused.is_empty(), "{refused:#?}");
}

/// The JSON files of a folder and of the folders in it.
fn json_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            json_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
}

#[test]
fn whatever_is_published_and_can_be_read_has_the_shape_of_its_kind() {
    let (Some(pairs), Some(others)) = (corpus("eps-pairs"), corpus("eps-fhir")) else { return };
    let context = context(&pairs);
    let mut files = Vec::new();
    json_files(&pairs, &mut files);
    json_files(&others, &mut files);
    let shape = Layers { shape: true, identifiers: false, rules: false };
    let mut met: BTreeMap<&str, usize> = BTreeMap::new();
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let reading = read(&text, &context);
        let is_read = reading.findings.iter().all(|finding| finding.severity != Severity::Error);
        let Some(message) = reading.message.as_ref().filter(|_| is_read) else { continue };
        let mut findings = check_layers(FORMAT, &reading, &context, shape);
        // Published messages have links that lead nowhere where nobody follows them.
        findings.retain(|finding| finding.rule.name != "reference-unresolved" || finding.severity == Severity::Error);
        assert_eq!(findings, [], "{}", path.display());
        *met.entry(message.body.kind().as_str()).or_default() += 1;
    }
    let expected = [
        ("acknowledgement", 32),
        ("cancel-request", 12),
        ("cancel-response", 11),
        ("dispense-claim", 11),
        ("dispense-notification", 17),
        ("prescription-order", 81),
        ("release-request", 14),
        ("release-response", 2),
        ("return", 5),
        ("withdraw", 4),
    ];
    assert_eq!(met, BTreeMap::from(expected));
}

#[test]
fn two_published_orders_have_a_wrong_check_character() {
    let Some(pairs) = corpus("eps-pairs") else { return };
    let context = context(&pairs);
    let wrong: Vec<String> = orders(&pairs)
        .into_iter()
        .filter(|(_, text)| {
            rules_of(&all_findings(text, &context), Severity::Error).contains_key("prescription-id-check-character")
        })
        .map(|(path, _)| path)
        .collect();
    assert_eq!(wrong.len(), 2, "{wrong:?}");
    assert!(wrong.iter().all(|path| path.contains("concurrent-dosage-instructions")), "{wrong:?}");
}

#[test]
fn the_order_with_identifier_references_is_warned_of_in_the_published_order_of_rules() {
    let Some(pairs) = corpus("eps-pairs") else { return };
    let path = "secondary-care/community/acute/nominated-pharmacy/clinical-practitioner/prescription-refactor/\
                1-Process-Request-Send-200_OK.json";
    let text = std::fs::read_to_string(pairs.join(path)).unwrap();
    let findings = all_findings(&text, &context(&pairs));
    let codes = findings.iter().map(|finding| finding.rule.code);
    let codes: Vec<&str> = codes.filter(|code| code.starts_with("EPS-V")).collect();
    assert_eq!(codes, ["EPS-V013", "EPS-V012", "EPS-V015", "EPS-V023"]);
    assert!(findings.iter().all(|finding| finding.severity == Severity::Warning));
}

#[test]
fn published_errors_are_refused_by_their_rule() {
    let Some(folder) = corpus("eps-fhir/examples/errors") else { return };
    let context = Context::at("2022-02-01T00:00:00Z".parse().unwrap());
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let code = match name.as_str() {
            name if !name.contains("Request") => continue,
            name if name.contains("Course_of_Therapy_mixed") => "EPS-V030",
            name if name.contains("invalid_intent") => "EPS-V010",
            name if name.contains("INVALID_CHECKSUM") => "prescription-id-check",
            _ => continue,
        };
        let findings = all_findings(&std::fs::read_to_string(&path).unwrap(), &context);
        let refusing = |finding: &Finding| finding.rule.code == code && finding.severity == Severity::Error;
        assert!(findings.iter().any(refusing), "{name}: {findings:#?}");
        seen += 1;
    }
    assert!(seen > 0, "no published error was found");
}

#[test]
fn the_published_order_of_more_than_four_items_is_refused() {
    let Some(examples) = corpus("eps-fhir/examples") else { return };
    let path = "secondary-care/community/acute/nominated-pharmacy/clinical-practitioner/multiple-drugs/bulk-translation/\
                1-Process-Request-Send-400_Bad_Request.json";
    let text = std::fs::read_to_string(examples.join(path)).unwrap();
    let context = Context::at("2022-02-01T00:00:00Z".parse().unwrap());
    let findings = all_findings(&text, &context);
    let refusing: Vec<&str> = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| finding.rule.code)
        .collect();
    assert_eq!(refusing, ["EPS-V035"]);
}

/// Changes the last character of the value at a JSON pointer, and expects to be told of it at `path`, line and column.
#[track_caller]
fn refuses(text: &str, context: &Context, pointer: &str, path: &str, rule: &str) {
    let tree = JsonTree::parse(text.as_bytes(), &Limits::default()).unwrap();
    let step = |node, segment: &str| match segment.parse::<usize>() {
        Ok(index) => tree.children(node).nth(index),
        Err(_) => tree.child(node, segment),
    };
    let node = pointer.split('/').skip(1).try_fold(tree.root(), step).unwrap();
    let place = tree.value_span(node);
    let mut changed = text.to_owned();
    changed.replace_range(place.clone(), &format!("\"{}\"", last_character_changed(tree.text(node))));

    let findings = all_findings(&changed, context);
    let finding = findings.iter().find(|finding| finding.rule.name == rule && finding.path == path);
    let finding = finding.unwrap_or_else(|| panic!("{rule} at {path}: {findings:#?}"));
    assert_eq!(finding.severity, Severity::Error);
    let before = &text[..place.start];
    let line = before.rsplit('\n').next().unwrap();
    assert_eq!(finding.position.line as usize, before.matches('\n').count() + 1);
    assert_eq!(finding.position.column as usize, line.chars().count() + 1);
}

/// The text with its last character counted up, so that no check digit or character can be right.
fn last_character_changed(text: &str) -> String {
    let (before, last) = text.split_at(text.len() - 1);
    let next = if last == "9" || last == "+" { '0' } else { char::from(last.as_bytes()[0] + 1) };
    format!("{before}{}", if next == '[' { '0' } else { next })
}

#[test]
fn one_changed_digit_is_refused_with_rule_path_line_and_column() {
    let Some(pairs) = corpus("eps-pairs") else { return };
    let context = context(&pairs);
    for (path, text) in orders(&pairs) {
        let bundle: Value = serde_json::from_str(&text).unwrap();
        let entry = |kind: &str| {
            let entries = bundle["entry"].as_array().unwrap();
            entries.iter().position(|entry| entry["resource"]["resourceType"] == kind).unwrap()
        };
        let at = |entry: usize, below: &str| {
            let pointer = format!("/entry/{entry}/resource/{below}");
            let path = below.split('/').fold(format!("Bundle.entry[{entry}].resource"), |path, step| {
                if step.parse::<usize>().is_ok() { format!("{path}[{step}]") } else { format!("{path}.{step}") }
            });
            (pointer, path)
        };
        let (pointer, place) = at(entry("Patient"), "identifier/0/value");
        refuses(&text, &context, &pointer, &place, "nhs-number-check");
        let request = entry("MedicationRequest");
        if !path.contains("concurrent-dosage-instructions") {
            let (pointer, place) = at(request, "groupIdentifier/value");
            refuses(&text, &context, &pointer, &place, "prescription-id-check-character");
        }
        let (resource, below) = match bundle["entry"][request]["resource"].get("medicationCodeableConcept") {
            Some(_) => (request, "medicationCodeableConcept/coding/0/code"),
            None => (entry("Medication"), "code/coding/0/code"),
        };
        let (pointer, place) = at(resource, below);
        refuses(&text, &context, &pointer, &place, "medicine-code-check");
        let (pointer, place) = at(request, "dispenseRequest/quantity/code");
        refuses(&text, &context, &pointer, &place, "unit-code-check");
    }
}
