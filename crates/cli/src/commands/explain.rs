//! `causeway explain`: the ledger of a translation, for people.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use causeway_canonical::ledger::Disposition;
use causeway_canonical::{Finding, refused};
use causeway_syntax::adapter::{Adapter, Context, Reading};
use causeway_translate::ledger::{LedgerEntry, Place};
use causeway_translate::provenance::{self, Provenance, SourceValue};
use causeway_translate::{LedgerFile, Options, Translation, target_tree, translate};
use comfy_table::{ContentArrangement, Table, presets};

use super::REFUSED;
use super::translate::ledger_file;
use crate::input::{self, Checked};
use crate::show::{self, FindingsForm};

/// Steps of an XPath that make a part.
const XPATH_STEPS: usize = 5;

/// Steps of a target path that are shown.
const TARGET_STEPS: usize = 3;

/// Arguments of `explain`.
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
    /// Only these dispositions: carried, mapped, structural, defaulted, kept, lost
    #[arg(long, value_name = "DISPOSITION", value_delimiter = ',', value_parser = disposition)]
    only: Vec<Disposition>,
    /// Show structural values too
    #[arg(long)]
    all: bool,
    /// Show whole target paths
    #[arg(long)]
    full_paths: bool,
    /// Say of the value at this path of the output, or of all values below it, what it was made from
    #[arg(long, value_name = "PATH", conflicts_with_all = ["only", "all", "full_paths"])]
    at: Option<String>,
    /// Print the ledger as JSON
    #[arg(long)]
    json: bool,
    /// The message, or - for standard input
    input: String,
}

fn disposition(word: &str) -> Result<Disposition, String> {
    let all = [
        Disposition::Carried,
        Disposition::Mapped,
        Disposition::Structural,
        Disposition::Defaulted,
        Disposition::Kept,
        Disposition::Lost,
    ];
    all.into_iter()
        .find(|disposition| disposition.as_str() == word)
        .ok_or_else(|| "expected carried, mapped, structural, defaulted, kept or lost".to_owned())
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let context = input::context(arguments.context.as_deref())?;
    let target = input::named(&arguments.to)?;
    let source = input::read(&arguments.input, &context.limits)?;
    let report = |findings: &[Finding]| show::findings(findings, &source, &arguments.input, FindingsForm::Text);
    let adapter = match input::adapter(&arguments.from, &source)? {
        Ok(adapter) => adapter,
        Err(finding) => {
            report(&[finding]);
            return Ok(ExitCode::from(REFUSED));
        }
    };
    let Checked { reading, mut findings } = input::check(&source, adapter, &context);
    let translation = translate(&reading, target, &context, &Options::default());
    findings.extend(translation.findings.iter().cloned());
    if let Some(path) = &arguments.at {
        let found = origins_at(path, &reading, &translation, target, &context);
        report(&findings);
        return origins(path, found, arguments.json);
    }
    let ledger = reading.account.as_ref().and_then(|account| ledger_file(&translation, account, target, &context));
    match ledger {
        Some(ledger) if arguments.json => show::line(serde_json::to_string_pretty(&ledger)?)?,
        Some(ledger) => table(&ledger, arguments)?,
        None => {}
    }
    report(&findings);
    Ok(if refused(&findings) { ExitCode::from(REFUSED) } else { ExitCode::SUCCESS })
}

/// The origins of the values at a path of the output; `None` where there is no output.
fn origins_at(
    path: &str,
    reading: &Reading<'_>,
    translation: &Translation,
    target: &dyn Adapter,
    context: &Context,
) -> Option<Vec<Provenance>> {
    let (account, text) = reading.account.as_ref().zip(translation.text.as_deref())?;
    let output = target_tree(text, target, context).ok()?;
    Some(provenance::at(path, account, &translation.tags, &*output))
}

fn origins(path: &str, found: Option<Vec<Provenance>>, json: bool) -> Result<ExitCode> {
    let Some(found) = found else { return Ok(ExitCode::from(REFUSED)) };
    if found.is_empty() {
        bail!("the output has no value at {path}; `explain --full-paths` shows the paths that it has");
    }
    if json {
        show::line(serde_json::to_string_pretty(&found)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    for value in &found {
        let Place { path, line, column } = &value.target;
        show::line(format!("{line}:{column} {path}: {}", value.kind.as_str()))?;
        for origin in &value.origins {
            let rule = if origin.written_by.is_empty() {
                "written unchanged".to_owned()
            } else {
                format!("written by {}: {}", origin.written_by, origin.reason)
            };
            show::line(format!("  field {}, {rule}", origin.field))?;
            for SourceValue { place, bytes, read_by } in &origin.sources {
                let rule = if read_by.is_empty() { "read unchanged".to_owned() } else { format!("read by {read_by}") };
                let Place { path, line, column } = place;
                show::line(format!("    {line}:{column} bytes {}..{} {path}, {rule}", bytes.start, bytes.end))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// One table for each part of the source, paths relative to it: whole paths of V3 are longer than any screen.
fn table(ledger: &LedgerFile, arguments: &Arguments) -> Result<()> {
    let shown = |disposition: Disposition| {
        if arguments.only.is_empty() {
            arguments.all || disposition != Disposition::Structural
        } else {
            arguments.only.contains(&disposition)
        }
    };
    let rows: Vec<&LedgerEntry> = ledger.entries.iter().filter(|entry| shown(entry.disposition)).collect();
    show::line("line:column, source, group, disposition, rule or reason, target")?;
    for part in rows.chunk_by(|a, b| part_of(a) == part_of(b)) {
        let name = part.first().map_or("", |entry| part_of(entry));
        show::line(format!("\n\u{1b}[1m{}\u{1b}[0m", if name.is_empty() { "made for the target" } else { name }))?;
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        for entry in part {
            table.add_row(row(entry, name, arguments.full_paths));
        }
        show::line(table.trim_fmt())?;
    }
    let summary = &ledger.summary;
    show::line(format!(
        "\ncarried {}  mapped {}  structural {}  defaulted {}  kept {}  lost {}",
        summary.carried, summary.mapped, summary.structural, summary.defaulted, summary.kept, summary.lost
    ))?;
    if !arguments.all && arguments.only.is_empty() && summary.structural > 0 {
        show::line("structural values are not shown; --all shows them, --full-paths shows whole target paths")?;
    }
    Ok(())
}

/// The part of the source that a row belongs to: a resource of a bundle, or the first steps of an XPath.
fn part_of(entry: &LedgerEntry) -> &str {
    let Some(place) = &entry.source else { return "" };
    let path = place.path.as_str();
    if let Some(end) = path.find(".resource.") {
        return path.get(..end + ".resource".len()).unwrap_or(path);
    }
    if path.starts_with('/') {
        let end = path.match_indices('/').nth(XPATH_STEPS).map_or(path.len(), |(end, _)| end);
        return path.get(..end).unwrap_or(path);
    }
    path.split_once(['.', '[']).map_or(path, |(first, _)| first)
}

fn row(entry: &LedgerEntry, part: &str, full_paths: bool) -> [String; 6] {
    let (line, source) = entry.source.as_ref().map_or_else(Default::default, |place| {
        let relative = place.path.strip_prefix(part).unwrap_or(&place.path);
        (format!("{}:{}", place.line, place.column), relative.trim_start_matches(['.', '/']).to_owned())
    });
    let target = entry.target.as_ref().map_or_else(String::new, |place| {
        let path = if full_paths { place.path.clone() } else { last_steps(&place.path) };
        format!("→ {path}")
    });
    let why = if entry.rule.is_empty() { entry.reason.clone() } else { entry.rule.clone() };
    let group = entry.group.map_or("", |group| group.as_str()).to_owned();
    [line, source, group, entry.disposition.as_str().to_owned(), why, target]
}

/// The last steps of a path, enough to know the element by.
fn last_steps(path: &str) -> String {
    let separator = if path.starts_with('/') { '/' } else { '.' };
    match path.rmatch_indices(separator).nth(TARGET_STEPS - 1) {
        Some((start, _)) if start > 0 => format!("…{}", path.get(start..).unwrap_or(path)),
        _ => path.to_owned(),
    }
}
