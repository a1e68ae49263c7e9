//! What the tests of this crate share.

#![allow(dead_code, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

pub mod made;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use causeway_adapter_fhir::{FhirR4Json, FhirR4Xml};
use causeway_canonical::Severity;
use causeway_canonical::ledger::{Mark, facts};
use causeway_canonical::model::Message;
use causeway_syntax::NodeId;
use causeway_syntax::adapter::{Account, Adapter, Context, Reading};

/// The published corpus, if it is there.
pub fn corpus() -> Option<PathBuf> {
    let named = std::env::var_os("CAUSEWAY_CORPUS").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"));
    if folder.is_dir() {
        return Some(folder);
    }
    // Not println: what a passing test prints is not shown.
    let _ = writeln!(std::io::stderr(), "SKIPPED: corpus not found at {}; set CAUSEWAY_CORPUS", folder.display());
    None
}

pub fn context() -> Context {
    Context::at("2022-02-01T00:00:00Z".parse().unwrap())
}

/// Every JSON document of the published EPS examples, by path, in order.
pub fn documents() -> Vec<(String, Vec<u8>)> {
    let Some(root) = corpus() else { return Vec::new() };
    let mut folders = vec![root.join("eps-fhir"), root.join("eps-pairs")];
    let mut documents = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
                documents.push((name, std::fs::read(&path).unwrap()));
            }
        }
    }
    documents.sort();
    documents
}

/// Names of the rules that a reading finds broken.
pub fn errors(reading: &Reading<'_>) -> Vec<String> {
    let errors = reading.findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| format!("{} {}", finding.rule.name, finding.path)).collect()
}

/// Paths of the values that nobody read.
pub fn unread(account: &Account<'_>) -> Vec<String> {
    (0..account.marks.len())
        .map(NodeId::from_index)
        .filter(|node| account.tree.is_value(*node) && account.marks[node.index()] == Mark::Unread)
        .map(|node| account.tree.path(node))
        .collect()
}

/// Writes a message in both syntaxes, reads it back, and holds it against the projection; what is read back is written
/// in the same octets. Gives the JSON.
pub fn echo(name: &str, message: &Message) -> String {
    echo_in(&FhirR4Xml, name, message);
    echo_in(&FhirR4Json, name, message)
}

fn echo_in(adapter: &dyn Adapter, name: &str, message: &Message) -> String {
    let written = adapter.write(message, &context()).unwrap_or_else(|findings| panic!("{name}: {findings:?}"));
    let reading = adapter.read(written.text.as_bytes(), &context());
    assert!(reading.findings.is_empty(), "{name}: {:#?}\n{}", reading.findings, written.text);
    assert_eq!(unread(reading.account.as_ref().unwrap()), Vec::<String>::new(), "{name}: {}", written.text);
    let mut expected = message.clone();
    adapter.project(&mut expected, &context());
    let echoed = reading.message.unwrap();
    let (expected_facts, echoed_facts) = (facts(&expected), facts(&echoed));
    let missing: Vec<_> = expected_facts.iter().filter(|fact| !echoed_facts.contains(fact)).collect();
    let added: Vec<_> = echoed_facts.iter().filter(|fact| !expected_facts.contains(fact)).collect();
    assert!(expected == echoed, "{name}: missing {missing:#?}, added {added:#?}\n{}", written.text);
    let mut again = echoed.clone();
    adapter.project(&mut again, &context());
    assert!(again == echoed, "{name}: what was read back projects to something else");
    assert_eq!(adapter.write(message, &context()).unwrap().text, written.text, "{name}");
    assert_eq!(adapter.write(&echoed, &context()).unwrap().text, written.text, "{name}: written once more");
    written.text.clone()
}
