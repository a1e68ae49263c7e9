//! The `causeway` program: one command a file.
//!
//! Exit codes: 0 done, 1 a message or configuration was refused, 2 wrong usage or a file that cannot be read.

// This is the one crate that prints.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod commands;
mod input;
mod show;
mod trust;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Interoperability gateway for NHS-style medicines messages.
#[derive(Parser)]
#[command(name = "causeway", version, arg_required_else_help = true)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Play prescriptions through a gateway with three simulated sectors
    Demo(commands::demo::Arguments),
    /// Run the gateway
    Serve(commands::serve::Arguments),
    /// Check a configuration
    Check(commands::check::Arguments),
    /// Translate one message to standard output; findings go to standard error
    Translate(commands::translate::Arguments),
    /// Check messages against shape, identifiers and rules
    Validate(commands::validate::Arguments),
    /// List the rules that messages can break, or look one up
    Rules(commands::rules::Arguments),
    /// Show what a translation does with every field
    Explain(commands::explain::Arguments),
    /// Show what a prescriber is asked to sign
    Prepare(commands::prepare::Arguments),
    /// Check the signatures of prescriptions: content, key, certificate and revocation
    VerifySignature(commands::verify_signature::Arguments),
    /// Make the texts of structured FHIR dosages, by the NHS algorithm
    DoseText(commands::dose_text::Arguments),
    /// Measure translation on your own messages
    Bench(commands::bench::Arguments),
    /// Run one simulated sector
    Simulate(commands::simulate::Arguments),
    /// Search and follow what the relay did
    Log(commands::log::Arguments),
    /// List deliveries, and decide about those that are parked
    Deliveries(commands::deliveries::Arguments),
    /// Load the dictionary of medicines and devices, and look codes up
    Terminology(commands::terminology::Arguments),
}

fn main() -> ExitCode {
    // The text of a panic may quote what was being handled, and that is patient data: only its place is told.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        anstream::eprintln!("causeway: an error of the program at {place}; please report it");
    }));
    let outcome = match Program::parse().command {
        Command::Demo(arguments) => commands::demo::run(&arguments),
        Command::Serve(arguments) => commands::serve::run(&arguments),
        Command::Check(arguments) => commands::check::run(&arguments),
        Command::Translate(arguments) => commands::translate::run(&arguments),
        Command::Validate(arguments) => commands::validate::run(&arguments),
        Command::Rules(arguments) => commands::rules::run(&arguments),
        Command::Explain(arguments) => commands::explain::run(&arguments),
        Command::Prepare(arguments) => commands::prepare::run(&arguments),
        Command::VerifySignature(arguments) => commands::verify_signature::run(&arguments),
        Command::DoseText(arguments) => commands::dose_text::run(&arguments),
        Command::Bench(arguments) => commands::bench::run(&arguments),
        Command::Simulate(arguments) => commands::simulate::run(&arguments),
        Command::Log(arguments) => commands::log::run(&arguments),
        Command::Deliveries(arguments) => commands::deliveries::run(&arguments),
        Command::Terminology(arguments) => commands::terminology::run(&arguments),
    };
    match outcome {
        Ok(code) => code,
        // Whoever closed the pipe has read enough.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("causeway: {error:#}");
            ExitCode::from(commands::USAGE)
        }
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
