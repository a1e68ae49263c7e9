//! What the gateway counted since it started.

use std::collections::BTreeMap;
use std::time::Duration;

use causeway_relay::EndpointId;
use causeway_translate::Summary;
use serde::Serialize;

/// Counts since the start. One set of numbers: metrics and programs read the same.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Stats {
    /// Messages whose sender was recognised, by source.
    pub received: BTreeMap<EndpointId, u64>,
    /// What became of them.
    pub messages: Vec<MessageCount>,
    /// Attempts at delivery.
    pub attempts: Vec<AttemptCount>,
    /// Attempts after the first, by receiver.
    pub retries: BTreeMap<EndpointId, u64>,
    /// Values of accepted messages by what became of them, over all their translations.
    pub ledger: Summary,
    /// Findings by rule, of accepted and refused messages.
    pub findings: BTreeMap<&'static str, u64>,
    /// Requests to paths that no endpoint sends on.
    pub unknown_paths: u64,
    /// Messages and refusals that the store could not take.
    pub store_failures: u64,
    /// From the head of the request to the commit of an accepted message.
    pub accept_seconds: Histogram,
    /// From the acceptance of a message to its delivery, by receiver.
    pub delivery_seconds: BTreeMap<EndpointId, Histogram>,
}

/// Messages of one source and kind that came to the same end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MessageCount {
    /// Where they came from.
    pub source: EndpointId,
    /// What they are; `unknown` if that could not be told.
    pub kind: &'static str,
    /// What became of them.
    pub outcome: MessageOutcome,
    /// How many.
    pub count: u64,
}

/// What became of a message at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MessageOutcome {
    /// Committed and acknowledged.
    Accepted,
    /// Refused with findings.
    Refused,
    /// Accepted before, and answered again.
    Duplicate,
    /// Refused, because another message has its id.
    Conflict,
    /// Neither accepted nor refused, because the store could not take it.
    Unavailable,
}

impl MessageOutcome {
    /// The word in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            MessageOutcome::Accepted => "accepted",
            MessageOutcome::Refused => "refused",
            MessageOutcome::Duplicate => "duplicate",
            MessageOutcome::Conflict => "conflict",
            MessageOutcome::Unavailable => "unavailable",
        }
    }
}

/// Attempts to deliver to one receiver that came to the same end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AttemptCount {
    /// Where they went.
    pub endpoint: EndpointId,
    /// What came of them.
    pub outcome: AttemptOutcome,
    /// How many.
    pub count: u64,
}

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AttemptOutcome {
    /// The receiver took it.
    Delivered,
    /// The receiver will never take it.
    RefusedByReceiver,
    /// It was not taken, and will be tried again.
    Retry,
    /// Nobody knows whether it was taken.
    InDoubt,
}

impl AttemptOutcome {
    /// The word in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            AttemptOutcome::Delivered => "delivered",
            AttemptOutcome::RefusedByReceiver => "refused-by-receiver",
            AttemptOutcome::Retry => "retry",
            AttemptOutcome::InDoubt => "in-doubt",
        }
    }
}

impl Stats {
    /// Messages that came to this end, over all sources and kinds.
    #[must_use]
    pub fn messages_in(&self, outcome: MessageOutcome) -> u64 {
        self.messages.iter().filter(|entry| entry.outcome == outcome).map(|entry| entry.count).sum()
    }

    /// Attempts that came to this end, over all receivers.
    #[must_use]
    pub fn attempts_in(&self, outcome: AttemptOutcome) -> u64 {
        self.attempts.iter().filter(|entry| entry.outcome == outcome).map(|entry| entry.count).sum()
    }

    pub(crate) fn count_message(&mut self, source: &EndpointId, kind: Option<&'static str>, outcome: MessageOutcome) {
        let kind = kind.unwrap_or("unknown");
        let same =
            |entry: &&mut MessageCount| entry.source == *source && entry.kind == kind && entry.outcome == outcome;
        match self.messages.iter_mut().find(same) {
            Some(entry) => entry.count += 1,
            None => self.messages.push(MessageCount { source: source.clone(), kind, outcome, count: 1 }),
        }
    }

    pub(crate) fn count_attempt(&mut self, endpoint: &EndpointId, outcome: AttemptOutcome) {
        let same = |entry: &&mut AttemptCount| entry.endpoint == *endpoint && entry.outcome == outcome;
        match self.attempts.iter_mut().find(same) {
            Some(entry) => entry.count += 1,
            None => self.attempts.push(AttemptCount { endpoint: endpoint.clone(), outcome, count: 1 }),
        }
    }
}

/// Upper bounds of the buckets, in seconds; one more bucket takes the rest.
pub(crate) const BOUNDS: [f64; 15] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 60.0, 3600.0];

/// How long something took, counted in buckets.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Histogram {
    /// How often.
    pub count: u64,
    /// How long altogether, in seconds.
    pub sum: f64,
    /// How often by bucket; the bounds are 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5,
    /// 60 and 3,600 seconds, and the last one takes the rest.
    pub buckets: [u64; 16],
}

impl Histogram {
    pub(crate) fn observe(&mut self, took: Duration) {
        let seconds = took.as_secs_f64();
        let bucket = BOUNDS.iter().position(|bound| seconds <= *bound).unwrap_or(BOUNDS.len());
        if let Some(bucket) = self.buckets.get_mut(bucket) {
            *bucket += 1;
        }
        self.count += 1;
        self.sum += seconds;
    }

    /// The time within which a share of them (0 to 1) was done, as near as the buckets tell. `None`: nothing was counted.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<Duration> {
        if self.count == 0 {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
        let (wanted, as_float) = (self.count as f64 * share.clamp(0.0, 1.0), |count: u64| count as f64);
        let mut below = 0.0;
        let mut from = 0.0;
        for (count, to) in self.buckets.iter().zip(BOUNDS) {
            let count = as_float(*count);
            if count > 0.0 && below + count >= wanted {
                let within = (wanted - below).max(0.0) / count;
                return Some(Duration::from_secs_f64(from + (to - from) * within));
            }
            below += count;
            from = to;
        }
        Some(Duration::from_secs_f64(from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_lies_in_the_bucket_that_holds_it() {
        let mut histogram = Histogram::default();
        assert_eq!(histogram.quantile(0.5), None);
        for millis in [1, 2, 2, 2, 40] {
            histogram.observe(Duration::from_millis(millis));
        }
        let median = histogram.quantile(0.5).unwrap();
        assert!(median > Duration::from_millis(1) && median <= Duration::from_micros(2500), "{median:?}");
        let worst = histogram.quantile(1.0).unwrap();
        assert!(worst > Duration::from_millis(25) && worst <= Duration::from_millis(50), "{worst:?}");
    }

    #[test]
    fn messages_are_counted_by_source_kind_and_outcome() {
        let mut stats = Stats::default();
        stats.count_message(&"gp".into(), Some("prescription-order"), MessageOutcome::Accepted);
        stats.count_message(&"gp".into(), Some("prescription-order"), MessageOutcome::Accepted);
        stats.count_message(&"gp".into(), None, MessageOutcome::Refused);
        assert_eq!(stats.messages_in(MessageOutcome::Accepted), 2);
        assert_eq!(stats.messages.len(), 2);
    }
}
