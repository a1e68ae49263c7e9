//! `/metrics`: the counters and the state of the queue in the text form that Prometheus reads.
//!
//! Invariant: labels hold names from the configuration, states and rule names; nothing from a message.

use std::fmt;

use causeway_relay::{Counts, OldestUnresolved};
use jiff::Timestamp;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, MetricEncoder, NoLabelSet, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use crate::stats::{BOUNDS, Histogram, Stats};

/// The media type of the text form.
pub(crate) const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Everything that is shown at one moment.
#[derive(Debug)]
pub(crate) struct Scrape {
    pub(crate) stats: Stats,
    /// `None` if the store did not answer.
    pub(crate) queue: Option<Queue>,
    pub(crate) ready: bool,
    pub(crate) now: Timestamp,
}

/// The state of the queue.
#[derive(Debug)]
pub(crate) struct Queue {
    pub(crate) counts: Counts,
    pub(crate) oldest: Vec<OldestUnresolved>,
}

impl Scrape {
    /// The text form.
    pub(crate) fn text(self) -> Result<String, fmt::Error> {
        let mut registry = Registry::with_prefix("causeway");
        registry.register_collector(Box::new(self));
        let mut text = String::new();
        text::encode(&mut text, &registry)?;
        Ok(text)
    }
}

impl Collector for Scrape {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let Stats {
            received,
            messages,
            attempts,
            retries,
            ledger,
            findings,
            unknown_paths,
            store_failures,
            accept_seconds,
            delivery_seconds,
        } = &self.stats;

        let mut family = counter(&mut encoder, "messages_received", "Requests from known senders")?;
        for (source, count) in received {
            add(&mut family, &[("endpoint", source.as_str())], *count)?;
        }
        let mut family = counter(&mut encoder, "messages", "Messages by what became of them")?;
        for entry in messages {
            let outcome = entry.outcome.as_str();
            let labels = [("endpoint", entry.source.as_str()), ("kind", entry.kind), ("outcome", outcome)];
            add(&mut family, &labels, entry.count)?;
        }
        let mut family = counter(&mut encoder, "delivery_attempts", "Attempts to deliver by what came of them")?;
        for entry in attempts {
            let labels = [("endpoint", entry.endpoint.as_str()), ("outcome", entry.outcome.as_str())];
            add(&mut family, &labels, entry.count)?;
        }
        let mut family = counter(&mut encoder, "delivery_retries", "Attempts to deliver after the first")?;
        for (endpoint, count) in retries {
            add(&mut family, &[("endpoint", endpoint.as_str())], *count)?;
        }
        let mut family = counter(&mut encoder, "ledger_values", "Values of accepted messages by what became of them")?;
        let dispositions = [
            ("carried", ledger.carried),
            ("mapped", ledger.mapped),
            ("structural", ledger.structural),
            ("defaulted", ledger.defaulted),
            ("kept", ledger.kept),
            ("lost", ledger.lost),
        ];
        for (disposition, count) in dispositions {
            add(&mut family, &[("disposition", disposition)], u64::try_from(count).unwrap_or(u64::MAX))?;
        }
        let mut family = counter(&mut encoder, "findings", "Findings by rule")?;
        for (rule, count) in findings {
            add(&mut family, &[("rule", rule)], *count)?;
        }
        single(&mut encoder, "unknown_paths", "Requests to paths that no endpoint sends on", *unknown_paths)?;
        single(&mut encoder, "store_failures", "Messages and refusals that the store could not take", *store_failures)?;

        let help = "From the head of a request to the commit of its message";
        let mut family = encoder.encode_descriptor("accept_seconds", help, None, MetricType::Histogram)?;
        histogram(&mut family, accept_seconds)?;
        let help = "From the acceptance of a message to its delivery";
        let mut family = encoder.encode_descriptor("delivery_seconds", help, None, MetricType::Histogram)?;
        for (endpoint, times) in delivery_seconds {
            histogram(&mut family.encode_family(&[("endpoint", endpoint.as_str())])?, times)?;
        }

        self.gauges(encoder)
    }
}

impl Scrape {
    fn gauges(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let help = "Whether messages can be taken";
        let family = encoder.encode_descriptor("ready", help, None, MetricType::Gauge)?;
        ConstGauge::new(i64::from(self.ready)).encode(family)?;
        let Some(Queue { counts, oldest }) = &self.queue else { return Ok(()) };
        let mut family = encoder.encode_descriptor("deliveries", "Deliveries by state", None, MetricType::Gauge)?;
        for entry in &counts.deliveries {
            let labels = [("endpoint", entry.endpoint.as_str()), ("state", entry.state.as_str())];
            let count = i64::try_from(entry.count).unwrap_or(i64::MAX);
            ConstGauge::new(count).encode(family.encode_family(&labels)?)?;
        }
        let help = "Age of the oldest delivery that is not resolved";
        let mut family = encoder.encode_descriptor("oldest_unresolved_seconds", help, None, MetricType::Gauge)?;
        for entry in oldest {
            let age = self.now.duration_since(entry.accepted_at).as_secs().max(0);
            ConstGauge::new(age).encode(family.encode_family(&[("endpoint", entry.endpoint.as_str())])?)?;
        }
        Ok(())
    }
}

fn counter<'e>(
    encoder: &'e mut DescriptorEncoder<'_>,
    name: &'e str,
    help: &str,
) -> Result<MetricEncoder<'e>, fmt::Error> {
    encoder.encode_descriptor(name, help, None, MetricType::Counter)
}

fn add<const N: usize>(
    family: &mut MetricEncoder<'_>,
    labels: &[(&str, &str); N],
    count: u64,
) -> Result<(), fmt::Error> {
    ConstCounter::new(count).encode(family.encode_family(labels)?)
}

fn single(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, count: u64) -> Result<(), fmt::Error> {
    ConstCounter::new(count).encode(encoder.encode_descriptor(name, help, None, MetricType::Counter)?)
}

fn histogram(family: &mut MetricEncoder<'_>, times: &Histogram) -> Result<(), fmt::Error> {
    let bounds = BOUNDS.into_iter().chain([f64::INFINITY]);
    let buckets: Vec<(f64, u64)> = bounds.zip(times.buckets).collect();
    family.encode_histogram::<NoLabelSet>(times.sum, times.count, &buckets, None)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::stats::MessageOutcome;

    #[test]
    fn every_family_is_written_with_its_labels() {
        let mut stats = Stats::default();
        stats.count_message(&"gp".into(), Some("prescription-order"), MessageOutcome::Accepted);
        stats.accept_seconds.observe(Duration::from_millis(3));
        stats.findings.insert("no-route", 2);
        let scrape = Scrape { stats, queue: None, ready: true, now: Timestamp::UNIX_EPOCH };
        let text = scrape.text().unwrap();
        for line in [
            "causeway_messages_total{endpoint=\"gp\",kind=\"prescription-order\",outcome=\"accepted\"} 1",
            "causeway_findings_total{rule=\"no-route\"} 2",
            "causeway_accept_seconds_count 1",
            "causeway_accept_seconds_bucket{le=\"0.005\"} 1",
            "causeway_accept_seconds_bucket{le=\"+Inf\"} 1",
            "causeway_ready 1",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is missing from:\n{text}");
        }
    }
}
