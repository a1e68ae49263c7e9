//! Fuzzing without any tool but a stable compiler: `causeway-fuzz [--seconds N] [--documents N] [--seed N]
//! [--seeds DIR] [TARGET…]`.
//!
//! Every target, or those named, runs on mutated seeds for that many seconds or documents. Finds are written to `target/fuzz`, and the
//! program ends with 1 if there is one. `--seeds` writes the seeds to a folder, for a fuzzer that wants files.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use causeway_tests::fuzz::{Campaign, TARGETS, Target, seeds, target};
use causeway_tests::workspace;

/// Characters of a reason that are shown.
const LONGEST_REASON: usize = 300;

struct Arguments {
    seconds: u64,
    documents: u64,
    seed: u64,
    seeds: Option<PathBuf>,
    targets: Vec<&'static Target>,
}

fn main() -> ExitCode {
    let arguments = arguments();
    if let Some(folder) = arguments.seeds {
        write_seeds(&folder, &arguments.targets);
        return ExitCode::SUCCESS;
    }
    let mut finds = 0;
    for target in arguments.targets {
        let time = Duration::from_secs(arguments.seconds);
        let campaign = Campaign::run(target, arguments.seed, time, arguments.documents);
        let (slowest, document) = &campaign.slowest;
        println!(
            "{:<15} {:>8} documents from seed {}, slowest {:.0} ms ({} bytes), {} finds",
            target.name,
            campaign.tried,
            arguments.seed,
            slowest.as_secs_f64() * 1e3,
            document.len(),
            campaign.finds.len()
        );
        for find in &campaign.finds {
            let file = keep(target.name, find.seed, &find.data);
            let reason: String = find.reason.chars().take(LONGEST_REASON).collect();
            println!("  seed {}: {}\n    {}", find.seed, reason, file.display());
        }
        finds += campaign.finds.len();
    }
    if finds == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn arguments() -> Arguments {
    let mut arguments = Arguments { seconds: 5, documents: u64::MAX, seed: 1, seeds: None, targets: Vec::new() };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().unwrap_or_else(|| panic!("{word} needs a value"));
        match word.as_str() {
            "--seconds" => arguments.seconds = value().parse().expect("a number of seconds"),
            "--documents" => arguments.documents = value().parse().expect("a number"),
            "--seed" => arguments.seed = value().parse().expect("a number"),
            "--seeds" => arguments.seeds = Some(value().into()),
            name => arguments.targets.push(target(name).unwrap_or_else(|| panic!("there is no target {name}"))),
        }
    }
    if arguments.targets.is_empty() {
        arguments.targets = TARGETS.iter().collect();
    }
    arguments
}

fn write_seeds(folder: &Path, targets: &[&Target]) {
    for target in targets {
        let folder = folder.join(target.name);
        std::fs::create_dir_all(&folder).unwrap();
        for (number, seed) in seeds(target.name).into_iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{number:03}")), seed).unwrap();
        }
    }
}

fn keep(target: &str, seed: u64, data: &[u8]) -> PathBuf {
    let folder = workspace().join("target/fuzz").join(target);
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("find-{seed}"));
    std::fs::write(&file, data).unwrap();
    file
}
