//! The commands.

pub mod bench;
pub mod check;
pub mod deliveries;
pub mod demo;
pub mod dose_text;
pub mod explain;
pub mod log;
pub mod prepare;
pub mod rules;
pub mod serve;
pub mod simulate;
pub mod terminology;
pub mod translate;
pub mod validate;
pub mod verify_signature;

use std::path::Path;

use causeway_gateway::Configuration;
use tokio::signal::unix::{SignalKind, signal};

/// Exit code of a refused message or configuration.
pub const REFUSED: u8 = 1;

/// Exit code of wrong usage, and of files that cannot be read.
pub const USAGE: u8 = 2;

/// Exit code of a command that was stopped by a signal before its end.
pub const STOPPED: u8 = 130;

/// Waits for a signal to stop. Where signals cannot be had, for ever.
pub async fn stop_signal() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

/// Loads a configuration; what is wrong with it goes to standard error.
pub fn configuration(folder: &Path) -> Option<Configuration> {
    Configuration::load(folder)
        .inspect_err(|errors| {
            for error in errors {
                anstream::eprintln!("\u{1b}[1;31merror\u{1b}[0m: {error}");
            }
        })
        .ok()
}
