//! How many instructions each step of a translation takes, held against `instructions.toml`.
//!
//! Seconds depend on the machine and on what else it does; instructions hardly do. Each case runs alone under
//! callgrind, over the same messages, and only its own work counts: what it needs is made before, and everything that
//! is made once a process (the compiled schema) is warm.
//!
//! `cargo bench -p causeway-translate --bench instructions` fails if a case takes more than its bound. `-- --record`
//! writes the bounds anew; `-- NAME…` asks for some cases alone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use causeway_adapter_eps::EpsV3;
use causeway_adapter_fhir::FhirR4Json;
use causeway_canonical::refused;
use causeway_syntax::adapter::{Adapter, Context, Reading, Written};
use causeway_syntax::{JsonTree, XmlTree};
use causeway_translate::{ContextFile, KeptPolicy, Ledger, Options, echo, translate};
use jiff::Timestamp;

/// How far above its bound a case may be, in percent, unless `--tolerance` says otherwise. On one machine hash seeds move
/// the counts by less than one; another compiler, C library or processor moves them by more.
const TOLERANCE: u64 = 5;

/// The work of one step on one message.
type Case = fn(&Prepared<'_>);

const CASES: &[(&str, Case)] = &[
    ("json-parse", |prepared| drop(black_box(JsonTree::parse(prepared.source, &prepared.context.limits)))),
    ("fhir-read", |prepared| drop(black_box(FhirR4Json.read(prepared.source, prepared.context)))),
    ("eps-write", |prepared| drop(black_box(EpsV3.write(prepared.message(), prepared.context)))),
    ("ledger-join", |prepared| {
        let account = prepared.reading.account.as_ref().unwrap();
        drop(black_box(Ledger::join(account, &prepared.written, EpsV3.kept(prepared.message().body.kind()))));
    }),
    ("translate", |prepared| {
        let reading = FhirR4Json.read(prepared.source, prepared.context);
        drop(black_box(translate(&reading, &EpsV3, prepared.context, &options(false))));
    }),
    ("xml-parse", |prepared| {
        drop(black_box(XmlTree::parse(prepared.written.text.as_bytes(), &prepared.context.limits)));
    }),
    ("eps-read", |prepared| drop(black_box(EpsV3.read(prepared.written.text.as_bytes(), prepared.context)))),
    ("echo", |prepared| {
        drop(black_box(echo::compare(prepared.message(), &prepared.written.text, &EpsV3, prepared.context)));
    }),
    ("validate", |prepared| {
        drop(black_box(causeway_validate::check("fhir-r4-json", &prepared.reading, prepared.context)));
    }),
    ("validate-translate-echo", |prepared| {
        let reading = FhirR4Json.read(prepared.source, prepared.context);
        drop(black_box(causeway_validate::check("fhir-r4-json", &reading, prepared.context)));
        drop(black_box(translate(&reading, &EpsV3, prepared.context, &options(true))));
    }),
];

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [word, name] = arguments.as_slice()
        && word == "case"
    {
        run_case(name);
        return ExitCode::SUCCESS;
    }
    if Command::new("valgrind").arg("--version").output().is_err() {
        eprintln!(
            "SKIPPED: valgrind not found, so no instructions were counted; install it with: apt-get install valgrind"
        );
        return ExitCode::SUCCESS;
    }
    let record = arguments.iter().any(|argument| argument == "--record");
    arguments.retain(|argument| argument != "--record");
    let tolerance = take_tolerance(&mut arguments);
    let asked = |name: &str| arguments.is_empty() || arguments.iter().any(|argument| argument == name);
    let counts = CASES.iter().filter(|(name, _)| asked(name)).map(|(name, _)| (*name, count(name)));
    if record { write_bounds(counts) } else { hold(counts, tolerance) }
}

/// Counts the instructions of a case, by running this program again under callgrind.
fn count(name: &str) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--toggle-collect=*measured*", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe().unwrap())
        .args(["case", name])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name} failed: {said}");
    let collected = said.split("Collected :").nth(1).and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    let total: u64 = collected.unwrap_or_else(|| panic!("callgrind gives no count: {said}"));
    assert!(total > 0, "callgrind saw nothing of {name}");
    total / messages().len() as u64
}

/// The tolerance that is asked for, taken out of the arguments.
fn take_tolerance(arguments: &mut Vec<String>) -> u64 {
    let Some(at) = arguments.iter().position(|argument| argument == "--tolerance") else { return TOLERANCE };
    let words: Vec<String> = arguments.drain(at..arguments.len().min(at + 2)).collect();
    words.get(1).and_then(|percent| percent.parse().ok()).expect("--tolerance takes a number, in percent")
}

fn hold<'n>(counts: impl Iterator<Item = (&'n str, u64)>, tolerance: u64) -> ExitCode {
    let bounds = bounds();
    let mut exceeded = 0;
    for (name, count) in counts {
        let bound = bounds.get(name).copied().unwrap_or_default();
        let is_exceeded = count * 100 > bound * (100 + tolerance);
        exceeded += usize::from(is_exceeded);
        let verdict = if is_exceeded { "TOO MANY" } else { "ok" };
        println!("{name:24} {count:>9} instructions a message, bound {bound:>9} + {tolerance} %: {verdict}");
    }
    if exceeded > 0 {
        eprintln!("{exceeded} bounds are exceeded; if the work is worth it, write them anew with -- --record");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn write_bounds<'n>(counts: impl Iterator<Item = (&'n str, u64)>) -> ExitCode {
    let mut bounds = bounds();
    for (name, count) in counts {
        println!(
            "{name:24} {count:>9} instructions a message, was {:>9}",
            bounds.get(name).copied().unwrap_or_default()
        );
        bounds.insert(name.to_owned(), count);
    }
    bounds.retain(|name, _| CASES.iter().any(|(case, _)| case == name));
    let head = "# Instructions a message, counted by callgrind. Written by: cargo bench -p causeway-translate --bench\n\
                # instructions -- --record\n";
    std::fs::write(bounds_file(), format!("{head}{}", toml::to_string(&bounds).unwrap())).unwrap();
    ExitCode::SUCCESS
}

fn bounds() -> BTreeMap<String, u64> {
    let text = std::fs::read_to_string(bounds_file()).unwrap_or_default();
    toml::from_str(&text).expect("a table of counts by case")
}

fn bounds_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/instructions.toml")
}

/// Runs one case over every message, once to warm up and once to be counted.
fn run_case(name: &str) {
    let (_, case) = CASES.iter().find(|(case, _)| *case == name).expect("a case of that name");
    let context = context();
    let messages = messages();
    let prepared: Vec<Prepared<'_>> = messages.iter().map(|source| Prepared::new(source, &context)).collect();
    prepared.iter().for_each(case);
    measured(*case, &prepared);
}

/// The only function in which callgrind counts; it knows it by its name.
#[inline(never)]
fn measured(case: Case, prepared: &[Prepared<'_>]) {
    prepared.iter().for_each(case);
}

/// One message with all that a case may need of it.
struct Prepared<'s> {
    source: &'s [u8],
    context: &'s Context,
    reading: Reading<'s>,
    written: Written,
}

impl<'s> Prepared<'s> {
    /// A message that is refused takes another way than the one to be measured.
    fn new(source: &'s [u8], context: &'s Context) -> Self {
        let reading = FhirR4Json.read(source, context);
        let found = causeway_validate::check("fhir-r4-json", &reading, context);
        assert!(!refused(&reading.findings) && !refused(&found), "a fixture is refused: {found:?}");
        let translation = translate(&reading, &EpsV3, context, &options(true));
        assert!(translation.text.is_some(), "a fixture is refused: {:?}", translation.findings);
        let written = EpsV3.write(reading.message.as_ref().unwrap(), context).unwrap();
        Prepared { source, context, reading, written }
    }

    fn message(&self) -> &causeway_canonical::model::Message {
        self.reading.message.as_ref().unwrap()
    }
}

fn options(echo: bool) -> Options {
    Options { kept: KeptPolicy::AnyNamed, echo }
}

/// The prescription orders among the fixtures, in order of name.
fn messages() -> Vec<Vec<u8>> {
    ["acute", "hospital", "repeat", "repeat-dispensing"]
        .map(|name| std::fs::read(fixtures().join(format!("fhir-r4/{name}.json"))).unwrap())
        .to_vec()
}

fn context() -> Context {
    let text = std::fs::read_to_string(fixtures().join("context.toml")).unwrap();
    ContextFile::parse(&text).unwrap().build(Timestamp::UNIX_EPOCH).unwrap()
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures")
}
