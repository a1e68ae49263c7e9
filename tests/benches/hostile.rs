//! Every hostile document through the program: refused with a finding, within a second, under 256 MB.
//!
//! `cargo bench -p causeway-tests --bench hostile [-- PART]` prints a table of all cases, or of those with PART in their
//! name, and fails if one exceeds a limit.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

use std::process::ExitCode;
use std::time::Duration;

use causeway_tests::fixtures;
use causeway_tests::hostile::{CASES, Case};
use causeway_tests::measure::{MEGABYTE, Run, run};

const MOST_TIME: Duration = Duration::from_secs(1);
const MOST_MEMORY: u64 = 256 * MEGABYTE;

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("document");
    let path = file.to_str().unwrap();
    let mut exceeded = 0;
    println!(
        "{:<52} {:<14} {:<9} {:>8} {:>6} {:>6} {:>9}  first finding",
        "case", "format", "command", "bytes", "ms", "MB", "findings"
    );
    let context = fixtures().join("context.toml");
    let context = context.to_str().unwrap();
    for case in CASES.iter().filter(|case| wanted.iter().all(|word| case.name.contains(word.as_str()))) {
        let document = (case.make)();
        std::fs::write(&file, &document).unwrap();
        let validate = ["validate", "--format", case.format, "--context", context, "--output", "json", path];
        let target = if case.format == "eps-hl7v3" { "fhir-r4-json" } else { "eps-hl7v3" };
        let translate =
            ["translate", "--from", case.format, "--to", target, "--context", context, "--findings", "json", path];
        for arguments in [&validate[..], &translate[..]] {
            let run = run(arguments);
            let good = is_within(case, &run);
            exceeded += usize::from(!good);
            show(case, arguments[0], document.len(), &run, good);
        }
    }
    if exceeded == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn is_within(case: &Case, run: &Run) -> bool {
    let answered = if case.refused { run.code == Some(1) } else { matches!(run.code, Some(0 | 1)) };
    answered && run.time <= MOST_TIME && run.peak <= MOST_MEMORY
}

fn show(case: &Case, command: &str, bytes: usize, run: &Run, good: bool) {
    let told = if run.stdout.is_empty() { &run.stderr } else { &run.stdout };
    let text = String::from_utf8_lossy(told);
    let rules: Vec<&str> = text.split("\"rule\":\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let mark = if good { "" } else { "  EXCEEDED" };
    println!(
        "{:<52} {:<14} {:<9} {bytes:>8} {:>6.0} {:>6} {:>9}  {}{mark}{}",
        case.name,
        case.format,
        command,
        run.time.as_secs_f64() * 1e3,
        run.peak / MEGABYTE,
        rules.len(),
        rules.first().copied().unwrap_or("none"),
        if run.code.is_none_or(|code| code > 1) {
            format!(" {:?} {}", run.code, text.chars().take(200).collect::<String>())
        } else {
            String::new()
        }
    );
}
