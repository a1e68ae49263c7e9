//! `causeway terminology`: the dictionary of medicines and devices.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, Result};
use causeway_terminology::{Entry, Index, LoadError, Loaded, OpenError, Release};
use clap::Subcommand;
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::{Value, json};

use super::REFUSED;
use crate::show;

/// Arguments of `terminology`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make an index of a published release of dm+d, and put it in the place of the one before
    Load {
        /// Folders and zip archives with the XML files of one release
        #[arg(required = true, value_name = "RELEASE")]
        releases: Vec<PathBuf>,
        /// The index; a gateway that uses it takes the new one when it reads its configuration again
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Show what an index says of a code
    Show {
        /// The code
        code: u64,
        /// The index
        #[arg(long, value_name = "FILE")]
        index: PathBuf,
        /// Print one JSON object an entry
        #[arg(long)]
        json: bool,
    },
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    match &arguments.command {
        Command::Load { releases, out, json } => load(releases, out, *json),
        Command::Show { code, index, json } => show_code(*code, index, *json),
    }
}

fn load(releases: &[PathBuf], out: &Path, json: bool) -> Result<ExitCode> {
    let started = Instant::now();
    let loaded = match Release::find(releases).and_then(|release| causeway_terminology::load(&release, out)) {
        Ok(loaded) => loaded,
        // The release is at fault, and not the call.
        Err(error @ (LoadError::NoRelease(_) | LoadError::Malformed { .. } | LoadError::TooLarge)) => {
            anstream::eprintln!("causeway: {error}; the index in place stays");
            return Ok(ExitCode::from(REFUSED));
        }
        Err(error) => return Err(error.into()),
    };
    let seconds = started.elapsed().as_secs_f64();
    if json {
        show::line(loaded_json(&loaded, seconds))?;
    } else {
        print_loaded(&loaded, out, seconds)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn loaded_json(loaded: &Loaded, seconds: f64) -> Value {
    let entries: serde_json::Map<String, Value> =
        loaded.entries.iter().map(|(level, count)| (level.as_str().to_owned(), json!(count))).collect();
    let notices = loaded.notices.iter().map(|it| json!({"file": it.file, "line": it.line, "text": it.text}));
    json!({
        "release": loaded.label, "date": loaded.date, "entries": entries, "inactive": loaded.inactive,
        "skipped": loaded.skipped, "noticed": loaded.noticed, "notices": notices.collect::<Vec<_>>(),
        "bytes": loaded.bytes, "seconds": seconds
    })
}

fn print_loaded(loaded: &Loaded, out: &Path, seconds: f64) -> Result<()> {
    let mut table = Table::new();
    table.load_style(presets::UTF8_NO_BORDERS).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["level", "entries"]);
    for (level, count) in &loaded.entries {
        table.add_row([level.as_str().to_owned(), count.to_string()]);
    }
    table.add_row(["inactive among them".to_owned(), loaded.inactive.to_string()]);
    show::line(table)?;
    for file in &loaded.skipped {
        show::line(format!("not needed: {file}"))?;
    }
    for notice in &loaded.notices {
        let place = if notice.file.is_empty() { String::new() } else { format!("{}:{}: ", notice.file, notice.line) };
        show::line(format!("notice: {place}{}", notice.text))?;
    }
    let untold = loaded.noticed.saturating_sub(loaded.notices.len() as u64);
    if untold > 0 {
        show::line(format!("and {untold} more notices"))?;
    }
    show::line(format!(
        "release {} of {} is in {}: {} bytes, {seconds:.1} s",
        loaded.label,
        loaded.date,
        out.display(),
        loaded.bytes
    ))
}

fn show_code(code: u64, path: &Path, json: bool) -> Result<ExitCode> {
    let index = match Index::open(path) {
        Ok(index) => index,
        Err(error @ OpenError::Unusable { .. }) => {
            anstream::eprintln!("causeway: {error}");
            return Ok(ExitCode::from(REFUSED));
        }
        Err(error) => return Err(error.into()),
    };
    let entries: Vec<Entry> = index.entries(code).collect();
    if entries.is_empty() {
        anstream::eprintln!("causeway: release {} of {} does not have this code", index.label(), index.date());
        return Ok(ExitCode::from(REFUSED));
    }
    for entry in &entries {
        let name = index.name(entry.code, entry.level).context("the name cannot be read")?;
        if json {
            show::line(entry_json(&index, entry, name.as_deref()))?;
        } else {
            print_entry(&index, entry, name.as_deref())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Codes are texts: the longest are no numbers to most programs.
fn entry_json(index: &Index, entry: &Entry, name: Option<&str>) -> Value {
    let code = |code: Option<u64>| code.map(|code| code.to_string());
    json!({
        "code": entry.code.to_string(), "level": entry.level.as_str(), "name": name, "inactive": entry.inactive,
        "successor": code(entry.successor), "partOf": code(entry.part_of), "schedule": entry.schedule,
        "unavailable": entry.unavailable, "unprescribable": entry.unprescribable,
        "release": index.label(), "date": index.date()
    })
}

fn print_entry(index: &Index, entry: &Entry, name: Option<&str>) -> Result<()> {
    show::line(format!("{} {}", entry.code, name.unwrap_or("without a name")))?;
    show::line(format!("  level      {}", entry.level.words()))?;
    for (what, code) in [("part of", entry.part_of), ("successor", entry.successor)] {
        if let Some(code) = code {
            show::line(format!("  {what:<10} {code}"))?;
        }
    }
    if let Some(schedule) = entry.schedule {
        show::line(format!("  schedule   {schedule}"))?;
    }
    let marks = [
        (entry.inactive, "may not be used any more"),
        (entry.unavailable, "cannot be had at present"),
        (entry.unprescribable, "may not be prescribed as it stands"),
    ];
    for (_, text) in marks.iter().filter(|(holds, _)| *holds) {
        show::line(format!("  {text}"))?;
    }
    show::line(format!("  release    {} of {}", index.label(), index.date()))
}
