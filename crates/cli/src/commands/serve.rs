//! `causeway serve`: the gateway.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result};
use causeway_gateway::Gateway;
use clap::ValueEnum;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use super::{REFUSED, stop_signal};
use crate::show;

/// Time for everything under way to end after a signal, beyond what the configuration grants deliveries.
const STOP_WITHIN: Duration = Duration::from_secs(30);

/// Arguments of `serve`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Configuration folder
    #[arg(long, value_name = "DIR")]
    config: PathBuf,
    /// Data folder; made if there is none
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// How log lines are written to standard error; CAUSEWAY_LOG sets what is logged
    #[arg(long, value_enum, default_value = "text")]
    log_format: LogFormat,
}

#[derive(Clone, Copy, ValueEnum)]
enum LogFormat {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let Some(configuration) = super::configuration(&arguments.config) else { return Ok(ExitCode::from(REFUSED)) };
    start_log(arguments.log_format);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut reload = signal(SignalKind::hangup()).context("cannot listen for signals")?;
        let gateway = Gateway::start(configuration, &arguments.data).await.context("the gateway cannot start")?;
        for (name, address) in &gateway.addresses().listeners {
            show::line(format!("{name} listening on http://{address}"))?;
        }
        if let Some(address) = gateway.addresses().admin {
            show::line(format!("admin listening on http://{address}"))?;
        }
        let mut stop = std::pin::pin!(stop_signal());
        loop {
            tokio::select! {
                () = &mut stop => break,
                _ = reload.recv() => replace(&gateway, arguments),
            }
        }
        gateway.stop(STOP_WITHIN).await?;
        Ok(ExitCode::SUCCESS)
    })
}

fn start_log(format: LogFormat) {
    let filter = EnvFilter::try_from_env("CAUSEWAY_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => builder.init(),
        LogFormat::Json => builder.json().init(),
    }
}

/// Reads the configuration again. One that is wrong changes nothing.
fn replace(gateway: &Gateway, arguments: &Arguments) {
    let Some(configuration) = super::configuration(&arguments.config) else {
        anstream::eprintln!("causeway: the configuration in place stays");
        return;
    };
    if let Err(error) = gateway.reload(configuration) {
        anstream::eprintln!("causeway: {error}; the configuration in place stays");
    }
}
