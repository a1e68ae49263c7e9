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
