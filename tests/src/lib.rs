//! Shared helpers of the workspace tests: the program, the corpus, and comparison of XML.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

pub mod differential;
pub mod fuzz;
pub mod generate;
pub mod hostile;
pub mod mappings;
pub mod measure;
pub mod mutate;
pub mod pages;
pub mod process;
pub mod rules;
pub mod signed;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use causeway_syntax::{Limits, NodeId, XmlKind, XmlTree};

/// The folder of the workspace.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The folder of our own fixtures.
pub fn fixtures() -> PathBuf {
    workspace().join("tests/fixtures")
}

/// The program, built once for each test binary, in the same profile as the test.
pub fn causeway() -> Command {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| {
        let test = std::env::current_exe().unwrap();
        let profile = test.parent().unwrap().parent().unwrap();
        let mut build = Command::new(env!("CARGO"));
        build.current_dir(workspace()).args(["build", "--quiet", "--package", "causeway-cli"]);
        build.arg("--target-dir").arg(profile.parent().unwrap());
        if profile.ends_with("release") {
            build.arg("--release");
        }
        assert!(build.status().unwrap().success(), "the program does not build");
        profile.join("causeway")
    });
    Command::new(program)
}

/// Runs the program with arguments and an input, and waits for it.
pub fn run(arguments: &[&str], input: &[u8]) -> Output {
    let mut child =
        causeway().args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A program that refuses early closes its input; that is no error of the test.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// The published corpus, if it is there. Where it is absent the test says so loudly and passes.
pub fn corpus() -> Option<PathBuf> {
    let named = std::env::var_os("CAUSEWAY_CORPUS").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| workspace().join("../shared/corpus"));
    if folder.is_dir() {
        return Some(folder);
    }
    // Not println: what a passing test prints is not shown.
    let _ = writeln!(std::io::stderr(), "SKIPPED: corpus not found at {}; set CAUSEWAY_CORPUS", folder.display());
    None
}

/// A published request and the V3 message that it becomes.
pub struct Pair {
    /// Name of the request, relative to `eps-pairs`.
    pub name: String,
    /// The request's file.
    pub request: PathBuf,
    /// The published V3 message.
    pub v3: String,
}

/// The published pairs of an operation.
pub fn pairs(operation: &str) -> Vec<Pair> {
    let Some(folder) = corpus().map(|corpus| corpus.join("eps-pairs")) else { return Vec::new() };
    let list: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("pairs.json")).unwrap()).unwrap();
    let of_operation = list.as_array().unwrap().iter().filter(|pair| pair["operation"] == operation);
    of_operation
        .map(|pair| {
            let name = pair["request"].as_str().unwrap().to_owned();
            let v3 = std::fs::read_to_string(folder.join(pair["v3"].as_str().unwrap())).unwrap();
            Pair { request: folder.join(&name), name, v3 }
        })
        .collect()
}

/// The context file of the published pairs.
pub fn corpus_context() -> Option<PathBuf> {
    corpus().map(|corpus| corpus.join("eps-pairs/context.toml"))
}

/// XML in a form in which only what matters differs: names with namespace, attributes sorted, text; white space between
/// elements, comments and prefixes are dropped, UUIDs written in upper case.
pub fn comparable(xml: &str) -> String {
    let tree = XmlTree::parse(xml.as_bytes(), &Limits::default()).expect("well-formed XML");
    let mut out = String::new();
    element(&tree, tree.root(), 0, &mut out);
    out
}

fn element(tree: &XmlTree<'_>, id: NodeId, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    out.push_str(&format!("{indent}{{{}}}{}", tree.namespace(id), tree.name(id)));
    let mut attributes: Vec<String> = tree
        .attributes(id)
        .map(|attribute| format!(" {}={:?}", tree.name(attribute), upper_uuid(tree.text(attribute))))
        .collect();
    attributes.sort();
    out.push_str(&attributes.concat());
    for child in tree.children(id) {
        match tree.kind(child) {
            XmlKind::Text if !tree.text(child).trim().is_empty() => {
                out.push_str(&format!("\n{indent}  {:?}", tree.text(child)));
            }
            XmlKind::Element => {
                out.push('\n');
                element(tree, child, depth + 1, out);
            }
            _ => {}
        }
    }
}

fn upper_uuid(text: &str) -> String {
    if is_uuid(text) { text.to_ascii_uppercase() } else { text.to_owned() }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(position, byte)| match position {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// The UUIDs of an XML message that do not occur in the request it was made from, in order of their first place.
fn made_up(xml: &str, request: &str) -> Vec<String> {
    let request = request.to_ascii_lowercase();
    let mut found: Vec<String> = Vec::new();
    for text in xml.split('"').filter(|text| is_uuid(text)) {
        if !request.contains(&text.to_ascii_lowercase()) && !found.iter().any(|known| known == text) {
            found.push(text.to_owned());
        }
    }
    found
}

/// A published message with its made-up UUIDs replaced by ours, one for one. Nothing is replaced where the numbers differ
/// or one of ours is nil, so that the comparison fails.
pub fn with_their_ids(published: &str, request: &str, ours: &str) -> String {
    let (theirs, mine) = (made_up(published, request), made_up(ours, request));
    if theirs.len() != mine.len() || mine.iter().any(|id| id.chars().all(|c| matches!(c, '0' | '-'))) {
        return published.to_owned();
    }
    theirs.iter().zip(&mine).fold(published.to_owned(), |text, (their, my)| text.replace(their, my))
}

/// The lines in which two texts differ, for a message.
pub fn difference(ours: &str, theirs: &str) -> String {
    let mut lines = Vec::new();
    for (number, (our, their)) in ours.lines().zip(theirs.lines()).enumerate() {
        if our != their {
            lines.push(format!("line {number}\n  ours      {our}\n  published {their}"));
        }
    }
    let (our, their) = (ours.lines().count(), theirs.lines().count());
    if our != their {
        lines.push(format!("{our} lines against {their}"));
    }
    lines.truncate(8);
    lines.join("\n")
}

/// Validates a V3 message against the published schema of its interaction. `Ok` without the corpus.
///
/// # Errors
/// What `xmllint` said.
pub fn schema_valid(xml: &str, interaction: &str) -> Result<(), String> {
    let Some(corpus) = corpus() else { return Ok(()) };
    let schema = corpus.join(format!("schemas-v3/eps/Schemas/{interaction}.xsd"));
    // The schemas know the UK names only.
    let renamed = xml.replace(&interaction.replace("UK", "SM"), interaction);
    let mut child = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema"])
        .arg(schema)
        .arg("-")
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .map_err(|error| format!("xmllint does not start, install libxml2-utils: {error}"))?;
    child.stdin.take().unwrap().write_all(renamed.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}
