//! `causeway validate` over many files.

use std::path::{Path, PathBuf};

use causeway_syntax::{Limits, XmlTree};
use causeway_tests::{fixtures, run};
use serde_json::Value;

/// A folder with good orders, one with a wrong digit in the NHS number, and one that is none; all have names that sort.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let order = std::fs::read_to_string(fixtures().join("fhir-r4/acute.json")).unwrap();
        let write = |name: String, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        for number in 0..40 {
            write(format!("good-{number:02}.json"), &order);
        }
        let wrong = order.replace("9995102250", "9995102251");
        assert_ne!(wrong, order);
        write("middle-wrong.json".to_owned(), &wrong);
        write("wrong.txt".to_owned(), "no message");
        Folder(folder)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

fn validate(arguments: &[&str], path: &Path) -> (i32, String, String) {
    let context = fixtures().join("context.toml");
    let mut all = vec!["validate", "--context", context.to_str().unwrap()];
    all.extend(arguments);
    all.push(path.to_str().unwrap());
    let output = run(&all, b"");
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn files_are_reported_in_their_order_however_many_threads_there_are() {
    let folder = Folder::new();
    let (code, alone, _) = validate(&["--output", "json", "--threads", "1"], folder.0.path());
    let (_, together, errors) = validate(&["--output", "json", "--threads", "8"], folder.0.path());
    assert_eq!((code, errors.as_str()), (1, ""));
    assert_eq!(alone, together);
    let results: Vec<Value> = alone.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<&str> = results.iter().map(|result| result["file"].as_str().unwrap()).collect();
    assert!(names.is_sorted() && names.len() == 42);
    let refused: Vec<&Value> = results.iter().filter(|result| result["valid"] == false).collect();
    assert_eq!(refused[0]["findings"][0]["code"], "nhs-number-check");
    assert_eq!(refused[1]["findings"][0]["code"], "format-unknown");
    assert_eq!(refused.len(), 2);
}

#[test]
fn text_ends_with_a_table_of_the_rules_that_are_broken() {
    let folder = Folder::new();
    let (code, text, _) = validate(&[], folder.0.path());
    let row = |rule: &str| text.lines().find(|line| line.trim_start().starts_with(rule)).map(str::trim).unwrap();
    assert_eq!(
        row("nhs-number-check").split_whitespace().take(4).collect::<Vec<_>>(),
        ["nhs-number-check", "error", "1", "1"]
    );
    assert!(row("format-unknown").ends_with("The format is not known."));
    assert!(text.ends_with("40 of 42 valid\n"), "{text}");
    assert_eq!(code, 1);
}

#[test]
fn junit_has_a_test_a_file_and_holds_no_value_of_a_message() {
    let folder = Folder::new();
    let report = tempfile::NamedTempFile::new().unwrap();
    let path = report.path().to_str().unwrap().to_owned();
    validate(&["--junit", &path], folder.0.path());
    let text = std::fs::read_to_string(&path).unwrap();
    let tree = XmlTree::parse(text.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(tree.name(tree.root()), "testsuites");
    assert!(text.contains(r#"tests="42" skipped="0" errors="0" failures="2""#), "{text}");
    assert_eq!(text.matches("<testcase ").count(), 42);
    assert!(text.contains(r#"type="nhs-number-check""#) && text.contains(r#"classname="prescription-order""#));
    assert!(!text.contains("9995102251"));
}

#[test]
fn a_layer_that_is_skipped_is_not_asked() {
    let folder = Folder::new();
    let wrong = folder.file("middle-wrong.json");
    assert_eq!(validate(&["--skip", "identifiers"], &wrong).0, 0);
    assert_eq!(validate(&["--skip", "shape", "--skip", "rules"], &wrong).0, 1);
    let (code, _, errors) = validate(&["--skip", "syntax"], &wrong);
    assert_eq!(code, 2);
    assert!(errors.contains("possible values: shape, identifiers, rules, signature"), "{errors}");
}

#[test]
fn what_keeps_a_text_from_being_json_or_xml_is_said_although_no_format_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(1000), "]".repeat(1000));
    for (text, rule) in [
        ("<!DOCTYPE x [<!ENTITY y 'z'>]><x>&y;</x>", "xml-doctype"),
        (deep.as_str(), "nesting-too-deep"),
        ("{\"a\": 1,}", "json-trailing-comma"),
        ("<other/>", "format-unknown"),
    ] {
        let file = folder.path().join("message");
        std::fs::write(&file, text).unwrap();
        let (code, text, _) = validate(&[], &file);
        assert!(code == 1 && text.contains(&format!("error[{rule}]")), "{text}");
    }
}

#[test]
fn codes_are_looked_up_where_a_dictionary_is_given() {
    let folder = tempfile::tempdir().unwrap();
    let index = folder.path().join("dmd.index");
    let (index, release) = (index.to_str().unwrap(), fixtures().join("dmd/release"));
    let load = ["terminology", "load", "--out", index, release.to_str().unwrap()];
    assert_eq!(run(&load, b"").status.code(), Some(0));
    let order = fixtures().join("fhir-r4/acute.json");
    assert!(!validate(&[], &order).1.contains("medicine-unknown"));
    assert!(validate(&["--terminology", index], &order).1.contains("medicine-unknown"));
    let (code, _, errors) = validate(&["--terminology", "/absent.index"], &order);
    assert_eq!(code, 2);
    assert!(errors.contains("/absent.index"), "{errors}");
}

#[test]
fn signatures_are_warned_of_until_somebody_is_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
    let mut params = rcgen::CertificateParams::default();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    params.key_usages = vec![rcgen::KeyUsagePurpose::KeyCertSign];
    let authority = folder.path().join("authority.pem");
    std::fs::write(&authority, params.self_signed(&key).unwrap().pem()).unwrap();
    let order = fixtures().join("fhir-r4/acute.json");
    let (code, text, _) = validate(&[], &order);
    assert!(code == 0 && text.contains("warning[signature-"), "{text}");
    let (code, text, _) = validate(&["--trust", authority.to_str().unwrap()], &order);
    assert!(code == 1 && text.contains("error[signature-"), "{text}");
    assert!(!validate(&["--skip", "signature"], &order).1.contains("signature-"));
}

#[test]
fn whether_a_message_crosses_to_another_format_is_asked_where_it_is_named() {
    let order = fixtures().join("fhir-r4/acute.json");
    assert_eq!(validate(&["--to", "eps-hl7v3"], &order).0, 0);
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(order).unwrap();
    let unknown = text.replacen(r#""birthDate""#, r#""multipleBirthInteger": 2, "birthDate""#, 1);
    let file = folder.path().join("unknown.json");
    std::fs::write(&file, unknown).unwrap();
    assert_eq!(validate(&[], &file).0, 0);
    let (code, text, _) = validate(&["--to", "eps-hl7v3"], &file);
    assert_eq!(code, 1);
    assert!(text.contains("field-lost") && text.contains("multipleBirthInteger"), "{text}");
    let (code, _, errors) = validate(&["--to", "eps"], &file);
    assert_eq!(code, 2);
    assert!(errors.contains("unknown format eps"), "{errors}");
}

#[test]
fn a_v3_sender_sees_the_acknowledgement_that_it_would_get() {
    let folder = Folder::new();
    let (code, text, _) = validate(&["--output", "v3-acknowledgement"], &folder.file("middle-wrong.json"));
    assert_eq!(code, 1);
    assert!(text.contains("MCCI_IN010000UK13") && text.contains(r#"typeCode="AE""#), "{text}");
    assert!(text.contains("nhs-number-check") && !text.contains("9995102251"), "{text}");
    let (_, text, _) = validate(&["--output", "v3-acknowledgement"], &folder.file("wrong.txt"));
    assert!(text.starts_with("refused\n"), "{text}");
    let order = folder.file("good-00.json");
    let output = run(&["validate", "--output", "v3-acknowledgement", order.to_str().unwrap()], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("sender_asid"));
}

#[test]
fn a_file_that_cannot_be_read_does_not_keep_the_others_from_being_checked() {
    let folder = Folder::new();
    let (order, absent) = (folder.file("good-00.json"), folder.file("absent.json"));
    let output = run(&["validate", absent.to_str().unwrap(), order.to_str().unwrap()], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("cannot read"));
    assert!(String::from_utf8(output.stdout).unwrap().ends_with("1 of 2 valid\n"));
}
