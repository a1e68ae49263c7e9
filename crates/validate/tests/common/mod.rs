//! The corpus, and how its messages are read and checked.

#![allow(dead_code, reason = "each test file uses its part")]

use std::io::Write as _;
use std::path::{Path, PathBuf};

use causeway_adapter_fhir::FhirR4Json;
use causeway_canonical::{Finding, Severities};
use causeway_syntax::adapter::{Adapter, Compat, Context, Reading};
use serde_json::Value;

/// The format of all requests.
pub const FORMAT: &str = "fhir-r4-json";

/// An order that breaks no rule, invented for these tests.
pub const ORDER: &str = include_str!("../data/order.json");

/// A folder of the corpus; `None`, said aloud, where there is no corpus.
pub fn corpus(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("CAUSEWAY_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"), PathBuf::from);
    let path = root.join(folder);
    if path.is_dir() {
        return Some(path);
    }
    // Written past the test harness, which shows nothing that a passing test prints.
    drop(writeln!(std::io::stderr(), "SKIPPED: corpus not found"));
    None
}

/// The context of the corpus.
pub fn context(pairs: &Path) -> Context {
    let text = std::fs::read_to_string(pairs.join("context.toml")).unwrap();
    let table: toml::Table = text.parse().unwrap();
    let mut context = Context::at(table["now"].as_str().unwrap().parse().unwrap());
    context.compat = Compat::nhs_eps_api();
    context.rules = table["rules"].clone().try_into::<Severities>().unwrap();
    context
}

/// Reads a text.
pub fn read<'s>(text: &'s str, context: &Context) -> Reading<'s> {
    FhirR4Json.read(text.as_bytes(), context)
}

/// The reader's findings and those of validation.
pub fn all_findings(text: &str, context: &Context) -> Vec<Finding> {
    let reading = read(text, context);
    let mut findings = causeway_validate::check(FORMAT, &reading, context);
    findings.extend(reading.findings);
    findings
}

/// The prescription orders among the pairs: path and text.
pub fn orders(pairs: &Path) -> Vec<(String, String)> {
    let list: Value = serde_json::from_str(&std::fs::read_to_string(pairs.join("pairs.json")).unwrap()).unwrap();
    let sends = list.as_array().unwrap().iter().filter(|pair| pair["operation"] == "Send");
    let paths = sends.map(|pair| pair["request"].as_str().unwrap().to_owned());
    paths.map(|path| (path.clone(), std::fs::read_to_string(pairs.join(path)).unwrap())).collect()
}
