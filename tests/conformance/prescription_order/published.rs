//! Published orders: the same bytes twice, and what is written in FHIR is valid.

use std::process::Output;

use causeway_tests::{corpus_context, pairs, run};

/// Translates a file with the program.
fn translate(file: &str, context: &str) -> Output {
    run(&["translate", "--from", "fhir-r4-json", "--to", "eps-hl7v3", "--context", context, file], b"")
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let Some(context) = corpus_context() else { return };
    for pair in pairs("Send").iter().take(3) {
        let (file, context) = (pair.request.to_str().unwrap(), context.to_str().unwrap());
        assert_eq!(translate(file, context).stdout, translate(file, context).stdout, "{}", pair.name);
    }
}

/// Published messages whose author has a code of the form of a GP number, which the rules refuse for a requester
/// (EPS-V025). In the published request the code stands under the system for GMC numbers; V3 does not say which it is.
const AUTHOR_WITH_GP_CODE: [&str; 4] = [
    "homecare/acute/nominated-pharmacy/clinical-practitioner/1-",
    "concurrent-dosage-instructions/1-",
    "consecutive-and-concurrent-dosage-instructions/1-",
    "consecutive-dosage-instructions/1-",
];

#[test]
fn what_is_written_in_fhir_is_valid_whichever_format_it_came_from() {
    let Some(context) = corpus_context() else { return };
    let context = context.to_str().unwrap();
    for pair in pairs("Send") {
        let request = std::fs::read_to_string(&pair.request).unwrap();
        for (from, source) in [("eps-hl7v3", &pair.v3), ("fhir-r4-json", &request)] {
            let arguments = ["translate", "--from", from, "--to", "fhir-r4-json", "--context", context, "-"];
            let fhir = run(&arguments, source.as_bytes());
            assert!(fhir.status.success(), "{} {from}: {}", pair.name, String::from_utf8_lossy(&fhir.stderr));
            let output = run(&["validate", "--output", "json", "--context", context, "-"], &fhir.stdout);
            let result: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            let errors: Vec<_> = result["findings"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|finding| finding["severity"] == "error")
                .filter(|finding| {
                    let named = AUTHOR_WITH_GP_CODE.iter().any(|name| pair.name.contains(name));
                    !(named && from == "eps-hl7v3" && finding["rule"] == "requester-gmp-number")
                })
                .collect();
            assert!(errors.is_empty(), "{} from {from}: {errors:#?}", pair.name);
        }
    }
}
