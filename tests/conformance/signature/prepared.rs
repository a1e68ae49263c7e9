//! The published answers to `$prepare` (signature.md §3, §7).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use causeway_tests::{corpus, pairs, run};
use serde_json::Value;

use super::context_at;

/// Published answers that nobody can reproduce, and why.
const NOT_REPRODUCIBLE: [(&str, &str); 2] = [
    ("spec/prepare/eRD-primary-example-req.json", "made by hand, with SHA-1 and another time"),
    (
        "secondary-care/community/acute/nominated-pharmacy/clinical-practitioner/controlled-drugs/2-Prepare-Request-200_OK.json",
        "stale: the request was changed after the answer was made",
    ),
];

/// Requests with their answers, by the name of the request.
fn published(examples: &Path) -> BTreeMap<String, (PathBuf, Value)> {
    let mut found = BTreeMap::new();
    let mut folders = vec![examples.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(examples).unwrap().to_str().unwrap().to_owned();
            let answer = if name.ends_with("-Prepare-Request-200_OK.json") {
                name.replace("-Prepare-Request-", "-Prepare-Response-")
            } else if name.starts_with("spec/prepare/") && name.ends_with("-req.json") {
                name.replace("-req.json", "-res.json")
            } else {
                continue;
            };
            let answer = std::fs::read(examples.join(answer)).unwrap();
            found.insert(name, (path, serde_json::from_slice(&answer).unwrap()));
        }
    }
    found
}

#[test]
fn s7_every_published_answer_is_reproduced_but_for_those_that_nobody_can() {
    let Some(corpus) = corpus() else { return };
    let folder = tempfile::tempdir().unwrap();
    let context = context_at(folder.path(), "2024-12-09T11:50:04Z").unwrap();
    let published = published(&corpus.join("eps-fhir/examples"));
    let mut other = Vec::new();
    for (name, (request, answer)) in &published {
        let output = run(&["prepare", "--context", context.to_str().unwrap(), request.to_str().unwrap()], b"");
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        if serde_json::from_slice::<Value>(&output.stdout).unwrap() != *answer {
            other.push(name.as_str());
        }
    }
    let mut expected = NOT_REPRODUCIBLE.map(|(name, _)| name);
    expected.sort_unstable();
    assert_eq!(other, expected);
    assert_eq!(published.len(), 32, "the corpus has 32 requests with their answers");
}

#[test]
fn s7_the_hash_is_made_of_as_many_bytes_as_published() {
    let Some(corpus) = corpus() else { return };
    let folder = tempfile::tempdir().unwrap();
    let context = context_at(folder.path(), "2024-12-09T11:50:04Z").unwrap();
    for (name, bytes, digest) in [
        (
            "secondary-care/community/acute/nominated-pharmacy/nurse/prescribing-and-professional-codes/controlled-drugs/additional-instructions/2",
            4586,
            "lCQS5xowZRVkhfbGirkIFFRPVWtXJKkv7e4vCnzi9EA=",
        ),
        (
            "secondary-care/homecare/acute/nominated-pharmacy/consecutive-and-concurrent-dosage-instructions/1",
            4951,
            "0EwSnyt296Nxyw8m0F/bio6FNVUU31x+2NbzGiM4gnw=",
        ),
        (
            "primary-care/acute/nominated-pharmacy/responsible-party-org/3",
            8552,
            "8h/QDdLaIGcaleSxnAOVOrGGOwwGqxk5TSh9Qz7Zgu0=",
        ),
    ] {
        let request = corpus.join(format!("eps-fhir/examples/{name}-Prepare-Request-200_OK.json"));
        let output = |form: &str| {
            let arguments = ["prepare", "--context", context.to_str().unwrap(), "--output", form];
            run(&[&arguments[..], &[request.to_str().unwrap()]].concat(), b"").stdout
        };
        assert_eq!(output("fragments").len(), bytes, "{name}");
        assert_eq!(String::from_utf8(output("digest")).unwrap().trim_end(), digest, "{name}");
        assert!(String::from_utf8(output("signed-info")).unwrap().contains(digest), "{name}");
    }
}

#[test]
fn the_same_is_signed_of_a_request_and_of_the_v3_message_that_it_becomes() {
    let folder = tempfile::tempdir().unwrap();
    let Some(context) = context_at(folder.path(), "2024-12-09T11:50:04Z") else { return };
    let prepare = |from: &str, input: &[u8]| {
        let arguments =
            ["prepare", "--from", from, "--output", "fragments", "--context", context.to_str().unwrap(), "-"];
        let output = run(&arguments, input);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    for pair in pairs("Send") {
        let of_fhir = prepare("fhir-r4-json", &std::fs::read(&pair.request).unwrap());
        assert_eq!(of_fhir, prepare("eps-hl7v3", pair.v3.as_bytes()), "{}", pair.name);
    }
}

#[test]
fn nobody_is_asked_to_sign_what_is_refused() {
    let Some(corpus) = corpus() else { return };
    let errors = corpus.join("eps-fhir/examples/errors");
    let request = errors.join("2-Prepare-Request-400_Invalid_Course_of_Therapy_mixed.json");
    let output = run(&["prepare", request.to_str().unwrap()], b"");
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    assert!(!output.stderr.is_empty());
}
