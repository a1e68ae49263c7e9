//! How an endpoint is treated: how much at once, how long, how often, and when to stop.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

use jiff::Timestamp;

use crate::clock::later;
use crate::delivery::{Completion, Failure, LeasedDelivery, Outcome};
use crate::ids::EndpointId;

/// Every endpoint that may be delivered to, with its policy.
pub type Endpoints = BTreeMap<EndpointId, EndpointPolicy>;

/// How one endpoint is treated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointPolicy {
    /// The most deliveries in flight at once.
    pub max_in_flight: NonZeroU32,
    /// How long one attempt may take before it is held to be in doubt.
    pub send_timeout: Duration,
    /// When to try again, and when to stop.
    pub retry: RetryPolicy,
    /// What to do when no answer came.
    pub in_doubt: InDoubtPolicy,
}

impl Default for EndpointPolicy {
    /// One at a time, 60 s an attempt, resend when in doubt.
    fn default() -> Self {
        Self {
            max_in_flight: NonZeroU32::MIN,
            send_timeout: Duration::from_secs(60),
            retry: RetryPolicy::default(),
            in_doubt: InDoubtPolicy::Resend,
        }
    }
}

/// What to do with a delivery that was sent and not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InDoubtPolicy {
    /// Send it again: the receiver is idempotent.
    #[default]
    Resend,
}

/// Exponential waits with full jitter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    /// The longest wait after the first attempt; doubles with every further one.
    pub base: Duration,
    /// The longest wait of all.
    pub cap: Duration,
    /// How long after acceptance an undelivered delivery is reported as overdue, once. `None`: never.
    pub notify_after: Option<Duration>,
    /// How long after its first attempt a delivery is given up. Time spent waiting behind others does not count, so
    /// that a long outage does not kill what was never tried.
    pub give_up_after: Duration,
}

impl Default for RetryPolicy {
    /// 1 s doubling to 5 min, overdue after 15 min, given up after 3 days.
    fn default() -> Self {
        Self {
            base: Duration::from_secs(1),
            cap: Duration::from_secs(300),
            notify_after: Some(Duration::from_secs(15 * 60)),
            give_up_after: Duration::from_secs(3 * 24 * 3600),
        }
    }
}

impl RetryPolicy {
    /// The longest wait after the given attempt (1 is the first): `min(cap, base × 2^(attempt-1))`.
    #[must_use]
    pub fn ceiling(&self, attempt: u32) -> Duration {
        let doubled = 2_u32.checked_pow(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
        self.base.saturating_mul(doubled).min(self.cap)
    }

    /// A wait drawn evenly from nothing to the ceiling, so that deliveries that failed together don't return together.
    #[must_use]
    pub fn wait(&self, attempt: u32, random: &mut fastrand::Rng) -> Duration {
        let ceiling = u64::try_from(self.ceiling(attempt).as_millis()).unwrap_or(u64::MAX);
        Duration::from_millis(random.u64(0..=ceiling))
    }
}

/// Applies an endpoint's policy to what came of an attempt.
///
/// A wait that the receiver asked for is honoured: the next attempt is never earlier. No wait goes past the moment of
/// giving up; at that moment one last attempt is made.
#[must_use]
pub fn decide(
    policy: &EndpointPolicy,
    delivery: &LeasedDelivery,
    outcome: Outcome,
    now: Timestamp,
    random: &mut fastrand::Rng,
) -> Completion {
    let (failure, after) = match outcome {
        Outcome::Delivered { answer } => return Completion::Delivered { answer },
        Outcome::RefusedByReceiver { findings } => return Completion::RefusedByReceiver { findings },
        Outcome::Retry { reason, after } => (Failure { reason, in_doubt: false }, after),
        Outcome::InDoubt { reason } => match policy.in_doubt {
            InDoubtPolicy::Resend => (Failure { reason, in_doubt: true }, None),
        },
    };
    let give_up_at = later(delivery.first_attempt_at, policy.retry.give_up_after);
    if now >= give_up_at {
        return Completion::Dead { failure };
    }
    let wait = policy.retry.wait(delivery.attempt, random).max(after.unwrap_or_default());
    let due = later(now, wait).min(give_up_at);
    let overdue_at = policy.retry.notify_after.map(|after| later(delivery.accepted_at, after));
    let overdue = !delivery.overdue_told && overdue_at.is_some_and(|moment| now >= moment);
    Completion::Retry { due, failure, overdue }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Body, DeliveryId, Lease, MessageKey};

    const START: Timestamp = Timestamp::UNIX_EPOCH;

    fn delivery(attempt: u32) -> LeasedDelivery {
        LeasedDelivery {
            lease: Lease { delivery: DeliveryId::generate(START), fence: 1 },
            message: MessageKey::generate(START),
            message_id: "m".to_owned(),
            kind: "prescription-order".into(),
            source: "gp".into(),
            endpoint: "pharmacy".into(),
            route: "r".into(),
            ordering_key: "k".into(),
            body: Body::new("text/plain", ""),
            attempt,
            accepted_at: START,
            first_attempt_at: START,
            overdue_told: false,
        }
    }

    fn retry(after: Option<Duration>) -> Outcome {
        Outcome::Retry { reason: "503".to_owned(), after }
    }

    fn due(completion: Completion) -> Duration {
        let Completion::Retry { due, .. } = completion else { panic!("expected a retry, got {completion:?}") };
        Duration::from_millis(u64::try_from(due.as_millisecond()).unwrap())
    }

    #[test]
    fn waits_double_up_to_the_cap_and_are_spread_over_the_whole_range() {
        let policy = RetryPolicy { cap: Duration::from_secs(10), ..RetryPolicy::default() };
        let ceilings: Vec<u64> = [1, 2, 3, 4, 5, 40, u32::MAX].map(|n| policy.ceiling(n).as_secs()).into();
        assert_eq!(ceilings, [1, 2, 4, 8, 10, 10, 10]);
        let mut random = fastrand::Rng::with_seed(7);
        let waits: Vec<Duration> = (0..1000).map(|_| policy.wait(4, &mut random)).collect();
        assert!(waits.iter().all(|wait| *wait <= Duration::from_secs(8)));
        assert!(waits.iter().any(|wait| *wait < Duration::from_millis(400)));
        assert!(waits.iter().any(|wait| *wait > Duration::from_millis(7600)));
    }

    #[test]
    fn the_wait_a_receiver_asks_for_is_honoured() {
        let mut random = fastrand::Rng::with_seed(7);
        let asked = Some(Duration::from_secs(120));
        let completion = decide(&EndpointPolicy::default(), &delivery(1), retry(asked), START, &mut random);
        assert_eq!(due(completion), Duration::from_secs(120));
    }

    #[test]
    fn no_wait_goes_past_the_moment_of_giving_up() {
        let mut random = fastrand::Rng::with_seed(7);
        let policy = EndpointPolicy::default();
        let completion = decide(&policy, &delivery(1), retry(Some(Duration::MAX)), START, &mut random);
        assert_eq!(due(completion), policy.retry.give_up_after);
    }

    #[test]
    fn a_delivery_that_still_fails_at_the_moment_of_giving_up_is_dead() {
        let mut random = fastrand::Rng::with_seed(7);
        let policy = EndpointPolicy::default();
        let now = later(START, policy.retry.give_up_after);
        let completion = decide(&policy, &delivery(9), retry(None), now, &mut random);
        assert!(matches!(completion, Completion::Dead { .. }));
    }

    #[test]
    fn an_overdue_delivery_is_told_once() {
        let mut random = fastrand::Rng::with_seed(7);
        let policy = EndpointPolicy::default();
        let now = later(START, Duration::from_secs(15 * 60));
        let mut leased = delivery(3);
        let first = decide(&policy, &leased, retry(None), now, &mut random);
        assert!(matches!(first, Completion::Retry { overdue: true, .. }));
        leased.overdue_told = true;
        let second = decide(&policy, &leased, retry(None), now, &mut random);
        assert!(matches!(second, Completion::Retry { overdue: false, .. }));
    }

    #[test]
    fn in_doubt_is_sent_again_and_stays_marked_as_in_doubt() {
        let mut random = fastrand::Rng::with_seed(7);
        let outcome = Outcome::InDoubt { reason: "no answer".to_owned() };
        let completion = decide(&EndpointPolicy::default(), &delivery(1), outcome, START, &mut random);
        let Completion::Retry { failure, .. } = completion else { panic!("expected a retry") };
        assert!(failure.in_doubt);
    }
}
