//! `causeway validate`: check messages.
//!
//! Files are checked on several threads and reported in their order, so that the same files give the same output.

mod in_order;
mod judge;
mod junit;
mod summary;

use std::path::PathBuf;
use std::process::ExitCode;
use std::thread::available_parallelism;

use anyhow::Result;
use causeway_terminology::Index;
use causeway_validate::Layers;
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};

use super::{REFUSED, USAGE};
use crate::trust::TrustArguments;
use crate::{input, show};
use judge::{Judge, Output, Verdict};
use summary::Summary;

/// Arguments of `validate`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Format of the files, or auto
    #[arg(long, value_name = "FORMAT", default_value = "auto")]
    format: String,
    /// How results are printed
    #[arg(long, value_enum, default_value = "text")]
    output: Output,
    /// TOML file with the clock and rule severities
    #[arg(long, value_name = "FILE")]
    context: Option<PathBuf>,
    /// Leave a layer out; may be given several times
    #[arg(long, value_enum, value_name = "LAYER")]
    skip: Vec<Skipped>,
    /// Look codes of medicines, units, forms and routes up in this index of dm+d
    #[arg(long, value_name = "FILE")]
    terminology: Option<PathBuf>,
    #[command(flatten)]
    trusted: TrustArguments,
    /// Check as well that the message crosses to this format with every value accounted for, and reads back
    #[arg(long, value_name = "FORMAT")]
    to: Option<String>,
    /// Write the results as JUnit XML as well
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Threads; by default one a processor
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=64))]
    threads: Option<u8>,
    /// Files, folders, or - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// A layer that can be left out. What is not well formed or cannot be read has nothing to be judged by.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Skipped {
    /// Elements, their order, number and form
    Shape,
    /// Check digits and codes
    Identifiers,
    /// Clinical and lifecycle rules
    Rules,
    /// Signatures of prescribers; warnings where no authority is trusted
    Signature,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let trusted = &arguments.trusted;
    let judge = Judge {
        format: &arguments.format,
        context: input::context(arguments.context.as_deref())?,
        layers: layers(&arguments.skip),
        dictionary: arguments.terminology.as_deref().map(Index::open).transpose()?,
        signatures: !arguments.skip.contains(&Skipped::Signature),
        trusted: trusted.names_somebody().then(|| trusted.trust()).transpose()?.map(|trust| (trust, trusted.policy())),
        target: arguments.to.as_deref().map(input::named).transpose()?,
        output: arguments.output,
    };
    judge.check_usage()?;
    let files = match arguments.files.as_slice() {
        [one] if one.as_os_str() == "-" => vec![one.clone()],
        paths => input::files(paths)?,
    };
    let threads = arguments.threads.map_or_else(|| available_parallelism().map_or(1, usize::from), usize::from);
    let bar = progress(files.len());
    let mut summary = Summary::default();
    let mut verdicts = Vec::new();
    in_order::run(
        &files,
        threads,
        |file| judge.judge(file),
        |verdict: Verdict| {
            bar.inc(1);
            bar.suspend(|| verdict.print())?;
            summary.add(&verdict);
            if arguments.junit.is_some() {
                verdicts.push(verdict);
            }
            Ok(())
        },
    )?;
    bar.finish_and_clear();
    if let Some(path) = &arguments.junit {
        junit::write(path, &verdicts)?;
    }
    if arguments.output == Output::Text {
        show::line(&summary)?;
    }
    Ok(match summary {
        Summary { unreadable: 1.., .. } => ExitCode::from(USAGE),
        Summary { refused: 1.., .. } => ExitCode::from(REFUSED),
        _ => ExitCode::SUCCESS,
    })
}

fn layers(skipped: &[Skipped]) -> Layers {
    let asked = |layer| !skipped.contains(&layer);
    Layers { shape: asked(Skipped::Shape), identifiers: asked(Skipped::Identifiers), rules: asked(Skipped::Rules) }
}

/// A bar on standard error, if that is a terminal and there is something to wait for.
fn progress(files: usize) -> ProgressBar {
    if files < 2 {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{wide_bar} {pos} of {len} files, {per_sec}, {eta} left");
    ProgressBar::new(files as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
