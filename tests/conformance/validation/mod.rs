//! Validation of every kind of message: the published ones, and the rules in both syntaxes of FHIR.

mod command;
mod published;
mod published_errors;
mod refused;

use std::path::Path;

use serde_json::Value;

/// What `causeway validate` says of files and folders: one result a file.
fn validate(arguments: &[&str], paths: &[&Path]) -> Vec<Value> {
    let mut all = vec!["validate", "--output", "json"];
    all.extend(arguments);
    all.extend(paths.iter().map(|path| path.to_str().unwrap()));
    let output = causeway_tests::run(&all, b"");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The findings of a result that refuse the message.
fn errors(result: &Value) -> Vec<&Value> {
    let findings = result["findings"].as_array().unwrap();
    findings.iter().filter(|finding| finding["severity"] == "error").collect()
}
