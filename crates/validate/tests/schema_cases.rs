//! Messages that are right but for one change of shape, and where the schema gate must report it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise, and its helpers count as shipped code to the lints"
)]

mod common;

use std::collections::BTreeMap;

use causeway_canonical::{Finding, Severity};
use causeway_syntax::adapter::{Context, Reading};
use causeway_syntax::{JsonKind, JsonTree, Limits, NodeId, Tree};
use causeway_validate::{Layers, check_layers};
use common::{FORMAT, all_findings, context, corpus, read};
use serde_json::Value;

/// Changes after which the message is no prescription order, so that the reader refuses it before any schema is asked.
const NOT_AN_ORDER: [&str; 8] = [
    "bundle without resourceType",
    "bundle without entry",
    "resource that is not a bundle",
    "entry list that is not a list",
    "no message header",
    "message header without eventCoding",
    "message header event of another kind",
    "message header event without code",
];

struct Case {
    name: String,
    text: String,
    pointer: String,
    keyword: String,
}

fn cases(kind: &str) -> Option<(Context, Vec<Case>)> {
    let pairs = corpus("eps-pairs")?;
    let file: Value = serde_json::from_str(include_str!("schema_cases.json")).unwrap();
    let bases: BTreeMap<&str, Value> = file["bases"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, path)| {
            let text = std::fs::read_to_string(pairs.join(path.as_str().unwrap())).unwrap();
            (name.as_str(), serde_json::from_str(&text).unwrap())
        })
        .collect();
    let word = |case: &Value, name: &str| case[name].as_str().unwrap_or_default().to_owned();
    let cases = file[kind].as_array().unwrap().iter().map(|case| {
        let mut message = bases[case["base"].as_str().unwrap()].clone();
        for operation in case["patch"].as_array().unwrap() {
            apply(&mut message, operation);
        }
        Case {
            name: word(case, "name"),
            text: serde_json::to_string_pretty(&message).unwrap(),
            pointer: word(case, "instance_path"),
            keyword: word(case, "keyword"),
        }
    });
    Some((context(&pairs), cases.collect()))
}

/// One operation of RFC 6902; only those that the cases use.
fn apply(message: &mut Value, operation: &Value) {
    let path = operation["path"].as_str().unwrap();
    let (parent, name) = path.rsplit_once('/').unwrap();
    let value = match operation["op"].as_str().unwrap() {
        "remove" => None,
        "add" | "replace" => Some(operation["value"].clone()),
        "copy" => Some(message.pointer(operation["from"].as_str().unwrap()).unwrap().clone()),
        other => panic!("{other}"),
    };
    let replaces = operation["op"] == "replace";
    match (message.pointer_mut(parent).unwrap(), value) {
        (Value::Object(members), Some(value)) => drop(members.insert(name.to_owned(), value)),
        (Value::Object(members), None) => drop(members.remove(name).unwrap()),
        (Value::Array(elements), Some(value)) if name == "-" => elements.push(value),
        (Value::Array(elements), Some(value)) if replaces => elements[name.parse::<usize>().unwrap()] = value,
        (Value::Array(elements), Some(value)) => elements.insert(name.parse().unwrap(), value),
        (Value::Array(elements), None) => drop(elements.remove(name.parse().unwrap())),
        _ => panic!("{path}"),
    }
}

/// The path that findings have for a JSON pointer.
fn path_of(text: &str, pointer: &str) -> String {
    let tree = JsonTree::parse(text.as_bytes(), &Limits::default()).unwrap();
    let step = |node: NodeId, segment: &str| match tree.kind(node) {
        JsonKind::Array => tree.children(node).nth(segment.parse().unwrap()),
        _ => tree.child(node, segment),
    };
    let node = pointer.split('/').skip(1).try_fold(tree.root(), step).unwrap();
    tree.path(node)
}

/// What the gate alone finds, with nothing that a reader might have said before.
fn gate(text: &str, context: &Context) -> Vec<Finding> {
    let account = read(text, context).account;
    let reading = Reading { message: None, findings: Vec::new(), account };
    let layers = Layers { shape: true, identifiers: false, rules: false };
    let mut findings = check_layers(FORMAT, &reading, context, layers);
    findings.retain(|finding| finding.rule.name.starts_with("shape-"));
    findings
}

fn rule_of(keyword: &str) -> &'static str {
    match keyword {
        "required" => "shape-required",
        "type" => "shape-type",
        "pattern" => "shape-pattern",
        "contains" | "minItems" | "maxItems" => "shape-cardinality",
        "minLength" | "minProperties" => "shape-empty",
        "minimum" => "shape-range",
        "const" | "enum" => "shape-fixed-value",
        "falseSchema" => "shape-not-allowed",
        other => panic!("{other}"),
    }
}

#[test]
fn the_gate_reports_each_change_by_its_rule_at_its_place() {
    let Some((context, cases)) = cases("refused") else { return };
    let mut wrong = Vec::new();
    for case in cases.iter().filter(|case| !NOT_AN_ORDER.contains(&case.name.as_str())) {
        let path = path_of(&case.text, &case.pointer);
        let findings = gate(&case.text, &context);
        let expected = |finding: &Finding| finding.rule.name == rule_of(&case.keyword) && finding.path == path;
        if !findings.iter().any(expected) {
            wrong.push(format!("{}: {path} {}: {findings:#?}", case.name, case.keyword));
        }
    }
    assert_eq!(cases.len(), 163);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_change_is_refused_at_its_place_with_line_and_column() {
    let Some((context, cases)) = cases("refused") else { return };
    let mut wrong = Vec::new();
    for case in &cases {
        let path = path_of(&case.text, &case.pointer);
        let is_there = |finding: &Finding| {
            finding.path == path || NOT_AN_ORDER.contains(&case.name.as_str()) && path.starts_with(&finding.path)
        };
        let findings = all_findings(&case.text, &context);
        let found = findings
            .iter()
            .any(|finding| finding.severity == Severity::Error && finding.position.line > 0 && is_there(finding));
        if !found {
            wrong.push(format!("{}: {path}: {findings:#?}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_is_reported_twice() {
    let Some((context, cases)) = cases("refused") else { return };
    for case in &cases {
        let findings = all_findings(&case.text, &context);
        for (position, finding) in findings.iter().enumerate() {
            assert!(!findings[..position].contains(finding), "{}: {finding}", case.name);
        }
    }
}

#[test]
fn the_gate_lets_harmless_changes_pass() {
    let Some((context, cases)) = cases("accepted") else { return };
    for case in &cases {
        assert_eq!(gate(&case.text, &context), [], "{}", case.name);
    }
    assert_eq!(cases.len(), 22);
}
