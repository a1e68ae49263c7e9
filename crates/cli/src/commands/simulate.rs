//! `causeway simulate`: one simulated sector.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Result, bail};
use causeway_canonical::identifier::OdsCode;
use causeway_simulator::faults::Faults;
use causeway_simulator::sender::SenderEvent;
use causeway_simulator::{Event, Report, RunOptions, Sector};
use jiff::Timestamp;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{REFUSED, stop_signal};
use crate::show;

/// Arguments of `simulate`.
#[derive(clap::Args)]
pub struct Arguments {
    /// gp and hospital prescribe; pharmacy and practice receive
    #[arg(value_name = "SECTOR")]
    sector: Sector,
    /// Where a receiver listens; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0")]
    address: SocketAddr,
    /// Format of a receiver: fhir-r4-json, fhir-r4-xml, eps-hl7v3 or canonical-json. A pharmacy speaks eps-hl7v3, a
    /// practice fhir-r4-json, if not given
    #[arg(long)]
    format: Option<String>,
    /// Faults of a receiver, such as slow=0.1:200ms,refuse=0.02,drop=0.05,late=0.01:3s,unavailable=0.1
    #[arg(long)]
    faults: Option<String>,
    /// File in which a receiver keeps its arrivals over a restart. It holds the simulated patients' NHS numbers
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Folder in which a receiver keeps the messages, one file each in the order of arrival
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// URL to which a sender posts
    #[arg(long, value_name = "URL")]
    to: Option<String>,
    /// How many prescriptions a sender sends; on and on if not given
    #[arg(long)]
    count: Option<u64>,
    /// The most prescriptions a second
    #[arg(long)]
    rate: Option<f64>,
    /// ODS code of the pharmacy that patients nominate
    #[arg(long)]
    pharmacy: Option<String>,
    /// Seed of people and messages
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print events as JSON, one object a line
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let options = options(arguments)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let report = runtime.block_on(async {
        let cancel = CancellationToken::new();
        let stop = cancel.clone();
        tokio::spawn(async move {
            stop_signal().await;
            stop.cancel();
        });
        causeway_simulator::run(arguments.sector, options, cancel).await
    })?;
    match report {
        Report::Sent(tally) => {
            show::line(format!(
                "{} sent: {} accepted, {} refused, {} failed, {} resent",
                tally.total(),
                tally.accepted,
                tally.refused,
                tally.failed,
                tally.resent
            ))?;
            Ok(if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(REFUSED) })
        }
        Report::Received { messages, duplicates, unreadable } => {
            show::line(format!("{messages} received, {duplicates} again, {unreadable} unreadable"))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn options(arguments: &Arguments) -> Result<RunOptions> {
    let mut options = RunOptions::new(arguments.seed, Timestamp::now());
    if arguments.sector.prescribes() {
        let Some(url) = &arguments.to else { bail!("{} sends: --to URL is needed", arguments.sector) };
        options.client = Some(causeway_transport::ClientConfig::new(url.clone()));
    }
    if let Some(text) = &arguments.faults {
        options.faults = Faults::parse(text, arguments.seed)?;
    }
    options.count = arguments.count;
    options.listen = arguments.address;
    options.format.clone_from(&arguments.format);
    options.journal.clone_from(&arguments.journal);
    options.keep.clone_from(&arguments.keep);
    options.sender.per_second = arguments.rate;
    if let Some(code) = &arguments.pharmacy {
        options.pharmacy = OdsCode::new(code.clone());
    }
    let json = arguments.json;
    // Whoever stopped reading the events does not want to stop the sector.
    options.on_event = Arc::new(move |event| drop(tell(&event, json)));
    Ok(options)
}

/// Message ids and numbers only: the people are invented, and the habit is right all the same.
fn tell(event: &Event, json: bool) -> Result<()> {
    match event {
        Event::Listening(address) if json => show::line(json!({"listening": address.to_string()})),
        Event::Listening(address) => show::line(format!("listening on http://{address}")),
        Event::Arrived(arrival) => {
            let (id, count) = (arrival.message_id.as_str(), arrival.count);
            if json {
                show::line(json!({"arrived": id, "sequence": arrival.sequence, "count": count}))
            } else {
                show::line(format!("{:>6} {id} {:?}, {count} times", arrival.sequence, arrival.verdict))
            }
        }
        Event::Sender(SenderEvent::Done(sent)) => {
            let (id, attempts) = (sent.message_id.as_str(), sent.attempts);
            let millis = sent.latency.as_millis();
            if json {
                let status = sent.status;
                show::line(json!({"sent": id, "status": status, "attempts": attempts, "ms": millis}))
            } else {
                show::line(format!("{id} {:?} after {attempts} attempts, {millis} ms", sent.class))
            }
        }
        Event::Sender(SenderEvent::Again { .. }) => Ok(()),
    }
}
