//! The published pairs of every operation: a FHIR request and the V3 message that it becomes; and every published V3
//! message on its way to each other format and back.

use std::path::Path;
use std::process::Output;

use causeway_tests::{Pair, comparable, corpus, corpus_context, difference, pairs, run, schema_valid, with_their_ids};

/// Operations with how many pairs of each the corpus has.
const OPERATIONS: [(&str, usize); 9] = [
    ("Send", 32),
    ("Cancel", 10),
    ("Dispense", 8),
    ("DispenseAmend", 1),
    ("Release", 6),
    ("Claim", 3),
    ("Amend", 1),
    ("Return", 1),
    ("Withdraw", 1),
];

/// Pairs that the corpus or the standard lists as faulty, and why.
const FAULTY: &[(&str, &str)] = &[];

fn all_pairs() -> Vec<Pair> {
    if corpus().is_none() {
        return Vec::new();
    }
    let of_operation = |(operation, count)| {
        let pairs = pairs(operation);
        assert_eq!(pairs.len(), count, "{operation}");
        pairs
    };
    OPERATIONS.into_iter().flat_map(of_operation).collect()
}

fn is_faulty(pair: &Pair) -> bool {
    FAULTY.iter().any(|(name, _)| pair.name.contains(name))
}

fn translate(from: &str, to: &str, context: &Path, input: &[u8]) -> Output {
    run(&["translate", "--from", from, "--to", to, "--context", context.to_str().unwrap(), "-"], input)
}

/// The name of the interaction that the schemas know.
fn interaction(v3: &str) -> String {
    let start = v3.find("<PORX_IN").unwrap() + 1;
    v3[start..start + "PORX_IN020101SM31".len()].replace("SM", "UK")
}

/// What fails of a check of each pair, as one text.
fn failures(check: impl Fn(&Pair) -> Result<(), String>) -> Vec<String> {
    let wrong = |pair: &Pair| check(pair).err().map(|error| format!("{}\n  {error}", pair.name));
    all_pairs().iter().filter(|pair| !is_faulty(pair)).filter_map(wrong).collect()
}

fn success(output: &Output) -> Result<String, String> {
    let error = || String::from_utf8_lossy(&output.stderr).chars().take(1500).collect::<String>();
    if output.status.success() { Ok(String::from_utf8(output.stdout.clone()).unwrap()) } else { Err(error()) }
}

#[test]
fn every_request_becomes_the_published_message_and_is_schema_valid() {
    let Some(context) = corpus_context() else { return };
    let failures = failures(|pair| {
        let request = std::fs::read_to_string(&pair.request).unwrap();
        let ours = success(&translate("fhir-r4-json", "eps-hl7v3", &context, request.as_bytes()))?;
        let (mine, theirs) = (comparable(&ours), comparable(&with_their_ids(&pair.v3, &request, &ours)));
        if mine != theirs {
            return Err(difference(&mine, &theirs));
        }
        schema_valid(&ours, &interaction(&pair.v3))
    });
    assert!(failures.is_empty(), "{} fail\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn without_the_compatibility_switch_every_request_is_schema_valid() {
    let Some(_) = corpus_context() else { return };
    let folder = tempfile::tempdir().unwrap();
    let context = folder.path().join("context.toml");
    std::fs::write(
        &context,
        "now = \"2022-02-01T00:00:00Z\"\nsender_asid = \"200000001285\"\nreceiver_asid = \"567456789789\"\n\
         [rules]\nprescription-id-check-character = \"warning\"\n",
    )
    .unwrap();
    let failures = failures(|pair| {
        let request = std::fs::read(&pair.request).unwrap();
        let ours = success(&translate("fhir-r4-json", "eps-hl7v3", &context, &request))?;
        schema_valid(&ours, &interaction(&pair.v3))
    });
    assert!(failures.is_empty(), "{} fail\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_published_message_crosses_to_each_other_format_without_a_loss() {
    let Some(context) = corpus_context() else { return };
    let failures = failures(|pair| {
        for to in ["fhir-r4-json", "fhir-r4-xml", "canonical-json"] {
            let there = success(&translate("eps-hl7v3", to, &context, pair.v3.as_bytes()))?;
            let again = success(&translate("eps-hl7v3", to, &context, pair.v3.as_bytes()))?;
            if there != again {
                return Err(format!("{to}: another text on a second run"));
            }
            success(&translate(to, "eps-hl7v3", &context, there.as_bytes()))?;
        }
        Ok(())
    });
    assert!(failures.is_empty(), "{} fail\n{}", failures.len(), failures.join("\n"));
}
