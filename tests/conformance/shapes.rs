//! The schemas of FHIR messages: what we write and what is published has the shape, and whatever a schema demands is
//! missed where it is taken away.
//!
//! The changes are not listed by hand. A message is walked together with its schema, and for each keyword on the way one
//! change is made that breaks it: nothing that a schema says can stay without a message that it refuses.

mod changes;

use std::collections::{BTreeMap, BTreeSet};

use causeway_canonical::model::Kind;
use causeway_canonical::{Finding, Severity};
use causeway_syntax::adapter::{Compat, Context, Reading};
use causeway_syntax::{JsonKind, JsonTree, Limits, NodeId, Tree};
use causeway_tests::{corpus, generate};
use causeway_translate::registry;
use causeway_validate::{Layers, check_layers};
use changes::{Change, Made, Schemas};
use serde_json::Value;

const FORMAT: &str = "fhir-r4-json";

/// So many messages of each kind are walked; the first is as full as can be.
const WALKED: u64 = 12;

fn context() -> Context {
    Context {
        sds_user_id: Some("555254239107".to_owned()),
        sds_role_profile_id: Some("555254240100".to_owned()),
        ..Context::at("2026-03-02T09:16:00Z".parse().unwrap())
    }
}

/// The kinds that have a FHIR form.
fn kinds() -> impl Iterator<Item = Kind> {
    Kind::ALL.iter().copied().filter(|kind| *kind != Kind::RebuildDispenseHistory)
}

/// What the reader says, and what the gate says after it.
fn findings(text: &str) -> (Vec<Finding>, Vec<Finding>) {
    let context = context();
    let reading = registry::adapter(FORMAT).unwrap().read(text.as_bytes(), &context);
    let shape = Layers { shape: true, identifiers: false, rules: false };
    let of_gate = said_by_gate(check_layers(FORMAT, &reading, &context, shape));
    (reading.findings, of_gate)
}

/// What is said of links is not said by the gate.
fn said_by_gate(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.retain(|finding| finding.rule.name.starts_with("shape-"));
    findings
}

/// What the gate says by itself, of the kind that the text says it is.
fn of_gate_alone(text: &str) -> Vec<Finding> {
    let context = context();
    let account = registry::adapter(FORMAT).unwrap().read(text.as_bytes(), &context).account;
    let reading = Reading { message: None, findings: Vec::new(), account };
    let shape = Layers { shape: true, identifiers: false, rules: false };
    said_by_gate(check_layers(FORMAT, &reading, &context, shape))
}

fn written(kind: Kind, seed: u64, fullness: u8) -> String {
    let message = generate::message(kind, seed, fullness);
    registry::adapter(FORMAT).unwrap().write(&message, &context()).unwrap().text
}

#[test]
fn what_is_written_has_the_shape_at_every_fullness() {
    for kind in kinds() {
        for fullness in 0..=100 {
            let text = written(kind, u64::from(fullness) + 7, fullness);
            assert_eq!(of_gate_alone(&text), [], "{kind} fullness {fullness}");
        }
    }
}

#[test]
fn what_is_made_of_published_v3_messages_has_the_shape() {
    let Some(corpus) = corpus() else { return };
    let v3 = registry::adapter("eps-hl7v3").unwrap();
    let mut met = BTreeSet::new();
    for path in ["eps-pairs", "eps-spine-responses"].into_iter().flat_map(|folder| files(&corpus.join(folder), "xml")) {
        let source = std::fs::read(&path).unwrap();
        for context in [context(), Context { compat: Compat::nhs_eps_api(), ..context() }] {
            let Some(message) = v3.read(&source, &context).message else { continue };
            let text = registry::adapter(FORMAT).unwrap().write(&message, &context).unwrap().text;
            assert_eq!(of_gate_alone(&text), [], "{}", path.display());
            met.insert(message.body.kind().as_str());
        }
    }
    assert_eq!(met.len(), 10, "{met:?}");
}

/// The files of a folder and of the folders in it, by the end of their names.
fn files(folder: &std::path::Path, end: &str) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, end));
        } else if path.extension().is_some_and(|extension| extension == end) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The path that findings have for a JSON pointer.
fn path_of(tree: &JsonTree<'_>, pointer: &str) -> String {
    let step = |node: NodeId, segment: &str| match tree.kind(node) {
        JsonKind::Array => tree.children(node).nth(segment.parse().unwrap()),
        _ => tree.child(node, segment),
    };
    tree.path(pointer.split('/').skip(1).try_fold(tree.root(), step).unwrap())
}

/// The rule of the gate that a broken keyword breaks.
fn rule_of(keyword: &str) -> &'static str {
    let keyword = keyword.rsplit('/').find(|part| part.parse::<usize>().is_err()).unwrap();
    match keyword {
        "type" => "shape-type",
        "pattern" => "shape-pattern",
        "contains" | "maxContains" | "minItems" | "maxItems" => "shape-cardinality",
        "minLength" | "minProperties" => "shape-empty",
        "minimum" => "shape-range",
        "const" | "enum" => "shape-fixed-value",
        "required" => "shape-required",
        _ => "",
    }
}

/// Whether the gate finds a change by itself, by the rule of the keyword and at its place, and whether reader and gate
/// together find it there.
fn is_found(change: &Change, text: &str) -> bool {
    let tree = JsonTree::parse(text.as_bytes(), &Limits::default()).unwrap();
    let path = path_of(&tree, &change.place);
    let (of_reader, of_gate) = findings(text);
    let mut together = of_reader.iter().chain(&of_gate).filter(|finding| finding.severity == Severity::Error);
    if change.tells_the_kind {
        let on_the_way = |finding: &Finding| path.starts_with(&finding.path) || finding.path.starts_with(&path);
        return together.any(|finding| on_the_way(finding) || finding.path.starts_with('$'));
    }
    let rule = match change.sort {
        "both of a choice" => "shape-not-allowed",
        "missing beside another" => "shape-required",
        _ => rule_of(&change.keyword),
    };
    let names = |finding: &Finding| change.missing.as_ref().is_none_or(|name| finding.message.contains(name.as_str()));
    let alone = of_gate_alone(text);
    let mut alone = alone.iter().filter(|finding| finding.path == path && finding.position.line > 0);
    alone.any(|finding| finding.rule.name == rule && names(finding)) && together.any(|finding| finding.path == path)
}

/// Makes every change of a kind, once for each keyword of its schema. Gives what was not found, and how many changes of
/// each sort were made.
fn break_all(kind: Kind) -> (Vec<String>, BTreeMap<&'static str, usize>) {
    let schemas = Schemas::read();
    let mut made = Made::new();
    let mut missed = Vec::new();
    let mut counts = BTreeMap::new();
    for seed in 0..WALKED {
        let fullness = u8::try_from(100 - seed * 5).unwrap();
        let message: Value = serde_json::from_str(&written(kind, seed, fullness)).unwrap();
        for change in schemas.changes(kind.as_str(), &message, &mut made) {
            *counts.entry(change.sort).or_default() += 1;
            let text = serde_json::to_string_pretty(&change.made(&message)).unwrap();
            if !is_found(&change, &text) {
                missed.push(format!("{} of {} at {}: {:?}", change.sort, change.keyword, change.place, change.missing));
            }
        }
    }
    (missed, counts)
}

macro_rules! kinds {
    ($($test:ident: $kind:ident, $least:literal;)*) => {
        $(#[test]
        fn $test() {
            let (missed, counts) = break_all(Kind::$kind);
            assert!(missed.is_empty(), "{} missed\n{}", missed.len(), missed.join("\n"));
            let count: usize = counts.values().sum();
            assert!(count >= $least, "{count}: {counts:?}");
            for sort in ["missing", "other type", "other value"] {
                assert!(counts.contains_key(sort), "{sort}: {counts:?}");
            }
        })*
    };
}

kinds! {
    a_broken_prescription_order_is_missed_nowhere: PrescriptionOrder, 450;
    a_broken_cancel_request_is_missed_nowhere: CancelRequest, 400;
    a_broken_cancel_response_is_missed_nowhere: CancelResponse, 250;
    a_broken_release_request_is_missed_nowhere: ReleaseRequest, 100;
    a_broken_release_response_is_missed_nowhere: ReleaseResponse, 500;
    a_broken_dispense_notification_is_missed_nowhere: DispenseNotification, 450;
    a_broken_dispense_claim_is_missed_nowhere: DispenseClaim, 250;
    a_broken_return_is_missed_nowhere: Return, 150;
    a_broken_withdrawal_is_missed_nowhere: Withdraw, 150;
    a_broken_acknowledgement_is_missed_nowhere: Acknowledgement, 50;
}
