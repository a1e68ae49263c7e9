//! How long a program runs, and how much memory it takes.

use std::io::Read as _;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::causeway;

/// What a run of the program gave and took.
pub struct Run {
    /// Exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
    /// From its start to its end.
    pub time: Duration,
    /// Most memory that was resident at one time, as far as it was seen while it ran.
    pub peak: u64,
}

/// Bytes in a megabyte, as memory is counted here.
pub const MEGABYTE: u64 = 1024 * 1024;

/// Runs the program to its end.
pub fn run(arguments: &[&str]) -> Run {
    let mut command = causeway();
    let started = Instant::now();
    let mut child =
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let reading = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        out.read_to_end(&mut bytes).unwrap();
        bytes
    });
    let reading_errors = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        err.read_to_end(&mut bytes).unwrap();
        bytes
    });
    let mut peak = 0;
    let status = loop {
        peak = peak.max(peak_of(&child));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(Duration::from_micros(500));
    };
    let time = started.elapsed();
    Run { code: status.code(), stdout: reading.join().unwrap(), stderr: reading_errors.join().unwrap(), time, peak }
}

/// The most memory that a process that still runs had resident at one time, in bytes.
pub fn peak_of(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
    kilobytes.unwrap_or_default() * 1024
}
