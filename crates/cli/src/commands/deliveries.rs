//! `causeway deliveries`: what waits, and what a person decides about it. Lists are read from the store beside a running
//! gateway; decisions go to its administration address, since the gateway alone writes its store.

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use causeway_relay::{DeliveryId, DeliveryState, MessageRef, Query, StateFilter, StoreReader};
use causeway_transport::{ClientConfig, Exchange, HttpClient};
use clap::Subcommand;
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::{Value, json};

use super::REFUSED;
use super::log::Store;
use crate::show;

/// Arguments of `deliveries`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Deliveries in a state, with why; those of the newest messages first
    List {
        #[command(flatten)]
        store: Store,
        /// pending, in-flight, retry, delivered, refused-by-receiver, in-doubt, parked or dead
        #[arg(long, default_value = "parked")]
        state: DeliveryState,
        /// The most messages to look at
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Let parked deliveries go on
    Release(Decision),
    /// Give parked deliveries up: they are not sent, and those behind them may go
    GiveUp(Decision),
}

#[derive(clap::Args)]
struct Decision {
    #[command(flatten)]
    store: Store,
    /// Administration address of the gateway, where it is not the one of the configuration
    #[arg(long, value_name = "HOST:PORT")]
    admin: Option<String>,
    /// Who decides; it stands in the log for ever
    #[arg(long)]
    who: String,
    /// Why; it stands in the log for ever, so name no patient
    #[arg(long)]
    why: String,
    /// The deliveries
    #[arg(required = true, value_name = "ID")]
    ids: Vec<DeliveryId>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match &arguments.command {
            Command::List { store, state, limit } => list(store, *state, *limit).await,
            Command::Release(decision) => decide(decision, "release").await,
            Command::GiveUp(decision) => decide(decision, "give-up").await,
        }
    })
}

async fn list(store: &Store, state: DeliveryState, limit: u32) -> Result<ExitCode> {
    let reader = store.open()?;
    let query = Query { state: Some(StateFilter::Delivery(state)), limit: Some(limit), ..Query::default() };
    let mut rows: Vec<Value> = Vec::new();
    for found in reader.search(query).await? {
        let Some(message) = reader.show(MessageRef::Key(found.key)).await? else { continue };
        for delivery in message.deliveries.iter().filter(|delivery| delivery.state == state) {
            rows.push(json!({
                "delivery": delivery.id, "message": message.message_id, "kind": message.kind,
                "endpoint": delivery.endpoint, "route": delivery.route, "state": delivery.state,
                "since": delivery.accepted_at, "outcome": delivery.last_outcome
            }));
        }
    }
    if store.json {
        rows.iter().try_for_each(show::line)?;
    } else {
        print_rows(&rows)?;
    }
    Ok(if rows.is_empty() { ExitCode::from(REFUSED) } else { ExitCode::SUCCESS })
}

fn print_rows(rows: &[Value]) -> Result<()> {
    let mut table = Table::new();
    table.load_style(presets::UTF8_NO_BORDERS).set_content_arrangement(ContentArrangement::Dynamic);
    let columns = ["delivery", "since", "kind", "endpoint", "route", "outcome"];
    table.set_header(columns);
    for row in rows {
        table.add_row(columns.map(|column| match row.get(column) {
            Some(Value::String(text)) => text.clone(),
            Some(value) if !value.is_null() => value.to_string(),
            _ => String::new(),
        }));
    }
    show::line(format!("{table}\n{} found", rows.len()))
}

async fn decide(decision: &Decision, verdict: &str) -> Result<ExitCode> {
    let address = match &decision.admin {
        Some(address) => address.clone(),
        None => {
            let address = decision.store.settings()?.admin;
            address.context("the configuration has no administration address; name it with --admin")?.to_string()
        }
    };
    let said = json!({ "who": decision.who, "why": decision.why }).to_string();
    let mut code = ExitCode::SUCCESS;
    for id in &decision.ids {
        let client = HttpClient::new(ClientConfig::new(format!("http://{address}/deliveries/{id}/{verdict}")))?;
        let (status, body) = match client.post(said.clone().into(), "application/json", &[]).await {
            Exchange::Answer { status, body, .. } => (status, body),
            Exchange::NotSent { reason } | Exchange::InDoubt { reason } => {
                bail!("the gateway at {address} did not answer: {reason}")
            }
        };
        let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
        let problem = answer.get("error").and_then(Value::as_str);
        if status == 200 {
            let line = json!({ "delivery": id, "decision": verdict });
            show::line(if decision.store.json { line.to_string() } else { format!("{id} {verdict}") })?;
        } else {
            anstream::eprintln!("causeway: {id}: {}", problem.unwrap_or("the gateway refused"));
            code = ExitCode::from(REFUSED);
        }
    }
    Ok(code)
}
