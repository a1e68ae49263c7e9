//! `causeway check`: static check of a configuration.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use causeway_gateway::Configuration;
use causeway_terminology::Index;
use serde_json::json;

use super::REFUSED;
use crate::show;

/// Arguments of `check`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Configuration folder
    #[arg(long, value_name = "DIR")]
    config: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let loaded = if arguments.json {
        match Configuration::load(&arguments.config) {
            Ok(configuration) => Some(configuration),
            Err(errors) => {
                let errors: Vec<_> = errors
                    .iter()
                    .map(|error| {
                        json!({"file": error.file, "line": error.line, "column": error.column, "message": error.message})
                    })
                    .collect();
                show::line(json!({"valid": false, "errors": errors}))?;
                None
            }
        }
    } else {
        super::configuration(&arguments.config)
    };
    let Some(configuration) = loaded else { return Ok(ExitCode::from(REFUSED)) };
    // A gateway does not start with an index that it cannot use.
    if let Some(Err(error)) = configuration.settings.dictionary.as_deref().map(Index::open) {
        if arguments.json {
            let error = json!({"file": "causeway.toml", "line": 0, "column": 0, "message": error.to_string()});
            show::line(json!({"valid": false, "errors": [error]}))?;
        } else {
            anstream::eprintln!("\u{1b}[1;31merror\u{1b}[0m: {error}");
        }
        return Ok(ExitCode::from(REFUSED));
    }
    let (endpoints, routes) = (configuration.endpoints.len(), configuration.routes.len());
    let hash = configuration.hash().as_str();
    if arguments.json {
        show::line(json!({"valid": true, "endpoints": endpoints, "routes": routes, "hash": hash}))?;
    } else {
        show::line(format!("valid: {endpoints} endpoints, {routes} routes, configuration {hash}"))?;
    }
    Ok(ExitCode::SUCCESS)
}
