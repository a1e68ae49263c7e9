//! Time as a dependency: the system's in production, a hand-moved one in tests.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use crate::store::BoxFuture;

/// Where the relay gets its time, and how it waits.
pub trait Clock: Send + Sync {
    /// The present moment, to the millisecond.
    fn now(&self) -> Timestamp;

    /// Completes when [`Clock::now`] has reached the given moment; at once if it already has.
    fn sleep_until(&self, moment: Timestamp) -> BoxFuture<'_, ()>;
}

/// The moment `wait` after `moment`, to the millisecond; the last representable one if that is out of range.
#[must_use]
pub fn later(moment: Timestamp, wait: Duration) -> Timestamp {
    let wait = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(moment.as_millisecond().saturating_add(wait)).unwrap_or(Timestamp::MAX)
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        to_millisecond(Timestamp::now())
    }

    fn sleep_until(&self, moment: Timestamp) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            // A timer counts elapsed time and the system clock can be set, so the wait is checked against the clock.
            loop {
                let left = moment.as_millisecond().saturating_sub(Timestamp::now().as_millisecond());
                match u64::try_from(left) {
                    Ok(left) if left > 0 => tokio::time::sleep(Duration::from_millis(left.min(60_000))).await,
                    _ => return,
                }
            }
        })
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct ManualClock {
    now: watch::Sender<Timestamp>,
}

impl ManualClock {
    /// A clock that stands at the given moment.
    #[must_use]
    pub fn new(start: Timestamp) -> Self {
        Self { now: watch::Sender::new(to_millisecond(start)) }
    }

    /// Moves the clock on and wakes whoever waited for a moment that has come.
    pub fn advance(&self, by: Duration) {
        self.now.send_modify(|now| *now = later(*now, by));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.now.borrow()
    }

    fn sleep_until(&self, moment: Timestamp) -> BoxFuture<'_, ()> {
        let mut now = self.now.subscribe();
        Box::pin(async move {
            // The sender lives in `self`, which outlives this future, so the wait can't fail.
            let _reached = now.wait_for(|now| *now >= moment).await;
        })
    }
}

fn to_millisecond(moment: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(moment.as_millisecond()).unwrap_or(moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_manual_clock_wakes_a_sleeper_only_when_its_moment_has_come() {
        let clock = ManualClock::new(Timestamp::UNIX_EPOCH);
        let mut sleep = clock.sleep_until(later(Timestamp::UNIX_EPOCH, Duration::from_secs(10)));
        clock.advance(Duration::from_secs(9));
        tokio::select! {
            biased;
            () = &mut sleep => panic!("woke early"),
            () = std::future::ready(()) => {}
        }
        clock.advance(Duration::from_secs(1));
        sleep.await;
    }

    #[test]
    fn a_moment_past_the_end_of_time_is_the_end_of_time() {
        assert_eq!(later(Timestamp::UNIX_EPOCH, Duration::MAX), Timestamp::MAX);
    }
}
