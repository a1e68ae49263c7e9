//! `causeway bench`: translation throughput on the user's own messages.
//!
//! Two ways are measured: reading, writing and accounting for every value, or, with `--full`, the whole that a gateway
//! does to a message before it is stored: validation before and the echo after as well. `--by-layer` takes the whole apart.

mod by_layer;
mod histogram;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use causeway_canonical::model::Kind;
use causeway_canonical::refused;
use causeway_syntax::adapter::{Adapter, Context};
use causeway_translate::{KeptPolicy, Options, translate};
use serde::Serialize;

use crate::{input, show};
use histogram::Histogram;

/// Arguments of `bench`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Format of the messages
    #[arg(long, value_name = "FORMAT")]
    from: String,
    /// Format of the output
    #[arg(long, value_name = "FORMAT")]
    to: String,
    /// TOML file with clock, system ids, compatibility and rule severities
    #[arg(long, value_name = "FILE")]
    context: Option<PathBuf>,
    /// Threads
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=64))]
    threads: u8,
    /// How long to run, in seconds
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=3600))]
    seconds: u16,
    /// Validate and read the output back as well
    #[arg(long)]
    full: bool,
    /// Measure reading, each layer of validation, writing and the echo one by one
    #[arg(long, conflicts_with = "full")]
    by_layer: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Messages or folders of messages; files of other formats and messages that are refused are left out and counted
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

/// What was measured. Latencies are of one message on one thread.
#[derive(Serialize)]
struct Measured {
    messages: u64,
    seconds: f64,
    per_s: f64,
    mb_s: f64,
    rss_mb: f64,
    p50_us: f64,
    p99_us: f64,
    /// `translate`, or `validate-translate-echo`.
    mode: &'static str,
    #[serde(flatten)]
    left_out: LeftOut,
    kinds: Vec<MeasuredKind>,
}

/// The messages of one kind. The rates are those of a run with no other kind.
#[derive(Serialize)]
struct MeasuredKind {
    kind: &'static str,
    /// Different messages.
    files: usize,
    /// Size on average.
    bytes: f64,
    messages: u64,
    per_s: f64,
    mb_s: f64,
    p50_us: f64,
    p99_us: f64,
}

/// Files that take no part, by why.
#[derive(Clone, Copy, Debug, Default, Serialize)]
struct LeftOut {
    /// Files that do not read as messages of the format.
    unreadable: usize,
    /// Messages that are refused on this way.
    refused: usize,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let context = input::context(arguments.context.as_deref())?;
    let (from, to) = (input::named(&arguments.from)?, input::named(&arguments.to)?);
    let way = Way { from, to, context: &context, full: arguments.full };
    let (messages, left_out) = messages(&way, &arguments.paths)?;
    if messages.is_empty() {
        bail!(
            "no message of format {} that translates to {} was found: {} files do not read as one, {} are refused",
            from.format(),
            to.format(),
            left_out.unreadable,
            left_out.refused
        );
    }
    let span = Duration::from_secs(arguments.seconds.into());
    if arguments.by_layer {
        by_layer::run(&way, &messages, arguments.threads, span, arguments.json)?;
        return Ok(ExitCode::SUCCESS);
    }
    let measured = measure(&way, &messages, left_out, arguments.threads, span);
    if arguments.json {
        show::line(serde_json::to_string(&measured)?)?;
    } else {
        show_text(&measured, arguments.threads)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn show_text(measured: &Measured, threads: u8) -> Result<()> {
    show::line(format!(
        "{} messages in {:.2} s on {threads} threads, {}: {:.0} messages/s, {:.1} MB/s, p50 {:.1} µs, p99 {:.1} µs, {:.0} MB",
        measured.messages,
        measured.seconds,
        measured.mode,
        measured.per_s,
        measured.mb_s,
        measured.p50_us,
        measured.p99_us,
        measured.rss_mb
    ))?;
    for kind in &measured.kinds {
        show::line(format!(
            "  {:22} {:>4} files of {:>6.0} bytes: {:>6.0} messages/s, {:>5.1} MB/s, p50 {:.1} µs, p99 {:.1} µs",
            kind.kind, kind.files, kind.bytes, kind.per_s, kind.mb_s, kind.p50_us, kind.p99_us
        ))?;
    }
    let LeftOut { unreadable, refused } = measured.left_out;
    if unreadable + refused > 0 {
        show::line(format!("  left out: {unreadable} files that do not read as such messages, {refused} refused"))?;
    }
    Ok(())
}

/// One message of those that are translated again and again.
struct Sample {
    source: Vec<u8>,
    kind: Kind,
}

/// The messages of the files that go the whole way.
fn messages(way: &Way<'_>, paths: &[PathBuf]) -> Result<(Vec<Sample>, LeftOut)> {
    let mut messages = Vec::new();
    let mut left_out = LeftOut::default();
    for path in input::files(paths)? {
        let source = input::read(&path.to_string_lossy(), &way.context.limits)?;
        match way.kind(&source) {
            None => left_out.unreadable += 1,
            Some(_) if !way.translate(&source) => left_out.refused += 1,
            Some(kind) => messages.push(Sample { source, kind }),
        }
    }
    Ok((messages, left_out))
}

struct Way<'w> {
    from: &'w dyn Adapter,
    to: &'w dyn Adapter,
    context: &'w Context,
    full: bool,
}

impl Way<'_> {
    /// The kind of a message; `None` if it does not read as one of the format.
    fn kind(&self, source: &[u8]) -> Option<Kind> {
        let message = Some(source).filter(|source| self.from.sniff(source))?;
        Some(self.from.read(message, self.context).message?.body.kind())
    }

    /// Translates one message; the ledger is always on. False if it was refused.
    fn translate(&self, source: &[u8]) -> bool {
        let options = Options { kept: KeptPolicy::AnyNamed, echo: self.full };
        let reading = if self.full {
            let checked = input::check(source, self.from, self.context);
            if refused(&checked.findings) {
                return false;
            }
            checked.reading
        } else {
            self.from.read(source, self.context)
        };
        translate(&reading, self.to, self.context, &options).text.is_some()
    }
}

/// What was done with messages of one kind.
#[derive(Default)]
struct Work {
    taken: Histogram,
    bytes: usize,
}

impl Work {
    fn merge(&mut self, other: &Work) {
        self.taken.merge(&other.taken);
        self.bytes += other.bytes;
    }
}

/// Does the same on several threads at once.
fn on_threads<T: Send>(threads: u8, work: impl Fn() -> T + Sync) -> Vec<T> {
    std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(&work)).collect();
        handles.into_iter().filter_map(|handle| handle.join().ok()).collect()
    })
}

fn measure(way: &Way<'_>, messages: &[Sample], left_out: LeftOut, threads: u8, span: Duration) -> Measured {
    let start = Instant::now();
    let work = || {
        let mut kinds: BTreeMap<Kind, Work> = BTreeMap::new();
        for message in messages.iter().cycle() {
            let begin = Instant::now();
            if begin.duration_since(start) >= span {
                break;
            }
            std::hint::black_box(way.translate(&message.source));
            let work = kinds.entry(message.kind).or_default();
            work.taken.add(begin.elapsed());
            work.bytes += message.source.len();
        }
        kinds
    };
    let parts = on_threads(threads, work);
    let seconds = start.elapsed().as_secs_f64();
    let (mut kinds, mut all) = (BTreeMap::<Kind, Work>::new(), Work::default());
    for (kind, work) in parts.iter().flatten() {
        kinds.entry(*kind).or_default().merge(work);
        all.merge(work);
    }
    let of_kind = |(kind, work): (&Kind, &Work)| MeasuredKind::new(*kind, work, messages, threads);
    Measured {
        messages: all.taken.count(),
        seconds,
        per_s: all.taken.count() as f64 / seconds,
        mb_s: all.bytes as f64 / 1e6 / seconds,
        rss_mb: resident_megabytes(),
        p50_us: microseconds(all.taken.percentile(50)),
        p99_us: microseconds(all.taken.percentile(99)),
        mode: if way.full { "validate-translate-echo" } else { "translate" },
        left_out,
        kinds: kinds.iter().map(of_kind).collect(),
    }
}

impl MeasuredKind {
    fn new(kind: Kind, work: &Work, messages: &[Sample], threads: u8) -> Self {
        let files = messages.iter().filter(|message| message.kind == kind).count();
        let count = work.taken.count();
        let seconds = work.taken.total().as_secs_f64() / f64::from(threads);
        MeasuredKind {
            kind: kind.as_str(),
            files,
            bytes: work.bytes as f64 / count as f64,
            messages: count,
            per_s: count as f64 / seconds,
            mb_s: work.bytes as f64 / 1e6 / seconds,
            p50_us: microseconds(work.taken.percentile(50)),
            p99_us: microseconds(work.taken.percentile(99)),
        }
    }
}

fn microseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

/// Greatest resident size of this process so far, from the kernel's account; 0 where there is none.
fn resident_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes: Option<f64> = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kilobytes.unwrap_or_default() / 1024.0
}
