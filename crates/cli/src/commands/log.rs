//! `causeway log`: what the relay did, for operations. Reads the store beside a running gateway.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use causeway_gateway::config::Settings;
use causeway_gateway::{Configuration, IndexKey, index};
use causeway_relay::{
    BodyRef, Event, IndexValue, MessageKind, MessageRecord, MessageRef, MessageSummary, Query, StoreReader,
};
use causeway_store_sqlite::SqliteReader;
use clap::Subcommand;
use comfy_table::{ContentArrangement, Table, presets};
use jiff::Timestamp;

use super::REFUSED;
use crate::show;

/// How many events `tail` reads at once.
const BATCH: u32 = 500;

/// Arguments of `log`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// Where the store is.
#[derive(clap::Args)]
pub(super) struct Store {
    /// Data folder of the gateway
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// Configuration folder, where the store or the index key is configured to be elsewhere
    #[arg(long, value_name = "DIR")]
    config: Option<PathBuf>,
    /// Print JSON, one object a line
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Find messages; the newest first
    Search(Search),
    /// Show one message with its deliveries and events
    Show {
        #[command(flatten)]
        store: Store,
        /// Print the message as it was received, and nothing else. It holds patient data
        #[arg(long)]
        body: bool,
        /// The message id, or the key of the store
        message: String,
    },
    /// Show the last events, and with --follow those that come
    Tail {
        #[command(flatten)]
        store: Store,
        /// How many events to begin with
        #[arg(long, default_value_t = 20)]
        last: u32,
        /// Go on until stopped
        #[arg(long)]
        follow: bool,
        /// Check the hash chain of the whole log first
        #[arg(long)]
        verify: bool,
    },
}

#[derive(clap::Args)]
struct Search {
    #[command(flatten)]
    store: Store,
    /// NHS number
    #[arg(long)]
    nhs_number: Option<String>,
    /// Prescription id
    #[arg(long)]
    prescription: Option<String>,
    /// ODS code of a sender or receiver
    #[arg(long)]
    ods: Option<String>,
    /// Message id
    #[arg(long)]
    message: Option<String>,
    /// accepted, refused, or a state of a delivery: pending, in-flight, retry, delivered, dead …
    #[arg(long)]
    state: Option<String>,
    /// Kind of message
    #[arg(long)]
    kind: Option<String>,
    /// Received at or after, RFC 3339
    #[arg(long)]
    since: Option<Timestamp>,
    /// Received before, RFC 3339
    #[arg(long)]
    until: Option<Timestamp>,
    /// The most to show
    #[arg(long, default_value_t = 50)]
    limit: u32,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match &arguments.command {
            Command::Search(search) => find(search).await,
            Command::Show { store, body, message } => show(store, *body, message).await,
            Command::Tail { store, last, follow, verify } => tail(store, *last, *follow, *verify).await,
        }
    })
}

impl Store {
    /// The settings of the gateway, or those that a gateway has by default.
    pub(super) fn settings(&self) -> Result<Settings> {
        let loaded = match &self.config {
            Some(folder) => super::configuration(folder),
            None => Configuration::demo().ok(),
        };
        loaded.map(|configuration| configuration.settings).context("the configuration cannot be used")
    }

    pub(super) fn open(&self) -> Result<SqliteReader> {
        let file = self.data.join(self.settings()?.store);
        SqliteReader::open(&file).with_context(|| format!("cannot read the store {}", file.display()))
    }

    /// What a search by NHS number looks for: the store knows a keyed hash only.
    fn nhs_number(&self, number: &str) -> Result<IndexValue> {
        let key = IndexKey::read(&self.settings()?.index_key, &self.data)?;
        Ok(key.nhs_number(number))
    }
}

async fn find(search: &Search) -> Result<ExitCode> {
    let nhs_number_hash = match &search.nhs_number {
        Some(number) => Some(search.store.nhs_number(number)?),
        None => None,
    };
    let state = match &search.state {
        Some(state) => match state.parse() {
            Ok(filter) => Some(filter),
            Err(_) => bail!("unknown state {state}; expected accepted, refused, or a state of a delivery"),
        },
        None => None,
    };
    let query = Query {
        message_id: search.message.clone().map(IndexValue::new),
        prescription_id: search.prescription.as_deref().map(index::prescription_id),
        nhs_number_hash,
        ods: search.ods.as_deref().map(index::ods),
        state,
        kind: search.kind.as_deref().map(MessageKind::from),
        since: search.since,
        until: search.until,
        limit: Some(search.limit),
    };
    let found = search.store.open()?.search(query).await?;
    if search.store.json {
        for message in &found {
            show::line(serde_json::to_string(message)?)?;
        }
    } else {
        print_summaries(&found)?;
    }
    Ok(if found.is_empty() { ExitCode::from(REFUSED) } else { ExitCode::SUCCESS })
}

fn print_summaries(found: &[MessageSummary]) -> Result<()> {
    let mut table = Table::new();
    table.load_style(presets::UTF8_NO_BORDERS).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["received", "from", "kind", "message id", "state", "deliveries"]);
    for message in found {
        let deliveries: Vec<String> =
            message.deliveries.iter().map(|delivery| format!("{} {}", delivery.endpoint, delivery.state)).collect();
        table.add_row([
            message.received_at.to_string(),
            message.source.to_string(),
            message.kind.as_ref().map(ToString::to_string).unwrap_or_default(),
            message.message_id.clone().unwrap_or_default(),
            message.state.as_str().to_owned(),
            deliveries.join(", "),
        ]);
    }
    show::line(format!("{table}\n{} found", found.len()))
}

async fn show(store: &Store, body: bool, message: &str) -> Result<ExitCode> {
    let reader = store.open()?;
    let Some(record) = reader.show(MessageRef::from(message)).await? else {
        anstream::eprintln!("causeway: no message has this id");
        return Ok(ExitCode::from(REFUSED));
    };
    if body {
        match reader.body(BodyRef::Received(record.key)).await? {
            Some(body) => anstream::print!("{}", String::from_utf8_lossy(body.bytes())),
            None => bail!("the body of this message is not stored"),
        }
    } else if store.json {
        show::line(serde_json::to_string_pretty(&record)?)?;
    } else {
        print_record(&record)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print_record(record: &MessageRecord) -> Result<()> {
    let kind = record.kind.as_ref().map(ToString::to_string).unwrap_or_else(|| "unread".to_owned());
    show::line(format!("{kind} {} from {}", record.message_id.as_deref().unwrap_or("without id"), record.source))?;
    show::line(format!("  key           {}", record.key))?;
    show::line(format!("  state         {}", record.state.as_str()))?;
    show::line(format!("  received      {}", record.received_at))?;
    show::line(format!("  content       {}", record.content_hash))?;
    show::line(format!("  configuration {}", record.config_hash.as_str()))?;
    if !record.ledger_summary.is_null() {
        show::line(format!("  ledger        {}", record.ledger_summary))?;
    }
    for finding in record.findings.as_array().into_iter().flatten() {
        show::line(format!("  finding       {finding}"))?;
    }
    for delivery in &record.deliveries {
        show::line(format!(
            "delivery {} to {} by {}: {}, {} attempts{}",
            delivery.id,
            delivery.endpoint,
            delivery.route.as_str(),
            delivery.state,
            delivery.attempts,
            if delivery.waits_in_line { ", waits behind an older one" } else { "" }
        ))?;
    }
    for event in &record.events {
        print_event(event)?;
    }
    Ok(())
}

fn print_event(event: &Event) -> Result<()> {
    let delivery = event.delivery.map(|delivery| format!(" delivery {delivery}")).unwrap_or_default();
    show::line(format!(
        "{:>8} {} {} {}{delivery} {}",
        event.sequence,
        event.at,
        event.kind.as_str(),
        event.message,
        event.detail
    ))
}

async fn tail(store: &Store, last: u32, follow: bool, verify: bool) -> Result<ExitCode> {
    let reader = store.open()?;
    if verify {
        let report = reader.verify_chain().await?;
        if store.json {
            show::line(serde_json::to_string(&report)?)?;
        } else if let Some(broken) = &report.broken {
            show::line(format!(
                "the chain is BROKEN at event {}, after {} that hold",
                broken.sequence, report.verified
            ))?;
        } else {
            show::line(format!("{} events hold, the last with hash {}", report.verified, report.head))?;
        }
        if report.broken.is_some() {
            return Ok(ExitCode::from(REFUSED));
        }
    }
    let mut seen = first_of_last(&reader, last).await?;
    loop {
        let events = reader.events_since(seen, BATCH).await?;
        for event in &events {
            seen = event.sequence;
            if store.json {
                show::line(serde_json::to_string(event)?)?;
            } else {
                print_event(event)?;
            }
        }
        if events.is_empty() {
            if !follow {
                return Ok(ExitCode::SUCCESS);
            }
            tokio::select! {
                () = tokio::time::sleep(std::time::Duration::from_millis(250)) => {}
                _ = tokio::signal::ctrl_c() => return Ok(ExitCode::SUCCESS),
            }
        }
    }
}

/// The sequence number before the last events. Sequence numbers have no gaps, so the end is found by halving.
async fn first_of_last(reader: &SqliteReader, last: u32) -> Result<u64> {
    let (mut known, mut beyond) = (0_u64, 1_u64);
    while !reader.events_since(beyond - 1, 1).await?.is_empty() {
        (known, beyond) = (beyond, beyond * 2);
    }
    while beyond - known > 1 {
        let middle = known + (beyond - known) / 2;
        if reader.events_since(middle - 1, 1).await?.is_empty() {
            beyond = middle;
        } else {
            known = middle;
        }
    }
    Ok(known.saturating_sub(u64::from(last)))
}
