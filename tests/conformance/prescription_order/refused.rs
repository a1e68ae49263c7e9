//! Refusals: one changed character is found, and named by rule, path, line and column, without the value.

use causeway_tests::run;
use serde_json::{Value, json};

use super::accounted::order;

/// Validates a document with the program; its findings.
fn findings(document: &Value) -> (bool, Vec<Value>) {
    let text = serde_json::to_string_pretty(document).unwrap();
    let output = run(&["validate", "--output", "json", "-"], text.as_bytes());
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result["valid"].as_bool().unwrap(), output.status.success());
    (output.status.success(), result["findings"].as_array().unwrap().clone())
}

fn errors(document: &Value) -> Vec<Value> {
    findings(document).1.into_iter().filter(|finding| finding["severity"] == "error").collect()
}

/// The one error of a document, which must stand where the changed text stands.
fn the_error(document: &Value, rule: &str, changed: &str) {
    let errors = errors(document);
    assert_eq!(errors.len(), 1, "{errors:#?}");
    let error = &errors[0];
    assert_eq!(error["rule"], rule);
    let text = serde_json::to_string_pretty(document).unwrap();
    let line = text.lines().nth(usize::try_from(error["line"].as_u64().unwrap()).unwrap() - 1).unwrap();
    let column = usize::try_from(error["column"].as_u64().unwrap()).unwrap() - 1;
    assert_eq!(&line[column..column + changed.len() + 1], format!("\"{changed}"), "the place of the value");
    assert!(error["path"].as_str().unwrap().starts_with("Bundle.entry["));
    assert!(!error.to_string().contains(changed), "a finding never shows the value");
    assert!(!error["hint"].as_str().unwrap().is_empty());
}

#[test]
fn the_fixtures_are_valid() {
    for name in ["acute.json", "repeat.json", "repeat-dispensing.json", "hospital.json"] {
        let (valid, findings) = findings(&order(name));
        assert!(valid, "{name}: {findings:#?}");
    }
}

#[test]
fn one_changed_digit_of_an_nhs_number_is_found() {
    let mut document = order("acute.json");
    document["entry"][2]["resource"]["identifier"][0]["value"] = json!("9995102251");
    the_error(&document, "nhs-number-check", "9995102251");
}

#[test]
fn a_changed_check_character_of_a_prescription_id_is_found() {
    let mut document = order("acute.json");
    document["entry"][1]["resource"]["groupIdentifier"]["value"] = json!("5AD52F-0FH123-1AC6B8");
    the_error(&document, "prescription-id-check-character", "5AD52F-0FH123-1AC6B8");
}

#[test]
fn one_changed_digit_of_a_medicine_code_is_found() {
    let mut document = order("acute.json");
    document["entry"][1]["resource"]["medicationCodeableConcept"]["coding"][0]["code"] = json!("322236008");
    the_error(&document, "medicine-code-check", "322236008");
}

#[test]
fn findings_are_one_object_a_line_with_the_fields_of_the_contract() {
    let mut document = order("acute.json");
    document["entry"][2]["resource"]["identifier"][0]["value"] = json!("9995102251");
    let text = serde_json::to_string_pretty(&document).unwrap();
    let output = run(&["translate", "--to", "eps-hl7v3", "--findings", "json", "-"], text.as_bytes());
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty(), "nothing half-written");
    let line = String::from_utf8(output.stderr).unwrap();
    let finding: Value = serde_json::from_str(line.lines().next().unwrap()).unwrap();
    let mut names: Vec<&str> = finding.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["code", "column", "fault", "hint", "line", "message", "path", "rule", "severity"]);
}

#[test]
fn a_refusal_comes_back_as_an_operation_outcome() {
    let mut document = order("acute.json");
    document["entry"][2]["resource"]["identifier"][0]["value"] = json!("9995102251");
    let text = serde_json::to_string_pretty(&document).unwrap();
    let output = run(&["validate", "--output", "operation-outcome", "-"], text.as_bytes());
    let outcome: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(outcome["resourceType"], "OperationOutcome");
    assert_eq!(outcome["issue"][0]["severity"], "error");
    let expression = outcome["issue"][0]["expression"][0].as_str().unwrap();
    assert_eq!(expression, "Bundle.entry[2].resource.identifier[0].value");
    assert!(!outcome.to_string().contains("9995102251"));
}

#[test]
fn wrong_usage_and_missing_files_end_with_2() {
    assert_eq!(run(&["translate", "--to", "morse", "-"], b"{}").status.code(), Some(2));
    assert_eq!(run(&["translate", "--to", "eps-hl7v3", "/no/such/file"], b"").status.code(), Some(2));
    assert_eq!(run(&["translate"], b"").status.code(), Some(2));
}

#[test]
fn broken_input_is_refused_with_a_place_and_never_a_panic() {
    let text = serde_json::to_string(&order("acute.json")).unwrap();
    for (name, bytes) in [
        ("empty", Vec::new()),
        ("cut short", text.as_bytes()[..text.len() / 2].to_vec()),
        ("not utf-8", [text.as_bytes(), &[0xff]].concat()),
        ("doctype", b"<!DOCTYPE a><PORX_IN020101UK31 xmlns=\"urn:hl7-org:v3\"/>".to_vec()),
        ("brackets", "[".repeat(100_000).into_bytes()),
        ("duplicate key", text.replacen("\"type\":", "\"type\":\"message\",\"type\":", 1).into_bytes()),
    ] {
        let output = run(&["translate", "--from", "auto", "--to", "eps-hl7v3", "-"], &bytes);
        assert_eq!(output.status.code(), Some(1), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(!output.stderr.is_empty() && output.stdout.is_empty(), "{name}");
    }
}

#[test]
fn a_loss_cannot_be_switched_off() {
    let folder = tempfile::tempdir().unwrap();
    let context = folder.path().join("context.toml");
    let known = std::fs::read_to_string(causeway_tests::fixtures().join("context.toml")).unwrap();
    for rule in ["field-lost", "echo-differs", "fhir-reference", "no-such-rule"] {
        std::fs::write(&context, format!("{known}\n[rules]\n{rule} = \"off\"\n")).unwrap();
        let text = serde_json::to_string(&order("acute.json")).unwrap();
        let arguments = ["translate", "--to", "eps-hl7v3", "--context", context.to_str().unwrap(), "-"];
        let output = run(&arguments, text.as_bytes());
        assert_eq!(output.status.code(), Some(2), "{rule}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(String::from_utf8_lossy(&output.stderr).contains(rule));
    }
}

#[test]
fn a_request_for_anybody_but_the_patient_of_the_bundle_is_refused() {
    for other in ["urn:uuid:00000000-0000-4000-8000-000000000000", "Patient/99"] {
        let mut document = order("acute.json");
        document["entry"][1]["resource"]["subject"]["reference"] = json!(other);
        let errors = errors(&document);
        assert_eq!(errors[0]["rule"], "fhir-reference", "{errors:#?}");
    }
}

#[test]
fn two_entries_with_one_full_url_are_refused() {
    let mut document = order("repeat.json");
    document["entry"][2]["fullUrl"] = document["entry"][1]["fullUrl"].clone();
    assert!(errors(&document).iter().any(|error| error["rule"] == "fhir-reference"));
}

#[test]
fn what_decides_the_kind_of_a_message_is_never_taken_from_a_list() {
    for path in ["/resourceType", "/entry/0/resource/resourceType", "/entry/0/resource/eventCoding/code"] {
        let mut document = order("acute.json");
        let value = document.pointer_mut(path).unwrap();
        *value = json!([value.clone()]);
        let (valid, findings) = findings(&document);
        assert!(!valid, "{path}: {findings:?}");
    }
}

#[test]
fn utf_16_is_refused_by_name_whatever_the_format() {
    let text: Vec<u8> = "\u{feff}{\"resourceType\": \"Bundle\"}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for from in ["auto", "fhir-r4-json", "eps-hl7v3"] {
        let output = run(&["translate", "--from", from, "--to", "eps-hl7v3", "--findings", "json", "-"], &text);
        assert!(String::from_utf8_lossy(&output.stderr).contains("utf16-not-supported"), "{from}");
    }
}

#[test]
fn a_ledger_is_written_for_a_refused_message_too() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("ledger.json");
    let context = causeway_tests::fixtures().join("context.toml");
    let mut document = order("acute.json");
    document["entry"][1]["resource"]["doNotPerform"] = json!(true);
    let text = serde_json::to_string(&document).unwrap();
    let (context, file) = (context.to_str().unwrap(), ledger.to_str().unwrap());
    let arguments = ["translate", "--to", "eps-hl7v3", "--context", context, "--ledger", file, "-"];
    let output = run(&arguments, text.as_bytes());
    assert_eq!(output.status.code(), Some(1));
    let written: Value = serde_json::from_str(&std::fs::read_to_string(&ledger).unwrap()).unwrap();
    assert_eq!(written["summary"]["lost"], 1);
    let lost = written["entries"].as_array().unwrap().iter().find(|entry| entry["disposition"] == "lost").unwrap();
    assert_eq!(lost["source"]["path"], "Bundle.entry[1].resource.doNotPerform");
    assert_eq!(lost["target"], Value::Null);
}
