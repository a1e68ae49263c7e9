//! `explain --at`: where a value of an output comes from.

use causeway_tests::{fixtures, run, workspace};
use serde_json::Value;

fn explain(path: &str, json: bool) -> (Option<i32>, String, String) {
    let context = fixtures().join("context.toml");
    let message = fixtures().join("fhir-r4/acute.json");
    let mut arguments = vec!["explain", "--to", "eps-hl7v3", "--context", context.to_str().unwrap(), "--at", path];
    if json {
        arguments.push("--json");
    }
    arguments.push(message.to_str().unwrap());
    let output = run(&arguments, b"");
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

const PATIENT: &str = "/PORX_IN020101UK31/ControlActEvent/subject/ParentPrescription/recordTarget/Patient";

#[test]
fn a_mapped_value_names_its_bytes_its_field_and_its_rule() {
    let (code, text, _) = explain(&format!("{PATIENT}/patientPerson/birthTime/@value"), true);
    assert_eq!(code, Some(0));
    let found: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(found[0]["kind"], "message");
    assert_eq!(found[0]["origins"][0]["field"], "patient.birthDate");
    assert_eq!(found[0]["origins"][0]["written_by"], "date-digits");
    let source = &found[0]["origins"][0]["sources"][0];
    let whole = std::fs::read_to_string(workspace().join("tests/fixtures/fhir-r4/acute.json")).unwrap();
    let bytes = |end: &str| usize::try_from(source["bytes"][end].as_u64().unwrap()).unwrap();
    assert!(whole[bytes("start")..bytes("end")].starts_with("\"birthDate\": \""), "{source}");
    let line = whole.lines().nth(usize::try_from(source["line"].as_u64().unwrap()).unwrap() - 1).unwrap();
    assert!(line.contains("\"birthDate\""), "{line}");
    assert!(source["path"].as_str().unwrap().ends_with(".resource.birthDate"));
}

#[test]
fn every_value_of_an_output_is_from_the_message_a_named_default_or_structural() {
    let (code, text, _) = explain("/PORX_IN020101UK31", true);
    assert_eq!(code, Some(0));
    let found: Vec<Value> = serde_json::from_str(&text).unwrap();
    let of_kind = |kind: &str| found.iter().filter(|value| value["kind"] == kind).collect::<Vec<_>>();
    assert!(found.len() > 200 && of_kind("structural").len() > 50, "{}", found.len());
    for value in of_kind("message") {
        let origins = value["origins"].as_array().unwrap();
        let sources = origins.iter().flat_map(|origin| origin["sources"].as_array().unwrap());
        assert!(sources.count() > 0 || origins.iter().all(|origin| origin["written_by"] != ""), "{value}");
    }
    for value in of_kind("default") {
        assert!(!value["origins"][0]["reason"].as_str().unwrap().is_empty(), "{value}");
    }
}

#[test]
fn people_read_it_as_text_and_a_path_that_is_not_there_is_an_error() {
    let (code, text, _) = explain(&format!("{PATIENT}/id"), false);
    assert_eq!(code, Some(0));
    assert!(text.contains("field patient.nhsNumber, written unchanged") && text.contains("structural"), "{text}");
    let (code, _, error) = explain("/PORX_IN020101UK31/colour", false);
    assert_eq!(code, Some(2));
    assert!(error.contains("no value at"), "{error}");
}
