//! The grammar of V3 against the published schemas: what is published, what we write, and what is made wrong of both is
//! judged as xmllint judges it, or `disagreements` says why not.

mod disagreements;
mod mutation;
mod order;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use causeway_canonical::model::Kind;
use causeway_canonical::{Finding, Severity};
use causeway_syntax::adapter::{Adapter, Context};
use causeway_syntax::{Limits, NodeId, Tree, XmlTree};
use causeway_tests::{corpus, generate};
use causeway_translate::registry;
use causeway_validate::Layers;

use disagreements::{Case, TABLE};
use mutation::Mutant;

/// Mutants of each interaction that are judged, at most.
const MUTANTS: usize = 600;

fn context() -> Context {
    Context {
        sender_asid: Some("200000001285".to_owned()),
        receiver_asid: Some("567456789789".to_owned()),
        sds_user_id: Some("555254239107".to_owned()),
        sds_role_profile_id: Some("555254240100".to_owned()),
        ..Context::at("2026-03-02T09:16:00Z".parse().unwrap())
    }
}

fn v3() -> &'static dyn Adapter {
    registry::adapter("eps-hl7v3").unwrap()
}

/// What the reader and the layer of shape say of a message, and whether there was one.
fn judge(message: &[u8]) -> (Vec<Finding>, bool) {
    let context = context();
    let reading = v3().read(message, &context);
    let layers = Layers { shape: true, identifiers: false, rules: false };
    let shape = causeway_validate::check_layers("eps-hl7v3", &reading, &context, layers);
    (reading.findings.into_iter().chain(shape).collect(), reading.message.is_some())
}

/// The rules for which a message is refused here.
fn refusals(message: &[u8]) -> Vec<&'static str> {
    let (findings, is_read) = judge(message);
    let errors: Vec<_> = findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    assert!(errors.iter().all(|finding| finding.position.line > 0 && finding.position.column > 0), "{errors:#?}");
    let rules: Vec<_> = errors.iter().map(|finding| finding.rule.name).collect();
    assert!(is_read || !rules.is_empty(), "nothing is read, and nobody says why");
    rules
}

/// A message as a test has it.
struct Sample {
    name: String,
    /// The interaction alone, which the schema can be asked of.
    interaction: String,
    /// All of what is read.
    source: Vec<u8>,
}

/// The published messages: requests, and what Spine answers, some of it in MIME.
fn published() -> Vec<Sample> {
    let Some(corpus) = corpus() else { return Vec::new() };
    let pairs = std::fs::read_to_string(corpus.join("eps-pairs/pairs.json")).unwrap();
    let pairs: Vec<serde_json::Value> = serde_json::from_str(&pairs).unwrap();
    let of_pairs = pairs.iter().map(|pair| PathBuf::from("eps-pairs").join(pair["v3"].as_str().unwrap()));
    let answers = ["release", "spine-responses"].map(|folder| Path::new("eps-spine-responses").join(folder));
    let answers = answers.into_iter().flat_map(|folder| {
        let mut files: Vec<_> = std::fs::read_dir(corpus.join(&folder))
            .unwrap()
            .map(|file| folder.join(file.unwrap().file_name()))
            .collect();
        files.sort();
        files
    });
    let messages: Vec<_> = of_pairs.chain(answers).map(|path| sample(&corpus, &path)).collect();
    assert_eq!(messages.len(), 71);
    messages
}

fn sample(corpus: &Path, path: &Path) -> Sample {
    let source = std::fs::read(corpus.join(path)).unwrap();
    let reading = v3().read(&source, &context());
    let account = reading.account.unwrap();
    let tree = account.tree.as_xml().unwrap();
    let is_interaction = |node: &NodeId| tree.namespace(*node) == "urn:hl7-org:v3" && tree.name(*node).contains("_IN");
    let node = (0..tree.len()).map(NodeId::from_index).find(is_interaction).unwrap();
    // In an envelope the namespace is declared further out.
    let name = tree.qualified_name(node);
    let declared = format!("<{name} xmlns=\"urn:hl7-org:v3\">");
    let interaction = tree.raw(node).replacen(&format!("<{name}>"), &declared, 1);
    Sample { name: path.display().to_string(), interaction, source: source.clone() }
}

/// Messages that we write, of every kind, with much in them and with little.
fn written() -> Vec<Sample> {
    let cases = Kind::ALL.iter().flat_map(|kind| (0..12_u8).map(move |seed| (*kind, seed)));
    let write = |(kind, seed): (Kind, u8)| {
        let message = generate::message(kind, u64::from(seed), 100 - seed * 9);
        let written = v3().write(&message, &context()).unwrap_or_else(|findings| panic!("{kind} {seed}: {findings:?}"));
        Sample { name: format!("{kind} {seed}"), source: written.text.clone().into_bytes(), interaction: written.text }
    };
    let mut written: Vec<Sample> = cases.map(write).collect();
    let others: Vec<Sample> = written.iter().filter_map(|sample| as_another(&sample.interaction)).collect();
    written.extend(others);
    written
}

/// The same as an interaction that we never write: a claim that is sent again, and a result of a cancellation that comes
/// later, without an acknowledgement.
fn as_another(message: &str) -> Option<Sample> {
    let interaction = if message.contains("PORX_IN090101") {
        message.replace("PORX_IN090101", "PORX_IN090102")
    } else if message.contains("PORX_IN050101UK31") {
        let tree = XmlTree::parse(message.as_bytes(), &Limits::default()).unwrap();
        let acknowledgement = tree.elements(tree.root()).find(|node| tree.name(*node) == "acknowledgement").unwrap();
        message.replace(tree.raw(acknowledgement), "").replace("PORX_IN050101UK31", "PORX_IN050102UK32")
    } else {
        return None;
    };
    Some(Sample { name: "another".to_owned(), source: interaction.clone().into_bytes(), interaction })
}

/// The interaction's name, as the schemas have it.
fn interaction(message: &str) -> String {
    let tree = XmlTree::parse(message.as_bytes(), &Limits::default()).unwrap();
    tree.name(tree.root()).replace("SM", "UK")
}

/// Messages by the names of their interactions, small ones first.
fn by_interaction(samples: impl IntoIterator<Item = Sample>) -> BTreeMap<String, Vec<Sample>> {
    let mut by_interaction: BTreeMap<String, Vec<Sample>> = BTreeMap::new();
    for sample in samples {
        by_interaction.entry(interaction(&sample.interaction)).or_default().push(sample);
    }
    for samples in by_interaction.values_mut() {
        samples.sort_by_key(|sample| sample.interaction.len());
    }
    by_interaction
}

/// Which of the messages of one interaction the published schema refuses.
fn refused_by_schema(interaction: &str, messages: &[&str]) -> Vec<bool> {
    let folder = tempfile::tempdir().unwrap();
    for (number, message) in messages.iter().enumerate() {
        let renamed = message.replace(&interaction.replace("UK", "SM"), interaction);
        std::fs::write(folder.path().join(format!("{number}.xml")), renamed).unwrap();
    }
    let schema = corpus().unwrap().join(format!("schemas-v3/eps/Schemas/{interaction}.xsd"));
    let mut check = Command::new("xmllint");
    check.current_dir(folder.path()).args(["--noout", "--nonet", "--schema"]).arg(schema);
    check.args((0..messages.len()).map(|number| format!("{number}.xml")));
    let said = check.output().expect("install libxml2-utils").stderr;
    let said = String::from_utf8_lossy(&said);
    let verdicts: BTreeSet<&str> = said.lines().collect();
    let verdict = |number: usize| {
        let says = |what: &str| verdicts.contains(format!("{number}.xml {what}").as_str());
        assert!(says("validates") != says("fails to validate"), "no verdict on {number}: {said}");
        says("fails to validate")
    };
    (0..messages.len()).map(verdict).collect()
}

#[test]
fn what_is_published_and_what_we_write_is_judged_as_the_schemas_judge_it() {
    let mut faults = Vec::new();
    let mut interactions = BTreeSet::new();
    for (interaction, samples) in by_interaction(published().into_iter().chain(written())) {
        let refused = match corpus() {
            Some(_) => {
                let messages: Vec<&str> = samples.iter().map(|sample| sample.interaction.as_str()).collect();
                refused_by_schema(&interaction, &messages)
            }
            None => vec![false; samples.len()],
        };
        for (sample, refused) in samples.iter().zip(refused) {
            let (findings, _) = judge(&sample.source);
            let errors: Vec<_> = findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
            let is_explained = disagreements::PUBLISHED.iter().any(|name| sample.name.ends_with(name));
            let agrees = refused != errors.is_empty();
            if agrees == is_explained {
                faults.push(format!("{}: refused by the schema: {refused}, here: {errors:#?}", sample.name));
            }
        }
        interactions.insert(interaction);
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
    assert_eq!(interactions.len(), 16, "{interactions:?}");
}

#[test]
fn what_is_made_wrong_is_judged_as_the_schemas_judge_it() {
    if corpus().is_none() {
        return;
    }
    let by_interaction = by_interaction(published().into_iter().chain(written()));
    let judged: Vec<Vec<Case>> = std::thread::scope(|scope| {
        let tasks: Vec<_> =
            by_interaction.iter().map(|(name, samples)| scope.spawn(move || judge_mutants(name, samples))).collect();
        tasks.into_iter().map(|task| task.join().unwrap()).collect()
    });
    let cases: Vec<Case> = judged.into_iter().flatten().collect();
    let (agreed, disagreed): (Vec<&Case>, Vec<&Case>) = cases.iter().partition(|case| case.agrees());
    let refused = agreed.iter().filter(|case| case.refused_by_schema).count();
    println!("{} mutants: {} judged alike, of which {refused} refused by both", cases.len(), agreed.len());

    let misnamed: Vec<_> = agreed.iter().filter(|case| !case.is_named()).map(ToString::to_string).collect();
    assert!(misnamed.is_empty(), "{} refused for something else\n{}", misnamed.len(), misnamed.join("\n"));

    let mut counts = vec![0; TABLE.len()];
    let mut unexplained = Vec::new();
    for case in &disagreed {
        match TABLE.iter().position(|row| row.explains(case)) {
            Some(row) => counts[row] += 1,
            None => unexplained.push(case.to_string()),
        }
    }
    for (row, count) in TABLE.iter().zip(&counts) {
        println!("{count:5}  {}: {}", if row.is_stricter { "refused here" } else { "taken here  " }, row.reason);
    }
    assert!(unexplained.is_empty(), "{} unexplained\n{}", unexplained.len(), unexplained.join("\n"));
    let idle: Vec<_> = TABLE.iter().zip(&counts).filter(|(_, count)| **count == 0).map(|(row, _)| row.reason).collect();
    assert!(idle.is_empty(), "nothing to explain: {idle:#?}");
    assert!(cases.len() >= 2_000, "{} mutants are too few to say anything", cases.len());
    let kinds: BTreeSet<_> = cases.iter().map(|case| case.mutant.kind).collect();
    assert_eq!(kinds.len(), mutation::Kind::ALL.len(), "{kinds:?}");
}

/// Makes messages of an interaction wrong and has both judge them.
fn judge_mutants(interaction: &str, samples: &[Sample]) -> Vec<Case> {
    let as_they_are: Vec<&str> = samples.iter().map(|sample| sample.interaction.as_str()).collect();
    let refused = refused_by_schema(interaction, &as_they_are);
    let valid = as_they_are.into_iter().zip(refused).filter(|(_, refused)| !refused).map(|(message, _)| message);
    let mutants: Vec<Mutant> = mutation::of(valid, MUTANTS);
    let messages: Vec<&str> = mutants.iter().map(|mutant| mutant.message.as_str()).collect();
    let refused = refused_by_schema(interaction, &messages);
    let judge = |(mutant, refused_by_schema): (Mutant, bool)| {
        let refused_for = refusals(mutant.message.as_bytes());
        Case { mutant, refused_by_schema, refused_for }
    };
    mutants.into_iter().zip(refused).map(judge).collect()
}
