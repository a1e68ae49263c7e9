//! The commands.

pub mod bench;
pub mod check;
pub mod demo;
pub mod explain;
pub mod log;
pub mod serve;
pub mod simulate;
pub mod translate;
pub mod validate;

use std::path::Path;

use causeway_gateway::Configuration;

/// Exit code of a refused message or configuration.
pub const REFUSED: u8 = 1;

/// Exit code of wrong usage, and of files that cannot be read.
pub const USAGE: u8 = 2;

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
