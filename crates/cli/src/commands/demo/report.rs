//! The closing table of the demo.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::time::Duration;

use causeway_canonical::identifier::MessageId;
use causeway_gateway::stats::{AttemptOutcome, MessageOutcome};
use causeway_relay::DeliveryState;
use causeway_simulator::receiver::{Arrival, Receiver};
use causeway_simulator::sender::{AnswerClass, Sent, Tally};
use causeway_translate::Summary;
use comfy_table::{Table, presets};
use serde::Serialize;

use super::Stage;

/// The kind of message that the measure is about.
const ORDER: &str = "prescription-order";

/// What the demo did.
#[derive(Serialize)]
pub struct Report {
    sent: u64,
    accepted: u64,
    refused: u64,
    duplicates: u64,
    delivered: u64,
    refused_by_receiver: u64,
    retried: u64,
    arrived_at_pharmacy: usize,
    arrived_at_practice: usize,
    kinds: BTreeMap<&'static str, OfKind>,
    seen_again_by_receivers: u64,
    accepted_and_not_arrived: usize,
    undelivered: u64,
    settled: bool,
    fields: Summary,
    seconds: f64,
    accepted_per_second: f64,
    accept_p50_ms: f64,
    accept_p99_ms: f64,
    delivered_after_seconds: f64,
}

/// Messages of one kind.
#[derive(Clone, Copy, Default, Serialize)]
struct OfKind {
    accepted: u64,
    /// At the pharmacy and at the practice together.
    arrived: usize,
}

impl Report {
    /// Counts on both sides: what the gateway says, and what senders and receivers saw.
    pub fn new(
        stage: &Stage,
        tallies: &[Tally],
        outcomes: &[Sent],
        follow_ups: &[MessageId],
        [sent_in, delivered_in]: [Duration; 2],
        outcome: Settled,
    ) -> Self {
        let stats = stage.gateway.stats();
        let mut latencies: Vec<Duration> = outcomes.iter().map(|sent| sent.latency).collect();
        latencies.sort_unstable();
        let [at_pharmacy, at_practice] =
            [&stage.pharmacy, &stage.practice].map(|receiver| receiver.record().arrivals());
        let ids = |arrivals: &[Arrival]| arrivals.iter().map(|arrival| arrival.message_id.clone()).collect();
        let mut arrived: HashSet<MessageId> = ids(&at_pharmacy);
        let accepted_ids = outcomes.iter().filter(|sent| sent.class == AnswerClass::Accepted);
        let missing = accepted_ids.filter(|sent| !arrived.contains(&sent.message_id)).count();
        arrived.extend(ids(&at_practice));
        let missing = missing + follow_ups.iter().filter(|id| !arrived.contains(id)).count();
        let orders = |arrivals: &[Arrival]| arrivals.iter().filter(|arrival| arrival.kind == ORDER).count();
        let mut kinds: BTreeMap<&'static str, OfKind> = BTreeMap::new();
        for entry in stats.messages.iter().filter(|entry| entry.outcome == MessageOutcome::Accepted) {
            let of_kind = kinds.entry(entry.kind).or_default();
            of_kind.accepted += entry.count;
            let is_kind = |arrival: &&Arrival| arrival.kind == entry.kind;
            of_kind.arrived = at_pharmacy.iter().chain(&at_practice).filter(is_kind).count();
        }
        let at = |share: usize| {
            let position = latencies.len().saturating_sub(1) * share / 100;
            latencies.get(position).map_or(0.0, |latency| latency.as_secs_f64() * 1e3)
        };
        let accepted: u64 = tallies.iter().map(|tally| tally.accepted).sum();
        let again = |receiver: &Receiver| receiver.record().duplicates();
        Report {
            sent: tallies.iter().map(Tally::total).sum(),
            accepted,
            refused: stats.messages_in(MessageOutcome::Refused),
            duplicates: stats.messages_in(MessageOutcome::Duplicate),
            delivered: stats.attempts_in(AttemptOutcome::Delivered),
            refused_by_receiver: stats.attempts_in(AttemptOutcome::RefusedByReceiver),
            retried: stats.attempts_in(AttemptOutcome::Retry) + stats.attempts_in(AttemptOutcome::InDoubt),
            arrived_at_pharmacy: orders(&at_pharmacy),
            arrived_at_practice: orders(&at_practice),
            kinds,
            seen_again_by_receivers: again(&stage.pharmacy) + again(&stage.practice),
            accepted_and_not_arrived: missing,
            undelivered: outcome.undelivered,
            settled: outcome.settled,
            fields: stats.ledger,
            seconds: sent_in.as_secs_f64(),
            accepted_per_second: accepted as f64 / sent_in.as_secs_f64(),
            accept_p50_ms: at(50),
            accept_p99_ms: at(99),
            delivered_after_seconds: delivered_in.as_secs_f64(),
        }
    }

    /// Whether nothing was lost: every prescription accepted in this run arrived at the pharmacy, what followed arrived on
    /// the other side, and no field was lost.
    pub fn proved(&self) -> bool {
        self.settled && self.fields.lost == 0 && self.accepted_and_not_arrived == 0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        table.load_style(presets::UTF8_BORDERS_ONLY);
        let fields = &self.fields;
        let rows: [(&str, String); 13] = [
            ("sent by practice and clinic", self.sent.to_string()),
            ("accepted", self.accepted.to_string()),
            ("refused, with the reason told", self.refused.to_string()),
            ("sent again by the sender, answered the same", self.duplicates.to_string()),
            ("delivered", self.delivered.to_string()),
            ("refused by the receiver", self.refused_by_receiver.to_string()),
            ("retried", self.retried.to_string()),
            (
                "arrived at the pharmacy / practice",
                format!("{} / {}", self.arrived_at_pharmacy, self.arrived_at_practice),
            ),
            ("recognised by receivers as sent again", self.seen_again_by_receivers.to_string()),
            (
                "fields carried / mapped / structural",
                format!("{} / {} / {}", fields.carried, fields.mapped, fields.structural),
            ),
            ("fields defaulted / kept / lost", format!("{} / {} / {}", fields.defaulted, fields.kept, fields.lost)),
            (
                "accepted a second, p50, p99",
                format!("{:.0}, {:.1} ms, {:.1} ms", self.accepted_per_second, self.accept_p50_ms, self.accept_p99_ms),
            ),
            ("all delivered after", format!("{:.2} s", self.delivered_after_seconds)),
        ];
        for (name, value) in rows {
            table.add_row([name.to_owned(), value]);
        }
        for (kind, OfKind { accepted, arrived }) in self.kinds.iter().filter(|(kind, _)| **kind != ORDER) {
            table.add_row([format!("{kind} accepted / arrived"), format!("{accepted} / {arrived}")]);
        }
        writeln!(f, "{table}")?;
        if self.proved() {
            write!(f, "Every accepted prescription arrived at the pharmacy, and no field was lost.")?;
            if self.refused_by_receiver > 0 {
                write!(
                    f,
                    "\nThe pharmacy refused {} of them on purpose; the relay log says so.",
                    self.refused_by_receiver
                )?;
            }
            Ok(())
        } else {
            write!(
                f,
                "NOT PROVED: {} accepted messages have not arrived, {} fields lost",
                self.accepted_and_not_arrived, fields.lost
            )
        }
    }
}

/// How the relay stood at the end.
#[derive(Clone, Copy)]
pub struct Settled {
    /// Whether nothing is under way any more.
    pub settled: bool,
    /// Deliveries that were given up.
    pub undelivered: u64,
}

impl Settled {
    /// The end, as the store counts it.
    pub fn of(counts: &causeway_relay::Counts, settled: bool) -> Self {
        Settled { settled, undelivered: counts.deliveries_in(DeliveryState::Dead) }
    }
}
