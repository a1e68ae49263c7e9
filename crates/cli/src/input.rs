//! Messages, formats and contexts as they are named on the command line.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use causeway_canonical::Finding;
use causeway_syntax::Limits;
use causeway_syntax::adapter::{Adapter, Context, Reading};
use causeway_translate::{ContextFile, registry};
use causeway_validate::{Checks, Layers};
use jiff::Timestamp;

/// Reads a file, or standard input for `-`. Of what is larger than the limit it is read that it is larger, and no more.
pub fn read(input: &str, limits: &Limits) -> Result<Vec<u8>> {
    let most = u64::try_from(limits.max_bytes).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    if input == "-" {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes).context("cannot read standard input")?;
    } else {
        let file = File::open(input).and_then(|file| file.take(most).read_to_end(&mut bytes));
        file.with_context(|| format!("cannot read {input}"))?;
    }
    Ok(bytes)
}

/// The adapter of a format; `auto` judges by the content.
pub fn adapter(format: &str, source: &[u8]) -> Result<Result<&'static dyn Adapter, Finding>> {
    if format == "auto" {
        return Ok(registry::sniff(source));
    }
    named(format).map(Ok)
}

/// The adapter of a format that is named.
pub fn named(format: &str) -> Result<&'static dyn Adapter> {
    let Some(adapter) = registry::adapter(format) else {
        let known: Vec<_> = registry::formats().collect();
        bail!("unknown format {format}; expected one of {}", known.join(", "));
    };
    Ok(adapter)
}

/// The context of a file, or one with the system's clock and nothing else.
pub fn context(file: Option<&Path>) -> Result<Context> {
    let now = Timestamp::now();
    let Some(path) = file else { return Ok(Context::at(now)) };
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let context = ContextFile::parse(&text)
        .and_then(|file| file.build(now))
        .with_context(|| format!("the context {} cannot be used", path.display()))?;
    let wrong = causeway_gateway::config::check_rules(&context.rules);
    if !wrong.is_empty() {
        bail!("the context {} cannot be used: {}", path.display(), wrong.join("; "));
    }
    Ok(context)
}

/// A message that was read and validated.
pub struct Checked<'s> {
    /// What reading gave.
    pub reading: Reading<'s>,
    /// Findings of reading and validation, with the severities of the context.
    pub findings: Vec<Finding>,
}

/// Reads and validates a message.
pub fn check<'s>(source: &'s [u8], adapter: &dyn Adapter, context: &Context) -> Checked<'s> {
    check_with(source, adapter, context, Layers::ALL.into())
}

/// Reads a message and validates it with some of the layers, or with a dictionary.
pub fn check_with<'s>(source: &'s [u8], adapter: &dyn Adapter, context: &Context, checks: Checks<'_>) -> Checked<'s> {
    let reading = adapter.read(source, context);
    let mut findings = reading.findings.clone();
    context.rules.apply_cautiously(&mut findings);
    let mut checked = causeway_validate::check_layers(adapter.format(), &reading, context, checks);
    context.rules.apply(&mut checked);
    findings.append(&mut checked);
    Checked { reading, findings }
}

/// All files of the paths given, folders searched in depth, in order of name.
pub fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            collect(path, &mut found).with_context(|| format!("cannot read {}", path.display()))?;
        } else {
            found.push(path.clone());
        }
    }
    Ok(found)
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<std::io::Result<_>>()?;
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            collect(&entry, found)?;
        } else {
            found.push(entry);
        }
    }
    Ok(())
}
