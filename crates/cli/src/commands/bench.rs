//! `causeway bench`: translation throughput on the user's own messages.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use causeway_canonical::refused;
use causeway_syntax::adapter::{Adapter, Context};
use causeway_translate::{KeptPolicy, Options, translate};
use serde::Serialize;

use crate::{input, show};

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
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Messages or folders of messages; files of other formats are left out
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

/// What was measured. Latencies are of one message on one thread.
#[derive(Serialize)]
struct Measured {
    messages: usize,
    seconds: f64,
    per_s: f64,
    mb_s: f64,
    rss_mb: f64,
    p50_us: f64,
    p99_us: f64,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let context = input::context(arguments.context.as_deref())?;
    let (from, to) = (input::named(&arguments.from)?, input::named(&arguments.to)?);
    let way = Way { from, to, context: &context, full: arguments.full };
    let mut messages = Vec::new();
    for path in input::files(&arguments.paths)? {
        let source = input::read(&path.to_string_lossy())?;
        if from.sniff(&source) && way.translate(&source) {
            messages.push(source);
        }
    }
    if messages.is_empty() {
        bail!("no message of format {} that translates to {} was found", from.format(), to.format());
    }
    let measured = measure(&way, &messages, arguments.threads, Duration::from_secs(arguments.seconds.into()));
    if arguments.json {
        show::line(serde_json::to_string(&measured)?)?;
    } else {
        show::line(format!(
            "{} messages in {:.2} s on {} threads: {:.0} messages/s, {:.1} MB/s, p50 {:.1} µs, p99 {:.1} µs, {:.0} MB",
            measured.messages,
            measured.seconds,
            arguments.threads,
            measured.per_s,
            measured.mb_s,
            measured.p50_us,
            measured.p99_us,
            measured.rss_mb
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

struct Way<'w> {
    from: &'w dyn Adapter,
    to: &'w dyn Adapter,
    context: &'w Context,
    full: bool,
}

impl Way<'_> {
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

fn measure(way: &Way<'_>, messages: &[Vec<u8>], threads: u8, span: Duration) -> Measured {
    let start = Instant::now();
    let work = || {
        let mut taken = Vec::new();
        let mut bytes = 0;
        for message in messages.iter().cycle() {
            let begin = Instant::now();
            if begin.duration_since(start) >= span {
                break;
            }
            std::hint::black_box(way.translate(message));
            taken.push(begin.elapsed());
            bytes += message.len();
        }
        (taken, bytes)
    };
    let results: Vec<(Vec<Duration>, usize)> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        handles.into_iter().filter_map(|handle| handle.join().ok()).collect()
    });
    let seconds = start.elapsed().as_secs_f64();
    let bytes: usize = results.iter().map(|(_, bytes)| bytes).sum();
    let mut taken: Vec<Duration> = results.into_iter().flat_map(|(taken, _)| taken).collect();
    taken.sort_unstable();
    let at = |share: usize| {
        taken.get(taken.len().saturating_sub(1) * share / 100).map_or(0.0, |taken| taken.as_secs_f64() * 1e6)
    };
    Measured {
        messages: taken.len(),
        seconds,
        per_s: taken.len() as f64 / seconds,
        mb_s: bytes as f64 / 1e6 / seconds,
        rss_mb: resident_megabytes(),
        p50_us: at(50),
        p99_us: at(99),
    }
}

/// Greatest resident size of this process so far, from the kernel's account; 0 where there is none.
fn resident_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes: Option<f64> = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kilobytes.unwrap_or_default() / 1024.0
}
