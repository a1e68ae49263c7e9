//! `causeway verify-signature`: whether the signatures of prescriptions hold.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use causeway_canonical::identifier::PrescriptionShortId;
use causeway_canonical::{Finding, FindingRecord};
use causeway_signature::{Verdict, Verifier};
use causeway_translate::registry;
use clap::ValueEnum;
use serde::Serialize;

use super::{REFUSED, USAGE};
use crate::trust::TrustArguments;
use crate::{input, show};

/// The format whose documents are verified as they were received.
const SIGNED_FORMAT: &str = "eps-hl7v3";

/// Arguments of `verify-signature`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    trusted: TrustArguments,
    /// TOML file with the clock, and compatibility for messages that are not V3
    #[arg(long, value_name = "FILE")]
    context: Option<PathBuf>,
    /// How results are printed
    #[arg(long, value_enum, default_value = "text")]
    output: Output,
    /// Prescription orders and release responses, folders, or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    /// A line a prescription, and each finding with its source line
    Text,
    /// One JSON object a prescription
    Json,
}

/// What `--output json` prints for a prescription.
#[derive(Serialize)]
struct PrescriptionResult<'f> {
    file: &'f str,
    prescription: Option<&'f str>,
    valid: bool,
    findings: Vec<FindingRecord>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let context = input::context(arguments.context.as_deref())?;
    let verifier =
        Verifier { trust: &arguments.trusted.trust()?, policy: arguments.trusted.policy(), context: &context };
    let files = match arguments.inputs.as_slice() {
        [one] if one.as_os_str() == "-" => vec![one.clone()],
        paths => input::files(paths)?,
    };
    let (mut invalid, mut unreadable) = (0, 0);
    for file in &files {
        let name = file.to_string_lossy();
        let source = match input::read(&name, &context.limits) {
            Ok(source) => source,
            Err(error) => {
                anstream::eprintln!("causeway: {error:#}");
                unreadable += 1;
                continue;
            }
        };
        for verdict in verify(&source, &verifier) {
            invalid += usize::from(!verdict.is_valid());
            print(&name, &source, &verdict, arguments.output)?;
        }
    }
    if unreadable > 0 {
        return Ok(ExitCode::from(USAGE));
    }
    Ok(if invalid == 0 { ExitCode::SUCCESS } else { ExitCode::from(REFUSED) })
}

/// V3 is verified as it was received; what another format says is written as V3 for that. A V3 document need not be an
/// interaction that has an adapter.
fn verify(source: &[u8], verifier: &Verifier<'_>) -> Vec<Verdict> {
    let failed = |finding: Finding| vec![Verdict { prescription: None, findings: vec![finding] }];
    match registry::sniff(source) {
        Ok(adapter) if adapter.format() != SIGNED_FORMAT => {
            vec![verifier.reading(&adapter.read(source, verifier.context))]
        }
        Err(finding) if !is_markup(source) => failed(finding),
        _ => verifier.document(source).unwrap_or_else(failed),
    }
}

fn is_markup(source: &[u8]) -> bool {
    source.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(source).trim_ascii_start().starts_with(b"<")
}

fn print(name: &str, source: &[u8], verdict: &Verdict, output: Output) -> Result<()> {
    let valid = verdict.is_valid();
    if output == Output::Json {
        let result = PrescriptionResult {
            file: name,
            prescription: verdict.prescription.as_ref().map(PrescriptionShortId::as_str),
            valid,
            findings: verdict.findings.iter().map(Finding::record).collect(),
        };
        return show::line(serde_json::to_string(&result)?);
    }
    let prescription = verdict.prescription.as_ref().map_or("no prescription id", PrescriptionShortId::as_str);
    show::line(format!("{name}: {prescription}: {}", if valid { "valid" } else { "not valid" }))?;
    for finding in show::Source::new(source).findings(&verdict.findings, name) {
        show::line(finding)?;
    }
    Ok(())
}
