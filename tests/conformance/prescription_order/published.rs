//! The published pairs: a FHIR request and the V3 message that it becomes.

use std::process::Output;

use causeway_tests::{comparable, corpus_context, difference, pairs, run, schema_valid};

/// Translates a file with the program.
fn translate(file: &str, context: &str) -> Output {
    run(&["translate", "--from", "fhir-r4-json", "--to", "eps-hl7v3", "--context", context, file], b"")
}

#[test]
fn every_send_request_becomes_the_published_message_and_is_schema_valid() {
    let Some(context) = corpus_context() else { return };
    let mut failures = Vec::new();
    let pairs = pairs("Send");
    for pair in &pairs {
        let output = translate(pair.request.to_str().unwrap(), context.to_str().unwrap());
        let ours = String::from_utf8(output.stdout).unwrap();
        if !output.status.success() {
            failures.push(format!("{}: {}", pair.name, String::from_utf8_lossy(&output.stderr)));
            continue;
        }
        let (ours_comparable, theirs) = (comparable(&ours), comparable(&pair.v3));
        if ours_comparable != theirs {
            failures.push(format!("{}:\n{}", pair.name, difference(&ours_comparable, &theirs)));
        }
        if let Err(error) = schema_valid(&ours, "PORX_IN020101UK31") {
            failures.push(format!("{}: {error}", pair.name));
        }
    }
    assert_eq!(pairs.len(), 32, "the corpus has 32 Send pairs");
    assert!(failures.is_empty(), "{} of {} fail\n{}", failures.len(), pairs.len(), failures.join("\n"));
}

#[test]
fn without_the_compatibility_switch_every_send_request_is_schema_valid() {
    let Some(_) = corpus_context() else { return };
    let folder = tempfile::tempdir().unwrap();
    let context = folder.path().join("context.toml");
    std::fs::write(
        &context,
        "now = \"2022-02-01T00:00:00Z\"\nsender_asid = \"200000001285\"\nreceiver_asid = \"567456789789\"\n\
         [rules]\nprescription-id-check-character = \"warning\"\n",
    )
    .unwrap();
    for pair in pairs("Send") {
        let output = translate(pair.request.to_str().unwrap(), context.to_str().unwrap());
        assert!(output.status.success(), "{}: {}", pair.name, String::from_utf8_lossy(&output.stderr));
        let ours = String::from_utf8(output.stdout).unwrap();
        schema_valid(&ours, "PORX_IN020101UK31").unwrap_or_else(|error| panic!("{}: {error}", pair.name));
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let Some(context) = corpus_context() else { return };
    for pair in pairs("Send").iter().take(3) {
        let (file, context) = (pair.request.to_str().unwrap(), context.to_str().unwrap());
        assert_eq!(translate(file, context).stdout, translate(file, context).stdout, "{}", pair.name);
    }
}
