//! `causeway prepare`: what a prescriber is asked to sign.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use causeway_canonical::{Finding, refused};
use causeway_signature::Prepared;
use causeway_translate::{Options, translate};
use clap::ValueEnum;

use super::REFUSED;
use crate::input::{self, Checked};
use crate::show::{self, FindingsForm};

/// The format in which prescriptions are signed.
const SIGNED_FORMAT: &str = "eps-hl7v3";

/// Arguments of `prepare`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Format of the input, or auto
    #[arg(long, value_name = "FORMAT", default_value = "auto")]
    from: String,
    /// TOML file with the clock, which is the author time of an unsigned order, and compatibility
    #[arg(long, value_name = "FILE")]
    context: Option<PathBuf>,
    /// What is printed
    #[arg(long, value_enum, default_value = "parameters")]
    output: Output,
    /// How findings are printed
    #[arg(long, value_enum, default_value = "text")]
    findings: FindingsForm,
    /// The prescription order, or - for standard input
    input: String,
}

#[derive(Clone, Copy, ValueEnum)]
enum Output {
    /// The FHIR Parameters that answer `$prepare`
    Parameters,
    /// The canonical fragments: the input of the hash
    Fragments,
    /// The canonical SignedInfo: the octets to be signed
    SignedInfo,
    /// The hash of the fragments in base64
    Digest,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let context = input::context(arguments.context.as_deref())?;
    let source = input::read(&arguments.input, &context.limits)?;
    let report = |findings: &[Finding]| show::findings(findings, &source, &arguments.input, arguments.findings);
    let adapter = match input::adapter(&arguments.from, &source)? {
        Ok(adapter) => adapter,
        Err(finding) => {
            report(&[finding]);
            return Ok(ExitCode::from(REFUSED));
        }
    };
    let Checked { reading, findings } = input::check(&source, adapter, &context);
    report(&findings);
    let message = match &reading.message {
        Some(message) if !refused(&findings) => message,
        _ => return Ok(ExitCode::from(REFUSED)),
    };
    // Nobody is asked to sign what could not be sent.
    let translation = translate(&reading, input::named(SIGNED_FORMAT)?, &context, &Options::default());
    report(&translation.findings);
    if translation.text.is_none() {
        return Ok(ExitCode::from(REFUSED));
    }
    match causeway_signature::prepare(message, &context) {
        Ok(prepared) => {
            std::io::stdout().lock().write_all(shown(&prepared, arguments.output).as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
        Err(findings) => {
            report(&findings);
            Ok(ExitCode::from(REFUSED))
        }
    }
}

/// Without a line end where the octets are to be hashed or signed.
fn shown(prepared: &Prepared, output: Output) -> String {
    match output {
        Output::Parameters => prepared.parameters() + "\n",
        Output::Fragments => prepared.fragments.clone(),
        Output::SignedInfo => prepared.signed_info.clone(),
        Output::Digest => prepared.digest_value() + "\n",
    }
}
