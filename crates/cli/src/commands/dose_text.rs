//! `causeway dose-text`: the texts of structured dosages.

use std::process::ExitCode;

use anyhow::Result;
use causeway_adapter_fhir::{LoneDosage, read_dosages};
use causeway_canonical::Finding;
use causeway_canonical::dose_text::{DOSE_TEXT_REFUSED, text_of};
use causeway_syntax::Limits;

use super::REFUSED;
use crate::input;
use crate::show::{self, FindingsForm};

/// Arguments of `dose-text`.
#[derive(clap::Args)]
pub struct Arguments {
    /// How findings are printed
    #[arg(long, value_enum, default_value = "text")]
    findings: FindingsForm,
    /// A JSON array of FHIR R4 Dosages, or - for standard input
    #[arg(value_name = "FILE")]
    input: String,
}

/// Runs the command: a JSON array with one text a dosage, null where none can be made.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let source = input::read(&arguments.input, &Limits::default())?;
    let report = |findings: &[Finding]| show::findings(findings, &source, &arguments.input, arguments.findings);
    // The list is no message: it is as long as its sender likes.
    let limits = Limits { max_entries: usize::MAX, ..Limits::default() };
    let dosages = match read_dosages(&source, &limits) {
        Ok(dosages) => dosages,
        Err(findings) => {
            report(&findings);
            return Ok(ExitCode::from(REFUSED));
        }
    };
    let mut findings = Vec::new();
    let texts: Vec<Option<String>> = dosages.into_iter().map(|dosage| text(dosage, &mut findings)).collect();
    report(&findings);
    show::line(serde_json::to_string(&texts)?)?;
    Ok(ExitCode::SUCCESS)
}

/// The text of a dosage that was read whole. What stands in the way of one becomes a finding.
fn text(mut lone: LoneDosage, findings: &mut Vec<Finding>) -> Option<String> {
    let is_whole = !causeway_canonical::refused(&lone.findings);
    findings.append(&mut lone.findings);
    if !is_whole {
        return None;
    }
    match text_of(&lone.dosage) {
        Ok(text) => Some(text),
        Err(refusal) => {
            let message = match refusal.field() {
                Some(field) => format!("{} in {field}", refusal.reason.as_str()),
                None => refusal.reason.as_str().to_owned(),
            };
            findings.push(Finding::new(&DOSE_TEXT_REFUSED, message).at(lone.path, lone.position));
            None
        }
    }
}
