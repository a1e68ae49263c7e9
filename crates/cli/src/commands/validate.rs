//! `causeway validate`: check messages.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use causeway_canonical::model::Message;
use causeway_canonical::{Finding, FindingRecord, Severity, refused};
use causeway_syntax::adapter::Context;
use causeway_translate::{refusal, registry};
use clap::ValueEnum;
use serde::Serialize;

use super::{REFUSED, USAGE};
use crate::{input, show};

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
    /// Files, folders, or - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    /// A line a file, and each finding with its source line
    Text,
    /// One JSON object a file
    Json,
    /// A FHIR OperationOutcome a file
    OperationOutcome,
}

/// What `--output json` prints for a file.
#[derive(Serialize)]
struct FileResult<'f> {
    file: &'f str,
    format: Option<&'static str>,
    kind: Option<&'static str>,
    valid: bool,
    findings: Vec<FindingRecord>,
}

/// A file that was checked.
struct Checked {
    format: Option<&'static str>,
    kind: Option<&'static str>,
    message: Option<Message>,
    findings: Vec<Finding>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let context = input::context(arguments.context.as_deref())?;
    let files = match arguments.files.as_slice() {
        [one] if one.as_os_str() == "-" => vec![one.clone()],
        paths => input::files(paths)?,
    };
    let (mut invalid, mut unreadable) = (0, 0);
    for file in &files {
        let name = file.to_string_lossy();
        let source = match input::read(&name) {
            Ok(source) => source,
            Err(error) => {
                anstream::eprintln!("causeway: {error:#}");
                unreadable += 1;
                continue;
            }
        };
        let checked = check(&source, &arguments.format, &context)?;
        invalid += usize::from(refused(&checked.findings));
        print(&name, &source, &checked, arguments.output, &context)?;
    }
    if arguments.output == Output::Text {
        show::line(format!("{} of {} valid", files.len() - invalid - unreadable, files.len()))?;
    }
    if unreadable > 0 {
        return Ok(ExitCode::from(USAGE));
    }
    Ok(if invalid == 0 { ExitCode::SUCCESS } else { ExitCode::from(REFUSED) })
}

fn check(source: &[u8], format: &str, context: &Context) -> Result<Checked> {
    let adapter = match input::adapter(format, source)? {
        Ok(adapter) => adapter,
        Err(finding) => return Ok(Checked { format: None, kind: None, message: None, findings: vec![finding] }),
    };
    let input::Checked { reading, findings } = input::check(source, adapter, context);
    let kind = reading.message.as_ref().map(|message| message.body.kind().as_str());
    Ok(Checked { format: Some(adapter.format()), kind, message: reading.message, findings })
}

fn print(name: &str, source: &[u8], checked: &Checked, output: Output, context: &Context) -> Result<()> {
    match output {
        Output::Json => {
            let result = FileResult {
                file: name,
                format: checked.format,
                kind: checked.kind,
                valid: !refused(&checked.findings),
                findings: checked.findings.iter().map(Finding::record).collect(),
            };
            show::line(serde_json::to_string(&result)?)?;
        }
        Output::OperationOutcome => show::line(outcome(checked, context).trim_end())?,
        Output::Text => {
            let errors = checked.findings.iter().filter(|finding| finding.severity == Severity::Error).count();
            let others = checked.findings.len() - errors;
            let verdict = if errors == 0 { "valid" } else { "refused" };
            let kind = checked.kind.unwrap_or("unreadable");
            show::line(format!("{name}: {verdict} ({kind}, {errors} errors, {others} warnings)"))?;
            for finding in show::Source::new(source).findings(&checked.findings, name) {
                show::line(finding)?;
            }
        }
    }
    Ok(())
}

fn outcome(checked: &Checked, context: &Context) -> String {
    let id = checked.message.as_ref().map(|message| &message.envelope.id);
    let Some(fhir) = registry::adapter("fhir-r4-json") else { return String::new() };
    if checked.findings.is_empty() {
        refusal::accepted(id, fhir, context).text
    } else {
        refusal::refused(&checked.findings, id, fhir, context).text
    }
}
