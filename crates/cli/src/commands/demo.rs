//! `causeway demo`: the main job on an embedded store, with three simulated sectors.

mod report;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use causeway_canonical::identifier::{MessageId, OdsCode};
use causeway_gateway::{Configuration, Gateway, Overrides};
use causeway_relay::DeliveryState;
use causeway_simulator::faults::Faults;
use causeway_simulator::generate::{Generator, Prescription, Spoil};
use causeway_simulator::receiver::{Receiver, ReceiverOptions, Verdict};
use causeway_simulator::sender::{Sender, SenderEvent, SenderOptions};
use causeway_transport::{ClientConfig, Exchange, HttpClient};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::{REFUSED, STOPPED, stop_signal};
use crate::show;
use report::{Report, Settled};

/// What goes wrong at the pharmacy on purpose.
const FAULTS: &str = "slow=0.05:40ms,unavailable=0.04,drop=0.03,refuse=0.01";

/// Share of accepted prescriptions that are sent once more on purpose.
const DUPLICATES: f64 = 0.03;

/// How many of the practice's prescriptions are followed until they are dispensed or cancelled.
const FOLLOWED: usize = 50;

/// Of so many of them one is cancelled.
const CANCELLED_ONE_IN: usize = 5;

/// Time for what was accepted to be delivered, faults and all.
const SETTLE_WITHIN: Duration = Duration::from_secs(120);

/// Time for everything under way to end.
const STOP_WITHIN: Duration = Duration::from_secs(30);

/// Arguments of `demo`.
#[derive(clap::Args)]
pub struct Arguments {
    /// How many prescriptions are written
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    count: u32,
    /// Data folder to keep; a temporary one if not given
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Seed of people, messages and faults
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Faults of the pharmacy, or none
    #[arg(long, default_value = FAULTS)]
    faults: String,
    /// End after the closing table
    #[arg(long)]
    exit: bool,
    /// Print the closing table as one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let faults = match arguments.faults.as_str() {
        "none" => Faults::NONE,
        text => Faults::parse(text, arguments.seed)?,
    };
    let temporary = match arguments.data {
        Some(_) => None,
        None => Some(tempfile::Builder::new().prefix("causeway-demo-").tempdir().context("cannot make a data folder")?),
    };
    let data = arguments.data.clone().or_else(|| temporary.as_ref().map(|folder| folder.path().to_owned()));
    let data = data.context("no data folder")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let stage = Stage::build(&data, faults).await?;
        let played = tokio::select! {
            report = stage.play(arguments) => Some(report?),
            () = stop_signal() => None,
        };
        let Some(report) = played else {
            stage.close().await?;
            return Ok(ExitCode::from(STOPPED));
        };
        if arguments.json {
            show::line(serde_json::to_string(&report)?)?;
        } else {
            show::line(&report)?;
        }
        if !arguments.exit {
            stage.stay(&data).await?;
        }
        stage.close().await?;
        Ok(if report.proved() { ExitCode::SUCCESS } else { ExitCode::from(REFUSED) })
    })
}

/// The gateway and its receivers, on free ports.
struct Stage {
    gateway: Gateway,
    pharmacy: Receiver,
    practice: Receiver,
    pharmacy_code: OdsCode,
    cancel: CancellationToken,
}

impl Stage {
    async fn build(data: &Path, faults: Faults) -> Result<Self> {
        let cancel = CancellationToken::new();
        let any: SocketAddr = (Ipv4Addr::LOCALHOST, 0).into();
        let pharmacy = Receiver::pharmacy(ReceiverOptions { faults, ..ReceiverOptions::default() })?;
        let practice = Receiver::practice(ReceiverOptions::default())?;
        let mut overrides = Overrides {
            admin: Some(any),
            retry_base: Some(Duration::from_millis(50)),
            retry_cap: Some(Duration::from_secs(1)),
            ..Overrides::default()
        };
        for (name, receiver) in [("pharmacy", &pharmacy), ("practice", &practice)] {
            let (address, serving) = receiver.listen(any, cancel.clone())?;
            tokio::spawn(serving);
            overrides.urls.insert(name.to_owned(), format!("http://{address}/"));
        }
        overrides.listeners.insert("messages".to_owned(), any);
        let configuration = Configuration::demo().and_then(|demo| demo.with_overrides(&overrides));
        let configuration = match configuration {
            Ok(configuration) => configuration,
            Err(errors) => bail!(
                "the demo configuration is wrong: {}",
                errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
            ),
        };
        let endpoint = configuration.endpoints.values().find(|endpoint| endpoint.id.as_str() == "pharmacy");
        let Some(pharmacy_code) = endpoint.map(|endpoint| endpoint.ods.clone()) else {
            bail!("the demo configuration has no pharmacy");
        };
        let gateway = Gateway::start(configuration, data).await.context("the gateway cannot start")?;
        Ok(Stage { gateway, pharmacy, practice, pharmacy_code, cancel })
    }

    /// Sends everything, waits until it is delivered, and counts.
    async fn play(&self, arguments: &Arguments) -> Result<Report> {
        let scripts = self.scripts(arguments);
        let [(_, from_practice), _] = &scripts;
        let followed: Vec<Prescription> = from_practice.iter().take(FOLLOWED).cloned().collect();
        let total: usize = scripts.iter().map(|(_, prescriptions)| prescriptions.len()).sum();
        let bar = progress(total, arguments.json);
        let started = Instant::now();
        let outcomes = Arc::new(Mutex::new(Vec::with_capacity(total)));
        let mut senders = tokio::task::JoinSet::new();
        for (path, prescriptions) in scripts {
            let sender = self.sender(path, arguments.seed)?;
            let (bar, outcomes, cancel) = (bar.clone(), Arc::clone(&outcomes), self.cancel.clone());
            let sender = sender.telling(Arc::new(move |event| {
                if let SenderEvent::Done(sent) = event {
                    bar.inc(1);
                    outcomes.lock().unwrap_or_else(PoisonError::into_inner).push(sent);
                }
            }));
            senders.spawn(async move { sender.send_all(prescriptions, &cancel).await });
        }
        let tallies = senders.join_all().await;
        let sent_in = started.elapsed();
        bar.set_message("delivering");
        self.settle().await?;
        let delivered_in = started.elapsed();
        bar.set_message("dispensing");
        let follow_ups = self.follow_up(&followed).await?;
        let settled = self.settle().await?;
        bar.finish_and_clear();
        let outcomes = std::mem::take(&mut *outcomes.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(Report::new(self, &tallies, &outcomes, &follow_ups, [sent_in, delivered_in], settled))
    }

    /// Of the prescriptions that the pharmacy took, it dispenses most and tells the practice; the practice cancels the
    /// others. The messages that the gateway accepted.
    async fn follow_up(&self, prescriptions: &[Prescription]) -> Result<Vec<MessageId>> {
        let (practice, pharmacy) = (self.client("gp")?, self.client("pharmacy")?);
        let now = Timestamp::now();
        let mut accepted = Vec::new();
        for (number, prescription) in prescriptions.iter().enumerate() {
            let arrival = self.pharmacy.record().of_message(&prescription.message_id);
            if arrival.is_none_or(|arrival| arrival.verdict != Verdict::Accepted) {
                continue;
            }
            let is_cancelled = number % CANCELLED_ONE_IN == CANCELLED_ONE_IN - 1;
            let (client, message) = match is_cancelled {
                true => (&practice, prescription.cancelled()),
                false => (&pharmacy, prescription.dispensed(&self.pharmacy_code, now)),
            };
            let Some(message) = message else { bail!("a follow-up of a prescription cannot be made") };
            match client.post(message.text.into(), message.media_type, &[]).await {
                Exchange::Answer { status: 200, .. } => accepted.push(message.message_id),
                other => bail!("the gateway did not take a follow-up of a prescription: {other:?}"),
            }
        }
        Ok(accepted)
    }

    /// What each prescriber sends: two thirds from the practice, one third from the clinic, and three with a fault.
    fn scripts(&self, arguments: &Arguments) -> [(&'static str, Vec<Prescription>); 2] {
        let mut generator = Generator::new(arguments.seed, Timestamp::now())
            .nominating(self.pharmacy_code.clone())
            .everybody_nominates();
        let from_clinic = arguments.count / 3;
        let faults = [Spoil::NhsNumberCheckDigit, Spoil::PrescriptionCheckCharacter, Spoil::UnknownExtension];
        let mut practice: Vec<Prescription> =
            (from_clinic..arguments.count).map(|_| generator.gp_prescription()).collect();
        practice.extend(faults.map(|fault| generator.spoiled(fault)));
        let clinic = (0..from_clinic).map(|_| generator.hospital_prescription()).collect();
        [("gp", practice), ("clinic", clinic)]
    }

    fn sender(&self, path: &str, seed: u64) -> Result<Sender> {
        let options = SenderOptions { duplicate_share: DUPLICATES, seed, ..SenderOptions::default() };
        Ok(Sender::new(self.client(path)?, options))
    }

    fn client(&self, path: &str) -> Result<HttpClient> {
        let Some(address) = self.gateway.addresses().listener("messages") else { bail!("the gateway does not listen") };
        Ok(HttpClient::new(ClientConfig::new(format!("http://{address}/{path}")))?)
    }

    /// Waits until nothing is under way any more, or it takes too long.
    async fn settle(&self) -> Result<Settled> {
        let deadline = Instant::now() + SETTLE_WITHIN;
        loop {
            let counts = self.gateway.store().counts().await?;
            let under_way =
                [DeliveryState::Pending, DeliveryState::InFlight, DeliveryState::Retry, DeliveryState::InDoubt];
            if under_way.into_iter().all(|state| counts.deliveries_in(state) == 0) {
                return Ok(Settled::of(&counts, true));
            }
            if Instant::now() > deadline {
                return Ok(Settled::of(&counts, false));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Stays up until the user has seen enough.
    async fn stay(&self, data: &Path) -> Result<()> {
        if let Some(address) = self.gateway.addresses().admin {
            show::line(format!("still up: http://{address}/metrics, http://{address}/readyz"))?;
        }
        if let Some(address) = self.gateway.addresses().listener("messages") {
            show::line(format!("send more to http://{address}/gp or http://{address}/clinic"))?;
        }
        show::line(format!("look at it with: causeway log search --data {}", data.display()))?;
        show::line("Ctrl-C ends it")?;
        stop_signal().await;
        Ok(())
    }

    async fn close(self) -> Result<()> {
        let stopped = self.gateway.stop(STOP_WITHIN).await;
        self.cancel.cancel();
        Ok(stopped?)
    }
}

fn progress(total: usize, hidden: bool) -> ProgressBar {
    if hidden {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(total as u64);
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} prescriptions {msg}");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
