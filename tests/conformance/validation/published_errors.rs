//! The published errors: every request that is published with a refusal is refused for the published sort of reason, or for
//! a more exact one, and at the published place.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use causeway_tests::{corpus, corpus_context, run};
use serde_json::Value;

/// The issue codes that say more exactly what another one says, from the hierarchy of the issue types of FHIR R4.
/// `processing` says no more than that something failed.
const MORE_EXACT: [(&str, &[&str]); 2] = [
    ("invalid", &["structure", "required", "value", "invariant"]),
    (
        "processing",
        &[
            "not-supported",
            "duplicate",
            "not-found",
            "too-long",
            "code-invalid",
            "extension",
            "too-costly",
            "business-rule",
            "conflict",
            "invalid",
            "structure",
            "required",
            "value",
            "invariant",
        ],
    ),
];

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

/// Whether a file tells of a refusal, as `2-Process-Request-Send-400_invalid.json` does.
fn is_refusal(path: &Path) -> bool {
    let is_status =
        |part: &str| part.len() == 3 && part.starts_with('4') && part.bytes().all(|byte| byte.is_ascii_digit());
    name(path).ends_with(".json") && name(path).split(['-', '_', '.']).any(is_status)
}

/// The published refusal of a request: that of its number and step beside it, or else of its number.
fn response<'f>(request: &Path, all: &'f [PathBuf]) -> Option<&'f PathBuf> {
    let number = name(request).split('-').next().unwrap();
    let step = name(request).split('-').nth(1).unwrap();
    let beside = all.iter().filter(|path| {
        path.parent() == request.parent()
            && name(path).contains("-Response-")
            && is_refusal(path)
            && name(path).split('-').next() == Some(number)
    });
    let mut beside: Vec<&PathBuf> = beside.collect();
    beside.sort_by_key(|path| name(path).split('-').nth(1) != Some(step));
    beside.first().copied()
}

/// The elements that a place goes through: of `Bundle.entry.resource.ofType(MedicationRequest).intent` the last is `intent`.
fn last_element(expression: &str) -> &str {
    let last = expression.rsplit('.').next().unwrap();
    last.split([':', '[', '(']).next().unwrap()
}

fn is_as_exact(ours: &str, published: &str) -> bool {
    ours == published || MORE_EXACT.iter().any(|(code, finer)| *code == published && finer.contains(&ours))
}

fn is_told(issue: &Value, ours: &[Value]) -> bool {
    let expressions = issue["expression"].as_array().map_or(&[][..], Vec::as_slice);
    ours.iter().any(|own| {
        let place = own["expression"][0].as_str().unwrap_or_default();
        own["severity"] == "error"
            && is_as_exact(own["code"].as_str().unwrap(), issue["code"].as_str().unwrap())
            && expressions.iter().all(|expression| place.contains(last_element(expression.as_str().unwrap())))
    })
}

#[test]
fn every_published_refusal_is_ours_too_for_the_same_reason_or_a_more_exact_one() {
    let (Some(corpus), Some(context)) = (corpus(), corpus_context()) else { return };
    let text = std::fs::read_to_string(&context).unwrap();
    let (strict, _) = text.split_once("[rules]").unwrap();
    let temporary = tempfile::tempdir().unwrap();
    let context = temporary.path().join("context.toml");
    std::fs::write(&context, strict).unwrap();

    let all: Vec<PathBuf> = ["eps-pairs", "eps-fhir"].iter().flat_map(|folder| files(&corpus.join(folder))).collect();
    let requests = all.iter().filter(|path| name(path).contains("-Request-") && is_refusal(path));
    let mut met: BTreeMap<&str, usize> = BTreeMap::new();
    for request in requests {
        let response = response(request, &all).unwrap_or_else(|| panic!("no response to {}", request.display()));
        let published: Value = serde_json::from_str(&std::fs::read_to_string(response).unwrap()).unwrap();
        let arguments = ["validate", "--output", "operation-outcome", "--context", context.to_str().unwrap()];
        let output = run(&[&arguments[..], &[request.to_str().unwrap()]].concat(), b"");
        let outcome: Value = serde_json::from_slice(&output.stdout).unwrap();
        let ours = outcome["issue"].as_array().unwrap();
        for issue in published["issue"].as_array().unwrap() {
            assert!(is_told(issue, ours), "{}: {issue:#} is not among {ours:#?}", request.display());
            *met.entry(name(request)).or_default() += 1;
        }
    }
    let expected = [
        "1-Prepare-Request-Send-400_Bad_Request.json",
        "1-Process-Request-Send-400_Bad_Request.json",
        "1-Process-Request-Send-400_INVALID_CHECKSUM.json",
        "2-Prepare-Request-400_Invalid_Course_of_Therapy_mixed.json",
        "2-Process-Request-Send-400_Invalid_Course_of_Therapy_mixed.json",
        "3-Process-Request-Dispense-400_Invalid_Value.json",
        "4-Process-Request-Send-400_invalid_intent.json",
    ];
    assert_eq!(met.keys().copied().collect::<Vec<_>>(), expected);
}
