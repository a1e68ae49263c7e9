//! What the tests of this crate share.

#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, reason = "tests may stop at a surprise")]

pub mod account;
pub mod dispensing;
pub mod naming;
pub mod orders;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use causeway_adapter_eps::EpsV3;
use causeway_canonical::ledger::{Kept, Mark, facts};
use causeway_canonical::model::Message;
use causeway_canonical::refused;
use causeway_syntax::adapter::{Account, Adapter, Compat, Context, InteractionSuffix, Reading};
use causeway_syntax::{C14n, C14nMode, Limits, NodeId, XmlTree, canonicalize};

/// The folder of published examples; `None`, said loudly, where there is none.
pub fn corpus() -> Option<PathBuf> {
    let folder = match std::env::var_os("CAUSEWAY_CORPUS") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
    };
    if folder.is_dir() {
        return Some(folder);
    }
    println!("SKIPPED: corpus not found");
    None
}

/// The context that the published examples were made with.
pub fn context(compat: Compat) -> Context {
    let mut context = Context::at("2022-02-01T00:00:00Z".parse().unwrap());
    context.interaction_suffix = InteractionSuffix::Sm;
    context.sender_asid = Some("200000001285".to_owned());
    context.receiver_asid = Some("567456789789".to_owned());
    context.sds_user_id = Some("555254239107".to_owned());
    context.sds_role_profile_id = Some("555254240100".to_owned());
    context.sds_job_role = Some("UNKNOWN".to_owned());
    context.compat = compat;
    context
}

/// Reads without an error.
pub fn read<'s>(source: &'s str, context: &Context) -> (Message, Reading<'s>) {
    let mut reading = EpsV3.read(source.as_bytes(), context);
    let findings: Vec<String> = reading.findings.iter().map(ToString::to_string).collect();
    assert!(!refused(&reading.findings), "{findings:#?}");
    (reading.message.take().unwrap(), reading)
}

/// Paths of the values that nobody read.
pub fn unread(account: &Account<'_>) -> Vec<String> {
    let nodes = (0..account.tree.len()).map(NodeId::from_index);
    nodes
        .filter(|&node| account.tree.is_value(node) && account.marks[node.index()] == Mark::Unread)
        .map(|node| account.tree.path(node))
        .collect()
}

/// The exclusive canonical form without white space between elements, a line an element.
pub fn canonical(xml: &str) -> String {
    let tree = XmlTree::parse(xml.as_bytes(), &Limits::default()).unwrap();
    let text =
        canonicalize(&tree, tree.root(), &C14n { mode: C14nMode::Exclusive, comments: false, inclusive_prefixes: &[] });
    text.split('<')
        .map(|piece| if piece.trim().ends_with('>') { piece.trim_end() } else { piece })
        .collect::<Vec<_>>()
        .join("\n<")
}

/// Checks a document against the schema of its interaction, where `xmllint` and the schemas are at hand.
pub fn validate(xml: &str, schema: &str) {
    let Some(corpus) = corpus() else { return };
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let file = std::env::temp_dir().join(format!("causeway-eps-{}-{number}.xml", std::process::id()));
    std::fs::write(&file, xml).unwrap();
    let schema = corpus.join("schemas-v3/eps/Schemas").join(schema);
    let output = Command::new("xmllint").arg("--noout").arg("--schema").arg(schema).arg(&file).output();
    std::fs::remove_file(&file).unwrap();
    match output {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
        Err(_) => println!("SKIPPED: xmllint not found"),
    }
}

/// A path without positions and names of people.
pub fn template(path: &str) -> String {
    let path = path.replace("author.", "@.").replace("responsibleParty.", "@.").replace("performer.", "@.");
    let mut template = String::new();
    let mut inside = false;
    for c in path.chars() {
        inside = (inside && c != ']') || c == '[';
        if !inside || c == '[' {
            template.push(c);
        }
    }
    // A part of a message and a supply have the places of what they are a part of.
    let part =
        ["released[].order.", "history[].notification."].into_iter().find_map(|part| template.strip_prefix(part));
    part.unwrap_or(&template).replace("item[].supply[].", "item[].")
}

/// Whether a row speaks of the field with that path.
pub fn covers(kept: &Kept, path: &str) -> bool {
    let place = kept.place.template();
    match kept.leaf {
        Some(leaf) => path == format!("{place}.{}", leaf.template()),
        None => path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '['])),
    }
}

/// Leaves in which two messages differ. For invented people only.
pub fn differences(ours: &Message, theirs: &Message) -> Vec<String> {
    let lines = |message| -> Vec<String> {
        facts(message).into_iter().map(|fact| format!("{} = {}", fact.path, fact.value)).collect()
    };
    let (ours, theirs) = (lines(ours), lines(theirs));
    let only = |sign: char, these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|line| !those.contains(line)).map(|line| format!("{sign} {line}")).collect()
    };
    [only('-', &ours, &theirs), only('+', &theirs, &ours)].concat()
}
