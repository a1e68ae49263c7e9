//! `causeway translate`: one message from one format to another.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use causeway_canonical::{Finding, refused};
use causeway_syntax::adapter::{Adapter, Context};
use causeway_translate::{LedgerFile, Options, Translation, target_tree, translate};

use super::REFUSED;
use crate::input::{self, Checked};
use crate::show::{self, FindingsForm};

/// Arguments of `translate`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Format of the input, or auto
    #[arg(long, value_name = "FORMAT", default_value = "auto")]
    from: String,
    /// Format of the output
    #[arg(long, value_name = "FORMAT")]
    to: String,
    /// TOML file with clock, system ids, compatibility and rule severities
    #[arg(long, value_name = "FILE")]
    context: Option<PathBuf>,
    /// Write the ledger as JSON to this file
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// How findings are printed
    #[arg(long, value_enum, default_value = "text")]
    findings: FindingsForm,
    /// The message, or - for standard input
    input: String,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let context = input::context(arguments.context.as_deref())?;
    let target = input::named(&arguments.to)?;
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
    let refused = refused(&findings) || reading.message.is_none();
    if refused && arguments.ledger.is_none() {
        return Ok(ExitCode::from(REFUSED));
    }
    let translation = translate(&reading, target, &context, &Options::default());
    report(&translation.findings);
    if let (Some(path), Some(account)) = (&arguments.ledger, &reading.account) {
        let file = ledger_file(&translation, account, target, &context).unwrap_or_default();
        let text = serde_json::to_string_pretty(&file)?;
        fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    match translation.text {
        Some(text) if !refused => {
            std::io::stdout().lock().write_all(text.as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
        _ => Ok(ExitCode::from(REFUSED)),
    }
}

/// The ledger of a translation with paths on both sides, also of one that was refused.
pub fn ledger_file(
    translation: &Translation,
    account: &causeway_syntax::adapter::Account<'_>,
    target: &dyn Adapter,
    context: &Context,
) -> Option<LedgerFile> {
    let ledger = translation.ledger.as_ref()?;
    let tree = translation.text.as_deref().and_then(|text| target_tree(text, target, context).ok());
    Some(ledger.render(account, tree.as_deref()))
}
