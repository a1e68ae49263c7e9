//! The published messages: good ones have no error, bad ones have theirs.

use std::collections::BTreeMap;

use causeway_tests::{corpus, corpus_context};
use serde_json::Value;

use super::{errors, validate};

/// Published files of a kind of message that are not good, by the end of their name: the rules that refuse them, and why.
const REFUSED: &[(&str, &[&str], &str)] = &[
    (
        "responsible-party-org/cancellations/3-Convert-Response-Cancel-200_OK.xml",
        &["v3-required"],
        "the one V3 request that is not valid against its schema (EPS-D17)",
    ),
    (
        "errors/1-Process-Request-Send-400_INVALID_CHECKSUM.json",
        &["prescription-id-check-character"],
        "published error",
    ),
    (
        "errors/2-Prepare-Request-400_Invalid_Course_of_Therapy_mixed.json",
        &["course-of-therapy-mixture"],
        "published error",
    ),
    (
        "errors/2-Process-Request-Send-400_Invalid_Course_of_Therapy_mixed.json",
        &["course-of-therapy-mixture"],
        "published error",
    ),
    ("errors/3-Process-Request-Dispense-400_Invalid_Value.json", &["prescription-reason-agrees"], "published error"),
    ("errors/4-Process-Request-Send-400_invalid_intent.json", &["order-intent"], "published error"),
    ("bulk-translation/1-Prepare-Request-Send-400_Bad_Request.json", &["item-count"], "published error"),
    ("bulk-translation/1-Process-Request-Send-400_Bad_Request.json", &["item-count"], "published error"),
    (
        "sandbox/Release-Response-200_OK.json",
        &["fhir-disagreement", "fhir-required"],
        "an entry without resource, and a count of entries that is not theirs",
    ),
    (
        "dispense-notification/acute-primary-example-05-req.json",
        &["prescription-reason-agrees"],
        "two reasons for one prescription, as in the published error (dispense.md §3)",
    ),
    (
        "dispense-notification/repeat-primary-example-req.json",
        &["issue-beyond-last"],
        "the second issue of an item that may not be repeated (EPS-D40)",
    ),
    ("release/acute-primary-example-res.json", &["fhir-disagreement"], "two ids of one response in its two bundles"),
    (
        "example-b-spine-error-patient-deceased/PrepareRequest-FhirMessageUnsigned.json",
        &["fhir-code", "fhir-fixed-value", "fhir-required"],
        "an older profile: other systems, no dispensing site preference",
    ),
    (
        "example-b-spine-error-patient-deceased/SendRequest-FhirMessageSigned.json",
        &["fhir-code", "fhir-fixed-value", "fhir-required"],
        "an older profile: other systems, no dispensing site preference",
    ),
    (
        "spec/errors/prescription-order-update/bundle-error.json",
        &["fhir-reference"],
        "a responsible practitioner who is not in the bundle",
    ),
    (
        "test-data/Process-Request-Dispense-Has-StatusReasonCodableConcept-200_OK.json",
        &["fhir-structure", "unit-code-format"],
        "a suffix of null, and units in words for codes",
    ),
];

/// Published orders whose short id has a wrong check character (README of the corpus).
const WRONG_CHECK_CHARACTER: &str = "concurrent-dosage-instructions/";

/// The rules that refuse a result, each once.
fn refusing(result: &Value) -> Vec<&str> {
    let mut rules: Vec<&str> = errors(result).iter().map(|finding| finding["rule"].as_str().unwrap()).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

#[test]
fn published_messages_of_every_kind_are_valid_but_for_those_named_here() {
    let (Some(corpus), Some(context)) = (corpus(), corpus_context()) else { return };
    let folders = ["eps-pairs", "eps-fhir", "eps-spine-responses"].map(|folder| corpus.join(folder));
    let folders: Vec<_> = folders.iter().map(std::path::PathBuf::as_path).collect();
    let text = std::fs::read_to_string(&context).unwrap();
    let (strict, _) = text.split_once("[rules]").unwrap();
    let temporary = tempfile::tempdir().unwrap();
    let context = temporary.path().join("context.toml");
    std::fs::write(&context, strict).unwrap();

    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut met = 0;
    for result in validate(&["--context", context.to_str().unwrap()], &folders) {
        let Some(kind) = result["kind"].as_str() else { continue };
        *kinds.entry(kind.to_owned()).or_default() += 1;
        let file = result["file"].as_str().unwrap();
        let named = REFUSED.iter().find(|(name, ..)| file.ends_with(name));
        met += usize::from(named.is_some());
        let expected: &[&str] = match named {
            Some((_, rules, _)) => rules,
            None if file.contains(WRONG_CHECK_CHARACTER) => &["prescription-id-check-character"],
            None => &[],
        };
        let refusing = refusing(&result);
        assert_eq!(refusing, expected, "{file}: {:#?}", errors(&result));
    }
    assert_eq!(met, REFUSED.len(), "a file named here is not there");
    for kind in [
        "prescription-order",
        "cancel-request",
        "cancel-response",
        "release-request",
        "release-response",
        "dispense-notification",
        "dispense-claim",
        "return",
        "withdraw",
        "acknowledgement",
    ] {
        assert!(kinds.get(kind).is_some_and(|count| *count > 0), "no {kind}: {kinds:?}");
    }
}
