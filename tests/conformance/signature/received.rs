//! The published signed prescriptions and release responses (signature.md §5, §7).
//!
//! Their authorities are not published, so that none of them is trusted; what else is found of each is known.

use causeway_tests::{corpus, run};
use serde_json::Value;

/// Code and severity of each finding.
type Found = Vec<(String, String)>;

/// Short id and findings of every prescription in a file.
fn verify(file: &str, options: &[&str]) -> Vec<(String, Found)> {
    let path = corpus().unwrap().join("eps-spine-responses").join(file);
    let arguments = [&["verify-signature", "--output", "json"], options, &[path.to_str().unwrap()]].concat();
    let output = run(&arguments, b"");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let verdict = |line: &str| {
        let verdict: Value = serde_json::from_str(line).unwrap();
        assert_eq!(verdict["valid"], false);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let findings = verdict["findings"].as_array().unwrap();
        let found = findings.iter().map(|finding| (text(&finding["code"]), text(&finding["severity"]))).collect();
        (text(&verdict["prescription"]), found)
    };
    lines.lines().map(verdict).collect()
}

fn found(expected: &[(&str, &str)]) -> Found {
    expected.iter().map(|(code, severity)| ((*code).to_owned(), (*severity).to_owned())).collect()
}

const SHA1: (&str, &str) = ("signature-sha1", "warning");
const SHA1_REFUSED: (&str, &str) = ("signature-algorithm", "error");
const INVALID: (&str, &str) = ("signature-invalid", "error");
const CONTENT: (&str, &str) = ("signature-content", "error");
const EXPIRED: (&str, &str) = ("signature-expired", "error");
const UNTRUSTED: (&str, &str) = ("signature-untrusted", "error");
const NO_LIST: (&str, &str) = ("signature-crl-missing", "warning");
const WHITE_SPACE: (&str, &str) = ("signature-white-space", "information");
const NO_NAMESPACE: (&str, &str) = ("signature-no-namespace", "information");

#[test]
fn each_published_signed_prescription_has_the_fault_of_its_name() {
    if corpus().is_none() {
        return;
    }
    for (name, expected) in [
        ("ValidSignature", &[SHA1, WHITE_SPACE, NO_LIST, UNTRUSTED, NO_NAMESPACE][..]),
        ("SignatureIsInvalid", &[SHA1, INVALID, NO_LIST, UNTRUSTED, NO_NAMESPACE]),
        ("SignatureDoesNotMatchPrescription", &[SHA1, INVALID, CONTENT, NO_LIST, UNTRUSTED, NO_NAMESPACE]),
        // The certificate in it, put there for the authority's revocation, is of another signer and time.
        ("SignatureCertCaNotOnArl", &[SHA1, INVALID, NO_LIST, EXPIRED, UNTRUSTED, NO_NAMESPACE]),
    ] {
        let verdicts = verify(&format!("signed-prescriptions/{name}.xml"), &["--allow-sha1"]);
        assert_eq!(verdicts, [("92DC91-A83008-4DCD88".to_owned(), found(expected))], "{name}");
    }
}

#[test]
fn every_prescription_that_spine_released_is_what_its_prescriber_signed() {
    if corpus().is_none() {
        return;
    }
    for (name, prescriptions) in [
        ("full_successful_release", 20),
        ("release_success", 1),
        // A repeat of which Spine changed the issue number and added the status of its items.
        ("repeat_dispensing_release_success", 1),
    ] {
        let file = format!("release/{name}.xml");
        let verdicts = verify(&file, &["--allow-sha1"]);
        assert_eq!(verdicts.len(), prescriptions, "{name}");
        for (prescription, findings) in verdicts {
            assert_eq!(findings, found(&[SHA1, WHITE_SPACE, NO_LIST, UNTRUSTED]), "{name} {prescription}");
        }
        for (prescription, findings) in verify(&file, &[]) {
            assert_eq!(findings, found(&[SHA1_REFUSED, WHITE_SPACE, NO_LIST, UNTRUSTED]), "{name} {prescription}");
        }
    }
}
