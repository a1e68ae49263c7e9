//! What the gateway says of itself: each event is one log line and one change of the counters, and neither happens
//! without the other.
//!
//! Invariant: an event holds names from the configuration, our own keys, rule names, numbers and times. It has no field
//! that could hold anything from a message.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use causeway_canonical::Finding;
use causeway_relay::{ConfigHash, DeliveryId, EndpointId, MessageKey, RouteName, StoreError, Verdict};
use causeway_translate::Summary;

use crate::stats::{AttemptOutcome, MessageOutcome, Stats};

/// The counters.
#[derive(Debug, Default)]
pub(crate) struct Metrics(Mutex<Stats>);

impl Metrics {
    /// Takes note of an event.
    pub(crate) fn emit(&self, event: impl Event) {
        event.log();
        event.count(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The counters as they stand.
    pub(crate) fn snapshot(&self) -> Stats {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Something that happened.
pub(crate) trait Event {
    /// Writes the log line.
    fn log(&self);
    /// Changes the counters.
    fn count(&self, stats: &mut Stats);
}

/// A request came from a known sender.
pub(crate) struct MessageReceived<'a> {
    pub(crate) source: &'a EndpointId,
}

impl Event for MessageReceived<'_> {
    fn log(&self) {
        tracing::trace!(source = %self.source, "message received");
    }

    fn count(&self, stats: &mut Stats) {
        *stats.received.entry(self.source.clone()).or_default() += 1;
    }
}

/// A request came to a path that nobody sends on. The path is not told: it can hold anything.
pub(crate) struct UnknownPath;

impl Event for UnknownPath {
    fn log(&self) {
        tracing::info!("request to a path that no endpoint sends on");
    }

    fn count(&self, stats: &mut Stats) {
        stats.unknown_paths += 1;
    }
}

/// A message was committed.
pub(crate) struct MessageAccepted<'a> {
    pub(crate) source: &'a EndpointId,
    pub(crate) kind: &'static str,
    pub(crate) key: MessageKey,
    pub(crate) deliveries: usize,
    pub(crate) findings: &'a [Finding],
    pub(crate) ledger: &'a Summary,
    pub(crate) took: Duration,
}

impl Event for MessageAccepted<'_> {
    fn log(&self) {
        let Self { source, kind, key, deliveries, findings, took, .. } = self;
        let (findings, took_us) = (findings.len(), took.as_micros());
        tracing::debug!(%source, kind, %key, deliveries, findings, took_us, "message accepted");
    }

    fn count(&self, stats: &mut Stats) {
        stats.count_message(self.source, Some(self.kind), MessageOutcome::Accepted);
        stats.ledger.add(self.ledger);
        stats.accept_seconds.observe(self.took);
        count_findings(stats, self.findings);
    }
}

/// A message that was accepted before came again.
pub(crate) struct MessageRepeated<'a> {
    pub(crate) source: &'a EndpointId,
    pub(crate) kind: Option<&'static str>,
    pub(crate) key: MessageKey,
}

impl Event for MessageRepeated<'_> {
    fn log(&self) {
        tracing::info!(source = %self.source, key = %self.key, "message answered again");
    }

    fn count(&self, stats: &mut Stats) {
        stats.count_message(self.source, self.kind, MessageOutcome::Duplicate);
    }
}

/// A message was refused.
pub(crate) struct MessageRefused<'a> {
    pub(crate) source: &'a EndpointId,
    pub(crate) kind: Option<&'static str>,
    pub(crate) key: MessageKey,
    pub(crate) status: u16,
    pub(crate) findings: &'a [Finding],
    pub(crate) conflict: bool,
}

impl Event for MessageRefused<'_> {
    fn log(&self) {
        let Self { source, kind, key, status, findings, .. } = self;
        let kind = kind.unwrap_or("unknown");
        let rules: Vec<&str> = findings.iter().map(|finding| finding.rule.name).take(10).collect();
        let (rules, findings) = (rules.join(","), findings.len());
        if *status >= 500 {
            tracing::error!(%source, kind, %key, status, findings, rules, "message refused for an error of the gateway");
        } else {
            tracing::info!(%source, kind, %key, status, findings, rules, "message refused");
        }
    }

    fn count(&self, stats: &mut Stats) {
        let outcome = if self.conflict { MessageOutcome::Conflict } else { MessageOutcome::Refused };
        stats.count_message(self.source, self.kind, outcome);
        count_findings(stats, self.findings);
    }
}

fn count_findings(stats: &mut Stats, findings: &[Finding]) {
    for finding in findings {
        *stats.findings.entry(finding.rule.name).or_default() += 1;
    }
}

/// The store did not take a message.
pub(crate) struct MessageTurnedAway<'a> {
    pub(crate) source: &'a EndpointId,
    pub(crate) kind: &'static str,
    pub(crate) error: &'a StoreError,
}

impl Event for MessageTurnedAway<'_> {
    fn log(&self) {
        tracing::error!(source = %self.source, error = %self.error, "message turned away");
    }

    fn count(&self, stats: &mut Stats) {
        stats.store_failures += 1;
        // Of any other error the refusal counts the message.
        if matches!(self.error, StoreError::Unavailable { .. }) {
            stats.count_message(self.source, Some(self.kind), MessageOutcome::Unavailable);
        }
    }
}

/// A refusal was answered and could not be written down.
pub(crate) struct RefusalNotStored<'a> {
    pub(crate) source: &'a EndpointId,
    pub(crate) error: &'a StoreError,
}

impl Event for RefusalNotStored<'_> {
    fn log(&self) {
        tracing::error!(source = %self.source, error = %self.error, "a refusal was answered and is not in the store");
    }

    fn count(&self, stats: &mut Stats) {
        stats.store_failures += 1;
    }
}

/// A receiver replied with a message in the exchange of a delivery. What becomes of the reply is told as of any message.
pub(crate) struct ReplyReceived<'a> {
    pub(crate) source: &'a EndpointId,
    pub(crate) kind: &'static str,
    pub(crate) message: MessageKey,
    pub(crate) delivery: DeliveryId,
}

impl Event for ReplyReceived<'_> {
    fn log(&self) {
        let Self { source, kind, message, delivery } = self;
        tracing::debug!(%source, kind, %message, %delivery, "reply received");
    }

    fn count(&self, stats: &mut Stats) {
        *stats.received.entry(self.source.clone()).or_default() += 1;
    }
}

/// An attempt to deliver came to its end.
pub(crate) struct DeliveryAttempted<'a> {
    pub(crate) endpoint: &'a EndpointId,
    pub(crate) route: &'a RouteName,
    pub(crate) message: MessageKey,
    pub(crate) delivery: DeliveryId,
    pub(crate) attempt: u32,
    pub(crate) outcome: AttemptOutcome,
    /// Why not delivered; no content.
    pub(crate) reason: &'a str,
    /// Since the message was accepted.
    pub(crate) since_accepted: Duration,
    /// The attempt alone.
    pub(crate) took: Duration,
}

impl Event for DeliveryAttempted<'_> {
    fn log(&self) {
        let Self { endpoint, route, message, delivery, attempt, reason, .. } = self;
        let took_us = self.took.as_micros();
        match self.outcome {
            AttemptOutcome::Delivered => {
                tracing::debug!(%endpoint, %route, %message, %delivery, attempt, took_us, "delivered");
            }
            outcome => {
                let outcome = outcome.as_str();
                tracing::warn!(%endpoint, %route, %message, %delivery, attempt, took_us, outcome, reason, "not delivered");
            }
        }
    }

    fn count(&self, stats: &mut Stats) {
        stats.count_attempt(self.endpoint, self.outcome);
        if self.attempt > 1 {
            *stats.retries.entry(self.endpoint.clone()).or_default() += 1;
        }
        if self.outcome == AttemptOutcome::Delivered {
            stats.delivery_seconds.entry(self.endpoint.clone()).or_default().observe(self.since_accepted);
        }
    }
}

/// Another configuration is in place.
pub(crate) struct ConfigurationReplaced<'a> {
    pub(crate) hash: &'a ConfigHash,
}

impl Event for ConfigurationReplaced<'_> {
    fn log(&self) {
        tracing::info!(hash = %self.hash, "the configuration was replaced");
    }

    fn count(&self, _stats: &mut Stats) {}
}

/// A person decided about a parked delivery.
pub(crate) struct DeliveryDecided {
    pub(crate) delivery: DeliveryId,
    pub(crate) verdict: Verdict,
}

impl Event for DeliveryDecided {
    fn log(&self) {
        match self.verdict {
            Verdict::Release => tracing::info!(delivery = %self.delivery, "a parked delivery was let go on"),
            Verdict::GiveUp => tracing::info!(delivery = %self.delivery, "a parked delivery was given up"),
        }
    }

    fn count(&self, _stats: &mut Stats) {}
}

/// Another dictionary of medicines and devices is in use.
pub(crate) struct DictionaryInUse<'a> {
    pub(crate) release: &'a str,
    pub(crate) date: u32,
    pub(crate) entries: usize,
}

impl Event for DictionaryInUse<'_> {
    fn log(&self) {
        tracing::info!(release = self.release, date = self.date, entries = self.entries, "a dictionary is in use");
    }

    fn count(&self, _stats: &mut Stats) {}
}

/// The gateway takes messages.
pub(crate) struct Started<'a> {
    pub(crate) hash: &'a ConfigHash,
    pub(crate) addresses: String,
}

impl Event for Started<'_> {
    fn log(&self) {
        tracing::info!(hash = %self.hash, addresses = self.addresses, "the gateway takes messages");
    }

    fn count(&self, _stats: &mut Stats) {}
}

/// The gateway has stopped.
pub(crate) struct Stopped {
    pub(crate) in_order: bool,
}

impl Event for Stopped {
    fn log(&self) {
        if self.in_order {
            tracing::info!("the gateway has stopped");
        } else {
            tracing::warn!(
                "the gateway has stopped before everything in flight had ended; it is sent again at the next start"
            );
        }
    }

    fn count(&self, _stats: &mut Stats) {}
}
